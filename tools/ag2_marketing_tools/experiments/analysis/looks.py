"""Taking the looks of a group-sequential plan: each once, and read as it stood until the next one is due."""

from __future__ import annotations

from dataclasses import replace

from ag2_marketing_tools.experiments import repository
from ag2_marketing_tools.experiments.analysis.arms import Census, cells_of
from ag2_marketing_tools.experiments.analysis.monitoring import look_due
from ag2_marketing_tools.experiments.analysis.needs import planned_users, required_of
from ag2_marketing_tools.experiments.analysis.reading import Read, read_test
from ag2_marketing_tools.experiments.model import Look, Monitoring
from ag2_marketing_tools.workspace import Workspace


async def read_at_its_look(test_id: str, ws: Workspace, *, mode: Monitoring | None = None) -> Read:
    """Return a test as it may be judged now: of a running group-sequential plan, as it stood at its last look.

    The first reading after a look fell due takes it. What came in since a look was taken is read from the log, up to
    the look's moment, so that an erased person is missing there, too.

    Args:
        test_id: The test.
        ws: Where it is stored.
        mode: Overrides the test's own procedure.

    Raises:
        NotFound: There is no such test.
    """
    read = await read_test(test_id, ws)
    if (mode or read.experiment.monitoring) != "group_sequential":
        return read
    async with ws.store.read() as connection:
        taken = await repository.looks_of(connection, test_id)
    if read.experiment.has_ended(read.now):
        return replace(read, taken=taken)
    look = _due(read)
    if look.number > max((one.number for one in taken), default=0):
        async with ws.store.begin() as connection:
            await repository.take_look(ws.store, connection, test_id, look)
            taken = await repository.looks_of(connection, test_id)
    if not taken or taken[-1] == look:
        return replace(read, taken=taken)
    return replace(await read_test(test_id, ws, as_of=taken[-1].taken_at), taken=taken)


def _due(read: Read) -> Look:
    """Return the look that is due now; number 0 before the first."""
    users = Census(read.experiment, read.sums).total
    required = required_of(read.experiment, cells_of(read.sums))
    planned = planned_users(read.experiment, required, users, read.now)
    return Look(look_due(read.experiment.planned_looks, users / planned), read.now, users)

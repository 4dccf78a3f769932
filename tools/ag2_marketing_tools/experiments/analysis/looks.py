"""Taking the looks of a group-sequential plan: each once, and its sums judged until the next one is due."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

from pydantic import TypeAdapter

from ag2_marketing_tools.experiments import repository
from ag2_marketing_tools.experiments.analysis.arms import Census, Splits, cells_of
from ag2_marketing_tools.experiments.analysis.monitoring import fixed_horizon_is_valid, look_due
from ag2_marketing_tools.experiments.analysis.needs import planned_users, required_of
from ag2_marketing_tools.experiments.analysis.reading import Read, read_test
from ag2_marketing_tools.experiments.model import Experiment, Look, Monitoring
from ag2_marketing_tools.experiments.suffstats import Sums
from ag2_marketing_tools.workspace import Workspace


@dataclass(frozen=True)
class Material:
    """What a look saw."""

    sums: Sums
    splits: Splits


@cache
def _material() -> TypeAdapter[Material]:
    return TypeAdapter(Material)


async def read_at_its_look(test_id: str, ws: Workspace, *, mode: Monitoring | None = None) -> Read:
    """Return a test as it may be judged now: of a group-sequential plan before its end, as its last look saw it.

    The first reading after a look fell due takes it. A test that was stopped stays as its last look saw it, so that
    stopping it does not undo what the look decided; one of which none was taken is read with all that came.

    Args:
        test_id: The test.
        ws: Where it is stored.
        mode: Overrides the test's own procedure.

    Raises:
        NotFound: There is no such test.
    """
    async with ws.store.read() as connection:
        experiment = await repository.load_experiment(connection, test_id)
        taken = await repository.looks_of(connection, test_id)
    if (mode or experiment.monitoring) != "group_sequential":
        return await read_test(test_id, ws)
    now = ws.clock.now()
    if not experiment.has_ended(now):
        taken = await _taken_by_now(await read_test(test_id, ws, split=False), taken, ws)
    if not taken or fixed_horizon_is_valid(experiment, now):
        return replace(await read_test(test_id, ws), taken=taken)
    return await _as_seen(experiment, taken, ws)


async def _taken_by_now(glance: Read, taken: tuple[Look, ...], ws: Workspace) -> tuple[Look, ...]:
    """Take the look that is due, if one is; return all that were taken."""
    if _due(glance) <= (taken[-1].number if taken else 0):
        return taken
    test_id = glance.experiment.id
    seen = await read_test(test_id, ws)
    look = Look(_due(seen), seen.now, _users(seen))
    material = _material().dump_python(Material(seen.sums, seen.splits), mode="json")
    async with ws.store.begin() as connection:
        await repository.take_look(ws.store, connection, test_id, look, material)
        return await repository.looks_of(connection, test_id)


async def _as_seen(experiment: Experiment, taken: tuple[Look, ...], ws: Workspace) -> Read:
    look = taken[-1]
    async with ws.store.read() as connection:
        material = _material().validate_python(await repository.seen_at(connection, experiment.id, look))
    return Read(experiment, material.sums, material.splits, look.taken_at, taken)


def _due(read: Read) -> int:
    """Return which look is due now; 0 before the first."""
    users, required = _users(read), required_of(read.experiment, cells_of(read.sums))
    planned = planned_users(read.experiment, required, users, read.now)
    return look_due(read.experiment.planned_looks, users / planned)


def _users(read: Read) -> int:
    return Census(read.experiment, read.sums).total

"""A test and its sums, read from the store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ag2_marketing_tools.experiments import repository
from ag2_marketing_tools.experiments.analysis.arms import Splits, allocation_changed
from ag2_marketing_tools.experiments.model import Experiment, Look
from ag2_marketing_tools.experiments.suffstats import Sums, sums_from_store
from ag2_marketing_tools.workspace import Workspace


@dataclass(frozen=True)
class Read:
    """What an analysis of a stored test starts from.

    `now` is the moment up to which it was read; `taken` are the looks of a group-sequential plan up to it.
    """

    experiment: Experiment
    sums: Sums
    splits: Splits
    now: datetime
    taken: tuple[Look, ...] | None = None


async def read_test(test_id: str, ws: Workspace, *, split: bool = True) -> Read:
    """Return a test with its sums, on request with their parts: days, phases where the allocation changed, segments.

    All come from the roll-up as it is when it is read, so that events which come in between may be in the later
    ones alone; what decides is the first, the parts are for checks and pictures.

    Raises:
        NotFound: There is no such test.
    """
    now = ws.clock.now()
    async with ws.store.read() as connection:
        experiment = await repository.load_experiment(connection, test_id)
    sums = await sums_from_store(experiment, ws)
    if not split:
        return Read(experiment, sums, Splits(), now)
    changed, segmented = allocation_changed(experiment), experiment.segment is not None
    splits = Splits(
        phase=await sums_from_store(experiment, ws, split="phase") if changed else None,
        day=await sums_from_store(experiment, ws, split="day"),
        segment=await sums_from_store(experiment, ws, split="segment") if segmented else None,
    )
    return Read(experiment, sums, splits, now)

"""Sums from the store's roll-up: the everyday way, whose cost does not depend on how long the log is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from ag2_marketing_tools.experiments.model import Experiment
from ag2_marketing_tools.experiments.suffstats.caps import cap_of, place_from_the_top
from ag2_marketing_tools.experiments.suffstats.cells import cells_of, shifts_that_hold
from ag2_marketing_tools.experiments.suffstats.census import Census, Days
from ag2_marketing_tools.experiments.suffstats.engine import quantiles_on
from ag2_marketing_tools.experiments.suffstats.log import DIALECTS, StoreEngine, refused_by, sums_from_log
from ag2_marketing_tools.experiments.suffstats.model import Cell, Split, Sums
from ag2_marketing_tools.experiments.suffstats.plan import Plan
from ag2_marketing_tools.experiments.suffstats.roll_up import (
    census_text,
    moments_text,
    pad,
    place_text,
    reasons_text,
    segments_text,
    signs_text,
)
from ag2_marketing_tools.workspace import Workspace


async def sums_from_store(
    experiment: Experiment, ws: Workspace, *, split: Split = "none", as_of: datetime | None = None
) -> Sums:
    """Return an experiment's sums from the roll-up; for an earlier moment, from the log.

    Quantile metrics always need the log: their values do not add up per user.

    Args:
        experiment: As it stands.
        ws: Whose store is read.
        split: By what the cells are split.
        as_of: The moment up to which events are read; now unless given.
    """
    now = ws.clock.now()
    if as_of is not None and as_of < now:
        return await sums_from_log(experiment, ws, split=split, as_of=as_of)
    async with ws.store.read() as connection:
        reader = _Reader(StoreEngine(connection, ws.store, experiment, now), experiment, split)
        census = await reader.census()
        return Sums(
            cells=tuple(await reader.cells(census)),
            exposures=census.exposures,
            refused=await refused_by(connection, experiment.id, now),
            as_of=now,
            source=ws.store.dialect,
        )


@dataclass(frozen=True)
class _Reader:
    """Reads one experiment's roll-up within one transaction."""

    engine: StoreEngine
    experiment: Experiment
    split: Split

    async def census(self) -> Census:
        found, engine = self.experiment, self.engine
        days = Days(found.timezone).between(found.start_at, engine.as_of)
        rows: list[Sequence[Any]] = []
        for reason in (None, *(row[0] for row in await engine.rows(reasons_text(found)))):
            text = census_text(found, days, reason, DIALECTS[engine.name].moment)
            for variant, phase, day_us, users in await engine.rows(text):
                if users:
                    rows.append((variant, phase, None, day_us, reason, users))
        census = Census.of(found, "none" if self.split == "segment" else self.split, rows)
        if self.split != "segment":
            return census
        counted = await engine.rows(segments_text(found))
        users = {(found.variants[int(variant)].id, str(segment)): int(n) for variant, segment, n in counted}
        return replace(census, users=users)

    async def cells(self, census: Census) -> list[Cell]:
        plan = replace(Plan.of(self.experiment, self.split), users=census.total)
        excluded = any(exposure.excluded for exposure in census.exposures)
        plan = await self._with_caps(plan, excluded=excluded)
        rows = await self._summed(plan, excluded=excluded)
        better = shifts_that_hold(plan, census, rows)
        if better is not None:
            plan, rows = better, await self._summed(better, excluded=excluded)
        cells = cells_of(plan, census, rows)
        if self.split != "day" and any(shape.kind == "quantile" for shape in plan.shapes):
            cells += await quantiles_on(self.engine, plan, census)
        return cells

    async def _summed(self, plan: Plan, *, excluded: bool) -> list[Sequence[Any]]:
        found: list[Sequence[Any]] = []
        us = DIALECTS[self.engine.name].us("a.assigned_at")
        for number, shape in enumerate(plan.shapes):
            if shape.kind != "quantile":
                text = moments_text(plan, number, us, excluded=excluded, double=self.engine.double)
                variables = shape.variables(pre_period=plan.pre_period)
                found += [pad(row, number, variables) for row in await self.engine.rows(text)]
        return found

    async def _with_caps(self, plan: Plan, *, excluded: bool) -> Plan:
        shapes = []
        for number, shape in enumerate(plan.shapes):
            share = shape.metric.definition.cap
            if share is None:
                shapes.append(shape)
                continue
            caps: list[float | None] = [None, None]
            for side in range(2 if shape.has_denominator else 1):
                caps[side] = await self._cap(plan, number, side, share, excluded=excluded)
            shapes.append(replace(shape, caps=(caps[0], caps[1])))
        return plan.with_shapes(shapes)

    async def _cap(self, plan: Plan, number: int, side: int, share: float, *, excluded: bool) -> float | None:
        ((positive, busy),) = await self.engine.rows(signs_text(plan, number, side, excluded=excluded))
        positive, busy = int(positive or 0), int(busy or 0)
        of_all, of_busy = None, None
        if place_from_the_top(plan.users, share) <= positive:
            of_all = await self._at(
                plan, number, side, place_from_the_top(plan.users, share), excluded=excluded
            )
        elif busy > 0 and place_from_the_top(busy, share) <= positive:
            of_busy = await self._at(plan, number, side, place_from_the_top(busy, share), excluded=excluded)
        return cap_of(plan.users, share, positive, busy, of_all, of_busy)

    async def _at(self, plan: Plan, number: int, side: int, place: int, *, excluded: bool) -> float:
        ((value,),) = await self.engine.rows(place_text(plan, number, side, place, excluded=excluded))
        return float(value)

"""From an experiment to its sums, on any engine: who was exposed, caps, sums, quantiles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from ag2_marketing_tools.experiments.model import Experiment
from ag2_marketing_tools.experiments.suffstats.caps import cap_of
from ag2_marketing_tools.experiments.suffstats.cells import cells_of, shifts_that_hold
from ag2_marketing_tools.experiments.suffstats.census import Census
from ag2_marketing_tools.experiments.suffstats.model import Cell, Split, Sums
from ag2_marketing_tools.experiments.suffstats.plan import Plan
from ag2_marketing_tools.experiments.suffstats.spots import quantile_cells, ranks_around
from ag2_marketing_tools.experiments.suffstats.text import Head, statement

Rows = Sequence[Sequence[Any]]


class Engine(Protocol):
    """Something that runs the SQL text over events and exposures."""

    @property
    def name(self) -> str:
        """What `Sums.source` says."""
        ...

    @property
    def double(self) -> str:
        """Its type of double-precision numbers."""
        ...

    def relations(self) -> Mapping[str, str]:
        """Return `events` and `exposures` in this engine's words."""
        ...

    async def rows(self, text: str) -> Rows:
        """Run a statement."""
        ...


async def sums_on(
    engine: Engine,
    experiment: Experiment,
    *,
    split: Split,
    as_of: datetime,
    refused: Mapping[str, int] | None = None,
    late: int | None = None,
) -> Sums:
    """Compute an experiment's sums by the SQL text on one engine."""
    plan = Plan.of(experiment, split)
    census = Census.of(experiment, split, await _run(engine, plan, "exposures"))
    plan = replace(plan, users=census.total)
    plan = await _with_caps(engine, plan)
    cells = await _summed(engine, plan, census)
    if split != "day" and any(shape.kind == "quantile" for shape in plan.shapes):
        cells += await quantiles_on(engine, plan, census)
    return Sums(
        cells=tuple(cells),
        exposures=census.exposures,
        refused=dict(refused or {}),
        late=late,
        as_of=as_of,
        source=engine.name,
    )


async def _run(engine: Engine, plan: Plan, head: Head) -> Rows:
    return await engine.rows(statement(head, {**engine.relations(), **plan.relations(double=engine.double)}))


async def _with_caps(engine: Engine, plan: Plan) -> Plan:
    """Return the plan with the caps of its metrics: pooled over all variants, the same for each."""
    if all(shape.metric.definition.cap is None for shape in plan.shapes):
        return plan
    found: dict[tuple[int, int], float | None] = {}
    for metric, side, positive, busy, of_all, of_busy in await _run(engine, plan, "caps"):
        share = plan.shapes[int(metric)].metric.definition.cap
        if share is not None:
            found[int(metric), int(side)] = cap_of(
                plan.users, share, int(positive), int(busy), of_all, of_busy
            )
    shapes = [
        replace(shape, caps=(found.get((number, 1)), found.get((number, 2))))
        for number, shape in enumerate(plan.shapes)
    ]
    return plan.with_shapes(shapes)


async def _summed(engine: Engine, plan: Plan, census: Census) -> list[Cell]:
    """Return the cells of sums, summed again with other shifts where the first ones were too far from the mean."""
    rows = await _run(engine, plan, "sums")
    better = shifts_that_hold(plan, census, rows)
    if better is not None:
        plan = better
        rows = await _run(engine, plan, "sums")
    return cells_of(plan, census, rows)


async def quantiles_on(engine: Engine, plan: Plan, census: Census) -> list[Cell]:
    """Return the cells of quantiles: first the quantile and its users, then the values at the ranks around it."""
    first = await _run(engine, plan, "quantiles")
    ranks = ranks_around(plan, first)
    rows = await _run(engine, replace(plan, ranks=ranks), "quantiles") if ranks else first
    return quantile_cells(plan, census, rows, ranks)

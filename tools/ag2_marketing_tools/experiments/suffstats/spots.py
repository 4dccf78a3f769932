"""Cells of quantile metrics: the quantile, how users lie around it, and the values at ranks that bound it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ag2_marketing_tools.experiments.suffstats.cells import part_of
from ag2_marketing_tools.experiments.suffstats.census import Census
from ag2_marketing_tools.experiments.suffstats.model import Cell, QuantileSums
from ag2_marketing_tools.experiments.suffstats.plan import Plan
from ag2_marketing_tools.experiments.suffstats.text import Value
from ag2_marketing_tools.statistics.moments import JointMoments
from ag2_marketing_tools.statistics.quantiles import clustered_ranks

Ranks = tuple[tuple[Value, ...], ...]


def ranks_around(plan: Plan, rows: Iterable[Sequence[Any]]) -> Ranks:
    """Return, per cell, the ranks of the quantile's interval with users as clusters (see `clustered_ranks`)."""
    found: list[tuple[Value, ...]] = []
    for row in rows:
        variant, number, name, metric = row[:4]
        below = _below(row)
        share = plan.shapes[int(metric)].metric.definition.quantile
        if below.count < 2 or share is None:
            continue
        ranks = clustered_ranks(below, share, confidence=plan.experiment.confidence_level)
        if ranks.lower is not None and ranks.upper is not None:
            found.append((int(variant), int(number), str(name), int(metric), ranks.lower, ranks.upper))
    return tuple(found)


def quantile_cells(plan: Plan, census: Census, rows: Iterable[Sequence[Any]], ranks: Ranks) -> list[Cell]:
    """Return the cells: one per quantile metric, variant and part, also where there are no values."""
    asked = {rank[:4]: rank[4:] for rank in ranks}
    found: dict[tuple[str, str | None, int], QuantileSums] = {}
    for row in rows:
        variant, number, name, metric, total, spot, low, high = row[:8]
        low_rank, high_rank = asked.get((int(variant), int(number), str(name), int(metric)), (None, None))
        bounded = isinstance(low_rank, int) and isinstance(high_rank, int)
        key = plan.experiment.variants[int(variant)].id, part_of(plan, census, number, name), int(metric)
        found[key] = QuantileSums(
            value=float(spot),
            values=int(total),
            below=_below(row),
            density_low=float(low) if bounded else None,
            density_high=float(high) if bounded else None,
            rank_low=_share(low_rank, total),
            rank_high=_share(high_rank, total),
        )
    nothing = QuantileSums(value=None, values=0, below=JointMoments.from_sums(0, (0, 0), ((0,), (0, 0))))
    return [
        Cell(
            variant_id=variant_id,
            metric=shape.metric.name,
            users=users,
            active=found.get((variant_id, part, number), nothing).below.count,
            joint=None,
            split=part,
            quantile=found.get((variant_id, part, number), nothing),
        )
        for (variant_id, part), users in sorted(census.users.items(), key=str)
        for number, shape in enumerate(plan.shapes)
        if shape.kind == "quantile"
    ]


def _below(row: Sequence[Any]) -> JointMoments:
    users, below, own, below_below, own_below, own_own = (int(value) for value in row[8:])
    return JointMoments.from_sums(users, (below, own), ((below_below,), (own_below, own_own)))


def _share(rank: Value, total: Any) -> float | None:
    return rank / int(total) if isinstance(rank, int) else None

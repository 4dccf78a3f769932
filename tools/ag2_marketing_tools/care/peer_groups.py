"""Other caregivers' stored figures: where one stands among them, and nothing of groups too small to hide in."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from statistics import quantiles
from typing import Annotated

from pydantic import Field
from sqlalchemy import func, select

from ag2_marketing_tools.care.facts import number
from ag2_marketing_tools.care.figures import CAREGIVER
from ag2_marketing_tools.marks import unit
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.metrics.tables import TableMetric
from ag2_marketing_tools.metrics.units import unit_named
from ag2_marketing_tools.tool import Result
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.schema import observation


class PeerGroup(Result):
    """Where a figure stands among other caregivers' own; figures are in the metric's unit."""

    peers: Annotated[int | None, unit("count")] = Field(description="Null where they are too few to be told.")
    percentile: float | None = Field(description="0 to 100 from the worst; those alike count half.")
    lower_quartile: float | None
    median: float | None
    upper_quartile: float | None
    reason: str | None


async def peers_figures(
    metrics: Mapping[str, TableMetric], *, without: str, ws: Workspace
) -> dict[str, list[float]]:
    """Return the latest figure of each other caregiver, by metric key, in the metric's unit.

    The keys of the regional and experience tables name the region and the group, so a key's caregivers are those
    of one region or group.
    """
    now = ws.clock.now()
    c = observation.c
    latest = func.row_number().over(
        partition_by=(c.subject_id, c.metric), order_by=(c.observed_at.desc(), c.source.desc(), c.id.desc())
    )
    ranked = (
        select(c.metric, c.value, c.unit, latest.label("place"))
        .where(
            c.subject_kind == CAREGIVER,
            c.subject_id != without,
            c.metric.in_(list(metrics)),
            c.observed_at <= now,
            c.observed_at >= now - timedelta(days=number("peers", "most_days_old")),
        )
        .subquery()
    )
    query = select(ranked.c.metric, ranked.c.value, ranked.c.unit).where(ranked.c.place == 1)
    found: dict[str, list[float]] = {}
    async with ws.store.read() as connection:
        for metric, value, given in await connection.execute(query):
            factor = _factor(given, metrics[metric].unit)
            if factor is not None:
                found.setdefault(metric, []).append(value * factor)
    return found


def peer_group(
    value: float | None, figures: Sequence[float], metric: TableMetric, *, least: int
) -> PeerGroup:
    """Return where a figure stands among the peers' figures; nothing where there are fewer than `least`."""
    if len(figures) < least:
        return _told(
            reason=say(
                "Fewer than {least} other caregivers were measured, so nothing is told of them.", least=least
            )
        )
    lower, middle, upper = quantiles(figures, n=4, method="inclusive")
    return _told(
        peers=len(figures),
        percentile=_percentile(value, figures, metric),
        lower_quartile=lower,
        median=middle,
        upper_quartile=upper,
    )


def _percentile(value: float | None, figures: Collection[float], metric: TableMetric) -> float | None:
    if value is None or metric.direction not in ("higher", "lower"):
        return None
    sign = -1.0 if metric.direction == "lower" else 1.0
    worse = sum(sign * one < sign * value for one in figures)
    alike = sum(one == value for one in figures)
    return 100.0 * (worse + 0.5 * alike) / len(figures)


def _told(
    *,
    peers: int | None = None,
    percentile: float | None = None,
    lower_quartile: float | None = None,
    median: float | None = None,
    upper_quartile: float | None = None,
    reason: str | None = None,
) -> PeerGroup:
    return PeerGroup(
        peers=peers,
        percentile=percentile,
        lower_quartile=lower_quartile,
        median=median,
        upper_quartile=upper_quartile,
        reason=reason,
    )


def _factor(source: str, target: str | None) -> float | None:
    """What brings a stored figure to the metric's unit; None where nothing does."""
    known, wanted = unit_named(source), unit_named(target) if target else None
    if known is None or wanted is None or known == wanted:
        return 1.0
    return float(known.factor / wanted.factor) if known.dimension == wanted.dimension else None

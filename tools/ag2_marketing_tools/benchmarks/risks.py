"""Risks: metrics that lag, and metrics that get worse, the most severe first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field

from ag2_marketing_tools.comparison import Position
from ag2_marketing_tools.marks import unit
from ag2_marketing_tools.standing import MetricStanding, MetricTrend, declines, finding, impact_of
from ag2_marketing_tools.tool import Result

Severity = Literal["high", "medium"]
_FAR = 2.0
"""Steps from leading beyond which a lagging metric is a high risk: one further step behind the lagging level."""


class Risk(Result):
    """A metric that lags, gets worse, or both; figures are in `unit`."""

    metric: str
    key: str
    title: str
    category: str
    severity: Severity
    position: Position
    declining: bool
    value: float | None
    unit: str | None
    level: str | None = Field(description="The lagging level, where it lags.")
    level_value: float | None
    gap: float | None
    gap_percent: Annotated[float | None, unit("percent")]
    slope_per_day: float | None
    finding: str


def risks_of(standings: Iterable[MetricStanding], trends: Iterable[MetricTrend]) -> list[Risk]:
    """Return the risks among a system's metrics.

    A risk is high where a metric lags and gets worse, or lags by more than the whole distance between the lagging and
    the leading level.
    """
    declining = {each.key: each for each in trends if each.trend == "declining"}
    found = [
        (impact_of(standing), _risk(standing, declining.get(standing.key)))
        for standing in standings
        if standing.position == "lagging" or standing.key in declining
    ]
    found.sort(key=lambda pair: (pair[1].severity != "high", -pair[0], pair[1].key))
    return [risk for _, risk in found]


def _risk(standing: MetricStanding, declining: MetricTrend | None) -> Risk:
    lags = standing.position == "lagging"
    gap = standing.gap_to(standing.floor) if lags else None
    severe = lags and (declining is not None or impact_of(standing) >= _FAR)
    sentences = [finding(standing, gap)] if gap else []
    if declining is not None:
        sentences.append(declines(declining))
    return Risk(
        metric=standing.metric,
        key=standing.key,
        title=standing.title,
        category=standing.category,
        severity="high" if severe else "medium",
        position=standing.position,
        declining=declining is not None,
        value=standing.value,
        unit=standing.unit,
        level=gap.level if gap else None,
        level_value=gap.level_value if gap else None,
        gap=gap.gap if gap else None,
        gap_percent=gap.gap_percent if gap else None,
        slope_per_day=declining.slope_per_day if declining else None,
        finding=" ".join(sentences),
    )

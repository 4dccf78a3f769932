"""What readers see of a standing: plain results with units, gaps and the reasons for what is missing."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from ag2_marketing_tools.comparison import Comparison, Position
from ag2_marketing_tools.marks import unit
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.metrics.tables import Direction
from ag2_marketing_tools.standing.facts import measurement_of, unit_of
from ag2_marketing_tools.standing.given import Refused, Unknown
from ag2_marketing_tools.standing.position import Placed
from ag2_marketing_tools.standing.terms import percentile_note
from ag2_marketing_tools.tool import Result


class PositionCounts(Result):
    """How many metrics stand where."""

    leading: Annotated[int, unit("count")] = 0
    competitive: Annotated[int, unit("count")] = 0
    lagging: Annotated[int, unit("count")] = 0
    inconclusive: Annotated[int, unit("count")] = 0
    unmeasured: Annotated[int, unit("count")] = 0


class LevelGap(Result):
    """The distance to one level; positive is better than the level."""

    level: str
    level_value: float
    gap: float
    gap_percent: Annotated[float | None, unit("percent")]
    reached: bool | None = Field(description="Null where the figure's error does not allow to say.")


class MetricStanding(Result):
    """One metric, its figure and where it stands; figures are in `unit`, gaps too."""

    metric: str = Field(description="Its path within the system.")
    key: str
    title: str
    category: str
    position: Position
    value: float | None
    unit: str | None
    unit_text: str | None
    direction: Direction
    n: Annotated[int | None, unit("count")]
    gaps: list[LevelGap]
    floor: str | None = Field(description="Below this level the figure lags.")
    ceiling: str | None = Field(description="From this level on it leads.")
    percentile: float | None = Field(description="Among peers, 0 to 100 from the worst.")
    percentile_note: str | None
    lower: float | None = Field(description="Lower end of the figure's confidence interval.")
    upper: float | None
    p_value: float | None
    p_adjusted: float | None = Field(description="Adjusted for all metrics judged together.")
    method: str
    reason: str | None = Field(description="Why something is missing or undecided.")
    note: str | None
    observed_at: datetime | None
    source: str | None = Field(description="Where the levels come from.")
    measured_by: str | None

    def gap_to(self, level: str | None) -> LevelGap | None:
        """Return the gap to a level, or None where it has no figure."""
        return next((gap for gap in self.gaps if gap.level == level), None)


class UnknownMetric(Result):
    """A name that stands for no metric, or for several."""

    metric: str
    nearest: list[str]


class RefusedMetric(Result):
    """A figure that cannot be used."""

    metric: str
    reason: str
    remedy: str | None


def standing_view(placed: Placed) -> MetricStanding:
    """Return what readers see of one placed metric."""
    found, metric, figure = placed.comparison, placed.metric, placed.figure
    bound = measurement_of(placed.key)
    return MetricStanding(
        metric=metric.path,
        key=placed.key,
        title=metric.spoken_title,
        category=placed.category,
        unit=unit_of(placed.key, metric),
        unit_text=bound.name if bound else metric.spoken_unit_text,
        direction=metric.direction,
        note=metric.spoken_note,
        observed_at=figure.observed_at if figure else None,
        source=metric.source or metric.section,
        measured_by=figure.source if figure else None,
        **_compared(found),
    )


def _compared(found: Comparison) -> dict[str, Any]:
    interval = found.interval
    return {
        "position": found.position,
        "value": found.value,
        "n": found.n,
        "gaps": [
            LevelGap(
                level=gap.level,
                level_value=gap.level_value,
                gap=gap.gap,
                gap_percent=gap.gap_percent,
                reached=gap.reached,
            )
            for gap in found.gaps
        ],
        "floor": found.floor,
        "ceiling": found.ceiling,
        "percentile": found.percentile,
        "percentile_note": percentile_note(found),
        "lower": interval.lower if interval else None,
        "upper": interval.upper if interval else None,
        "p_value": found.p_value,
        "p_adjusted": found.p_adjusted,
        "method": found.method,
        "reason": None if found.reason is None else say(found.reason),
    }


def unknown_view(unknown: Unknown) -> UnknownMetric:
    """Return what readers see of a name that stands for no metric."""
    return UnknownMetric(metric=unknown.name, nearest=list(unknown.nearest))


def refused_view(refused: Refused) -> RefusedMetric:
    """Return what readers see of a figure that cannot be used."""
    return RefusedMetric(metric=refused.path, reason=refused.reason, remedy=refused.remedy)

"""What comes next for a metric, by the method that beat the naive forecast on what came before, or that one."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from ag2_marketing_tools.marks import unit
from ag2_marketing_tools.messages import count_of, say
from ag2_marketing_tools.metrics.tables import TableMetric
from ag2_marketing_tools.metrics.units import unit_named
from ag2_marketing_tools.standing.facts import is_signed, unit_of
from ag2_marketing_tools.time_series import Series, forecast
from ag2_marketing_tools.time_series.facts import whole
from ag2_marketing_tools.tool import Result

MOST_VALUES = 104
"""The latest values that a forecast looks at: two years of weeks. The time of a backtest grows with their number."""


class PredictedPoint(Result):
    """One step ahead; figures are in the prediction's unit."""

    at: datetime
    value: float
    lower: float
    upper: float


class Prediction(Result):
    """The next steps of one metric; figures are in `unit`."""

    key: str
    metric: str
    title: str
    unit: str | None
    points: list[PredictedPoint]
    method: str
    beats_naive: bool
    gain_percent: Annotated[float | None, unit("percent")]
    confidence: Annotated[float, unit("ratio")]
    n: Annotated[int, unit("count")]
    reason: str | None


def prediction_of(key: str, metric: TableMetric, series: Series, *, steps: int) -> Prediction:
    """Forecast a metric some steps of its series ahead, or say why that cannot be done."""
    series = Series(series.times[-MOST_VALUES:], series.values[-MOST_VALUES:], series.missing)
    found = forecast(series, steps, bounds=_bounds(key, metric))
    least = whole("forecast", "least_values")
    few = len(series) < least
    return Prediction(
        key=key,
        metric=metric.path,
        title=metric.spoken_title,
        unit=unit_of(key, metric),
        points=[
            PredictedPoint(at=point.time, value=point.central, lower=point.lower, upper=point.upper)
            for point in found.points
            if isinstance(point.time, datetime)
        ],
        method=found.method,
        beats_naive=found.beats_naive,
        gain_percent=found.gain_percent,
        confidence=found.confidence,
        n=found.n,
        reason=say(
            "There are {values}; a forecast needs at least {least}.",
            values=count_of(len(series), "value"),
            least=least,
        )
        if few
        else found.reason,
    )


def _bounds(key: str, metric: TableMetric) -> tuple[float | None, float | None]:
    if is_signed(key):
        return None, None
    known = unit_named(metric.unit) if metric.unit else None
    share = known is not None and known.dimension == "share"
    return 0.0, (1.0 / float(known.factor) if known is not None and share else None)

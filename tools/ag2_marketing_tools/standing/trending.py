"""Where a subject's metrics are heading, from its stored observations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.marks import unit
from ag2_marketing_tools.messages import count_of, say
from ag2_marketing_tools.metrics.tables import TableMetric
from ag2_marketing_tools.standing.facts import unit_of
from ag2_marketing_tools.standing.stored import series_of
from ag2_marketing_tools.standing.wording import difference
from ag2_marketing_tools.time_series import Direction, Series, Trend, TrendWord, trends
from ag2_marketing_tools.time_series.facts import whole
from ag2_marketing_tools.tool import Result
from ag2_marketing_tools.workspace.store.observations import Observation


class MetricTrend(Result):
    """One metric's trend; slopes are in `unit` per day."""

    key: str
    metric: str
    title: str
    trend: TrendWord
    unit: str | None
    n: Annotated[int, unit("count")]
    slope_per_day: float | None
    slope_lower: float | None
    slope_upper: float | None
    p_value: float | None
    p_adjusted: float | None
    first_at: datetime | None
    last_at: datetime | None
    missing: Annotated[int, unit("count")]
    method: str
    reason: str | None


def trends_of(
    history: Mapping[str, Sequence[Observation]], metrics: Mapping[str, TableMetric]
) -> list[MetricTrend]:
    """Return the trend of every metric that was observed, judged together, in the order of `metrics`.

    Args:
        history: A subject's observations by metric key.
        metrics: Metrics by key.
    """
    return trends_of_all({"": history}, metrics)[""]


def trends_of_all(
    histories: Mapping[str, Mapping[str, Sequence[Observation]]], metrics: Mapping[str, TableMetric]
) -> dict[str, list[MetricTrend]]:
    """Return the trends of many subjects' metrics, all judged together, as `trends_of` gives one's.

    Args:
        histories: Observations by subject and metric key.
        metrics: Metrics by key.
    """
    usable: dict[tuple[str, str], Series] = {}
    refused: dict[tuple[str, str], str] = {}
    for subject, history in histories.items():
        for key in metrics:
            if not history.get(key):
                continue
            try:
                usable[subject, key] = _series(history[key], metrics[key])
            except InvalidInput as error:
                refused[subject, key] = str(error)
    found = trends(usable, directions={at: _direction(metrics[at[1]]) for at in usable})
    return {
        subject: [
            _view(key, metric, found[at], usable[at])
            if (at := (subject, key)) in found
            else _unread(key, metric, len(history[key]), refused[at])
            for key, metric in metrics.items()
            if history.get(key)
        ]
        for subject, history in histories.items()
    }


def _series(observed: Sequence[Observation], metric: TableMetric) -> Series:
    """Return a metric's series.

    Raises:
        InvalidInput: Units that do not convert, or more values than a trend is looked for in.
    """
    series = series_of(observed, metric)
    if len(series) > whole("trend", "most_values"):
        raise InvalidInput(
            say(
                "There are {values}, more than a trend is looked for in; import them by day or week.",
                values=count_of(len(observed), "value"),
            )
        )
    return series


def _direction(metric: TableMetric) -> Direction:
    return "none" if metric.direction == "target_band" else metric.direction


def _view(key: str, metric: TableMetric, found: Trend, series: Series) -> MetricTrend:
    interval = found.interval_per_day
    few = found.word == "insufficient data"
    return MetricTrend(
        key=key,
        metric=metric.path,
        title=metric.spoken_title,
        trend=found.word,
        unit=unit_of(key, metric),
        n=found.n,
        slope_per_day=found.slope_per_day,
        slope_lower=interval.lower if interval else None,
        slope_upper=interval.upper if interval else None,
        p_value=found.p_value,
        p_adjusted=found.p_adjusted,
        first_at=_moment(series, 0),
        last_at=_moment(series, -1),
        missing=found.missing,
        method=found.method,
        reason=_too_few(found.n) if few else found.reason,
    )


def _too_few(n: int) -> str:
    return say(
        "There are {values}; a trend needs at least {least}.",
        values=count_of(n, "value"),
        least=whole("trend", "least_values"),
    )


def _unread(key: str, metric: TableMetric, n: int, reason: str) -> MetricTrend:
    nothing = dict.fromkeys(("slope_per_day", "slope_lower", "slope_upper", "p_value", "p_adjusted"))
    return MetricTrend(
        key=key,
        metric=metric.path,
        title=metric.spoken_title,
        trend="insufficient data",
        unit=unit_of(key, metric),
        n=n,
        first_at=None,
        last_at=None,
        missing=0,
        method="none",
        reason=reason,
        **nothing,
    )


def _moment(series: Series, place: int) -> datetime | None:
    moment = series.times[place] if series.times else None
    return moment if isinstance(moment, datetime) else None


def declines(trend: MetricTrend) -> str:
    """Return one sentence on a metric that gets worse."""
    return say(
        "{title} gets worse by {slope} a day, over {n} values.",
        title=trend.title,
        slope=difference(float(f"{abs(trend.slope_per_day or 0.0):.3g}"), trend.unit),
        n=trend.n,
    )

"""Where the KPIs are heading, what comes next, and which of them are beyond their lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import Field

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.kpi.alerts import Alert, alert_of, in_order
from ag2_marketing_tools.marks import unit
from ag2_marketing_tools.metrics.tables import TableMetric, Tables
from ag2_marketing_tools.standing import (
    MetricStanding,
    MetricTrend,
    Prediction,
    prediction_of,
    series_of,
    trends_of,
)
from ag2_marketing_tools.time_series import Series
from ag2_marketing_tools.tool import Result
from ag2_marketing_tools.workspace.store.observations import Observation

MONITORED = "EnhancedMonitoring"
MOST_PREDICTED = 24
"""A forecast with its backtest takes up to half a second; more of them than this would keep a reader waiting."""


class KpiTrends(Result):
    """KPIs by where they head, judged together, and their next steps."""

    improving: list[MetricTrend]
    declining: list[MetricTrend]
    stable: list[MetricTrend]
    insufficient_data: list[MetricTrend] = Field(description="Observed too seldom to say.")
    predictions: list[Prediction]
    predictions_left_out: Annotated[int, unit("count")] = Field(
        description="KPIs that were not predicted: those off target come first, then those that move."
    )


@dataclass(frozen=True)
class Seen:
    """What is known when a report is made.

    Attributes:
        tables: All tables.
        history: The company's and the system's observations by metric key.
        current: Each KPI with its current figure, by key.
        since: Older figures are not current.
        now: The report's time.
    """

    tables: Tables
    history: Mapping[str, Sequence[Observation]]
    current: Mapping[str, MetricStanding]
    since: datetime
    now: datetime

    def kpis(self) -> dict[str, TableMetric]:
        """Return the KPIs by key."""
        return {key: self.tables.metric(key) for key in self.current}

    def watched(self) -> dict[str, TableMetric]:
        """Return the metrics that may raise an alert, by key: the KPIs, and what is monitored of the system."""
        monitored = {f"{MONITORED}/{path}": metric for path, metric in self.tables.of(MONITORED).items()}
        return self.kpis() | monitored

    def series(self, key: str, metric: TableMetric) -> Series | None:
        """Return a metric's history in the unit of its levels; None where there is none that can be used."""
        observed = self.history.get(key)
        if not observed:
            return None
        try:
            return series_of(observed, metric)
        except InvalidInput:  # the unit does not convert, which the metric's own entry says
            return None


def outlook_of(seen: Seen, *, steps: int) -> KpiTrends:
    """Return the trends and predictions of every KPI that was observed."""
    kpis = seen.kpis()
    trends = trends_of(seen.history, kpis)
    moving = {each.key for each in trends if each.trend in ("improving", "declining")}
    usable = {key: series for key, metric in kpis.items() if (series := seen.series(key, metric)) is not None}
    ordered = sorted(usable, key=lambda key: (seen.current[key].position != "lagging", key not in moving))
    chosen = set(ordered[:MOST_PREDICTED])

    def heading(word: str) -> list[MetricTrend]:
        return [each for each in trends if each.trend == word]

    return KpiTrends(
        improving=heading("improving"),
        declining=heading("declining"),
        stable=heading("stable"),
        insufficient_data=heading("insufficient data"),
        predictions=[
            prediction_of(key, kpis[key], series, steps=steps)
            for key, series in usable.items()
            if key in chosen
        ],
        predictions_left_out=len(usable) - len(chosen),
    )


def alerts_of(seen: Seen, *, given: bool) -> list[Alert]:
    """Return the alerts that are on, critical ones first.

    Args:
        seen: What is known.
        given: The figures were given rather than stored: each decides alone, without a history.
    """
    found = []
    for key, metric in seen.watched().items():
        series = _given(seen, key) if given else seen.series(key, metric)
        if series is None or not series.times or not _is_current(series, seen.since):
            continue
        alert = alert_of(key, metric, series, seen.tables)
        if alert is not None:
            found.append(alert)
    return in_order(found)


def _given(seen: Seen, key: str) -> Series | None:
    current = seen.current.get(key)
    if current is None or current.value is None:
        return None
    return Series.of([seen.now], [current.value])


def _is_current(series: Series, since: datetime) -> bool:
    last = series.times[-1]
    return isinstance(last, datetime) and last >= since

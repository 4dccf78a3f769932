"""Alerts with hysteresis: the state of each metric is what its observations, in order, have made of it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal

from ag2_marketing_tools.kpi.tables import retired
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.metrics.tables import TableMetric, Tables
from ag2_marketing_tools.standing import amount, unit_of
from ag2_marketing_tools.time_series import Moment, Series
from ag2_marketing_tools.tool import Result

Severity = Literal["warning", "critical"]
_ORDER: Mapping[Severity | None, int] = {None: 0, "warning": 1, "critical": 2}
_TARGETS = ("target", "target_increase", "target_position_improvement")


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a metric's alerts, in its unit.

    Attributes:
        warning: Beyond it (below it, where higher is better) a warning is raised.
        critical: Beyond it the alert is critical.
        clear: Only at it or better the alert ends.
        lower_is_better: Which side of a line is beyond it.
        source: Where the lines come from.
    """

    warning: float
    critical: float
    clear: float
    lower_is_better: bool
    source: str

    def next(self, state: Severity | None, value: float) -> Severity | None:
        """Return the state after a figure."""
        raised: Severity | None = None
        if self._beyond(value, self.critical):
            raised = "critical"
        elif self._beyond(value, self.warning):
            raised = "warning"
        if _ORDER[raised] >= _ORDER[state] or not self._beyond(value, self.clear):
            return raised
        return state if raised == "warning" else "warning"

    def _beyond(self, value: float, line: float) -> bool:
        return value > line if self.lower_is_better else value < line


class Alert(Result):
    """A metric beyond its line; figures are in `unit`."""

    key: str
    metric: str
    title: str
    severity: Severity
    value: float
    unit: str | None
    threshold: float
    clear_at: float
    since: datetime | None
    observed_at: datetime | None
    message: str
    source: str


def alert_of(key: str, metric: TableMetric, series: Series, tables: Tables) -> Alert | None:
    """Return the alert that a metric's figures, in order of time, end in, or None.

    Args:
        key: The metric's key.
        metric: The metric.
        series: Its figures in the unit of its levels; at least one.
        tables: All tables, for the levels of the thresholds.
    """
    lines = lines_of(key, metric, tables)
    if lines is None or not series.values:
        return None
    state: Severity | None = None
    since: Moment | None = None
    for moment, value in zip(series.times, series.values, strict=True):
        before, state = state, lines.next(state, value)
        if state is not None and state != before:
            since = moment
    return None if state is None else _alert(key, metric, lines, state, since, series)


def lines_of(key: str, metric: TableMetric, tables: Tables) -> Lines | None:
    """Return the lines of a metric's alerts, or None where there are none: no target, or retired."""
    if retired(key) is not None:
        return None
    rules = _rules()
    lower = metric.direction == "lower"
    for line in rules["line"]:
        if line["metric"] == key:
            return Lines(line["warning"], line["critical"], line["clear"], lower, line["source"])
    for limit in rules["limit"]:
        if any(fnmatchcase(key, pattern) for pattern in limit["metrics"]):
            table = tables.metric(limit["levels"])
            warning, critical = table.levels["warning"], table.levels["critical"]
            clear = warning * rules["limits"]["clear_share"]
            return Lines(warning, critical, clear, lower, table.section or limit["levels"])
    return _about_target(metric, rules["target"])


def _about_target(metric: TableMetric, shares: Mapping[str, float]) -> Lines | None:
    target = next((metric.levels[name] for name in _TARGETS if name in metric.levels), None)
    if not target or metric.direction not in ("higher", "lower"):
        return None
    lower = metric.direction == "lower"

    def line(percent: float) -> float:
        return target + (1.0 if lower else -1.0) * abs(target) * percent / 100.0

    warning, critical, clear = (line(shares[f"{name}_percent"]) for name in ("warning", "critical", "clear"))
    return Lines(warning, critical, clear, lower, metric.source or metric.section or metric.path)


def _alert(
    key: str, metric: TableMetric, lines: Lines, state: Severity, since: Moment | None, series: Series
) -> Alert:
    last, value = series.times[-1], series.values[-1]
    threshold = lines.critical if state == "critical" else lines.warning
    return Alert(
        key=key,
        metric=metric.path,
        title=metric.spoken_title,
        severity=state,
        value=value,
        unit=unit_of(key, metric),
        threshold=threshold,
        clear_at=lines.clear,
        since=since if isinstance(since, datetime) else None,
        observed_at=last if isinstance(last, datetime) else None,
        message=_message(key, metric, lines, state, value, threshold),
        source=lines.source,
    )


def _message(
    key: str, metric: TableMetric, lines: Lines, state: Severity, value: float, threshold: float
) -> str:
    unit = unit_of(key, metric)
    values = {
        "title": metric.spoken_title,
        "value": amount(value, unit),
        "threshold": amount(threshold, unit),
        "clear": amount(lines.clear, unit),
    }
    if state == "critical":
        return say(
            "{title} is critical: {value}, with the line at {threshold}; it ends at {clear}.", **values
        )
    return say("{title} is a warning: {value}, with the line at {threshold}; it ends at {clear}.", **values)


@lru_cache(maxsize=1)
def _rules() -> Mapping[str, Any]:
    text = files("ag2_marketing_tools.kpi").joinpath("data", "alerts.toml").read_text("utf-8")
    return tomllib.loads(text)


def in_order(alerts: Sequence[Alert]) -> list[Alert]:
    """Return alerts, critical ones first, then those that lasted longest."""
    return sorted(
        alerts,
        key=lambda each: (-_ORDER[each.severity], each.since.timestamp() if each.since else 0.0, each.key),
    )

"""Alerts are raised beyond a line and end only well within it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ag2_marketing_tools.kpi.alerts import Alert, Lines, alert_of, in_order, lines_of
from ag2_marketing_tools.kpi.tables import kpi_tables
from ag2_marketing_tools.messages import speaking
from ag2_marketing_tools.time_series import Series

START = datetime(2026, 1, 1, tzinfo=UTC)
CPU = "EnhancedMonitoring/resource_metrics/cpu/usage_percent"
BOUNCES = "SEOMetrics/user_engagement/bounce_rate"
UPTIME = "SystemHealthMetrics/api_performance/availability"


def alert(key: str, *values: float) -> Alert | None:
    tables = kpi_tables(None)
    series = Series.of([START + timedelta(hours=hour) for hour in range(len(values))], values)
    return alert_of(key, tables.metric(key), series, tables)


@pytest.mark.parametrize(
    ("values", "severity"),
    [
        ((79.0,), None),  # the specification: warning at 80, critical at 90; it ends at 72
        ((81.0,), "warning"),
        ((91.0,), "critical"),
        ((81.0, 79.0), "warning"),  # within the warning line, but not yet clear
        ((81.0, 73.0, 79.0), "warning"),
        ((81.0, 72.0), None),
        ((81.0, 72.0, 79.0), None),  # once ended, it is raised only beyond the line
        ((91.0, 85.0), "critical"),  # back below critical, but still beyond the warning line
        ((91.0, 79.0), "warning"),
        ((91.0, 79.0, 85.0), "warning"),
        ((91.0, 70.0), None),
    ],
)
def test_an_alert_has_hysteresis(values: tuple[float, ...], severity: str | None) -> None:
    found = alert(CPU, *values)
    assert (found.severity if found else None) == severity


def test_a_figure_that_hovers_about_the_line_is_one_alert() -> None:
    found = alert(CPU, 70, 81, 79, 81, 79, 81)
    assert found is not None
    assert found.since == START + timedelta(hours=1)
    assert found.observed_at == START + timedelta(hours=5)


def test_a_target_that_is_missed_by_far_is_an_alert() -> None:
    # bounce rate: target 35; warning beyond 10 percent of it (38.5), critical beyond 25 (43.75), ends at 36.75
    assert alert(BOUNCES, 38.5) is None
    warned, critical = alert(BOUNCES, 38.6), alert(BOUNCES, 44)
    assert warned is not None
    assert critical is not None
    assert (warned.severity, warned.threshold, warned.clear_at) == ("warning", 38.5, 36.75)
    assert critical.severity == "critical"
    assert critical.message == "Bounce rate is critical: 44 %, with the line at 43.75 %; it ends at 36.75 %."
    with speaking("de"):
        german = alert(BOUNCES, 44)
    assert german is not None
    assert german.message == (
        "Absprungrate ist kritisch: 44 %, bei einer Grenze von 43,75 %; der Alarm endet bei 36,75 %."
    )


def test_availability_has_lines_of_its_own() -> None:
    assert alert(UPTIME, 99.95) is None
    warned, critical = alert(UPTIME, 99.92), alert(UPTIME, 99.89)
    assert [found and found.severity for found in (warned, critical)] == ["warning", "critical"]


def test_a_retired_metric_and_one_without_a_target_raise_none() -> None:
    tables = kpi_tables(None)
    for path in ("technical_seo/core_web_vitals/fid", "technical_seo/page_load_speed/mobile_score"):
        key = f"SEOMetrics/{path}"
        assert lines_of(key, tables.metric(key), tables) is None


def test_a_mirrored_metric_has_the_mirrored_alerts() -> None:
    up = Lines(warning=80, critical=90, clear=72, lower_is_better=True, source="")
    down = Lines(warning=-80, critical=-90, clear=-72, lower_is_better=False, source="")
    state = mirrored = None
    for value in (70, 85, 95, 85, 79, 75, 72, 79, 81, 60):
        state, mirrored = up.next(state, value), down.next(mirrored, -value)
        assert state == mirrored


def test_critical_alerts_come_first_then_the_oldest() -> None:
    warned, critical = alert(BOUNCES, 30, 40), alert(CPU, 95)
    older = alert(UPTIME, 99.92)
    assert warned is not None
    assert critical is not None
    assert older is not None
    assert in_order([warned, older, critical]) == [critical, older, warned]

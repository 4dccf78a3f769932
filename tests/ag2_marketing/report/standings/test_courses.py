"""A metric over time: every value, level, change, outlier and forecast is drawn, said, and in the table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ag2_marketing.report.charts.plot import Plot, Trace
from ag2_marketing.report.standings.courses import course_plot
from ag2_marketing_tools.messages import speaking
from ag2_marketing_tools.observations.courses import (
    Change,
    CoursePoint,
    MetricCourse,
    Outlier,
)
from ag2_marketing_tools.standing import MetricTrend, Prediction
from ag2_marketing_tools.standing.predicting import PredictedPoint

START = datetime(2026, 1, 5, tzinfo=UTC)
VALUES = [90.0, 91.0, 60.0, 90.0, 84.0, 85.0, 84.0, 85.0]
KEY = "HomeCareIndustryBenchmarks/care_quality/patient_satisfaction/overall_satisfaction"


def week(number: int) -> datetime:
    return START + timedelta(weeks=number)


def prediction(**changes: Any) -> Prediction:
    given: dict[str, Any] = {
        "key": KEY, "metric": "overall_satisfaction", "title": "Satisfaction", "unit": "percent",
        "points": [PredictedPoint(at=week(8 + n), value=85.0, lower=80.0 - n, upper=89.0 + n) for n in range(2)],
        "method": "simple exponential smoothing", "beats_naive": True, "gain_percent": 12.5, "confidence": 0.9,
        "n": 8, "reason": None,
    }  # fmt: skip
    return Prediction(**{**given, **changes})


def trend(word: str = "declining", slope: float | None = -0.1, reason: str | None = None) -> MetricTrend:
    return MetricTrend.model_validate(
        dict.fromkeys(MetricTrend.model_fields)
        | {
            "key": KEY, "metric": "m", "title": "Satisfaction", "trend": word, "n": 8, "slope_per_day": slope,
            "missing": 0, "method": "Mann-Kendall", "unit": "percent", "reason": reason,
        }
    )  # fmt: skip


def course(**changes: Any) -> MetricCourse:
    given: dict[str, Any] = {
        "key": KEY, "metric": "m", "title": "Satisfaction", "unit": "percent", "direction": "higher",
        "levels": {"industry_average": 82.0, "our_targets": 92.0},
        "points": [CoursePoint(at=week(n), value=value) for n, value in enumerate(VALUES)], "observed": 8,
        "trend": trend(), "changes": [Change(at=week(4), before=90.0, after=84.5, p_value=0.01)],
        "outliers": [Outlier(at=week(2), value=60.0, expected=90.5)], "reason": None, "prediction": prediction(),
    }  # fmt: skip
    return MetricCourse(**{**given, **changes})


def drawn(**changes: Any) -> Plot:
    plot = course_plot(course(**changes))
    assert plot is not None
    return plot


def of(plot: Plot, shape: str, kind: str) -> list[Trace]:
    return [trace for trace in plot.traces if (trace.shape, trace.kind) == (shape, kind)]


def test_values_that_are_not_told_are_said_to_be_there() -> None:
    untold = {"withheld": 3, "withheld_reason": "3 values not told: fewer than 5 cases each."}

    assert "3 values not told: fewer than 5 cases each." in drawn(**untold).how
    assert "not told" not in drawn().how


def test_every_value_is_a_place_on_the_line_in_days_from_the_first() -> None:
    (line,) = of(drawn(), "line", "course")
    assert [(spot.x, spot.y) for spot in line.spots] == [(7.0 * n, value) for n, value in enumerate(VALUES)]


def test_the_band_closes_at_the_last_value_and_widens_over_the_forecast() -> None:
    (band,), (line,) = of(drawn(), "band", "forecast"), of(drawn(), "line", "forecast")
    assert (band.spots[0].x, band.spots[0].y) == (band.spots[-1].x, band.spots[-1].y) == (49.0, 85.0)
    assert sorted({spot.y for spot in band.spots}) == [79.0, 80.0, 85.0, 89.0, 90.0]
    assert [spot.y for spot in line.spots] == [85.0, 85.0, 85.0]
    assert band.name == "Forecast, band of 90 %"


def test_a_lasting_change_stands_between_the_medians_of_both_sides() -> None:
    (change,), medians = of(drawn(), "line", "change"), of(drawn(), "line", "median")
    assert {spot.x for spot in change.spots} == {28.0}
    assert [[spot.y for spot in one.spots] for one in medians] == [[90.0, 90.0], [84.5, 84.5]]
    assert [spot.x for one in medians for spot in one.spots] == [0.0, 28.0, 28.0, 49.0]


def test_what_stands_out_is_a_dot_that_says_what_was_to_be_expected() -> None:
    (dots,) = of(drawn(), "dots", "outlier")
    assert [(spot.x, spot.y) for spot in dots.spots] == [(14.0, 60.0)]
    assert "stands out" in dots.spots[0].words
    assert "90.5" in dots.spots[0].words


def test_levels_lie_across_and_within_the_axis() -> None:
    plot = drawn()
    assert [one.spots[0].y for one in (*of(plot, "line", "average"), *of(plot, "line", "target"))] == [
        82.0,
        92.0,
    ]
    heights = [spot.y for trace in plot.traces for spot in trace.spots if spot.y is not None]
    assert plot.y.low <= min(heights)
    assert max(heights) <= plot.y.high


def test_the_table_holds_each_value_and_each_step_ahead() -> None:
    rows = drawn().rows
    assert len(rows) == len(VALUES) + 2
    assert rows[0][0] == "Jan 5, 2026"
    assert rows[2][2].startswith("60")
    assert "level changed from 90 to 84.5" in rows[4][2]
    assert "79 to 90" in rows[-1][2]


def test_what_won_the_backtest_is_said_or_that_nothing_did() -> None:
    assert "simple exponential smoothing" in drawn().how
    assert "12.5 % less" in drawn().how
    naive = drawn(prediction=prediction(method="naive", beats_naive=False, gain_percent=0.0))
    assert "no other method did better" in naive.how
    none = drawn(
        prediction=prediction(points=[], method="none", beats_naive=False, reason="There are too few.")
    )
    assert "No forecast: There are too few." in none.how
    assert not of(none, "band", "forecast")


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (trend(), "Declining: −3 percentage points in 30 days."),
        (trend("improving", 0.02), "Improving: +0.6 percentage points in 30 days."),
        (trend("stable", 0.001), "No trend shown."),
        (trend("insufficient data", None, "There are 3 values."), "There are 3 values."),
        (None, "There are too few values to speak of a trend."),
    ],
)
def test_a_trend_is_said_with_its_size_only_where_there_is_one(
    told: MetricTrend | None, expected: str
) -> None:
    assert drawn(trend=told).how.startswith(expected)


def test_fewer_than_two_values_are_no_course() -> None:
    assert course_plot(course(points=[])) is None
    assert course_plot(course(points=[CoursePoint(at=START, value=1.0)])) is None


def test_it_is_drawn_from_stored_json_too_and_in_german() -> None:
    with speaking("de"):
        plot = course_plot(course().model_dump(mode="json"))
    assert plot is not None
    assert plot.rows[0][0] == "5. Jan. 2026"
    assert plot.title == "Satisfaction im Verlauf"

"""Forecasts: methods by the book, the contest with the naive one, intervals, and what is too little."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from made_series import NILE, PASSENGERS, daily, monthly, yearly
from statsmodels.tsa.holtwinters import Holt, SimpleExpSmoothing

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.time_series import Series, forecast
from ag2_marketing_tools.time_series.backtest import trials, winner
from ag2_marketing_tools.time_series.forecasting import drift, holt, naive, seasonal_naive, simple_smoothing

NAN = float("nan")


class TestMethods:
    def test_the_naive_method_repeats_the_last_value_and_its_error_grows_with_the_root(self) -> None:
        """By hand: jumps 1, 2, -2: root of their mean square is the root of 3."""
        found = naive(np.array([1.0, 2.0, 4.0, 2.0]), 4)
        assert found.central.tolist() == [2.0] * 4
        assert found.errors.tolist() == pytest.approx((np.sqrt(3) * np.sqrt([1, 2, 3, 4])).tolist())

    def test_drift_goes_on_along_the_line_from_the_first_to_the_last(self) -> None:
        """By hand: slope 1; jumps less the slope 0, 1, -1, root of 2 / 2; Hyndman's sqrt(h (1 + h / (T - 1)))."""
        found = drift(np.array([1.0, 2.0, 4.0, 4.0]), 2)
        assert found.central.tolist() == [5.0, 6.0]
        assert found.errors.tolist() == pytest.approx([np.sqrt(1 + 1 / 3), np.sqrt(2 * (1 + 2 / 3))])

    def test_the_seasonal_naive_method_repeats_the_last_season(self) -> None:
        found = seasonal_naive(np.array([1.0, 5.0, 2.0, 6.0]), 5, 2)
        assert found.central.tolist() == [2.0, 6.0, 2.0, 6.0, 2.0]
        assert found.errors.tolist() == pytest.approx(np.sqrt([1, 1, 2, 2, 3]).tolist())
        assert seasonal_naive(np.array([1.0, 5.0, NAN, 6.0]), 1, 2).central.tolist() == [1.0]

    def test_simple_smoothing_is_statsmodels(self) -> None:
        values = np.array(NILE, dtype=float)
        found = simple_smoothing(values, 3)
        theirs = SimpleExpSmoothing(values, initialization_method="estimated").fit()
        assert found.central.tolist() == pytest.approx([float(theirs.forecast(1)[0])] * 3, rel=0.02)
        alpha = theirs.params["smoothing_level"]
        sigma = np.sqrt(theirs.sse / 98)
        assert found.errors[2] == pytest.approx(sigma * np.sqrt(1 + 2 * alpha**2), rel=0.03)

    def test_holts_method_is_statsmodels(self) -> None:
        rng = np.random.default_rng(2)
        values = 20 + 0.8 * np.arange(60) + rng.normal(0, 2, 60)
        theirs = Holt(values, initialization_method="estimated").fit()
        assert holt(values, 4).central.tolist() == pytest.approx(theirs.forecast(4).tolist(), abs=1.0)

    @pytest.mark.parametrize("method", [naive, drift, simple_smoothing, holt])
    def test_a_hole_is_not_filled_and_the_line_runs_on_through_it(self, method) -> None:  # type: ignore[no-untyped-def]
        line = 3.0 + 2.0 * np.arange(20)
        holed = line.copy()
        holed[[4, 9, 10, 15]] = NAN
        whole, found = method(line, 2), method(holed, 2)
        assert np.isfinite(found.central).all()
        if method in (drift, holt):
            assert found.central.tolist() == pytest.approx([43.0, 45.0]) == whole.central.tolist()
        if method is naive:
            assert found.central.tolist() == whole.central.tolist()


class TestContest:
    def test_a_random_walk_is_left_to_the_naive_method_or_to_one_that_did_better_before(self) -> None:
        values = np.random.default_rng(5).standard_normal(60).cumsum()
        found = forecast(daily(values.tolist()), 5, period=1)
        scores = {score.method: score.mase for score in found.scores}
        assert set(scores) == {"naive", "drift", "simple exponential smoothing", "Holt's linear trend"}
        best = min(score for score in scores.values() if score is not None)
        naive_score = scores["naive"]
        assert naive_score is not None
        assert found.beats_naive == (best < 0.95 * naive_score)
        assert found.beats_naive or (found.method, found.gain_percent) == ("naive", 0.0)

    def test_where_each_value_is_a_surprise_naive_wins(self) -> None:
        """Steps up and down that undo nothing: the last value is the best guess."""
        values = np.random.default_rng(11).standard_normal(200).cumsum()
        found = forecast(daily(values.tolist()), 1, period=1)
        assert (found.method, found.beats_naive, found.gain_percent) == ("naive", False, 0.0)
        assert found.points[0].central == values[-1]

    def test_a_season_is_won_by_a_seasonal_method(self) -> None:
        known = [float(x) for x in PASSENGERS[:60]]
        found = forecast(monthly(known, 1949), 6)
        assert found.method in ("seasonal naive", "Holt-Winters")
        assert found.beats_naive
        assert (found.gain_percent or 0.0) > 25
        assert [point.time for point in found.points] == [date(1954, m, 1) for m in range(1, 7)]

    def test_a_line_is_won_by_a_method_that_follows_it_and_the_gain_is_what_the_scores_say(self) -> None:
        rng = np.random.default_rng(3)
        values = 2.0 * np.arange(40) + rng.normal(0, 1, 40)
        found = forecast(daily(values.tolist()), 5, period=1)
        assert found.method in ("drift", "Holt's linear trend")
        scores = {score.method: score.mase or 0.0 for score in found.scores}
        assert found.gain_percent == pytest.approx(100 * (1 - scores[found.method] / scores["naive"]))
        assert [point.central for point in found.points] == pytest.approx(
            [2.0 * (40 + i) for i in range(5)], abs=3
        )

    def test_no_method_sees_what_came_after_its_origin(self) -> None:
        row = np.random.default_rng(3).standard_normal(30).cumsum()
        found, chosen = trials(row, 2, None)
        for index, at in enumerate(chosen):
            assert found[0].errors[index].tolist() == pytest.approx((row[at : at + 2] - row[at - 1]).tolist())
        assert winner(found).method in {trial.method for trial in found}

    def test_the_score_is_the_mean_absolute_scaled_error(self) -> None:
        """By hand: up and down by 1; one step ahead the naive method errs by 1 everywhere, two ahead by 0."""
        row = np.array([0.0, 1.0] * 10)
        assert trials(row, 1, None)[0][0].mase == pytest.approx(1.0)
        assert trials(row, 2, None)[0][0].mase == pytest.approx(0.5)


class TestIntervals:
    def test_they_hold_the_stated_share_of_what_comes(self) -> None:
        rng = np.random.default_rng(19)
        within = []
        for _ in range(60):
            walk = rng.standard_normal(27).cumsum()
            noise = rng.standard_normal(27)
            for values in (walk, noise):
                found = forecast(daily(values[:24].tolist()), 3, period=1, confidence=0.9)
                within += [p.lower <= v <= p.upper for p, v in zip(found.points, values[24:], strict=True)]
        # Steps of one forecast go together: a third of them count.
        assert np.mean(within) >= 0.9 - 3 * np.sqrt(0.9 * 0.1 / (len(within) / 3))

    def test_they_widen_with_the_distance_and_with_what_the_backtest_showed(self) -> None:
        found = forecast(daily(np.random.default_rng(5).standard_normal(60).cumsum().tolist()), 5, period=1)
        widths = [point.upper - point.lower for point in found.points]
        assert widths == sorted(widths)
        assert found.widened_by >= 1.0
        assert found.backtest_coverage is not None
        assert found.confidence == 0.9

    def test_a_percentage_stays_a_percentage(self) -> None:
        values = [min(99.9, 80.0 + i) for i in range(24)]
        found = forecast(monthly(values), 6, period=1, bounds=(0.0, 100.0))
        assert all(0.0 <= p.lower <= p.central <= p.upper <= 100.0 for p in found.points)


class TestTooLittle:
    @pytest.mark.parametrize(
        ("series", "horizon", "why"),
        [
            (monthly([1.0, 2.0, 4.0]), 1, "at least 12"),
            (Series.of([], []), 1, "at least 12"),
            (monthly([float(i % 5) for i in range(14)]), 8, "7 ahead, not 8"),
            (monthly([3.0] * 24), 2, "do not vary"),
            (
                daily([3.0, 1.0, *(float(i % 4) if i % 2 else None for i in range(40))]),
                2,
                "equally spaced",
            ),
        ],
    )
    def test_it_is_said_and_nothing_is_forecast(self, series: Series, horizon: int, why: str) -> None:
        found = forecast(series, horizon)
        assert (found.points, found.method, found.beats_naive) == ((), "none", False)
        assert "Insufficient data" in (found.reason or "")
        assert why in (found.reason or "")

    def test_uneven_times_are_not_forecast(self) -> None:
        days = [i * i for i in range(20)]
        series = Series.of([date(2026, 1, 1) + timedelta(days=d) for d in days], [float(d % 7) for d in days])
        assert "equally spaced" in (forecast(series, 2).reason or "")

    def test_holes_are_counted_not_filled(self) -> None:
        values: list[float | None] = [float(x) for x in NILE[:40]]
        values[7] = values[20] = None
        found = forecast(yearly(values, 1871), 3)
        assert (found.n, found.missing, len(found.points)) == (38, 2, 3)
        assert found.points[0].time == date(1911, 1, 1)

    def test_impossible_requests_are_refused(self) -> None:
        series = monthly([float(i % 5) for i in range(24)])
        for wrong in (
            {"horizon": 0},
            {"horizon": 1, "period": 0},
            {"horizon": 1, "confidence": 90.0},
            {"horizon": 1, "bounds": (1.0, 0.0)},
        ):
            with pytest.raises(InvalidInput):
                forecast(series, **wrong)  # type: ignore[arg-type]


def test_scaling_units_scales_the_forecast_and_changes_no_choice() -> None:
    series = daily(np.random.default_rng(7).standard_normal(40).cumsum().tolist())
    one, other = forecast(series, 3), forecast(series.scaled(100.0), 3)
    assert (one.method, one.widened_by) == (other.method, pytest.approx(other.widened_by))
    assert [100 * p.upper for p in one.points] == pytest.approx([p.upper for p in other.points])

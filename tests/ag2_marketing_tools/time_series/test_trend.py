"""Trends: the published tests' numbers, words by direction, and what is too little to say."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import permutations

import numpy as np
import pymannkendall
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_series import NILE, daily, monthly, remembering, yearly
from scipy import stats

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.time_series import Series, Trend, trend, trends
from ag2_marketing_tools.time_series.mann_kendall import exact_p, mann_kendall, score, variance_of_score
from ag2_marketing_tools.time_series.sen import sen_slopes

quick = settings(deadline=None, max_examples=60)
WALKS = st.integers(0, 10_000).map(lambda seed: np.random.default_rng(seed).standard_normal(40).cumsum())
ROUNDED = st.lists(st.integers(0, 6).map(float), min_size=12, max_size=40)


class TestAgainstOthers:
    @given(ROUNDED)
    @quick
    def test_with_ties_it_is_pymannkendalls_original_test(self, values: list[float]) -> None:
        if len(set(values)) == 1:
            return
        ours, theirs = mann_kendall(values), pymannkendall.original_test(values)
        assert (ours.score, ours.variance) == (theirs.s, pytest.approx(theirs.var_s))
        assert ours.p_value == pytest.approx(theirs.p, abs=1e-12)
        assert ours.tau == pytest.approx(theirs.Tau)

    @given(WALKS)
    @quick
    def test_as_published_hamed_and_raos_variance_is_pymannkendalls(self, values: np.ndarray) -> None:
        theirs = pymannkendall.hamed_rao_modification_test(values)
        if theirs.var_s <= 0:
            return
        ours = trend(daily(values.tolist()), period=1, autocorrelation="hamed-rao")
        assert ours.p_value == pytest.approx(theirs.p, abs=1e-9)
        assert ours.slope_per_day == pytest.approx(theirs.slope)

    @given(WALKS, st.sampled_from([4, 7, 12]))
    @quick
    def test_the_seasonal_test_is_pymannkendalls(self, values: np.ndarray, period: int) -> None:
        ours = trend(daily(values.tolist()), period=period, autocorrelation="none")
        theirs = pymannkendall.seasonal_test(values, period=period)
        assert ours.p_value == pytest.approx(theirs.p, abs=1e-12)
        assert ours.slope_per_step == pytest.approx(theirs.slope / period)

    @given(WALKS)
    @quick
    def test_sens_slope_and_its_interval_are_scipys(self, values: np.ndarray) -> None:
        found = sen_slopes(range(40), values.tolist())
        interval = found.interval(variance_of_score(values.tolist()), 0.95)
        theirs = stats.theilslopes(values, np.arange(40), alpha=0.95)
        assert (found.median, interval.lower, interval.upper) == (
            pytest.approx(theirs.slope), pytest.approx(theirs.low_slope), pytest.approx(theirs.high_slope)
        )  # fmt: skip

    def test_few_values_have_the_exact_distribution_counted_over_all_orders(self) -> None:
        scores = [abs(score(order)) for order in permutations(range(6))]
        for s in range(1, 16, 2):
            assert exact_p(float(s), 6) == pytest.approx(sum(one >= s for one in scores) / 720)
        assert exact_p(15.0, 6) == pytest.approx(stats.kendalltau(range(6), range(6), method="exact").pvalue)

    def test_the_nile_falls(self) -> None:
        """tau and p as scipy's rank correlation with time, which allows for ties as Kendall does."""
        found = trend(yearly([float(x) for x in NILE], 1871), direction="higher", autocorrelation="none")
        theirs = stats.kendalltau(range(100), NILE, variant="c")
        assert found.word == "declining"
        assert found.tau == pytest.approx(theirs.statistic, abs=0.01)
        assert found.p_value == pytest.approx(stats.kendalltau(range(100), NILE).pvalue, rel=0.05)


class TestWords:
    @pytest.mark.parametrize(
        ("direction", "up", "down"),
        [
            ("higher", "improving", "declining"),
            ("lower", "declining", "improving"),
            ("none", "rising", "falling"),
        ],
    )
    def test_direction_gives_the_word(self, direction: str, up: str, down: str) -> None:
        rises = [50.0 + i for i in range(20)]
        assert trend(monthly(rises), direction=direction).word == up  # type: ignore[arg-type]
        assert trend(monthly(rises[::-1]), direction=direction).word == down  # type: ignore[arg-type]

    def test_nearing_the_target_improves_from_either_side(self) -> None:
        for values in ([20.0 + i for i in range(20)], [80.0 - i for i in range(20)]):
            found = trend(monthly(values), direction="target", target=50.0)
            assert found.word == "improving"
            assert found.slope_per_step == pytest.approx(-1.0)
        assert (
            trend(monthly([50.0 + i for i in range(20)]), direction="target", target=50.0).word == "declining"
        )

    def test_values_that_never_change_are_stable(self) -> None:
        found = trend(monthly([7.0] * 20), direction="higher")
        assert (found.word, found.slope_per_step, found.p_value, found.tau) == ("stable", 0.0, 1.0, 0.0)

    def test_half_a_point_a_month_is_half_a_point_a_month(self) -> None:
        found = trend(monthly([80.0 + 0.5 * i for i in range(18)]), direction="higher")
        assert (found.slope_per_step, found.step, found.n) == (0.5, "month", 18)
        assert found.slope_per_day == pytest.approx(0.5 * 17 / 517)  # January 2020 to June 2021: 517 days

    def test_a_season_does_not_hide_a_trend_nor_pass_for_one(self) -> None:
        rng = np.random.default_rng(2)
        season = np.tile(10.0 * np.sin(np.arange(12) * np.pi / 6), 3)
        rising = season + 0.15 * np.arange(36) + rng.normal(0, 0.5, 36)
        assert trend(monthly(rising.tolist()), direction="higher").word == "improving"
        assert trend(monthly(rising.tolist()), direction="higher", period=1).word == "stable"
        assert trend(monthly((season + rng.normal(0, 0.5, 36)).tolist()), direction="higher").word == "stable"


class TestHoles:
    def test_too_few_values_are_insufficient_and_say_how_many_are_needed(self) -> None:
        found = trend(monthly([1.0, 2.0, 3.0, None, 5.0]), direction="higher")
        assert (found.word, found.n, found.missing, found.p_value) == ("insufficient data", 4, 1, None)
        assert "at least 8" in (found.reason or "")
        assert trend(Series.of([], [])).word == "insufficient data"

    def test_holes_are_counted_and_change_no_slope(self) -> None:
        values = [80.0 + 0.5 * i for i in range(18)]
        holed = [None if i in (3, 9, 10) else value for i, value in enumerate(values)]
        found = trend(monthly(holed), direction="higher")
        assert (found.slope_per_step, found.n, found.missing) == (0.5, 15, 3)

    def test_uneven_times_count_by_their_dates(self) -> None:
        days = [0, 1, 4, 5, 11, 12, 20, 33, 34, 50]
        series = Series.of([date(2026, 1, 1) + timedelta(days=d) for d in days], [2.0 * d for d in days])
        found = trend(series, direction="higher")
        assert (found.word, found.slope_per_day, found.step) == ("improving", 2.0, None)
        assert "not equally spaced" in (found.reason or "")


class TestRefusals:
    def test_impossible_requests(self) -> None:
        series = monthly([float(i) for i in range(20)])
        with pytest.raises(InvalidInput, match="target"):
            trend(series, direction="target")
        with pytest.raises(InvalidInput, match="season"):
            trend(series, period=0)
        with pytest.raises(InvalidInput, match="Error rate"):
            trend(series, error_rate=1.5)
        with pytest.raises(InvalidInput, match="Aggregate"):
            trend(daily([float(i % 7) for i in range(5001)]))
        with pytest.raises(InvalidInput, match="Correction"):
            trends({"a": series}, correction="hope")


class TestProperties:
    @given(WALKS, st.sampled_from([0.01, 100.0, 60.0]))
    @quick
    def test_scaling_units_changes_nothing_and_flipping_direction_mirrors(
        self, values: np.ndarray, factor: float
    ) -> None:
        series = daily(values.tolist())
        found, scaled = trend(series, direction="higher"), trend(series.scaled(factor), direction="higher")
        assert (found.word, found.tau) == (scaled.word, scaled.tau)
        assert found.p_value == pytest.approx(scaled.p_value)
        assert (found.slope_per_day or 0.0) * factor == pytest.approx(scaled.slope_per_day)
        mirrored = {"improving": "declining", "declining": "improving", "stable": "stable"}
        assert trend(series, direction="lower").word == mirrored[found.word]
        assert trend(series.scaled(-1.0), direction="higher").word == mirrored[found.word]

    @given(WALKS, st.randoms(use_true_random=False))
    @quick
    def test_the_order_in_which_values_come_changes_nothing(
        self, values: np.ndarray, shuffle: object
    ) -> None:
        pairs = list(zip(daily(values.tolist()).times, values.tolist(), strict=True))
        shuffle.shuffle(pairs)  # type: ignore[attr-defined]
        assert trend(Series.of(*zip(*pairs, strict=True))) == trend(daily(values.tolist()))


class TestErrorRates:
    @pytest.mark.parametrize(("memory", "most"), [(0.0, 0.05), (0.3, 0.07), (0.5, 0.09)])
    def test_values_that_remember_pass_for_trends_hardly_more_often_than_stated(
        self, memory: float, most: float
    ) -> None:
        """The published tests see a trend in 20 % of such series at a memory of 0.5; see benchmarks/."""
        rng, runs = np.random.default_rng(31), 400
        found = [trend(daily(remembering(rng, 24, memory).tolist()), period=1).word for _ in range(runs)]
        false = 1.0 - found.count("stable") / runs
        assert false <= most + 3 * np.sqrt(most * (1 - most) / runs)

    def test_of_many_metrics_without_trend_hardly_any_family_has_one(self) -> None:
        rng, runs = np.random.default_rng(8), 40
        families = [{str(i): daily(rng.standard_normal(24).tolist()) for i in range(20)} for _ in range(runs)]
        judged = [trends(family, correction="holm") for family in families]
        false = sum(any(found.word != "stable" for found in one.values()) for one in judged) / runs
        assert false <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / runs)

    def test_many_are_corrected_together_and_the_short_ones_do_not_count(self) -> None:
        rng = np.random.default_rng(1)
        weak = 0.045 * np.arange(30) + rng.standard_normal(30)
        family: dict[str, Series] = {"weak": daily(weak.tolist()), "short": daily([1.0, 2.0])}
        family |= {str(i): daily(rng.standard_normal(30).tolist()) for i in range(15)}
        alone: Trend = trend(family["weak"], direction="higher")
        judged = trends(family, directions={"weak": "higher"})
        assert alone.p_value is not None
        assert alone.p_value == judged["weak"].p_value
        assert alone.p_value <= (judged["weak"].p_adjusted or 0.0)
        assert judged["short"].word == "insufficient data"
        assert judged["short"].p_adjusted is None
        assert list(judged) == list(family)

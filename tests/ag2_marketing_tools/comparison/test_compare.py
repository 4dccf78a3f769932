"""One figure against its levels: gaps, positions, intervals, and what is refused."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ag2_marketing_tools.comparison import Comparison, Direction, Level, Levels, Measured, adjusted, compare
from ag2_marketing_tools.errors import InvalidInput

SATISFACTION = {"industry_average": 82.0, "market_leaders": 88.0, "our_targets": 92.0}
READMISSION = {"industry_average": 18.0, "market_leaders": 12.0, "our_targets": 10.0}


def placed(measured: Measured, levels: Levels = SATISFACTION, direction: Direction = "higher") -> Comparison:
    return compare(measured, levels, direction, "percent")


class TestPositions:
    @pytest.mark.parametrize(
        ("value", "position"),
        [(95, "leading"), (88, "leading"), (87.9, "competitive"), (82, "competitive"), (81.9, "lagging")],
    )
    def test_a_figure_alone_stands_where_it_lies_and_the_result_says_that_no_sample_size_is_known(
        self, value: float, position: str
    ) -> None:
        found = placed(Measured(value))
        assert found.position == position
        assert found.p_value is None
        assert found.interval is None
        assert "no sample size known" in (found.reason or "")

    @pytest.mark.parametrize(
        ("value", "position"), [(8, "leading"), (12, "leading"), (15, "competitive"), (18.1, "lagging")]
    )
    def test_of_a_metric_that_is_better_low_the_low_figures_lead(self, value: float, position: str) -> None:
        assert placed(Measured(value), READMISSION, "lower").position == position

    def test_many_visits_decide_and_few_do_not(self) -> None:
        assert placed(Measured(91.0, n=2000)).position == "leading"
        few = placed(Measured(91.0, n=100))
        assert (few.position, few.claim) == ("inconclusive", "leading")
        assert few.possible == ("competitive", "leading")
        assert placed(Measured(85.0, n=4000)).position == "competitive"
        assert placed(Measured(70.0, n=100)).position == "lagging"

    def test_a_single_level_is_reached_or_missed(self) -> None:
        target = {"target": 90.0}
        assert placed(Measured(93.0, n=3000), target).position == "leading"
        assert placed(Measured(85.0, n=3000), target).position == "lagging"
        straddling = placed(Measured(91.0, n=100), target)
        assert straddling.position == "inconclusive"
        assert straddling.possible == ("lagging", "leading")

    def test_limits_rank_from_critical_to_warning(self) -> None:
        limits = {"warning": 75.0, "critical": 90.0}
        found = [placed(Measured(load), limits, "lower").position for load in (60, 80, 95)]
        assert found == ["leading", "competitive", "lagging"]

    def test_an_average_alone_makes_its_better_target_the_line_of_leading(self) -> None:
        found = placed(Measured(95.0), {"industry_average": 82.0, "our_targets": 92.0})
        assert (found.position, found.floor, found.ceiling) == ("leading", "industry_average", "our_targets")

    def test_other_names_rank_by_the_reading_that_is_given_with_them(self) -> None:
        levels = [Level("regional median", 3.1, "average", 50.0), Level("regional best", 4.2, "leader", 95.0)]
        found = compare(Measured(4.3, unit="rating 0-5"), levels, "higher", "rating 0-5")
        assert (found.position, found.ceiling) == ("leading", "regional best")

    def test_a_metric_without_direction_is_not_judged_but_has_its_distance(self) -> None:
        found = compare(Measured(120.0, n=5, sd=10.0), {"current": 100.0}, "none", None)
        assert (found.position, found.gaps[0].gap, found.percentile) == ("inconclusive", 20.0, None)
        assert "not judged" in (found.reason or "")

    def test_what_is_best_at_its_target_is_judged_by_its_distance(self) -> None:
        levels = {"target": 50.0}
        for value, sd, position in [
            (51.0, 2.0, "leading"),
            (60.0, 2.0, "lagging"),
            (40.0, 2.0, "lagging"),
            (51.0, 40.0, "inconclusive"),
        ]:
            found = compare(Measured(value, n=25, sd=sd), levels, "target", "percent", tolerance=5.0)
            assert found.position == position, value
        assert compare(Measured(40.0), levels, "target", "percent", tolerance=5.0).gaps[0].gap == -5.0

    def test_what_has_no_figure_is_unmeasured_and_keeps_its_reason(self) -> None:
        found = placed(Measured(None, reason="The survey was not sent."))
        assert (found.position, found.gaps, found.percentile) == ("unmeasured", (), None)
        assert found.reason == "The survey was not sent."

    def test_without_any_level_there_is_no_position(self) -> None:
        found = placed(Measured(90.0, n=100), {"industry_average": None})
        assert found.position == "unmeasured"
        assert found.interval is not None
        assert found.reason == "No level of this metric has a figure."


class TestGaps:
    def test_gaps_are_positive_where_the_figure_is_better(self) -> None:
        assert [gap.gap for gap in placed(Measured(86.8)).gaps] == [4.8, -1.2, -5.2]
        lower = placed(Measured(14.0), READMISSION, "lower")
        assert [gap.gap for gap in lower.gaps] == [4.0, -2.0, -4.0]
        assert lower.gaps[0].gap_percent == pytest.approx(100 * 4 / 18)

    def test_a_gap_to_nothing_has_no_percentage(self) -> None:
        assert placed(Measured(1.0), {"target": 0.0}, "lower").gaps[0].gap_percent is None

    def test_each_level_says_whether_it_is_reached_as_far_as_the_error_allows(self) -> None:
        found = placed(Measured(91.0, n=400))
        assert [gap.reached for gap in found.gaps] == [True, None, None]
        gap = found.gap_to("industry_average")
        assert gap is not None
        assert gap.p_value is not None
        assert gap.p_value < 1e-5
        assert found.gap_to("median") is None


class TestIntervals:
    def test_shares_have_wilsons_interval(self) -> None:
        """Newcombe (1998), Stat. Med. 17:857, table I: 81 of 263 and 15 of 148, method 3."""
        for successes, trials, lower, upper in [(81, 263, 25.53, 36.62), (15, 148, 6.24, 16.05)]:
            interval = placed(Measured(100.0 * successes / trials, n=trials)).interval
            assert interval is not None
            assert (interval.lower, interval.upper) == (
                pytest.approx(lower, abs=0.005),
                pytest.approx(upper, abs=0.005),
            )

    def test_none_and_all_are_the_ends(self) -> None:
        all_of_them, none = placed(Measured(100.0, n=20)).interval, placed(Measured(0.0, n=20)).interval
        assert all_of_them is not None
        assert none is not None
        assert (all_of_them.upper, none.lower) == (100.0, 0.0)
        assert all_of_them.lower == pytest.approx(100 * 20 / (20 + 1.959964**2), abs=1e-3)

    def test_means_have_students(self) -> None:
        """By hand: 85 -/+ 2.0930 * 3 / sqrt(20); t of 19 degrees at 97.5 % from any table."""
        found = placed(Measured(85.0, n=20, sd=3.0))
        assert found.interval is not None
        assert found.interval.upper == pytest.approx(85 + 2.0930 * 3 / math.sqrt(20), abs=1e-3)
        assert found.position == "competitive"
        assert found.method == "Student's t"

    @pytest.mark.parametrize(
        ("measured", "why"),
        [
            (Measured(85.0, n=1, sd=0.0), "One unit"),
            (Measured(85.0, n=9, sd=0.0), "do not vary"),
            (Measured(85.0, n=9, share=False), "spread"),
            (Measured(150.0, n=9), "no share"),
            (Measured(None, observations=[85.0]), "One unit"),
        ],
    )
    def test_where_no_error_can_be_reckoned_the_figure_alone_decides_and_says_why(
        self, measured: Measured, why: str
    ) -> None:
        found = placed(measured)
        assert found.interval is None
        assert found.position in ("leading", "competitive")
        assert why in (found.reason or "")

    def test_few_observations_are_judged_by_t_and_many_are_resampled(self) -> None:
        few = placed(Measured(None, observations=[80.0, 85.0, 90.0]))
        many = placed(Measured(None, observations=[80.0 + i % 10 for i in range(50)]))
        assert (few.method, few.n) == ("Student's t", 3)
        assert (many.method, many.n) == ("bootstrap, BCa with widened tails", 50)
        assert many.value == pytest.approx(84.5)

    def test_with_few_units_near_all_wilsons_interval_alone_does_not_decide(self) -> None:
        """9 of 10 at a true share of 99 % happen in 9.6 % of cases: too often to call it lagging."""
        found = placed(Measured(90.0, n=10), {"target": 99.0})
        assert found.interval is not None
        assert found.interval.upper is not None
        assert found.interval.upper < 99.0
        assert found.position == "inconclusive"
        assert found.p_value == pytest.approx(2 * (1 - 0.99**10), abs=1e-9)


class TestUnits:
    def test_figures_are_brought_into_the_unit_of_the_levels(self) -> None:
        inquiry = {"industry_average": 4.0, "market_leaders": 2.0}
        found = compare(Measured(45, n=40, sd=30.0, unit="minutes"), inquiry, "lower", "hours")
        assert (found.value, found.position, found.gaps[0].gap) == (0.75, "leading", 3.25)
        assert placed(Measured(0.29, unit="ratio")).value == 29.0

    @pytest.mark.parametrize("unit", ["hours", "EUR", "wobbles"])
    def test_what_does_not_convert_is_refused(self, unit: str) -> None:
        with pytest.raises(InvalidInput):
            placed(Measured(45.0, unit=unit))

    def test_a_unit_that_no_catalogue_knows_fits_only_itself(self) -> None:
        levels = {"industry_average": 3.0}
        assert compare(Measured(4.0, unit="rating 0-5"), levels, "higher", "rating 0-5").position == "leading"
        with pytest.raises(InvalidInput, match="rating 0-5"):
            compare(Measured(80.0, unit="percent"), levels, "higher", "rating 0-5")

    def test_a_share_with_two_readings_is_asked_for_and_both_are_named(self) -> None:
        with pytest.raises(InvalidInput, match=r"0\.87 % .* 87 %"):
            placed(Measured(0.87, n=50, unit="percent"))
        with pytest.raises(InvalidInput, match=r"8700 % .* 87 %"):
            placed(Measured(87.0, n=50, unit="ratio"))

    def test_a_share_whose_unit_is_certain_is_taken_as_it_says(self) -> None:
        found = compare(Measured(0.87, unit="percent"), SATISFACTION, "higher", "percent", unit_certain=True)
        assert found.position == "lagging"

    @pytest.mark.parametrize(
        ("value", "levels"), [(0.8, {"target": 0.5}), (0.9, {"target": 5.0}), (0.0, {"target": 82.0})]
    )
    def test_small_shares_among_small_levels_are_not_doubted(self, value: float, levels: Levels) -> None:
        assert placed(Measured(value), levels, "lower").value == value


class TestRefusals:
    @pytest.mark.parametrize(
        "levels",
        [
            {"industry_average": 88.0, "market_leaders": 82.0},
            {"median": 80.0, "top_25_percent": 90.0, "top_10_percent": 85.0},
        ],
    )
    def test_levels_in_the_wrong_order(self, levels: Levels) -> None:
        with pytest.raises(InvalidInput, match="wrong order"):
            placed(Measured(85.0), levels)

    def test_levels_of_the_other_direction(self) -> None:
        with pytest.raises(InvalidInput, match="wrong order"):
            placed(Measured(85.0), SATISFACTION, "lower")
        with pytest.raises(InvalidInput, match="wrong order"):
            placed(Measured(85.0), {"critical": 75.0, "warning": 90.0}, "lower")

    @pytest.mark.parametrize("value", [math.nan, math.inf, "85", True])
    def test_figures_that_are_no_numbers(self, value: float) -> None:
        with pytest.raises(InvalidInput, match="not a number"):
            Measured(value)

    @pytest.mark.parametrize(("n", "sd"), [(-1, None), (0, None), (2.5, None), (10, -1.0), (10, math.nan)])
    def test_impossible_numbers_of_units_and_spreads(self, n: int, sd: float | None) -> None:
        with pytest.raises(InvalidInput):
            Measured(85.0, n=n, sd=sd)

    def test_observations_that_do_not_fit_their_number(self) -> None:
        with pytest.raises(InvalidInput, match="3 observations"):
            Measured(None, n=4, observations=[1.0, 2.0, 3.0])
        with pytest.raises(InvalidInput, match="not a number"):
            Measured(None, observations=[1.0, math.nan])

    def test_levels_that_are_no_numbers_or_given_twice(self) -> None:
        with pytest.raises(InvalidInput, match="market_leaders"):
            placed(Measured(85.0), {"market_leaders": math.nan})
        with pytest.raises(InvalidInput, match="twice"):
            placed(Measured(85.0), [Level("a", 1.0), Level("a", 2.0)])

    def test_a_target_metric_without_its_target_and_an_unknown_direction(self) -> None:
        with pytest.raises(InvalidInput, match="needs one target"):
            placed(Measured(85.0), {"industry_average": 1.0, "market_leaders": 2.0}, "target")
        with pytest.raises(InvalidInput, match="sideways"):
            placed(Measured(85.0), SATISFACTION, "sideways")  # type: ignore[arg-type]
        with pytest.raises(InvalidInput, match="tolerance"):
            compare(Measured(5.0), {"target": 5.0}, "target", None, tolerance=-1.0)


class TestTogether:
    def test_verdicts_made_together_need_more_evidence(self) -> None:
        """By hand: one p-value of 0.03 among three of 0.9 is 0.12 after either correction."""
        strong = placed(Measured(91.0, n=430))
        assert strong.position == "inconclusive"
        alone = [placed(Measured(92.0, n=370)), *(placed(Measured(88.1, n=50)) for _ in range(3))]
        assert alone[0].position == "leading"
        for method in ("holm", "benjamini-hochberg"):
            found = adjusted(alone, method=method)
            assert found[0].p_adjusted == pytest.approx(4 * (alone[0].p_value or 0.0))
            assert found[0].position == "inconclusive"
            assert found[0].interval == alone[0].interval

    def test_figures_that_decide_alone_do_not_count(self) -> None:
        tested = placed(Measured(92.0, n=1000))
        found = adjusted([placed(Measured(95.0)), tested, placed(Measured(None))])
        assert [one.position for one in found] == ["leading", "leading", "unmeasured"]
        assert found[1].p_adjusted == tested.p_value

    def test_an_unknown_correction_is_refused(self) -> None:
        with pytest.raises(InvalidInput, match="Correction"):
            adjusted([], method="hope")


def test_numbers_of_numpy_are_numbers_and_observations_go_before_a_rounded_figure() -> None:
    found = placed(Measured(np.float64(91.0), n=np.int64(2000)))
    assert (found.position, found.value) == ("leading", 91.0)
    assert placed(Measured(85.0, observations=[84.0, 85.5, 86.0])).value == pytest.approx(85.1666667)

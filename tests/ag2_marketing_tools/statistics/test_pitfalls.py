"""The pitfalls of experiment platforms that are about statistics alone, one test each, with their numbers.

The numbers are those of the list of 25 pitfalls that an experiment engine must avoid; the rest (assignment,
events, time zones, storage) is tested where those parts stand.
"""

from __future__ import annotations

import math

import pytest

from ag2_marketing_tools.statistics.bayesian import NormalPrior, effect_posterior
from ag2_marketing_tools.statistics.cuped import cuped_difference, theta
from ag2_marketing_tools.statistics.duration import days_needed, progress
from ag2_marketing_tools.statistics.effects import difference_of_means, fixed_horizon
from ag2_marketing_tools.statistics.group_sequential import at_look, peeking_error
from ag2_marketing_tools.statistics.means import welch
from ag2_marketing_tools.statistics.moments import JointMoments, Moments
from ag2_marketing_tools.statistics.multiplicity import holm
from ag2_marketing_tools.statistics.power import (
    power_of_proportions,
    size_by_baseline_variance,
    size_for_proportions,
)
from ag2_marketing_tools.statistics.proportions import Proportion, difference_of_proportions
from ag2_marketing_tools.statistics.ratios import difference_of_ratios
from ag2_marketing_tools.statistics.relative import relative_lift
from ag2_marketing_tools.statistics.sample_ratio import Phase, sample_ratio
from ag2_marketing_tools.statistics.sequential import confidence_sequence
from ag2_marketing_tools.statistics.small_samples import fisher_exact
from ag2_marketing_tools.statistics.stability import simpson
from ag2_marketing_tools.statistics.two_proportions import compare_proportions
from ag2_marketing_tools.statistics.winsorising import capped_moments, pooled_cap


def test_01_unequal_allocation_weighs_the_null_variance_and_the_expected_counts() -> None:
    assert power_of_proportions(0.1, 0.2, 154, ratio=2.0, both_tails=True) == pytest.approx(0.79957, abs=5e-6)
    assert sample_ratio([Phase((9_010, 990), (0.9, 0.1))]).mismatch is False


def test_02_a_rate_of_events_is_a_ratio_of_users_not_a_proportion_of_events() -> None:
    users = [(10.0, 10.0), (0.0, 10.0)] * 50
    arm = JointMoments.of([click for click, _ in users], [view for _, view in users])
    by_user = difference_of_ratios(arm, arm).standard_error
    by_event = difference_of_proportions(Proportion(500, 1000), Proportion(500, 1000)).standard_error
    assert by_user is not None
    assert by_event is not None
    assert by_user > 3.0 * by_event


def test_03_users_without_events_are_zeros_of_the_arm_not_missing() -> None:
    exposed, active = Moments.from_sums(1000, 500, 900), Moments.from_sums(400, 500, 900)
    assert exposed.mean == 0.5
    assert active.mean == 1.25
    assert exposed.variance == pytest.approx((900 - 1000 * 0.25) / 999)


def test_04_a_partial_result_shows_no_fixed_horizon_p_value() -> None:
    assert [round(peeking_error(looks), 3) for looks in (2, 5, 20)] == [0.083, 0.142, 0.248]
    effect = difference_of_means(Moments(500, 0.14, 499.0), Moments(500, 0.0, 499.0))
    single = fixed_horizon(effect).p_value
    always = confidence_sequence(effect).p_value
    assert single is not None
    assert always is not None
    assert single < 0.05 < always
    assert at_look(effect, 2.963).p_value is None


def test_05_the_best_of_several_variants_is_held_against_the_number_of_comparisons() -> None:
    control = Moments(1000, 0.0, 999.0)
    p = [welch(Moments(1000, mean, 999.0), control).p_value for mean in (0.09, -0.02, 0.01)]
    adjusted = holm(p)
    assert min(value for value in p if value is not None) < 0.05
    assert all(value is not None and value > 0.05 for value in adjusted)


@pytest.mark.parametrize(
    ("treatment", "control"),
    [
        ((0, 1000), (9, 1000)),
        ((1000, 1000), (991, 1000)),
        ((0, 10), (0, 10)),
        ((1, 1), (0, 1)),
        ((0, 0), (5, 10)),
    ],
)
def test_06_edges_have_an_answer_or_a_reason_but_no_nan_and_no_canned_p(
    treatment: tuple[int, int], control: tuple[int, int]
) -> None:
    answer = compare_proportions(Proportion(*treatment), Proportion(*control))
    for scale in (answer.absolute, answer.relative):
        assert scale.p_value is None or math.isfinite(scale.p_value)
        assert (scale.interval is None) <= bool(scale.reason)
    if 0 not in (treatment[1], control[1]):
        assert answer.absolute.p_value == fisher_exact(Proportion(*treatment), Proportion(*control))


def test_07_a_one_sided_p_value_is_a_question_of_its_own() -> None:
    a, b = Proportion(2, 17), Proportion(10, 13)
    two, one = fisher_exact(a, b), fisher_exact(a, b, alternative="less")
    assert (two, one) == pytest.approx((0.0005367, 0.0004652), abs=6e-8)
    arms = Moments(3461, 0.7, 133_000.0), Moments(3000, 0.4656, 51_727.0)
    sided, both = welch(*arms, alternative="greater"), welch(*arms)
    assert sided.p_value is not None
    assert both.p_value is not None
    assert sided.p_value < 0.05 < both.p_value


def test_08_a_relative_lift_without_a_baseline_is_none_and_a_negative_one_keeps_its_sign() -> None:
    nothing = difference_of_means(Moments(50, 5.0, 490.0), Moments(50, 0.1, 490.0))
    lift = relative_lift(nothing, fixed_horizon(nothing))
    assert lift.interval is None
    assert lift.reason
    loss = difference_of_means(Moments(1000, -12.0, 9990.0), Moments(1000, -10.0, 9990.0))
    worse = relative_lift(loss, fixed_horizon(loss))
    assert worse.estimate == pytest.approx(-0.2)
    assert worse.interval is not None
    assert worse.interval.upper is not None
    assert worse.interval.upper < 0.0


def test_09_a_p_value_far_out_is_small_but_not_zero() -> None:
    answer = welch(Moments(10**6, 0.02, 1e6), Moments(10**6, 0.0, 1e6))
    assert answer.statistic == pytest.approx(14.14, abs=0.01)
    assert answer.p_value is not None
    assert 0.0 < answer.p_value < 1e-40


def test_10_large_means_do_not_cancel() -> None:
    cents = [10**9 + step for step in range(1000)]
    shifted = Moments.from_sums(
        1000, float(sum(v - 10**9 for v in cents)), float(sum((v - 10**9) ** 2 for v in cents)), shift=1e9
    )
    assert shifted.variance == pytest.approx(1000 * 1001 / 12)


def test_18_arms_without_traffic_small_counts_and_the_alarm_level_of_the_sample_ratio() -> None:
    assert sample_ratio([Phase((5000, 5200, 0), (0.5, 0.5, 0.0))]).p_value == pytest.approx(0.0477, abs=5e-5)
    assert sample_ratio([Phase((8, 1), (0.5, 0.5))]).p_value == pytest.approx(20 / 512)
    assert sample_ratio([Phase((5000, 5300), (0.5, 0.5))]).mismatch is False  # p = 0.0031
    assert sample_ratio([Phase((5000, 5400), (0.5, 0.5))]).mismatch is True  # p = 8.8e-5


def test_19_theta_is_pooled_and_the_lift_is_over_the_raw_control_mean() -> None:
    treatment = JointMoments.from_sums(2800, (205, 110), ((510,), (-8, 380)))
    control = JointMoments.from_sums(2801, (280, 195), ((560,), (-18, 390)))
    effect = cuped_difference(treatment, control)
    assert theta((treatment, control)) == pytest.approx(-0.069566052, abs=1e-9)
    assert effect.baseline == pytest.approx(280 / 2801)
    assert effect.covariance is not None
    assert effect.covariance < 0.0


def test_20_the_cap_is_the_same_for_every_arm_and_applied_before_squaring() -> None:
    arms = [[(1.0, 99), (500.0, 1)], [(1.0, 99), (2.0, 1)]]
    cap = pooled_cap(arms, 0.995)
    assert cap == 2.0
    assert capped_moments(arms[0], upper=cap) == capped_moments(arms[1], upper=cap)


def test_21_a_sample_size_depends_on_the_formula_by_six_to_eighteen_percent() -> None:
    assert size_for_proportions(0.05, 0.06) / size_by_baseline_variance(0.05, 0.01) == pytest.approx(
        1.065, abs=1e-3
    )
    assert size_for_proportions(0.05, 0.08) / size_by_baseline_variance(0.05, 0.03) == pytest.approx(
        1.184, abs=1e-3
    )


def test_22_no_experiment_ends_within_a_week_and_progress_may_pass_one() -> None:
    assert days_needed(100, 1000.0) == 7
    state = progress([2500, 2600], [1000, 1000], days_run=5, daily_users=1000.0)
    assert state.progress == 2.5
    assert state.days_left == 2


def test_23_the_prior_is_reported_with_the_bayesian_answer() -> None:
    effect = fixed_horizon(difference_of_means(Moments(100, 1.0, 99.0), Moments(100, 0.0, 99.0)))
    prior = NormalPrior(0.0, 1.0)
    assert effect_posterior(effect, prior=prior).prior == prior
    assert effect_posterior(effect).prior is None


def test_24_a_change_of_allocation_that_reverses_the_sum_is_found() -> None:
    phases = [
        difference_of_proportions(Proportion(95, 100), Proportion(800, 900)),
        difference_of_proportions(Proportion(90, 900), Proportion(5, 100)),
    ]
    pooled = difference_of_proportions(Proportion(185, 1000), Proportion(805, 1000))
    answer = simpson(pooled, phases)
    assert answer is not None
    assert answer.reversed_sign

"""Strata combined into one effect, sizes by variance and margin, one mean, and edges of single units."""

from __future__ import annotations

import math

import pytest

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.statistics.cuped import cuped_by_several, cuped_difference
from ag2_marketing_tools.statistics.effects import difference_of_means, fixed_horizon
from ag2_marketing_tools.statistics.means import one_mean
from ag2_marketing_tools.statistics.moments import JointMoments, Moments
from ag2_marketing_tools.statistics.multiplicity import (
    benjamini_yekutieli,
    hochberg,
    holm,
    hommel,
    two_stage_adjusted,
)
from ag2_marketing_tools.statistics.power import size_for_means, size_for_proportions
from ag2_marketing_tools.statistics.power_by_variance import (
    continuity_corrected_size,
    power_by_variance,
    size_by_variance,
    size_for_margin,
    smallest_difference_by_variance,
    variance_left,
)
from ag2_marketing_tools.statistics.proportions import Proportion, difference_of_proportions
from ag2_marketing_tools.statistics.quantiles import QuantileEstimate, difference_of_quantiles
from ag2_marketing_tools.statistics.sample_ratio import Phase, sequential_sample_ratio
from ag2_marketing_tools.statistics.score import score_ratio
from ag2_marketing_tools.statistics.stratified import stratified_effect


def test_phases_of_a_changed_allocation_give_the_effect_that_their_sum_reverses() -> None:
    """Treatment is better in both phases, and worse in the sum, as it had the bad phase's traffic."""
    phases = [
        difference_of_proportions(Proportion(95, 100), Proportion(800, 900)),
        difference_of_proportions(Proportion(90, 900), Proportion(5, 100)),
    ]
    pooled = difference_of_proportions(Proportion(185, 1000), Proportion(805, 1000))
    whole = stratified_effect(phases)
    assert pooled.difference is not None
    assert pooled.difference < 0.0
    assert whole.difference == pytest.approx(0.5 * (95 / 100 - 800 / 900) + 0.5 * (90 / 900 - 5 / 100))
    assert whole.baseline == pytest.approx(0.5 * (800 / 900 + 5 / 100))
    assert fixed_horizon(whole).p_value is not None


def test_one_stratum_is_itself_and_equal_strata_halve_the_variance() -> None:
    effect = difference_of_means(Moments(100, 1.2, 99.0), Moments(100, 1.0, 99.0))
    alone, twice = stratified_effect([effect]), stratified_effect([effect, effect])
    assert alone.difference_variance == pytest.approx(effect.difference_variance)
    assert alone.degrees_of_freedom == pytest.approx(effect.degrees_of_freedom)
    assert effect.difference_variance is not None
    assert twice.difference_variance == pytest.approx(effect.difference_variance / 2)
    assert twice.degrees_of_freedom == pytest.approx(2 * (effect.degrees_of_freedom or 0.0))


def test_a_stratum_without_an_error_makes_the_whole_unknown_unless_it_has_no_weight() -> None:
    good = difference_of_means(Moments(100, 1.2, 99.0), Moments(100, 1.0, 99.0))
    bad = difference_of_means(Moments(1, 1.2, 0.0), Moments(100, 1.0, 99.0))
    assert "fewer than two units" in (stratified_effect([good, bad]).reason or "")
    assert stratified_effect([good, bad], weights=[1.0, 0.0]).difference == pytest.approx(0.2)
    for weights in ([1.0], [-1.0, 2.0], [0.0, 0.0], [math.inf, 1.0]):
        with pytest.raises(InvalidInput):
            stratified_effect([good, bad], weights=weights)
    with pytest.raises(InvalidInput):
        stratified_effect([])


def test_a_size_by_variance_is_the_textbooks_and_inverts() -> None:
    """Chow, Shao, Wang and Lokhnygina (2017), 3.2: (1.96 + 0.84) squared * 2 sigma squared / delta squared."""
    size = size_by_variance(5.0, 100.0, 100.0)
    assert size == pytest.approx(2 * 100 * (1.959964 + 0.841621) ** 2 / 25, rel=1e-6)
    assert power_by_variance(5.0, 100.0, 100.0, size) == pytest.approx(0.8)
    assert smallest_difference_by_variance(100.0, 100.0, size) == pytest.approx(5.0)
    assert size < size_for_means(5.0, 10.0) < size + 1.0  # the t test needs a little more


def test_unequal_variances_and_arms_are_weighed() -> None:
    size = size_by_variance(1.0, 4.0, 16.0, ratio=2.0)
    assert size == pytest.approx((4.0 + 16.0 / 2.0) * (1.959964 + 0.841621) ** 2, rel=1e-6)


def test_the_size_for_a_margin_is_the_textbooks() -> None:
    """Chow, Shao, Wang and Lokhnygina (2017), 4.2: 85 % beside 65 %, margin 10 points, alpha 5 %, power 80 %: 25."""
    assert math.ceil(size_for_margin(0.65, 0.85, 0.10)) == 25
    with pytest.raises(InvalidInput, match="beyond the margin"):
        size_for_margin(0.5, 0.4, 0.1)


def test_the_continuity_correction_adds_about_two_over_the_difference() -> None:
    plain = size_for_proportions(0.05, 0.06)
    corrected = continuity_corrected_size(plain, 0.05, 0.06)
    assert corrected - plain == pytest.approx(2 / 0.01, rel=0.01)
    with pytest.raises(InvalidInput):
        continuity_corrected_size(plain, 0.05, 0.05)


def test_cuped_needs_one_minus_the_squared_correlation_of_the_sample() -> None:
    assert variance_left(0.7) == pytest.approx(0.51)
    assert variance_left(-1.0) == 0.0
    with pytest.raises(InvalidInput):
        variance_left(1.1)


@pytest.mark.parametrize(
    "call",
    [
        lambda: size_by_variance(0.0, 1.0, 1.0),
        lambda: size_by_variance(1.0, -1.0, 1.0),
        lambda: size_by_variance(1.0, 0.0, 0.0),
        lambda: size_by_variance(1.0, 1.0, 1.0, sides=3),
        lambda: size_by_variance(1.0, 1.0, 1.0, power=0.02),
        lambda: power_by_variance(1.0, 1.0, 1.0, 0.0),
        lambda: smallest_difference_by_variance(1.0, 1.0, math.inf),
    ],
)
def test_designs_that_are_none_are_refused(call: object) -> None:
    with pytest.raises(InvalidInput):
        call()  # type: ignore[operator]


SLEEP = (
    [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0],
    [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4],
)


def test_students_own_paired_example() -> None:
    """R 4.2.2, `t.test(extra ~ group, data = sleep, paired = TRUE)`; Student (1908)."""
    answer = one_mean(Moments.of([a - b for a, b in zip(*SLEEP, strict=True)]))
    assert answer.statistic == pytest.approx(-4.0621, abs=5e-5)
    assert answer.p_value == pytest.approx(0.002833, abs=5e-7)
    assert answer.interval is not None
    assert (answer.interval.lower, answer.interval.upper) == pytest.approx((-2.4598858, -0.7001142), abs=5e-8)


@pytest.mark.parametrize("values", [[], [3.0], [3.0, 3.0]])
def test_one_mean_without_spread_has_a_reason(values: list[float]) -> None:
    answer = one_mean(Moments.of(values))
    assert answer.p_value is None
    assert answer.reason


@pytest.mark.parametrize(("a", "b"), [((1, 1), (5, 10)), ((5, 10), (0, 1)), ((1, 1), (0, 1))])
def test_a_proportion_of_one_unit_has_no_error_of_its_own(a: tuple[int, int], b: tuple[int, int]) -> None:
    effect = difference_of_proportions(Proportion(*a), Proportion(*b))
    assert effect.difference is not None
    assert effect.difference_variance is None
    assert "fewer than two units" in (effect.reason or "")


def test_a_quantile_whose_values_are_all_equal_in_one_arm_has_no_error() -> None:
    effect = difference_of_quantiles(
        QuantileEstimate(500, 3.0, 3.0, 3.0), QuantileEstimate(500, 2.0, 1.5, 2.5)
    )
    assert effect.difference == 1.0
    assert effect.difference_variance is None
    assert "equal in an arm" in (effect.reason or "")


def test_a_ratio_is_tested_against_a_margin_of_its_own() -> None:
    a, b = Proportion(180, 1000), Proportion(200, 1000)
    answer = score_ratio(a, b, alternative="greater", confidence=0.975, null=0.8)
    assert answer.interval is not None
    assert answer.interval.lower is not None
    assert answer.p_value is not None
    assert (answer.p_value < 0.025) == (answer.interval.lower > 0.8)
    edge = score_ratio(a, b, null=score_ratio(a, b).interval.lower)  # type: ignore[union-attr, arg-type]
    assert edge.p_value == pytest.approx(0.05, abs=1e-9)
    with pytest.raises(InvalidInput):
        score_ratio(a, b, null=0.0)


def test_the_sequential_sample_ratio_multiplies_the_evidence_of_phases() -> None:
    phase = Phase((5200, 4800), (0.5, 0.5))
    one, two = sequential_sample_ratio(phase), sequential_sample_ratio([phase, phase])
    assert one.p_value is not None
    assert two.p_value == pytest.approx(one.p_value**2)
    assert (
        sequential_sample_ratio([Phase((900, 100), (0.9, 0.1)), Phase((50, 50), (0.5, 0.5))]).mismatch
        is False
    )
    assert sequential_sample_ratio([Phase((0, 0), (0.5, 0.5))]).reason
    with pytest.raises(InvalidInput):
        sequential_sample_ratio(phase, prior_users=0.0)


def test_covariates_that_tell_nothing_leave_the_plain_test() -> None:
    arm = JointMoments.of([1.0, 2.0, 4.0], [5.0, 5.0, 5.0], [0.0, 0.0, 0.0])
    effect = cuped_by_several(arm, arm)
    assert effect.method == "Welch's t"
    assert effect.difference_variance == cuped_difference(arm, arm).difference_variance


def test_the_order_of_covariates_changes_nothing() -> None:
    y, a, b = [3.0, 1.0, 4.0, 1.5, 9.0, 2.0], [2.0, 1.0, 3.0, 1.0, 8.0, 2.5], [0.1, 0.7, 0.2, 0.9, 0.3, 0.4]
    control = [1.0, 2.0, 2.5, 1.5, 4.0, 3.0]
    one = cuped_by_several(JointMoments.of(y, a, b), JointMoments.of(control, b, a))
    other = cuped_by_several(JointMoments.of(y, b, a), JointMoments.of(control, a, b))
    assert one.difference == pytest.approx(other.difference)
    assert one.difference_variance == pytest.approx(other.difference_variance)


def test_step_up_adjustments_are_those_that_r_prints() -> None:
    """R, `p.adjust`; the two-stage ones by GraphPad Prism (statsmodels#8619) for Benjamini et al.'s (2006) example."""
    p = [0.001, 0.008, 0.039, 0.041, 0.9]
    assert holm(p) == pytest.approx([0.005, 0.032, 0.117, 0.117, 0.9])
    assert hommel(p) == pytest.approx([0.005, 0.032, 0.078, 0.082, 0.9])
    assert hochberg([0.001, 0.01, 0.2, 0.5, 0.99]) == pytest.approx([0.005, 0.04, 0.6, 0.99, 0.99])
    bky = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459]
    bky += [0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]
    prism = [0.0012, 0.0023, 0.0073, 0.0274, 0.0464, 0.0492, 0.0492, 0.0497]
    prism += [0.0589, 0.3742, 0.4475, 0.5505, 0.5800, 0.6262, 0.77]
    assert two_stage_adjusted(bky) == pytest.approx(prism, abs=6e-5)


def test_adjustments_leave_what_was_not_tested_alone() -> None:
    for adjust in (hochberg, hommel, benjamini_yekutieli, two_stage_adjusted):
        assert adjust([]) == []
        assert adjust([None]) == [None]
        assert adjust([None, 0.01, 1.0, 0.0])[0] is None

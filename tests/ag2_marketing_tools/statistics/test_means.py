"""Means and their relative lift: one decision on both scales, mirrored arms, units without influence."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.statistics.effects import difference_of_means, fixed_horizon
from ag2_marketing_tools.statistics.inference import Alternative, Inference
from ag2_marketing_tools.statistics.means import pooled_difference, student, welch
from ag2_marketing_tools.statistics.moments import Moments
from ag2_marketing_tools.statistics.relative import delta_method, relative_lift

quick = settings(deadline=None, max_examples=80)
ARMS = st.builds(
    lambda n, mean, deviation: Moments(n, mean, deviation * deviation * (n - 1)),
    st.integers(2, 10**6),
    st.integers(-100_000, 100_000).map(lambda thousandths: thousandths / 1000.0),
    st.floats(0.01, 100.0),
)
LEVELS = st.sampled_from([0.8, 0.9, 0.95, 0.99])
TAILS: tuple[Alternative, ...] = ("two-sided", "greater", "less")


def _bounds(answer: Inference) -> tuple[float, float]:
    assert answer.interval is not None
    assert answer.interval.lower is not None
    assert answer.interval.upper is not None
    return answer.interval.lower, answer.interval.upper


@given(ARMS, ARMS, LEVELS, st.sampled_from(TAILS))
@quick
def test_the_p_value_and_the_interval_come_to_the_same_decision(
    a: Moments, b: Moments, level: float, alternative: Alternative
) -> None:
    answer = welch(a, b, confidence=level, alternative=alternative)
    assert answer.p_value is not None
    assert answer.interval is not None
    assume(abs(answer.p_value - (1.0 - level)) > 1e-9)
    assert answer.interval.contains(0.0) == (answer.p_value >= 1.0 - level)
    assert answer.interval.contains(answer.estimate or 0.0)


@given(ARMS, ARMS)
@quick
def test_swapping_the_arms_mirrors_the_answer(a: Moments, b: Moments) -> None:
    answer, swapped = welch(a, b), welch(b, a)
    assert answer.interval is not None
    assert swapped.interval == answer.interval.mirrored()
    assert swapped.p_value == answer.p_value
    assert welch(a, b, alternative="greater").p_value == welch(b, a, alternative="less").p_value


@given(ARMS, ARMS, st.sampled_from([1e-6, 0.01, 100.0, 1e6]))
@quick
def test_another_unit_changes_no_decision_and_no_lift(a: Moments, b: Moments, factor: float) -> None:
    plain, scaled = welch(a, b), welch(a.scaled(factor), b.scaled(factor))
    assert scaled.p_value == pytest.approx(plain.p_value, rel=1e-7, abs=1e-300)
    lift = relative_lift(difference_of_means(a, b), plain)
    lift_scaled = relative_lift(difference_of_means(a.scaled(factor), b.scaled(factor)), scaled)
    assert (lift_scaled.estimate is None) == (lift.estimate is None)
    assert (lift_scaled.estimate or 0.0) == pytest.approx(lift.estimate or 0.0, rel=1e-9)
    assert (lift_scaled.interval is None) == (lift.interval is None)


@given(ARMS, ARMS, LEVELS, st.sampled_from(TAILS))
@quick
def test_the_relative_interval_never_contradicts_the_absolute_one(
    a: Moments, b: Moments, level: float, alternative: Alternative
) -> None:
    effect = difference_of_means(a, b)
    verdict = fixed_horizon(effect, confidence=level, alternative=alternative)
    lift = relative_lift(effect, verdict)
    assert verdict.interval is not None
    assert lift.p_value == (None if lift.interval is None else verdict.p_value)
    if lift.interval is None:
        assert lift.reason
    else:
        assert lift.interval.contains(0.0) == verdict.interval.contains(0.0)
        assert lift.interval.contains(lift.estimate or 0.0)


def test_on_growthbooks_own_data_fieller_agrees_with_the_absolute_test_and_the_delta_method_does_not() -> (
    None
):
    control = Moments.from_sums(3407, 1396.87, 52377.9767)
    effect = difference_of_means(Moments.from_sums(3461, 2422.7, 134698.29), control)
    verdict = fixed_horizon(effect)
    assert verdict.p_value == pytest.approx(0.02016, abs=6e-6)
    assert _bounds(relative_lift(effect, verdict)) == pytest.approx((0.094, 1.708), abs=1e-3)
    assert delta_method(effect).p_value == pytest.approx(0.06191, abs=6e-6)


def test_fiellers_bounds_are_the_lifts_that_the_test_just_does_not_reject() -> None:
    treatment, control = Moments(400, 5.0, 3600.0), Moments(300, 4.0, 2500.0)
    effect = difference_of_means(treatment, control)
    verdict = fixed_horizon(effect)
    assert verdict.critical_value is not None
    for lift in _bounds(relative_lift(effect, verdict)):
        gap = treatment.mean - (1.0 + lift) * control.mean
        variance = treatment.squares / 399 / 400 + (1.0 + lift) ** 2 * control.squares / 299 / 300
        assert abs(gap) / math.sqrt(variance) == pytest.approx(verdict.critical_value, rel=1e-9)


def test_a_negative_baseline_keeps_the_sign_of_the_change() -> None:
    """Losses shrink from -10 to -8: better, +20 % (growthbook#6658 showed -20 % and the wrong winner)."""
    effect = difference_of_means(Moments(1000, -8.0, 9990.0), Moments(1000, -10.0, 9990.0))
    lift = relative_lift(effect, fixed_horizon(effect))
    assert lift.estimate == pytest.approx(0.2)
    assert _bounds(lift)[0] > 0.0
    assert delta_method(effect).estimate == pytest.approx(0.2)


def test_a_baseline_that_may_be_zero_has_a_reason_instead_of_a_relative_interval() -> None:
    effect = difference_of_means(Moments(50, 5.0, 490.0), Moments(50, 0.1, 490.0))
    lift = relative_lift(effect, fixed_horizon(effect))
    assert (lift.interval, lift.p_value) == (None, None)
    assert "cannot be told from zero" in (lift.reason or "")
    none = difference_of_means(Moments(50, 5.0, 490.0), Moments(50, 0.0, 490.0))
    assert relative_lift(none, fixed_horizon(none)).estimate is None


def test_far_tails_keep_their_digits() -> None:
    """t = 20 at 1e6 degrees: 2 * (1 - cdf) is 0, the survival function 5.6e-89 (scipy.stats.t.sf agrees)."""
    answer = welch(Moments(500_001, 0.04, 500_000.0), Moments(500_001, 0.0, 500_000.0))
    assert answer.p_value is not None
    assert 0.0 < answer.p_value < 1e-80
    expected = 2.0 * stats.t.sf(answer.statistic, answer.degrees_of_freedom)
    assert answer.p_value == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("alternative", TAILS)
def test_welch_and_student_agree_with_scipy(alternative: Alternative) -> None:
    x, y = [3.1, 4.7, 2.2, 9.6, 5.0, 4.4], [2.0, 1.1, 3.9, 2.8]
    for ours, equal in ((welch, False), (student, True)):
        answer = ours(Moments.of(x), Moments.of(y), alternative=alternative)
        theirs = stats.ttest_ind(x, y, equal_var=equal, alternative=alternative)
        assert answer.p_value == pytest.approx(theirs.pvalue, rel=1e-10)
        assert answer.degrees_of_freedom == pytest.approx(theirs.df)


def test_a_non_inferiority_margin_is_the_null() -> None:
    effect = difference_of_means(Moments(1000, 9.9, 999.0), Moments(1000, 10.0, 999.0))
    answer = fixed_horizon(effect, alternative="greater", null=-0.3)
    assert answer.p_value is not None
    assert answer.p_value < 0.05 < (fixed_horizon(effect, alternative="greater").p_value or 0.0)
    assert answer.interval is not None
    assert answer.interval.lower is not None
    assert answer.interval.lower > -0.3


@pytest.mark.parametrize(
    ("treatment", "estimate"),
    [(Moments(0, 0.0, 0.0), None), (Moments(1, 3.0, 0.0), 1.0), (Moments(9, 3.0, 0.0), 1.0)],
    ids=["empty", "one unit", "no spread"],
)
def test_what_cannot_be_tested_has_a_reason_and_no_p_value(
    treatment: Moments, estimate: float | None
) -> None:
    effect = difference_of_means(treatment, Moments(9, 2.0, 0.0))
    for answer in (
        welch(treatment, Moments(9, 2.0, 0.0)),
        student(treatment, Moments(9, 2.0, 0.0)),
        delta_method(effect),
        relative_lift(effect, fixed_horizon(effect)),
    ):
        assert (answer.p_value, answer.interval) == (None, None)
        assert answer.reason
    assert welch(treatment, Moments(9, 2.0, 0.0)).estimate == estimate
    assert pooled_difference(treatment, Moments(9, 2.0, 0.0)).standard_error is None


@pytest.mark.parametrize("level", [0.0, 1.0, 95.0, -0.1, math.nan])
def test_a_level_that_is_no_share_is_refused(level: float) -> None:
    with pytest.raises(InvalidInput, match="between 0 and 1"):
        welch(Moments(9, 2.0, 3.0), Moments(9, 2.0, 3.0), confidence=level)


def test_a_baseline_that_is_zero_but_for_rounding_has_no_lift() -> None:
    effect = difference_of_means(Moments(50, 5.0, 490.0), Moments(50, 5e-320, 490.0))
    for lift in (relative_lift(effect, fixed_horizon(effect)), delta_method(effect)):
        assert lift.estimate is None
        assert "no meaning" in (lift.reason or "")

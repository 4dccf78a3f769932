"""Ratios and CUPED: variances against a delta method with numerical gradients, theta pooled, gaps with reasons."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ag2_marketing_tools.statistics.cuped import (
    adjust,
    cuped_difference,
    cuped_ratio_difference,
    imbalance_before,
    theta,
)
from ag2_marketing_tools.statistics.effects import difference_of_means, fixed_horizon
from ag2_marketing_tools.statistics.moments import JointMoments
from ag2_marketing_tools.statistics.ratios import difference_of_ratios, linearised_ratio
from ag2_marketing_tools.statistics.relative import delta_method, relative_lift

POSTHOG = (
    JointMoments.from_sums(2800, (205, 110), ((510,), (-8, 380))),
    JointMoments.from_sums(2801, (280, 195), ((560,), (-18, 390))),
)
USERS = [
    (4.0, 2.0, 3.0, 2.0),
    (9.0, 3.0, 8.0, 3.0),
    (1.0, 1.0, 0.0, 1.0),
    (6.0, 4.0, 5.0, 2.0),
    (12.0, 5.0, 9.0, 4.0),
    (3.0, 1.0, 4.0, 2.0),
    (8.0, 3.0, 6.0, 3.0),
]


def _arm(scale: float = 1.0) -> JointMoments:
    columns = [list(column) for column in zip(*USERS, strict=True)]
    columns[0] = [value * scale for value in columns[0]]
    return JointMoments.of(*columns)


def _delta_variance(function: Callable[[Sequence[float]], float], arm: JointMoments) -> float:
    """Variance of a function of an arm's means, by central differences."""
    gradient = []
    for index, mean in enumerate(arm.means):
        step = 1e-6 * max(1.0, abs(mean))
        up, down = list(arm.means), list(arm.means)
        up[index] += step
        down[index] -= step
        gradient.append((function(up) - function(down)) / (2.0 * step))
    return sum(
        a * b * arm.products[i][j] / (arm.count - 1) / arm.count
        for i, a in enumerate(gradient)
        for j, b in enumerate(gradient)
    )


def test_a_ratios_variance_is_the_delta_methods_with_the_covariance() -> None:
    arm = _arm()
    ratio = linearised_ratio(arm)
    assert ratio is not None
    assert ratio.mean == pytest.approx(43.0 / 19.0)
    expected = _delta_variance(lambda means: means[0] / means[1], arm)
    assert ratio.variance_of_mean == pytest.approx(expected, rel=1e-6)


def test_an_events_variance_ignores_that_events_of_a_user_cluster() -> None:
    """Users click all or nothing: the event-level variance is far too small (14 % false alarms measured)."""
    users = [(10.0, 10.0), (0.0, 10.0)] * 50
    arm = JointMoments.of([click for click, _ in users], [view for _, view in users])
    ratio = linearised_ratio(arm)
    assert ratio is not None
    assert ratio.variance_of_mean == pytest.approx(10.0 * 0.25 / 1000, rel=0.02)


def test_a_ratio_without_denominator_has_a_reason() -> None:
    empty = JointMoments.of([0.0, 0.0], [0.0, 0.0])
    effect = difference_of_ratios(empty, _arm())
    assert linearised_ratio(empty) is None
    assert "denominator" in (effect.reason or "")
    assert fixed_horizon(effect).p_value is None
    four = JointMoments.of(*([0.0, 0.0],) * 4)
    assert "denominator" in (cuped_ratio_difference(four, _arm()).reason or "")


def test_theta_is_pooled_over_all_units_of_all_arms() -> None:
    """PostHog's published theta; pooling within the arms only would give -0.0712."""
    assert theta(POSTHOG) == pytest.approx(-0.069566052, abs=1e-9)


def test_cupeds_relative_error_is_the_delta_method_over_the_raw_control_mean() -> None:
    """Lift = adjusted difference / raw control mean; PostHog leaves the covariance of the two out."""
    treatment, control = POSTHOG
    slope = theta(POSTHOG)
    assert slope is not None

    def of_treatment(means: Sequence[float]) -> float:
        return (means[0] - slope * means[1] - control.means[0] + slope * control.means[1]) / control.means[0]

    def of_control(means: Sequence[float]) -> float:
        adjusted = treatment.means[0] - slope * treatment.means[1]
        return (adjusted - means[0] + slope * means[1]) / means[0]

    lift = delta_method(cuped_difference(treatment, control))
    expected = _delta_variance(of_treatment, treatment) + _delta_variance(of_control, control)
    assert lift.standard_error is not None
    assert lift.standard_error**2 == pytest.approx(expected, rel=1e-6)


def test_cuped_on_a_ratio_has_the_delta_methods_variance() -> None:
    treatment, control = _arm(1.3), _arm()
    effect = cuped_ratio_difference(treatment, control)
    plain = difference_of_ratios(
        JointMoments(7, treatment.means[:2], tuple(row[:2] for row in treatment.products[:2])),
        JointMoments(7, control.means[:2], tuple(row[:2] for row in control.products[:2])),
    )
    assert effect.difference == pytest.approx(plain.difference)  # the past is the same in both arms
    assert effect.difference_variance is not None
    assert plain.difference_variance is not None
    assert effect.difference_variance < plain.difference_variance


def test_a_covariate_that_tells_all_removes_all_variance_but_the_effects() -> None:
    past = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    noise = [0.01, -0.01, 0.02, -0.02, 0.01, -0.01]
    control = JointMoments.of([3 * x + e for x, e in zip(past, noise, strict=True)], past)
    treatment = JointMoments.of([3 * x + 0.5 - e for x, e in zip(past, noise, strict=True)], past)
    answer = fixed_horizon(cuped_difference(treatment, control))
    plain = fixed_horizon(difference_of_means(treatment.variable(0), control.variable(0)))
    assert answer.p_value is not None
    assert plain.p_value is not None
    assert answer.p_value < 1e-9
    assert plain.p_value > 0.5


def test_a_covariate_that_does_not_vary_leaves_the_plain_test() -> None:
    treatment = JointMoments.of([1.0, 2.0, 4.0], [0.0, 0.0, 0.0])
    control = JointMoments.of([1.0, 1.0, 3.0], [0.0, 0.0, 0.0])
    assert theta((treatment, control)) is None
    assert cuped_difference(treatment, control) == difference_of_means(
        treatment.variable(0), control.variable(0)
    )


@given(st.floats(-1e3, 1e3))
@settings(deadline=None, max_examples=40)
def test_centring_moves_adjusted_means_and_no_effect(centre: float) -> None:
    treatment, control = POSTHOG
    a, b = (adjust(arm, -0.07, centre=centre).adjusted for arm in (treatment, control))
    assert a.mean - b.mean == pytest.approx(cuped_difference_at(-0.07), abs=1e-9)


def cuped_difference_at(slope: float) -> float:
    """The adjusted difference by hand: (205/2800 - 280/2801) - slope * (110/2800 - 195/2801)."""
    return (205 / 2800 - 280 / 2801) - slope * (110 / 2800 - 195 / 2801)


def test_swapping_the_arms_mirrors_the_adjusted_effect() -> None:
    there, back = cuped_difference(*POSTHOG), cuped_difference(*reversed(POSTHOG))
    assert back.difference == pytest.approx(-(there.difference or 0.0))
    assert back.difference_variance == pytest.approx(there.difference_variance)


def test_the_adjusted_lift_never_contradicts_the_adjusted_difference() -> None:
    effect = cuped_difference(*POSTHOG)
    verdict = fixed_horizon(effect)
    lift = relative_lift(effect, verdict)
    assert verdict.interval is not None
    assert lift.interval is not None
    assert lift.interval.contains(0.0) == verdict.interval.contains(0.0)


def test_an_imbalance_before_exposure_is_found() -> None:
    """PostHog's own reference data: 110/2800 against 195/2801 before exposure is itself significant."""
    answer = imbalance_before(*POSTHOG)
    assert answer.p_value is not None
    assert answer.p_value < 0.01

"""The mixture test, running answers, and the uniform boundaries against their authors' numbers."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.statistics.effects import Effect, difference_of_means
from ag2_marketing_tools.statistics.inference import Inference, Interval
from ag2_marketing_tools.statistics.mixture_sprt import log_likelihood_ratio, mixture_sprt, running
from ag2_marketing_tools.statistics.moments import Moments
from ag2_marketing_tools.statistics.proportions import Proportion, difference_of_proportions
from ag2_marketing_tools.statistics.relative import relative_lift
from ag2_marketing_tools.statistics.sequential import (
    confidence_sequence,
    log_normal_mixture,
    mixing_variance,
    normal_mixture_bound,
)
from ag2_marketing_tools.statistics.uniform_boundaries import (
    gamma_exponential_mixture_bound,
    log_gamma_exponential_mixture,
    log_one_sided_normal_mixture,
    one_sided_normal_mixture_bound,
    one_sided_tuning,
    polynomial_stitching_bound,
)

EFFECT = difference_of_means(Moments(400, 10.3, 399.0), Moments(400, 10.0, 399.0))


def test_the_likelihood_ratio_is_the_integral_over_the_mixing_normal() -> None:
    gap, variance, mixing = 0.7, 0.09, 0.2
    step = 1e-3
    grid = [step * k for k in range(-6000, 6001)]
    ratio = step * math.fsum(
        math.exp(-0.5 * (gap - theta) ** 2 / variance + 0.5 * gap**2 / variance)
        * math.exp(-0.5 * theta**2 / mixing)
        / math.sqrt(2.0 * math.pi * mixing)
        for theta in grid
    )
    assert log_likelihood_ratio(gap, variance, mixing) == pytest.approx(math.log(ratio), rel=1e-9)


def test_the_mixture_test_at_the_sequences_own_mixing_is_the_confidence_sequence() -> None:
    sequence = confidence_sequence(EFFECT, tightest_at=500)
    assert EFFECT.difference_variance is not None
    mixing = EFFECT.count * mixing_variance(0.05, 500) * EFFECT.difference_variance
    test = mixture_sprt(EFFECT, mixing)
    assert test.p_value == pytest.approx(sequence.p_value)
    assert test.critical_value == pytest.approx(sequence.critical_value)
    assert test.interval is not None
    assert sequence.interval is not None
    assert test.interval.lower == pytest.approx(sequence.interval.lower)


@pytest.mark.parametrize("mixing", [1e-6, 0.01, 1.0, 1e6])
@pytest.mark.parametrize("gap", [0.0, 0.05, 0.2, 0.3, -3.0])
def test_p_value_interval_and_lift_of_the_mixture_test_come_to_one_decision(
    gap: float, mixing: float
) -> None:
    effect = difference_of_means(Moments(400, 10.0 + gap, 399.0), Moments(400, 10.0, 399.0))
    answer = mixture_sprt(effect, mixing)
    lift = relative_lift(effect, answer)
    assert answer.p_value is not None
    assert answer.interval is not None
    assert answer.interval.contains(0.0) == (answer.p_value > 0.05)
    if lift.interval is not None:
        assert lift.interval.contains(0.0) == answer.interval.contains(0.0)


def test_the_mixture_test_needs_a_mixing_and_an_error() -> None:
    with pytest.raises(InvalidInput):
        mixture_sprt(EFFECT, 0.0)
    assert mixture_sprt(Effect("none", 2, 1.0, reason="No spread."), 1.0).reason == "No spread."


def _look(lower: float, upper: float, p: float) -> Inference:
    return Inference("look", 0.5 * (lower + upper), interval=Interval(lower, upper, 0.95), p_value=p)


def test_running_answers_keep_the_smallest_p_and_what_all_intervals_share() -> None:
    answers = running([_look(-1.0, 3.0, 0.4), _look(0.1, 4.0, 0.03), _look(-0.5, 2.0, 0.2)])
    assert [answer.p_value for answer in answers] == [0.4, 0.03, 0.03]
    assert [answer.interval for answer in answers] == [
        Interval(-1.0, 3.0, 0.95),
        Interval(0.1, 3.0, 0.95),
        Interval(0.1, 2.0, 0.95),
    ]


def test_running_answers_say_when_a_look_does_not_meet_those_before() -> None:
    first, second = running([_look(1.0, 2.0, 0.01), _look(3.0, 4.0, 0.01)])
    assert first.reason is None
    assert second.interval == Interval(3.0, 4.0, 0.95)
    assert "changed over time" in (second.reason or "")


def test_a_look_without_an_answer_stays_without_and_forgets_nothing() -> None:
    unknown = Inference("look", None, reason="No units.")
    answers = running([unknown, _look(0.2, 1.0, 0.01), unknown, _look(-1.0, 2.0, 0.6)])
    assert answers[0] == unknown
    assert (answers[2].interval, answers[2].p_value) == (None, 0.01)
    assert answers[3].interval == Interval(0.2, 1.0, 0.95)


def test_boundaries_are_those_of_the_authors_reference_implementation() -> None:
    """Tests of the authors' package confseq: intrinsic time 100, alpha 0.05, tuned for 100."""
    rho = one_sided_tuning(100.0, 0.05)
    assert log_one_sided_normal_mixture(10.0, 100.0, rho) == pytest.approx(-0.06502391, abs=1e-7)
    assert one_sided_normal_mixture_bound(100.0, 0.05, rho) == pytest.approx(27.66071, abs=1e-5)
    assert log_gamma_exponential_mixture(10.0, 100.0, rho, 2.0) == pytest.approx(-0.2490165, abs=1e-6)
    assert gamma_exponential_mixture_bound(100.0, 0.05, rho, 2.0) == pytest.approx(33.02017, abs=1e-5)
    assert polynomial_stitching_bound(100.0, 0.05, start=10.0, scale=3.0) == pytest.approx(64.48755, abs=1e-5)


def test_a_boundary_is_where_its_mixture_reaches_one_over_alpha() -> None:
    bound = normal_mixture_bound(250.0, 0.01, 12.0)
    assert log_normal_mixture(bound, 250.0, 12.0) == pytest.approx(-math.log(0.01))


def test_boundaries_refuse_what_is_no_probability_or_no_start() -> None:
    with pytest.raises(InvalidInput):
        one_sided_normal_mixture_bound(100.0, 1.5, 10.0)
    with pytest.raises(InvalidInput):
        polynomial_stitching_bound(100.0, 0.05, start=0.0)


def _none_yet(small: int, large: int, rate: float) -> Effect:
    """A small arm in which nobody has converted yet, beside a large one."""
    return difference_of_proportions(Proportion(0, small), Proportion(round(large * rate), large))


def test_a_small_arm_in_which_nothing_happened_yet_does_not_look_certain() -> None:
    """By each arm's own spread, a tenth of the users without a conversion would end this experiment."""
    effect = _none_yet(300, 2700, 0.01)
    bold = confidence_sequence(replace(effect, pooled_variance=None))
    cautious = confidence_sequence(effect)
    assert bold.p_value is not None
    assert cautious.p_value is not None
    assert bold.p_value < 0.05 < cautious.p_value
    # All units' spread over that of the large arm alone: sqrt((1 / 300 + 1 / 2700) * 2700 ** 2 / 3000) = 3
    assert effect.cautious_factor == pytest.approx(3.0)
    assert mixture_sprt(replace(effect, pooled_variance=None), 1e-4).p_value < 0.05  # type: ignore[operator]
    assert mixture_sprt(effect, 1e-4).p_value > 0.05  # type: ignore[operator]


@pytest.mark.parametrize("sizes", [(300, 2700), (2700, 300), (1000, 1000)])
def test_the_caution_leaves_all_scales_with_one_decision(sizes: tuple[int, int]) -> None:
    for gap in (-0.5, -0.2, -0.1, 0.0, 0.05, 0.1, 0.2, 0.5):
        effect = difference_of_means(
            Moments(sizes[0], 2.0 + gap, 0.2 * sizes[0]), Moments(sizes[1], 2.0, 3.0 * sizes[1])
        )
        answer = confidence_sequence(effect)
        lift = relative_lift(effect, answer)
        assert answer.interval is not None
        assert answer.p_value is not None
        assert answer.statistic is not None
        assert answer.critical_value is not None
        excluded = not answer.interval.contains(0.0)
        assert excluded == (answer.p_value < 0.05) == (abs(answer.statistic) > answer.critical_value)
        assert lift.interval is not None
        assert lift.interval.contains(0.0) != excluded


def test_equal_arms_need_no_caution() -> None:
    effect = difference_of_means(Moments(500, 1.0, 100.0), Moments(500, 2.0, 900.0))
    assert effect.cautious_factor == pytest.approx(1.0)
    assert Effect("quantiles", 10, 1.0, 0.25).cautious_factor == 1.0


def test_with_one_tuning_the_p_value_does_not_depend_on_the_level() -> None:
    levels = [confidence_sequence(EFFECT, confidence=level, tuned_for=0.95) for level in (0.9, 0.95, 0.99375)]
    p = levels[1].p_value
    assert p is not None
    assert [answer.p_value for answer in levels] == pytest.approx([p, p, p])
    exact = confidence_sequence(EFFECT, confidence=1.0 - p, tuned_for=0.95)
    assert exact.interval is not None
    assert exact.interval.lower == pytest.approx(0.0, abs=1e-9)

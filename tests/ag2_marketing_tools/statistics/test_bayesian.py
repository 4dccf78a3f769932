"""Bayesian answers by quadrature, against closed forms and scipy's own integration."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.statistics.bayesian import (
    NormalPrior,
    best_of_means,
    best_of_proportions,
    effect_posterior,
)
from ag2_marketing_tools.statistics.effects import difference_of_means, fixed_horizon
from ag2_marketing_tools.statistics.inference import Inference
from ag2_marketing_tools.statistics.moments import Moments
from ag2_marketing_tools.statistics.proportions import Proportion

quick = settings(deadline=None, max_examples=25)


@given(st.lists(st.tuples(st.floats(-5, 5), st.floats(0.05, 5)), min_size=2, max_size=5))
@quick
def test_the_chances_of_all_arms_sum_to_one_and_no_loss_is_negative(arms: list[tuple[float, float]]) -> None:
    answer = best_of_means([mean for mean, _ in arms], [error for _, error in arms])
    assert math.fsum(arm.chance_to_be_best for arm in answer) == pytest.approx(1.0)
    assert all(arm.expected_loss >= 0.0 for arm in answer)


@pytest.mark.parametrize(("gap", "a", "b"), [(0.3, 1.0, 1.0), (2.0, 0.1, 3.0), (-4.0, 1.0, 0.5)])
def test_two_means_are_the_closed_form(gap: float, a: float, b: float) -> None:
    """P(X > Y) = Phi(gap / s) and E[max(Y - X, 0)] = s phi(gap / s) - gap Phi(-gap / s), s^2 = a^2 + b^2."""
    first, second = best_of_means([gap, 0.0], [a, b])
    s = math.hypot(a, b)
    assert first.chance_to_be_best == pytest.approx(stats.norm.cdf(gap / s), rel=1e-6)
    loss = s * stats.norm.pdf(gap / s) - gap * stats.norm.cdf(-gap / s)
    assert first.expected_loss == pytest.approx(loss, rel=1e-5)
    assert second.expected_loss - first.expected_loss == pytest.approx(gap, rel=1e-6)


@pytest.mark.parametrize(
    ("a", "b", "prior"),
    [((0, 20), (3, 20), (0.5, 0.5)), ((0, 1000), (2, 1000), (1.0, 1.0)), ((500, 1000), (3, 10), (1.0, 1.0))],
)
def test_two_proportions_agree_with_adaptive_integration(
    a: tuple[int, int], b: tuple[int, int], prior: tuple[float, float]
) -> None:
    p, q = (stats.beta(prior[0] + x, prior[1] + n - x) for x, n in (a, b))
    second = best_of_proportions([Proportion(*a), Proportion(*b)], prior=prior)[1]
    chance, _ = integrate.quad(lambda u: p.cdf(q.ppf(u)), 0.0, 1.0, limit=200)
    assert second.chance_to_be_best == pytest.approx(chance, rel=1e-5)


def test_where_lower_is_better_the_arms_change_places() -> None:
    bounce = [Proportion(300, 1000), Proportion(250, 1000)]
    high, low = best_of_proportions(bounce), best_of_proportions(bounce, higher_is_better=False)
    assert low[1].chance_to_be_best == pytest.approx(high[0].chance_to_be_best)
    assert low[1].mean == pytest.approx(251 / 1002)
    times = best_of_means([3.0, 2.0], [0.5, 0.5], higher_is_better=False)
    assert times[1].chance_to_be_best > 0.9
    assert times[1].mean == 2.0


def test_the_prior_is_part_of_the_answer_and_pulls_towards_itself() -> None:
    effect = fixed_horizon(difference_of_means(Moments(100, 1.0, 99.0), Moments(100, 0.0, 99.0)))
    prior = NormalPrior(0.0, 0.02)
    flat, sceptical = effect_posterior(effect), effect_posterior(effect, prior=prior)
    assert (flat.prior, sceptical.prior) == (None, prior)
    assert sceptical.estimate == pytest.approx(0.5)  # both variances are 0.02
    assert flat.chance_to_win is not None
    assert effect_posterior(effect, higher_is_better=False).chance_to_win == pytest.approx(
        1 - flat.chance_to_win
    )


def test_a_loss_far_in_the_tail_keeps_its_digits() -> None:
    """E[max(-X, 0)] of a normal at 10 standard deviations: 7.475e-26 (Mills' ratio, asymptotic series)."""
    answer = effect_posterior(Inference("z", 10.0, standard_error=1.0))
    assert answer.loss_of_treatment == pytest.approx(7.475e-25, rel=1e-3)
    before, after = (
        effect_posterior(Inference("z", z, standard_error=1.0)).loss_of_treatment for z in (7.999, 8.001)
    )
    assert before is not None
    assert after is not None
    assert after / before == pytest.approx(math.exp(-8.24 * 0.002), rel=1e-3)


def test_without_a_standard_error_there_is_a_reason_and_no_chance() -> None:
    answer = effect_posterior(fixed_horizon(difference_of_means(Moments(1, 1.0, 0.0), Moments(1, 0.0, 0.0))))
    assert (answer.chance_to_win, answer.interval) == (None, None)
    assert answer.reason


def test_priors_and_errors_that_are_none_are_refused() -> None:
    with pytest.raises(InvalidInput):
        NormalPrior(0.0, 0.0)
    with pytest.raises(InvalidInput):
        best_of_proportions([Proportion(1, 2)] * 2, prior=(0.0, 1.0))
    with pytest.raises(InvalidInput):
        best_of_means([1.0, 2.0], [1.0, 0.0])
    with pytest.raises(InvalidInput):
        best_of_means([1.0], [1.0])

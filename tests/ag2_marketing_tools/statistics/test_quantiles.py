"""Quantiles without a distribution, clustered values, and winsorising."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.statistics.effects import fixed_horizon
from ag2_marketing_tools.statistics.means import welch
from ag2_marketing_tools.statistics.moments import JointMoments, Moments
from ag2_marketing_tools.statistics.quantiles import (
    clustered_ranks,
    difference_of_quantiles,
    estimate_quantile,
    quantile_ranks,
)
from ag2_marketing_tools.statistics.winsorising import capped_moments, pooled_cap

quick = settings(deadline=None, max_examples=60)


@given(st.integers(1, 3000), st.sampled_from([0.1, 0.5, 0.9, 0.99]), st.sampled_from([0.9, 0.95]))
@quick
def test_each_end_misses_at_most_half_of_what_is_allowed_and_is_the_nearest_that_does(
    count: int, share: float, level: float
) -> None:
    """Value r lies above the quantile with P(X <= r - 1) and at or below it with the rest, X binomial."""
    ranks, tail = quantile_ranks(count, share, confidence=level), 0.5 * (1.0 - level)
    if ranks.lower is None:
        assert stats.binom.cdf(0, count, share) > tail
    else:
        assert stats.binom.cdf(ranks.lower - 1, count, share) <= tail
        assert stats.binom.cdf(ranks.lower, count, share) > tail
        assert ranks.lower <= ranks.quantile
    if ranks.upper is None:
        assert stats.binom.sf(count - 1, count, share) > tail
    else:
        assert stats.binom.sf(ranks.upper - 1, count, share) <= tail * (1 + 1e-9)
        assert ranks.quantile <= ranks.upper


def test_the_median_of_ten_values_runs_from_the_second_to_the_ninth() -> None:
    """The textbook case: coverage 97.9 %, the next narrower pair has 89.1 % (Hahn and Meeker)."""
    ranks = quantile_ranks(10, 0.5)
    assert (ranks.lower, ranks.quantile, ranks.upper) == (2, 5, 9)


def test_too_few_values_leave_a_side_open_and_the_comparison_without_a_p_value() -> None:
    estimate = estimate_quantile([float(v) for v in range(20)], 0.99)
    assert estimate.upper is None
    answer = fixed_horizon(difference_of_quantiles(estimate, estimate))
    assert answer.p_value is None
    assert "too few values" in (answer.reason or "")


def test_equal_values_around_the_quantile_have_a_reason() -> None:
    flat = estimate_quantile([1.0] * 100, 0.5)
    assert "equal" in (difference_of_quantiles(flat, flat).reason or "")


def test_clustered_values_widen_the_interval_and_single_ones_do_not() -> None:
    single = JointMoments.of([1.0, 0.0] * 500, [1.0] * 1000)
    clustered = JointMoments.of([10.0, 0.0] * 50, [10.0] * 100)
    independent = quantile_ranks(1000, 0.5)
    plain, wide = clustered_ranks(single, 0.5), clustered_ranks(clustered, 0.5)
    for ranks in (independent, plain, wide):
        assert ranks.lower is not None
        assert ranks.upper is not None
    assert abs((plain.lower or 0) - (independent.lower or 0)) <= 2
    assert (wide.upper or 0) - (wide.lower or 0) > 3 * ((plain.upper or 0) - (plain.lower or 0))


@pytest.mark.parametrize(("count", "share"), [(0, 0.5), (5, 0.0), (5, 1.0)])
def test_quantiles_of_nothing_are_refused(count: int, share: float) -> None:
    with pytest.raises(InvalidInput):
        quantile_ranks(count, share)


def test_clusters_of_a_single_user_are_refused() -> None:
    with pytest.raises(InvalidInput, match="two users"):
        clustered_ranks(JointMoments.of([1.0], [2.0]), 0.5)


def test_the_cap_is_one_for_all_arms_and_counts_the_users_without_the_event() -> None:
    arms = ([(0.0, 98), (5.0, 1), (900.0, 1)], [(0.0, 97), (4.0, 3)])
    assert pooled_cap(arms, 0.99) == 4.0
    assert pooled_cap(arms, 0.5) == 0.0
    assert pooled_cap(arms, 0.5, ignore_zeros=True) == 4.0
    assert pooled_cap([[], []], 0.5) is None


def test_values_are_capped_before_they_are_squared() -> None:
    moments = capped_moments([(1.0, 2), (900.0, 1)], upper=4.0)
    assert moments == Moments.of([1.0, 1.0, 4.0])
    assert capped_moments([(-9.0, 1), (1.0, 1)], lower=0.0) == Moments.of([0.0, 1.0])
    assert capped_moments([]).count == 0


def test_one_value_far_out_no_longer_hides_the_effect() -> None:
    """R's example data: p goes from 1.9e-5 to 0.12 by one value of 200, and back by capping it at 20."""
    x, y = [float(v) for v in range(1, 11)], [float(v) for v in range(7, 21)]
    outlier = welch(Moments.of(x), Moments.of([*y, 200.0]))
    values = ([(v, 1) for v in x], [(v, 1) for v in [*y, 200.0]])
    cap = pooled_cap(values, 0.96)
    tamed = welch(*(capped_moments(arm, upper=cap) for arm in values))
    assert outlier.p_value == pytest.approx(0.1245, abs=5e-5)
    assert cap == 20.0
    assert tamed.p_value is not None
    assert tamed.p_value < 1e-4


@pytest.mark.parametrize("values", [[(1.0, -1)], [(float("nan"), 1)], [(float("inf"), 1)]])
def test_impossible_counts_and_values_are_refused(values: list[tuple[float, int]]) -> None:
    with pytest.raises(InvalidInput):
        pooled_cap([values], 0.9)

"""Planning: published sizes, solved sizes that reach their power, several arms, whole weeks."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.statistics.duration import allocate, alpha_per_comparison, days_needed, progress
from ag2_marketing_tools.statistics.power import (
    arcsine_effect,
    power_of_arcsine_effect,
    power_of_means,
    power_of_proportions,
    size_by_baseline_variance,
    size_for_means,
    size_for_proportions,
    smallest_detectable_difference,
    smallest_detectable_rate,
)

quick = settings(deadline=None, max_examples=40)
RATES = st.floats(0.01, 0.99)
RATIOS = st.sampled_from([0.25, 1.0, 3.0])


@pytest.mark.parametrize(("p1", "p2", "r", "miller"), [(0.05, 0.06, 8157.7, 7663), (0.05, 0.08, 1058.9, 894)])
def test_the_formulas_differ_as_published(p1: float, p2: float, r: float, miller: float) -> None:
    """R's `power.prop.test` (pooled) against the online calculator (baseline variance): 6 and 18 %."""
    assert size_for_proportions(p1, p2) == pytest.approx(r, abs=0.06)
    assert size_by_baseline_variance(p1, p2 - p1) == pytest.approx(miller, abs=0.51)


def test_the_arcsine_formula_asks_for_its_own_number() -> None:
    h = arcsine_effect(0.05, 0.06)
    assert power_of_arcsine_effect(h, 8142.6) == pytest.approx(0.8, abs=1e-5)


def test_unequal_arms_weigh_the_pooled_variance() -> None:
    """Stata's twoproportions, 154 and 308 users; statsmodels left the ratio out until #8049."""
    assert power_of_proportions(0.1, 0.2, 154, ratio=2.0, both_tails=True) == pytest.approx(
        0.7995659211532175
    )


@given(RATES, RATES, RATIOS, st.sampled_from([1, 2]))
@quick
def test_a_solved_size_has_the_power_asked_for(p: float, q: float, ratio: float, sides: int) -> None:
    if abs(p - q) > 1e-3:
        size = size_for_proportions(p, q, power=0.9, ratio=ratio, sides=sides)
        assert power_of_proportions(p, q, size, ratio=ratio, sides=sides) == pytest.approx(0.9, abs=1e-9)


@given(st.floats(0.05, 3.0), RATIOS, st.sampled_from([1, 2]))
@quick
def test_a_solved_size_for_means_has_the_power_asked_for(gap: float, ratio: float, sides: int) -> None:
    size = size_for_means(gap, 1.0, power=0.8, ratio=ratio, sides=sides)
    reached = power_of_means(gap, 1.0, size, ratio=ratio, sides=sides)
    if min(size, size * ratio) > 2.1:  # two users per arm are the least
        assert reached == pytest.approx(0.8, abs=1e-6)
    else:
        assert reached >= 0.8 - 1e-6


@given(RATES, st.booleans())
@quick
def test_the_smallest_detectable_rate_inverts_the_size(p: float, higher: bool) -> None:
    rate = smallest_detectable_rate(p, 400.0, higher=higher)
    if rate is not None:
        assert (rate > p) == higher
        assert size_for_proportions(p, rate) == pytest.approx(400.0, rel=1e-6)


def test_the_smallest_detectable_difference_inverts_the_size() -> None:
    gap = smallest_detectable_difference(10.0, 20_000.0)
    assert size_for_means(gap, 10.0) == pytest.approx(20_000.0, rel=1e-9)


def test_where_no_rate_is_detectable_there_is_none() -> None:
    assert smallest_detectable_rate(0.5, 3.0) is None


@given(RATES, RATES)
@quick
def test_naming_success_failure_changes_no_size(p: float, q: float) -> None:
    if abs(p - q) > 1e-3:
        assert size_for_proportions(p, q) == pytest.approx(size_for_proportions(1 - p, 1 - q), rel=1e-9)


@pytest.mark.parametrize(
    "call",
    [
        lambda: size_for_proportions(0.1, 0.1),
        lambda: size_for_means(0.0, 1.0),
        lambda: size_by_baseline_variance(0.1, 0.0),
        lambda: size_for_proportions(0.1, 1.1),
        lambda: size_for_proportions(0.1, 0.2, power=1.0),
        lambda: size_for_proportions(0.1, 0.2, alpha=0.0),
        lambda: size_for_proportions(0.1, 0.2, sides=3),
        lambda: power_of_means(1.0, 0.0, 10.0),
        lambda: power_of_means(1.0, 1.0, 1.0),
        lambda: power_of_proportions(0.1, 0.2, 0.0),
        lambda: smallest_detectable_difference(1.0, 10.0, power=0.01),
        lambda: allocate([0.5, 0.5], []),
        lambda: allocate([0.5, 0.0], [10.0]),
        lambda: alpha_per_comparison(0),
        lambda: days_needed(-1, 5.0),
        lambda: progress([1], [0], days_run=1, daily_users=1.0),
    ],
)  # fmt: skip
def test_designs_that_are_none_are_refused(call: object) -> None:
    with pytest.raises(InvalidInput):
        call()  # type: ignore[operator]


def test_several_variants_share_alpha_and_the_largest_need_sets_the_control() -> None:
    alpha = alpha_per_comparison(2, 2)
    assert alpha == 0.0125
    weights = (0.5, 0.25, 0.25)
    sizes = [size_for_proportions(0.05, 0.06, alpha=alpha, ratio=weight / 0.5) for weight in weights[1:]]
    per_arm = allocate(weights, sizes)
    assert per_arm[0] >= max(sizes)
    assert per_arm[0] == pytest.approx(2 * per_arm[1], abs=1)
    for size, arm in zip(sizes, per_arm[1:], strict=True):
        ratio = arm / per_arm[0]
        assert power_of_proportions(0.05, 0.06, per_arm[0], alpha=alpha, ratio=ratio) >= 0.8 - 1e-4
        assert size <= per_arm[0]


@pytest.mark.parametrize(
    ("users", "daily", "days"),
    [(1000, 1000.0, 7), (7000, 1000.0, 7), (7001, 1000.0, 14), (0, 5.0, 7), (9, 0.0, None)],
)
def test_an_experiment_runs_whole_weeks(users: int, daily: float, days: int | None) -> None:
    assert days_needed(users, daily) == days


def test_progress_is_that_of_the_slowest_arm_and_may_pass_one() -> None:
    state = progress([400, 900], [1000, 1000], days_run=3, daily_users=300.0)
    assert state.progress == 0.4
    assert state.days_left == 4  # 600 of 1000 missing at half of 300 a day: 4 days, to the end of the week
    assert not state.whole_weeks
    done = progress([1500, 1400], [1000, 1000], days_run=14, daily_users=300.0)
    assert (done.progress, done.days_left, done.whole_weeks) == (1.4, 0, True)


def test_enough_users_before_the_week_is_full_still_wait_for_its_end() -> None:
    assert progress([1500, 1400], [1000, 1000], days_run=5, daily_users=600.0).days_left == 2


def test_without_traffic_no_end_is_in_sight() -> None:
    state = progress([4, 4], [10, 10], days_run=7, daily_users=0.0)
    assert state.days_left is None
    assert state.reason

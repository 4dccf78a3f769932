"""Sample ratio mismatch: arms without traffic, small expectations, phases of the allocation, daily looks."""

from __future__ import annotations

import pytest
from scipy import stats

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.statistics.sample_ratio import (
    Phase,
    chi_square,
    sample_ratio,
    sequential_sample_ratio,
)


def test_an_arm_without_traffic_leaves_the_degrees_of_freedom_too() -> None:
    """GrowthBook's check keeps it in them: p = 0.141 where 0.0477 is right."""
    answer = sample_ratio([Phase((5000, 5200, 0), (0.5, 0.5, 0.0))])
    assert answer.degrees_of_freedom == 1
    assert answer.p_value == pytest.approx(0.0477, abs=5e-5)
    assert answer.p_value == pytest.approx(stats.chisquare([5000, 5200]).pvalue)
    assert answer.mismatch is False


def test_users_in_an_arm_without_traffic_are_a_mismatch_in_themselves() -> None:
    answer = sample_ratio([Phase((5000, 5000, 3), (0.5, 0.5, 0.0))])
    assert answer.mismatch is True
    assert "3 users" in (answer.reason or "")


def test_a_change_of_allocation_is_no_mismatch_when_each_phase_is_held_to_its_own_weights() -> None:
    """PostHog compares today's 50/50 with the users of the 90/10 phase as well (PostHog#43804)."""
    phases = [Phase((9_000, 1_000), (0.9, 0.1)), Phase((5_020, 4_980), (0.5, 0.5))]
    together = Phase((14_020, 5_980), (0.5, 0.5))
    assert sample_ratio(phases).mismatch is False
    assert sample_ratio(phases).degrees_of_freedom == 2
    assert sample_ratio([together]).mismatch is True


def test_mismatches_of_phases_that_cancel_in_the_sum_are_found() -> None:
    phases = [Phase((5_300, 4_700), (0.5, 0.5)), Phase((4_700, 5_300), (0.5, 0.5))]
    assert sample_ratio(phases).mismatch is True
    assert sample_ratio([Phase((10_000, 10_000), (0.5, 0.5))]).p_value == 1.0


def test_small_expectations_are_tested_exactly() -> None:
    answer = sample_ratio([Phase((7, 1), (0.5, 0.5))])
    assert answer.method == "exact multinomial"
    assert answer.p_value == pytest.approx(stats.binomtest(7, 8, 0.5).pvalue)
    three = sample_ratio([Phase((4, 0, 0), (1.0, 1.0, 2.0))])
    assert three.p_value == pytest.approx(2.0 / 256.0)  # (4,0,0) and (0,4,0), each 4^-4


def test_where_the_exact_test_has_too_many_outcomes_small_arms_are_put_together() -> None:
    """89, 37, 30, 28, 2 with an expected count of 1.86: 52 million outcomes."""
    answer = sample_ratio([Phase((89, 37, 30, 28, 2), (0.4, 0.2, 0.2, 0.19, 0.01))])
    assert "pooled" in answer.method
    assert answer.degrees_of_freedom == 3
    expected = [186 * share for share in (0.4, 0.2, 0.2, 0.2)]
    assert answer.p_value == pytest.approx(stats.chisquare([89, 37, 30, 30], expected).pvalue)


def test_weights_need_no_sum_and_their_order_with_the_arms_does_not_matter() -> None:
    plain = chi_square([Phase((300, 500, 210), (0.3, 0.5, 0.2))]).p_value
    assert chi_square([Phase((500, 210, 300), (5.0, 2.0, 3.0))]).p_value == pytest.approx(plain)


def test_a_broken_assignment_is_found_and_a_sound_one_is_not() -> None:
    assert sample_ratio([Phase((50_000, 51_500), (0.5, 0.5))]).mismatch is True
    assert sample_ratio([Phase((50_000, 50_300), (0.5, 0.5))]).mismatch is False


@pytest.mark.parametrize("phase", [Phase((0, 0), (0.5, 0.5)), Phase((10, 0), (1.0, 0.0))])
def test_where_nothing_can_be_tested_there_is_a_reason_and_no_verdict(phase: Phase) -> None:
    for answer in (sample_ratio([phase]), chi_square([phase]), sequential_sample_ratio(phase)):
        assert (answer.mismatch, answer.p_value) == (None, None)
        assert answer.reason


def test_the_sequential_test_is_more_cautious_and_still_finds_what_is_broken() -> None:
    slight, broken = Phase((5_000, 5_230), (0.5, 0.5)), Phase((50_000, 53_000), (0.5, 0.5))
    fixed = sample_ratio([slight]).p_value
    assert fixed is not None
    assert fixed < 0.05 < (sequential_sample_ratio(slight).p_value or 0.0)
    assert sequential_sample_ratio(broken).mismatch is True


def test_the_sequential_tests_average_evidence_under_the_weights_is_one() -> None:
    """An e-value: its mean over all outcomes of 6 users at 1/3 and 2/3 is 1, so 1/p can be bet at any time."""
    mean = 0.0
    for first in range(7):
        p = sequential_sample_ratio(Phase((first, 6 - first), (1.0, 2.0)), prior_users=4.0).p_value
        assert p is not None
        mean += stats.binom.pmf(first, 6, 1 / 3) * (1.0 / p)
    assert mean >= 1.0  # p is held at 1, so the mean of 1/p is at least that of the e-value
    assert mean < 1.5


@pytest.mark.parametrize(
    ("observed", "weights"),
    [((1,), (0.5, 0.5)), ((-1, 2), (0.5, 0.5)), ((1, 2), (-0.5, 1.5)), ((1, 2), (0.0, 0.0))],
)
def test_impossible_phases_are_refused(observed: tuple[int, ...], weights: tuple[float, ...]) -> None:
    with pytest.raises(InvalidInput):
        Phase(observed, weights)

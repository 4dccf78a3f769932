"""Looking at any time: the sequence's p-value and interval agree, and it is wider than a single look."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.statistics.effects import Effect, difference_of_means, fixed_horizon
from ag2_marketing_tools.statistics.inference import Alternative
from ag2_marketing_tools.statistics.moments import Moments
from ag2_marketing_tools.statistics.relative import relative_lift
from ag2_marketing_tools.statistics.sequential import (
    confidence_sequence,
    critical_value,
    mixing_variance,
    normal_mixture_bound,
)

TAILS: tuple[Alternative, ...] = ("two-sided", "greater", "less")
quick = settings(deadline=None, max_examples=80)


def _effect(units: int, z: float) -> Effect:
    arm = Moments(units, 10.0, float(units - 1))
    return difference_of_means(Moments(units, 10.0 + z * math.sqrt(2.0 / units), float(units - 1)), arm)


@given(
    st.integers(10, 10**7), st.floats(-40.0, 40.0), st.sampled_from([0.9, 0.95, 0.99]), st.sampled_from(TAILS)
)
@quick
def test_p_value_interval_and_lift_come_to_one_decision(
    units: int, z: float, level: float, alternative: Alternative
) -> None:
    effect = _effect(units, z)
    verdict = confidence_sequence(effect, confidence=level, alternative=alternative)
    assert verdict.p_value is not None
    assert verdict.interval is not None
    assume(abs(verdict.p_value - (1.0 - level)) > 1e-7)
    assert verdict.interval.contains(0.0) == (verdict.p_value >= 1.0 - level)
    lift = relative_lift(effect, verdict)
    if lift.interval is not None:
        assert lift.interval.contains(0.0) == verdict.interval.contains(0.0)


@given(st.integers(10, 10**6), st.floats(0.0, 6.0))
@quick
def test_swapping_the_arms_mirrors_the_sequence(units: int, z: float) -> None:
    there, back = (confidence_sequence(_effect(units, sign * z)) for sign in (1.0, -1.0))
    assert there.p_value == pytest.approx(back.p_value, rel=1e-6)
    one, other = (
        confidence_sequence(_effect(units, sign * z), alternative=tail).p_value
        for sign, tail in ((1.0, TAILS[1]), (-1.0, TAILS[2]))
    )
    assert one == pytest.approx(other, rel=1e-6)


def test_the_sequence_is_wider_than_a_single_look_and_tightest_near_its_tuning() -> None:
    widths = {
        n: critical_value(0.05, n * mixing_variance(0.05, 5_000.0), "two-sided") for n in (50, 5_000, 500_000)
    }
    assert min(widths, key=widths.__getitem__) == 5_000
    assert 1.5 < widths[5_000] / 1.959964 < 1.65  # 1.55 to 1.64 measured
    assert critical_value(0.05, 10.0, "greater") < critical_value(0.05, 10.0, "two-sided")


def test_the_sequence_is_the_published_mixture_boundary_in_standard_errors() -> None:
    """Howard et al. (2021), eq. 14, with a variance of 1 per unit: bound(n) / sqrt(n)."""
    mixing = mixing_variance(0.05, 5_000.0)
    for units in (100, 5_000, 10**6):
        published = normal_mixture_bound(float(units), 0.05, 1.0 / mixing) / math.sqrt(units)
        assert critical_value(0.05, units * mixing, "two-sided") == pytest.approx(published, rel=1e-12)


def test_an_early_look_that_a_z_test_would_stop_at_is_not_significant() -> None:
    effect = _effect(2_500, 2.2)
    fixed, sequence = fixed_horizon(effect), confidence_sequence(effect)
    assert fixed.p_value is not None
    assert sequence.p_value is not None
    assert fixed.p_value < 0.05 < sequence.p_value
    assert "always valid" in sequence.method


def test_what_cannot_be_judged_has_a_reason() -> None:
    answer = confidence_sequence(difference_of_means(Moments(1, 2.0, 0.0), Moments(5, 1.0, 3.0)))
    assert (answer.p_value, answer.interval) == (None, None)
    assert answer.reason


@pytest.mark.parametrize("tuning", [0.0, -1.0, math.nan])
def test_a_tuning_that_is_not_positive_is_refused(tuning: float) -> None:
    with pytest.raises(InvalidInput, match="positive"):
        confidence_sequence(_effect(100, 1.0), tightest_at=tuning)


def test_a_one_sided_sequence_is_the_published_closed_form() -> None:
    """Waudby-Smith et al. (2024), appendix B: sqrt(2 (n r + 1) / (n^2 r) log(1 + sqrt(n r + 1) / (2 alpha))).

    For n = 1000 users, r = 0.001 and alpha = 0.05 that is sqrt(0.004 * log(1 + 10 sqrt 2)) = 0.104259 per unit
    of standard deviation, which is 3.29696 standard errors of the mean.
    """
    assert critical_value(0.05, 1.0, "greater") == pytest.approx(
        math.sqrt(4.0 * math.log(1.0 + 10.0 * math.sqrt(2.0)))
    )
    assert critical_value(0.05, 1.0, "greater") == pytest.approx(3.29696, abs=1e-4)


def test_evidence_against_the_alternative_is_no_evidence() -> None:
    assert confidence_sequence(_effect(1000, -5.0), alternative="greater").p_value == 1.0
    assert confidence_sequence(_effect(1000, 0.0), alternative="less").p_value == 1.0
    assert confidence_sequence(_effect(1000, 60.0), alternative="greater").p_value == pytest.approx(
        0.0, abs=1e-300
    )

"""Warnings beside the verdict: fading effects, weekdays, segments that differ, Simpson's paradox."""

from __future__ import annotations

import pytest
from scipy import stats

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.statistics.effects import Effect
from ag2_marketing_tools.statistics.proportions import Proportion, difference_of_proportions
from ag2_marketing_tools.statistics.stability import contrast, heterogeneity, simpson, trend


def _effect(difference: float, error: float = 1.0) -> Effect:
    return Effect("given", 100, difference, error * error)


UNKNOWN = Effect("given", 1, None, reason="No units.")


def test_equal_effects_are_one_and_different_ones_are_not() -> None:
    same, apart = heterogeneity([_effect(2.0), _effect(2.0)]), heterogeneity([_effect(-3.0), _effect(3.0)])
    assert (same.statistic, same.p_value) == (0.0, 1.0)
    assert apart.statistic == pytest.approx(18.0)
    assert apart.p_value == pytest.approx(stats.chi2.sf(18.0, 1))
    assert apart.combined.estimate == 0.0


def test_the_combined_effect_weighs_each_stratum_by_its_precision() -> None:
    answer = heterogeneity([_effect(1.0, 1.0), _effect(4.0, 2.0), UNKNOWN])
    assert answer.combined.estimate == pytest.approx((1.0 + 4.0 / 4.0) / 1.25)
    assert answer.combined.standard_error == pytest.approx(1.25**-0.5)
    assert answer.degrees_of_freedom == 1


def test_a_fading_effect_has_a_falling_trend_and_a_steady_one_has_none() -> None:
    days = [float(day) for day in range(14)]
    fading = trend(days, [_effect(5.0 - 0.3 * day, 0.5) for day in days])
    steady = trend(days, [_effect(5.0, 0.5) for _ in days])
    assert fading.estimate == pytest.approx(-0.3)
    assert fading.p_value is not None
    assert fading.p_value < 0.001
    assert steady.p_value == pytest.approx(1.0)


def test_weekdays_and_weekends_are_contrasted() -> None:
    answer = contrast(_effect(5.0, 0.3), _effect(4.0, 0.4))
    assert answer.estimate == 1.0
    assert answer.p_value == pytest.approx(2 * stats.norm.sf(2.0))


def test_simpsons_paradox_of_a_changed_allocation_is_found() -> None:
    """Treatment wins in both phases, loses in the sum: most of its users came in the phase of low rates."""
    good, bad = (Proportion(95, 100), Proportion(800, 900)), (Proportion(90, 900), Proportion(5, 100))
    strata = [difference_of_proportions(*phase) for phase in (good, bad)]
    pooled = difference_of_proportions(Proportion(185, 1000), Proportion(805, 1000))
    answer = simpson(pooled, strata)
    assert answer is not None
    assert answer.pooled < 0.0 < answer.stratified
    assert answer.reversed_sign
    assert answer.every_stratum_opposes


def test_strata_that_agree_are_no_paradox() -> None:
    answer = simpson(_effect(1.0), [_effect(2.0), _effect(0.5), UNKNOWN])
    assert answer is not None
    assert not answer.reversed_sign


def test_what_cannot_be_said_has_a_reason() -> None:
    assert heterogeneity([UNKNOWN]).reason
    assert heterogeneity([_effect(1.0), UNKNOWN]).p_value is None
    assert trend([1.0, 2.0], [_effect(1.0)] * 2).reason
    assert contrast(UNKNOWN, _effect(1.0)).p_value is None
    assert simpson(UNKNOWN, [_effect(1.0)]) is None
    with pytest.raises(InvalidInput):
        trend([1.0], [])

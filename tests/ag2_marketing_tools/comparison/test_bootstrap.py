"""Means judged by resampling their observations."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from ag2_marketing_tools.comparison import Measured, compare
from ag2_marketing_tools.comparison.bootstrap import resampled

SKEWED = np.random.default_rng(5).lognormal(3.0, 0.8, size=60).tolist()


def test_the_interval_is_scipys_bca_with_its_tails_widened() -> None:
    """At the share of tails that widening turns 95 % into, by scipy's own resamples."""
    evidence = resampled(SKEWED, seed=1)
    lower, upper = (float(end[0]) for end in evidence.bounds(0.05))
    wide = stats.norm.cdf(np.sqrt(60 / 59) * stats.t.ppf(0.975, 59))
    theirs = stats.bootstrap(
        (SKEWED,),
        np.mean,
        confidence_level=2 * wide - 1,
        method="BCa",
        n_resamples=20_000,
        rng=np.random.default_rng(2),
    ).confidence_interval
    width = theirs.high - theirs.low
    assert lower == pytest.approx(theirs.low, abs=0.05 * width)
    assert upper == pytest.approx(theirs.high, abs=0.05 * width)


def test_the_p_value_and_the_interval_draw_the_same_line() -> None:
    evidence = resampled(SKEWED, seed=1)
    for error_rate in (0.02, 0.05, 0.2):
        lower, upper = (float(end[0]) for end in evidence.bounds(error_rate))
        assert 2 * float(evidence.above(lower)[0]) == pytest.approx(
            error_rate, rel=0.1
        )  # resamples are counted
        assert 2 * float(evidence.below(upper)[0]) == pytest.approx(
            error_rate, rel=0.1
        )  # resamples are counted


def test_of_even_observations_it_is_about_students() -> None:
    values = np.random.default_rng(7).normal(50.0, 5.0, size=200)
    lower, upper = (float(end[0]) for end in resampled(values.tolist(), seed=1).bounds(0.05))
    expected = stats.t.interval(0.95, 199, values.mean(), stats.sem(values))
    assert lower == pytest.approx(expected[0], abs=0.1)
    assert upper == pytest.approx(expected[1], abs=0.1)


def test_the_same_seed_gives_the_same_answer_in_any_order_of_the_observations() -> None:
    levels = {"industry_average": 20.0, "market_leaders": 30.0}
    found = [
        compare(Measured(None, observations=values), levels, "higher", None, seed=3)
        for values in (SKEWED, SKEWED[::-1], sorted(SKEWED))
    ]
    assert found[0] == found[1] == found[2]
    assert (
        compare(Measured(None, observations=SKEWED), levels, "higher", None, seed=4).interval
        != found[0].interval
    )


def test_a_level_far_from_all_resamples_has_a_small_but_no_absent_p_value() -> None:
    evidence = resampled(SKEWED, seed=1)
    assert 0.0 < float(evidence.above(0.0)[0]) < 0.002
    assert float(evidence.above(1e9)[0]) > 0.99

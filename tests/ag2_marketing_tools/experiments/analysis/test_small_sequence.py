"""Few successes while a test runs: an exact sequence, whose error rate needs no approximation."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from experiment_sums import DURING, always_valid, experiment, share, sums
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from ag2_marketing_tools.experiments.analysis.analyze import analyze
from ag2_marketing_tools.experiments.analysis.small_sequence import METHOD, rate_sequence, share_sequence
from ag2_marketing_tools.statistics.proportions import Proportion

counts = st.integers(1, 400).flatmap(lambda users: st.tuples(st.integers(0, users), st.just(users)))


@given(pair=st.tuples(counts, counts), alpha=st.sampled_from([0.2, 0.05, 0.01]))
@settings(deadline=None, max_examples=60)
def test_both_intervals_leave_no_effect_out_exactly_where_the_p_value_is_below_alpha(
    pair: Any, alpha: float
) -> None:
    absolute, relative = share_sequence(Proportion(*pair[0]), Proportion(*pair[1]), alpha=alpha)

    assert absolute.p_value is not None
    for inference in (absolute, relative):
        assert inference.interval is not None
        assert inference.interval.contains(0.0) is (absolute.p_value >= alpha)
    assert absolute.interval is not None
    assert absolute.estimate is not None
    assert absolute.interval.contains(absolute.estimate)


def test_the_evidence_is_the_mixture_over_the_best_common_rate() -> None:
    """1 of 10 against 9 of 10, by scipy's beta functions: B(1.5, 9.5) B(9.5, 1.5) / pi^2 over 0.5^20."""
    absolute, _ = share_sequence(Proportion(9, 10), Proportion(1, 10), alpha=0.05)

    evidence = (
        math.exp(2 * (math.lgamma(1.5) + math.lgamma(9.5) - math.lgamma(11.0))) / math.pi**2
    ) / 0.5**20
    assert absolute.p_value == pytest.approx(1.0 / evidence)


def test_one_rate_is_within_the_mixtures_bounds() -> None:
    """The bounds are where the binomial likelihood falls to 1 / 20 of the beta-binomial mixture's."""
    bounds = rate_sequence(Proportion(3, 50), alpha=0.05)

    assert bounds is not None
    mixture = stats.betabinom.pmf(3, 50, 0.5, 0.5)
    for bound in bounds:
        assert stats.binom.pmf(3, 50, bound) == pytest.approx(0.05 * mixture, rel=1e-6)


def test_it_errs_in_less_than_alpha_of_tests_that_are_looked_at_after_every_pair() -> None:
    """400 tests without an effect, rate 3 %, looked at after each of 60 pairs of users of an uneven split."""
    draws = np.random.default_rng(11)
    erred = 0
    for _ in range(400):
        treated = draws.binomial(1, 0.03, 60).cumsum()
        control = draws.binomial(4, 0.03, 60).cumsum()
        erred += any(
            (share_sequence(Proportion(int(x), n), Proportion(int(y), 4 * n), alpha=0.05)[0].p_value or 1.0)
            < 0.05
            for n, (x, y) in enumerate(zip(treated, control, strict=True), start=1)
            if n % 5 == 0
        )
    assert erred <= 30  # a binomial with 400 and 0.05 exceeds 30 in 1 % of cases


def test_an_always_valid_reading_of_few_successes_is_exact() -> None:
    found = analyze(
        always_valid(experiment()), sums([share("control", 0, 1_000), share("b", 9, 1_000)]), now=DURING
    )

    answer = found.metrics["conversion_rate"].comparisons[0]
    assert answer.method == METHOD
    assert answer.p_value_kind == "always_valid"
    assert answer.absolute.low is not None
    assert (
        answer.absolute.low < 0.0 < (answer.absolute.high or 0.0)
    )  # looking at any time costs: z is about 3
    assert not answer.significant

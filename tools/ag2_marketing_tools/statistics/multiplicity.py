"""Several comparisons at once: variants times primary metrics.

A comparison without a p-value (`None`) was no test: it stays `None` and does not count among the tests.
p-values are shares; adjusted ones are compared with the same alpha (or false discovery rate).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.statistics.inference import checked_share

PValues = Sequence[float | None]


def bonferroni(p_values: PValues) -> list[float | None]:
    """Return p-values times the number of tests, at most 1.

    Source: Dunn (1961), Multiple comparisons among means, J. Am. Stat. Assoc. 56.
    """
    tests = len(_ranked(p_values))
    return [None if p is None else min(1.0, tests * p) for p in p_values]


def sidak(p_values: PValues) -> list[float | None]:
    """Return Šidák's adjusted p-values; they hold the family-wise error rate of independent tests.

    Source: Šidák (1967), Rectangular confidence regions for the means of multivariate normal distributions, J. Am.
    Stat. Assoc. 62.
    """
    tests = len(_ranked(p_values))
    return [None if p is None else _at_least_one(p, tests) for p in p_values]


def holm(p_values: PValues) -> list[float | None]:
    """Return Holm's adjusted p-values, in the order given; they hold the family-wise error rate.

    Source: Holm (1979), A simple sequentially rejective multiple test procedure, Scand. J. Stat. 6.
    """
    ranked = _ranked(p_values)
    adjusted: list[float | None] = [None] * len(p_values)
    reached = 0.0
    for rank, (p, index) in enumerate(ranked):
        reached = max(reached, min(1.0, (len(ranked) - rank) * p))
        adjusted[index] = reached
    return adjusted


def holm_levels(p_values: PValues, *, alpha: float = 0.05) -> list[float | None]:
    """Return each comparison's own alpha, at which its interval agrees with Holm's decision.

    The i-th smallest p-value is held against alpha / (m - i + 1) up to the first that is not rejected, and
    all from there on against that one's level.
    """
    checked_share("Alpha", alpha)
    ranked = _ranked(p_values)
    levels: list[float | None] = [None] * len(p_values)
    stopped: float | None = None
    for rank, (p, index) in enumerate(ranked):
        level = stopped or alpha / (len(ranked) - rank)
        if p > level:
            stopped = level
        levels[index] = level
    return levels


def holm_sidak(p_values: PValues) -> list[float | None]:
    """Return Holm's step-down adjusted p-values with Šidák's levels, for independent tests.

    Source: Holland and Copenhaver (1987), An improved sequentially rejective Bonferroni test procedure, Biometrics 43.
    """
    ranked = _ranked(p_values)
    adjusted: list[float | None] = [None] * len(p_values)
    reached = 0.0
    for rank, (p, index) in enumerate(ranked):
        reached = max(reached, _at_least_one(p, len(ranked) - rank))
        adjusted[index] = reached
    return adjusted


def hochberg(p_values: PValues) -> list[float | None]:
    """Return Hochberg's step-up adjusted p-values: as Holm's or smaller, for tests that are not negatively dependent.

    Source: Hochberg (1988), A sharper Bonferroni procedure for multiple tests of significance, Biometrika 75.
    """
    tests = len(_ranked(p_values))
    return _step_up_adjusted(p_values, lambda rank: float(tests - rank + 1))


def hommel(p_values: PValues) -> list[float | None]:
    """Return Hommel's adjusted p-values: closed testing by Simes' test, as Hochberg's or smaller.

    Source: Hommel (1988), A stagewise rejective multiple test procedure based on a modified Bonferroni test,
    Biometrika 75; Wright (1992), Adjusted p-values for simultaneous inference, Biometrics 48 (the algorithm).
    """
    ranked = _ranked(p_values)
    tests = len(ranked)
    if not tests:
        return [None] * len(p_values)
    p = [value for value, _ in ranked]
    final = [max(value, min(tests * p[i] / (i + 1) for i in range(tests))) for value in p]
    for size in range(tests - 1, 1, -1):
        first = tests - size + 1
        simes = min(size * p[first + k - 2] / k for k in range(2, size + 1))
        for i in range(tests):
            final[i] = max(final[i], min(size * p[min(i, first - 1)], simes))
    adjusted: list[float | None] = [None] * len(p_values)
    for (_, index), value in zip(ranked, final, strict=True):
        adjusted[index] = min(1.0, value)
    return adjusted


def benjamini_hochberg(p_values: PValues) -> list[float | None]:
    """Return adjusted p-values that hold the false discovery rate of independent tests.

    Source: Benjamini and Hochberg (1995), Controlling the false discovery rate, J. R. Stat. Soc. B 57.
    """
    tests = len(_ranked(p_values))
    return _step_up_adjusted(p_values, lambda rank: tests / rank)


def benjamini_yekutieli(p_values: PValues) -> list[float | None]:
    """Return adjusted p-values that hold the false discovery rate however the tests depend on each other.

    Source: Benjamini and Yekutieli (2001), The control of the false discovery rate in multiple testing under
    dependency, Annals of Statistics 29.
    """
    tests = len(_ranked(p_values))
    harmonic = math.fsum(1.0 / rank for rank in range(1, tests + 1))
    return _step_up_adjusted(p_values, lambda rank: harmonic * tests / rank)


def two_stage_false_discovery(
    p_values: PValues, *, rate: float = 0.05, iterated: bool = False
) -> list[bool | None]:
    """Return which tests the adaptive two-stage procedure rejects at a false discovery rate.

    The first stage at rate / (1 + rate) estimates how many null hypotheses are true; the second uses that
    number. `iterated` repeats the second until it settles (the paper's definition 7).

    Source: Benjamini, Krieger and Yekutieli (2006), Adaptive linear step-up procedures that control the false
    discovery rate, Biometrika 93.
    """
    checked_share("False discovery rate", rate)
    ranked = _ranked(p_values)
    tests, level = len(ranked), rate / (1.0 + rate)
    rejected = _step_up(ranked, level)
    while 0 < rejected < tests:
        again = _step_up(ranked, level * tests / (tests - rejected))
        settled = again <= rejected or not iterated
        rejected = max(rejected, again)
        if settled:
            break
    chosen = {index for _, index in ranked[:rejected]}
    return [None if p is None else index in chosen for index, p in enumerate(p_values)]


def two_stage_adjusted(p_values: PValues, *, rate: float = 0.05) -> list[float | None]:
    """Return adjusted p-values of the two-stage procedure at a false discovery rate (not iterated).

    They are compared with the same `rate`, on which they depend through the first stage.

    Source: Benjamini, Krieger and Yekutieli (2006), Biometrika 93.
    """
    checked_share("False discovery rate", rate)
    ranked = _ranked(p_values)
    rejected = _step_up(ranked, rate / (1.0 + rate))
    share_true = 1.0 - rejected / len(ranked) if rejected < len(ranked) else 1.0
    factor = share_true * (1.0 + rate)
    return [None if p is None else min(1.0, factor * p) for p in benjamini_hochberg(p_values)]


def _at_least_one(p: float, tests: int) -> float:
    """Probability that any of several independent tests of level `p` rejects, without cancellation for small `p`."""
    return 1.0 if p >= 1.0 else -math.expm1(tests * math.log1p(-p))


def _step_up_adjusted(p_values: PValues, factor: Callable[[int], float]) -> list[float | None]:
    """Adjusted p-values of a step-up procedure: from the largest downwards, the least p times its rank's factor."""
    ranked = _ranked(p_values)
    adjusted: list[float | None] = [None] * len(p_values)
    reached = 1.0
    for rank in range(len(ranked), 0, -1):
        p, index = ranked[rank - 1]
        reached = min(reached, p * factor(rank))
        adjusted[index] = reached
    return adjusted


def _step_up(ranked: Sequence[tuple[float, int]], level: float) -> int:
    """How many tests Benjamini and Hochberg's procedure rejects at a level."""
    tests = len(ranked)
    return max((k for k, (p, _) in enumerate(ranked, 1) if p * tests <= k * level), default=0)


def _ranked(p_values: PValues) -> list[tuple[float, int]]:
    """The p-values that exist, ascending, each with its place."""
    for p in p_values:
        if p is not None and not 0.0 <= p <= 1.0:
            raise InvalidInput(f"{p!r} is not a p-value: it must lie between 0 and 1.")
    return sorted((p, index) for index, p in enumerate(p_values) if p is not None)

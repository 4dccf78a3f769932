"""Several comparisons at once: variants times primary metrics.

A comparison without a p-value (`None`) was no test: it stays `None` and does not count among the tests.
p-values are shares; adjusted ones are compared with the same alpha (or false discovery rate).
"""

from __future__ import annotations

from collections.abc import Sequence

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.statistics.inference import checked_share

PValues = Sequence[float | None]


def bonferroni(p_values: PValues) -> list[float | None]:
    """Return p-values times the number of tests, at most 1.

    Source: Dunn (1961), Multiple comparisons among means, J. Am. Stat. Assoc. 56.
    """
    tests = len(_ranked(p_values))
    return [None if p is None else min(1.0, tests * p) for p in p_values]


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


def benjamini_hochberg(p_values: PValues) -> list[float | None]:
    """Return adjusted p-values that hold the false discovery rate of independent tests.

    Source: Benjamini and Hochberg (1995), Controlling the false discovery rate, J. R. Stat. Soc. B 57.
    """
    ranked = _ranked(p_values)
    adjusted: list[float | None] = [None] * len(p_values)
    reached = 1.0
    for rank in range(len(ranked), 0, -1):
        p, index = ranked[rank - 1]
        reached = min(reached, p * len(ranked) / rank)
        adjusted[index] = reached
    return adjusted


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

"""Omnibus tests of counts: do several arms share one proportion, does a table show independence."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.statistics.distributions import chi_square_tail
from ag2_marketing_tools.statistics.inference import (
    Alternative,
    Inference,
    checked_share,
    tail_probability,
    undefined,
)
from ag2_marketing_tools.statistics.one_proportion import wilson_corrected
from ag2_marketing_tools.statistics.proportions import Proportion, wilson


@dataclass(frozen=True, slots=True)
class ChiSquare:
    """Pearson's chi-square; where it has no meaning its figures are `None` with a reason.

    `smallest_expected` below 5 makes the p-value doubtful (Cochran 1954).
    """

    statistic: float | None
    degrees_of_freedom: int | None
    p_value: float | None
    smallest_expected: float | None = None
    reason: str | None = None


def independence(table: Sequence[Sequence[int]]) -> ChiSquare:
    """Test whether rows and columns of a table of counts are independent; empty rows and columns do not count.

    Raises:
        InvalidInput: A negative count, or rows of different lengths.

    Source: Pearson (1900), Phil. Mag. 50; Fisher (1922) for the degrees of freedom.
    """
    if len({len(row) for row in table}) > 1 or any(cell < 0 for row in table for cell in row):
        raise InvalidInput("A table of counts has rows of one length and no negative count.")
    rows = [row for row in table if any(row)]
    columns = [total for total in map(sum, zip(*rows, strict=True)) if total]
    if len(rows) < 2 or len(columns) < 2:
        return ChiSquare(None, None, None, reason="Fewer than two rows or two columns hold any count.")
    kept = [
        [cell for cell, total in zip(row, map(sum, zip(*rows, strict=True)), strict=True) if total]
        for row in rows
    ]
    grand = sum(columns)
    expected = [[sum(row) * total / grand for total in columns] for row in kept]
    statistic = sum(
        (cell - ideal) ** 2 / ideal
        for row, ideals in zip(kept, expected, strict=True)
        for cell, ideal in zip(row, ideals, strict=True)
    )
    degrees = (len(rows) - 1) * (len(columns) - 1)
    return ChiSquare(statistic, degrees, chi_square_tail(statistic, degrees), min(map(min, expected)))


def equal_proportions(arms: Sequence[Proportion]) -> ChiSquare:
    """Test whether all arms share one proportion (for two arms: the square of the pooled z)."""
    return independence([(arm.successes, arm.trials - arm.successes) for arm in arms])


def one_proportion(
    proportion: Proportion,
    rate: float,
    *,
    confidence: float = 0.95,
    alternative: Alternative = "two-sided",
    yates: bool = False,
) -> Inference:
    """Test one proportion against a given rate, with Wilson's two-sided interval.

    Args:
        proportion: Successes and trials.
        rate: Share supposed.
        confidence: Level of the interval.
        alternative: Tails of the test.
        yates: With continuity correction in both, as R's `prop.test` unless told otherwise.

    Source: Wilson (1927), J. Am. Stat. Assoc. 22.
    """
    checked_share("Rate", rate)
    method = "score test of one proportion"
    if not proportion.trials:
        return undefined(method, "There are no units.")
    share = proportion.successes / proportion.trials
    gap = share - rate
    if yates:
        gap = math.copysign(max(0.0, abs(gap) - 0.5 / proportion.trials), gap)
    z = gap / math.sqrt(rate * (1.0 - rate) / proportion.trials)
    return Inference(
        method,
        share,
        interval=(wilson_corrected if yates else wilson)(proportion, confidence=confidence),
        p_value=tail_probability(z, None, alternative),
        statistic=z,
        alternative=alternative,
    )

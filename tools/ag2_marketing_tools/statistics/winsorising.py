"""Winsorising: values beyond a percentile count as that percentile, so that one big order decides nothing.

The cap is taken over all arms together and is the same for each; users without the event count as zeros. It is
applied per user, before anything is squared. A ratio has its numerator and its denominator capped, each by its own.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.statistics.inference import checked_share
from ag2_marketing_tools.statistics.moments import Moments

ValueCounts = Iterable[tuple[float, int]]
"""Pairs of a value per user and how many users have it, in any order."""


def pooled_cap(arms: Sequence[ValueCounts], percentile: float, *, ignore_zeros: bool = False) -> float | None:
    """Return the value at a percentile of all arms' users together (nearest rank); `None` without users.

    Args:
        arms: Per arm, values and how many users have each; zeros included.
        percentile: A share, as 0.999.
        ignore_zeros: Take the percentile among users whose value is not 0, as rare events need.

    Raises:
        InvalidInput: A percentile not strictly between 0 and 1, a negative count, or a value that is not finite.
    """
    checked_share("Percentile", percentile)
    pairs = sorted((value, count) for value, count in chain.from_iterable(arms) if value or not ignore_zeros)
    if any(count < 0 or not math.isfinite(value) for value, count in pairs):
        raise InvalidInput("Values must be finite and their counts must not be negative.")
    users = sum(count for _, count in pairs)
    rank = math.ceil(users * percentile - 1e-9)
    passed = 0
    for value, count in pairs:
        passed += count
        if passed >= rank and count:
            return value
    return None


def capped(value: float, *, upper: float | None = None, lower: float | None = None) -> float:
    """Return the value held between the caps; a cap that is `None` holds nothing."""
    if upper is not None and value > upper:
        return upper
    return lower if lower is not None and value < lower else value


def capped_moments(values: ValueCounts, *, upper: float | None = None, lower: float | None = None) -> Moments:
    """Return the moments of one arm's users after capping."""
    merged: dict[float, int] = {}
    for value, count in values:
        held = capped(value, upper=upper, lower=lower)
        merged[held] = merged.get(held, 0) + count
    return moments_of_counts(merged)


def moments_of_counts(values: Mapping[float, int]) -> Moments:
    """Return the moments of values that each stand for several users."""
    count = sum(values.values())
    if not count:
        return Moments(0, 0.0, 0.0)
    mean = math.fsum(value * users for value, users in values.items()) / count
    return Moments(count, mean, math.fsum(users * (value - mean) ** 2 for value, users in values.items()))

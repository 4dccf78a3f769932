"""Caps (winsorising): a quantile of all users' values, pooled over the variants, the same for each.

Users who did nothing are zeros. Where the quantile is not above 0, because the event is rarer than that, it is taken
among the users whose value is not 0: a cap of 0 would erase the metric. Sources and reasons: `statistics.winsorising`.
"""

from __future__ import annotations

import math


def place_from_the_top(users: int, share: float) -> int:
    """Return the place, counted from the largest value (1), of the quantile `share` of that many (nearest rank)."""
    return users - math.ceil(users * share - 1e-9) + 1


def cap_of(
    users: int, share: float, positive: int, busy: int, of_all: float | None, of_busy: float | None
) -> float | None:
    """Return the cap, or None where nobody is to be capped: a cap lies above 0.

    Args:
        users: Users of all variants.
        share: The quantile.
        positive: How many of them have a value above 0.
        busy: How many of them have a value that is not 0.
        of_all: The smallest value above 0 within the top of all users.
        of_busy: The same within the top of those whose value is not 0.
    """
    if place_from_the_top(users, share) <= positive:
        return None if of_all is None else float(of_all)
    if busy > 0 and place_from_the_top(busy, share) <= positive:
        return None if of_busy is None else float(of_busy)
    return None

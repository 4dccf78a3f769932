"""Which way a figure went: further from its threshold is worse, nearer is better."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ag2_marketing_tools.seo.history.snapshot import FigureSeen

_NOISY_UNITS: Final = frozenset({"ms", "s"})
"""A time taken once differs from run to run without any change of the page: only its verdict tells."""


def gone_worse(earlier: FigureSeen, latest: FigureSeen) -> bool | None:
    """Tell whether a figure moved away from its threshold; None where it did not move or nobody can say.

    >>> gone_worse(FigureSeen(value=3, unit="link", limits={"good": 0}), FigureSeen(value=5, unit="link"))
    True
    >>> limits = {"minimum": 30, "maximum": 60}
    >>> gone_worse(FigureSeen(value=5, unit="c", limits=limits), FigureSeen(value=9, unit="c", limits=limits))
    False
    """
    limits = latest.limits or earlier.limits
    if earlier.unit != latest.unit or latest.unit in _NOISY_UNITS:
        return None
    then, now = _beyond(earlier.value, limits), _beyond(latest.value, limits)
    if then is None or now is None or then == now:
        return None
    return now > then


def _beyond(value: float, limits: Mapping[str, float]) -> float | None:
    """Return how far a figure lies outside of what is good; None where the limits do not say."""
    lowest, highest = limits.get("minimum"), limits.get("maximum")
    good, poor = limits.get("good"), limits.get("poor")
    if good is not None and poor is not None and poor < good:
        lowest = good
    elif good is not None:
        highest = good
    if lowest is None and highest is None:
        return None
    below = lowest - value if lowest is not None else 0
    above = value - highest if highest is not None else 0
    return max(below, above, 0)

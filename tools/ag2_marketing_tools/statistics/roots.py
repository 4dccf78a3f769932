"""Root finding between two bounds that enclose a sign change; it never leaves them."""

from __future__ import annotations

import math
from collections.abc import Callable

from ag2_marketing_tools.errors import InvalidInput

_MOST_STEPS = 200


def root(function: Callable[[float], float], low: float, high: float, *, tolerance: float = 1e-14) -> float:
    """Return where `function` crosses zero between `low` and `high`.

    Chandrupatla's method: inverse quadratic interpolation where it is safe, else bisection.

    Args:
        function: Continuous, with opposite signs (or a zero) at the two bounds.
        low: One bound.
        high: The other bound.
        tolerance: Absolute error of the root beside the relative resolution of a double.

    Raises:
        InvalidInput: The function has the same sign at both bounds.

    Source: Chandrupatla (1997), A new hybrid quadratic/bisection algorithm for finding the zero of a
    nonlinear function without using derivatives, Advances in Engineering Software 28(3).
    """
    old, new = low, high
    at_old, at_new = function(old), function(new)
    if at_old == 0.0:
        return old
    if at_new == 0.0:
        return new
    if (at_old > 0.0) == (at_new > 0.0):
        raise InvalidInput(f"No sign change between {low:g} and {high:g}.")
    step = 0.5
    for _ in range(_MOST_STEPS):
        point = old + step * (new - old)
        at_point = function(point)
        if (at_point > 0.0) == (at_old > 0.0):
            third, at_third = old, at_old
        else:
            third, at_third, new, at_new = new, at_new, old, at_old
        old, at_old = point, at_point
        best, at_best = (old, at_old) if abs(at_old) < abs(at_new) else (new, at_new)
        smallest_step = (2.0 * math.ulp(abs(best)) + tolerance) / abs(new - old)
        if at_best == 0.0 or smallest_step > 0.5:
            return best
        step = _next_step(old, new, third, at_old, at_new, at_third)
        step = min(max(step, smallest_step), 1.0 - smallest_step)
    return best


def _next_step(a: float, b: float, c: float, at_a: float, at_b: float, at_c: float) -> float:
    """Share of the way from `a` to `b` at which to look next."""
    if at_c in (at_a, at_b):
        return 0.5
    xi = (a - b) / (c - b)
    phi = (at_a - at_b) / (at_c - at_b)
    if not phi**2 < xi or not (1.0 - phi) ** 2 < 1.0 - xi:
        return 0.5
    return at_a / (at_b - at_a) * at_c / (at_b - at_c) + (c - a) / (b - a) * at_a / (at_c - at_a) * at_b / (
        at_c - at_b
    )

"""When two figures are the same: at the precision shown, in the unit shown."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

from ag2_marketing_tools.metrics.units import Unit, convert, unit_named

_EXACT = Context(prec=60)
_RATIO = "ratio"


def rounds_to(held: Decimal, shown: Decimal, quantum: Decimal, *, exact: bool) -> bool:
    """Tell whether a held value is shown as `shown`, the last written digit being worth `quantum`.

    Halves go away from zero; a value that is not zero is never shown as 0; a whole number that is not
    scaled is exact.
    """
    if not (held.is_finite() and shown.is_finite()):
        return False
    if exact or held == shown:
        return held == shown
    if shown == 0 or abs(held) > _HUGE:
        return False
    steps = _EXACT.divide(held, quantum).quantize(Decimal(1), rounding=ROUND_HALF_UP, context=_EXACT)
    return _EXACT.multiply(steps, quantum) == shown


_HUGE = Decimal(10) ** 40


@lru_cache(maxsize=1024)
def held_unit(name: str) -> Unit:
    """Return the unit that evidence names; an unknown one is something counted."""
    return unit_named(name) or Unit(name=name, dimension=f"count {name}")


def fits(shown: Unit | None, held: Unit | None) -> bool:
    """Tell whether a figure shown in one unit may stand for a value held in another.

    A value without unit supports only a number without one, and the other way round; what is counted is a
    word of the sentence, not a unit; a ratio may be shown as a bare number, a percentage may not.
    """
    if shown is None or shown.is_count:
        return held is None or held.is_count or held.name == _RATIO
    return held is not None and not held.is_count and shown.dimension == held.dimension


def in_unit(value: Decimal, held: Unit | None, shown: Unit | None) -> Decimal:
    """Return a held value in the unit shown; the units must fit."""
    if shown is None or held is None or shown.is_count or held.is_count:
        return value
    return convert(value, held, shown)

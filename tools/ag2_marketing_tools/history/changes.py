"""Differences of figures, computed exactly as they are written."""

from __future__ import annotations

from decimal import Decimal

from ag2_marketing_tools.history.model import Amount, Change
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.metrics.units import unit_named


def change(
    name: str, earlier: float | None, latest: float | None, unit: str, *, reason: str | None = None
) -> Change:
    """Return a figure then and now with its difference.

    >>> change("score", 72.3, 78.1, "point").difference
    Amount(value=5.8, unit='point')
    >>> change("share", 5, 7, "percent").difference
    Amount(value=2, unit='percentage point')

    Args:
        name: What was measured.
        earlier: The figure then, None where there is none.
        latest: The figure now.
        unit: Of both.
        reason: Why there is no difference, where one of them is missing.
    """
    if earlier is None or latest is None:
        return Change(
            name=name,
            earlier=earlier,
            latest=latest,
            unit=unit,
            difference=None,
            reason=reason or say("Only one of the two has this figure."),
        )
    difference = Amount(value=_minus(latest, earlier), unit=_unit_of_difference(unit))
    return Change(name=name, earlier=earlier, latest=latest, unit=unit, difference=difference)


def _minus(latest: float, earlier: float) -> int | float:
    exact = Decimal(repr(latest)) - Decimal(repr(earlier))
    return int(exact) if isinstance(latest, int) and isinstance(earlier, int) else float(exact)


def _unit_of_difference(unit: str) -> str:
    known = unit_named(unit)
    return "percentage point" if known is not None and known.name == "percent" else unit

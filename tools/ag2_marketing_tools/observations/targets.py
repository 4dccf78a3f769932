"""What a column of figures is measured as: the metric, the unit of the file, the factor into the metric's own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.metrics.tables import Tables
from ag2_marketing_tools.metrics.units import Unit, convert, require_unit, unit_named
from ag2_marketing_tools.observations.faults import Fault

SHARE = "share"
UNITLESS = "count"
"""The unit of scores and indices, which the catalogue of units counts."""

_NEVER_NEGATIVE = {"time", "calendar time", "information", "length", "pixel"}
_CLEARLY_PERCENT = 10.0
"""A metric whose every level is above 10 % does not sit at 1 %: such a figure was probably meant as a share."""
_MOST_UNKNOWN = 200


@dataclass(frozen=True)
class Target:
    """How figures of one metric, given in one unit, are stored.

    Attributes:
        metric: The metric's key.
        unit: The unit that is stored.
        factor: What a figure of the file is multiplied with; None for 1.
        never_negative: Counts and durations.
        suspect_below: Figures of percent up to this look like shares; None where they may be right.
        asked: The unit was not given, and the figures alone must not decide it.
    """

    metric: str
    unit: str
    factor: Decimal | None = None
    never_negative: bool = False
    suspect_below: float | None = None
    asked: bool = False


class Targets:
    """Finds the target of a metric's name and a unit; each pair once."""

    def __init__(self, tables: Tables, names: dict[str, str]) -> None:
        self._tables, self._names = tables, names
        self._known: dict[tuple[str, str | None], Target | Fault] = {}

    def of(self, name: str, given: str | None) -> Target:
        """Return how figures under this name, in this unit, are stored.

        Raises:
            Fault: There is no such metric or unit, or the unit must be given.
        """
        found = self._known.get((name, given))
        if found is None:
            try:
                found = self._find(name, given)
            except Fault as fault:
                found = fault
            if len(self._known) < _MOST_UNKNOWN + len(self._tables):
                self._known[name, given] = found
        if isinstance(found, Fault):
            raise Fault(found.code, text=found.text, near=found.near, expected=found.expected)
        return found

    def _find(self, name: str, given: str | None) -> Target:
        key = self._names.get(name, name)
        metric = self._tables.metrics.get(key)
        if metric is None:
            near = self._tables.nearest(key[:200], most=3) if len(self._known) < _MOST_UNKNOWN else ()
            raise Fault("unknown_metric", text=name, near=near)
        stored = require_unit(metric.unit) if metric.unit else None
        if given is None:
            return _without_unit(key, stored, metric.levels.values())
        unit = unit_named(given)
        if unit is None:
            raise Fault("unknown_unit", text=given)
        if stored is None:
            return Target(key, unit.name, never_negative=_never_negative(unit))
        try:
            factor = convert(Decimal(1), unit, stored)
        except InvalidInput:
            raise Fault("wrong_unit", text=given, expected=stored.name) from None
        suspect = _suspect_below(stored, metric.levels.values())
        return Target(key, stored.name, None if unit == stored else factor, _never_negative(stored), suspect)


def _without_unit(key: str, stored: Unit | None, levels: Iterable[float]) -> Target:
    if stored is None:
        return Target(key, UNITLESS)
    if stored.dimension == SHARE:
        return Target(key, stored.name, suspect_below=_suspect_below(stored, levels), asked=True)
    if not stored.is_count:
        raise Fault("unit_not_given", text=None, expected=stored.name)
    return Target(key, stored.name, never_negative=True)


def _never_negative(unit: Unit) -> bool:
    return unit.is_count or unit.dimension in _NEVER_NEGATIVE


def _suspect_below(unit: Unit, levels: Iterable[float]) -> float | None:
    figures = list(levels)
    return 1.0 if unit.name == "percent" and figures and min(figures) > _CLEARLY_PERCENT else None

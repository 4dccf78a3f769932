"""A metric's figures and levels in words, the kind of line that marks each level, and the zones between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from ag2_marketing.report import wording
from ag2_marketing_tools.comparison import Direction, known_levels, scale_of
from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.messages import language, say
from ag2_marketing_tools.metrics.units import require_unit, unit_named
from ag2_marketing_tools.standing.terms import with_unit

_LINES = {"average": "average", "leader": "leader", "target": "target", "limit": "limit"}


@dataclass(frozen=True)
class LevelLine:
    """One level: the class of its line, its name, its figure."""

    kind: str
    name: str
    value: float


@dataclass(frozen=True)
class Zones:
    """Between which figures a metric lags, is competitive and leads; None where no level decides."""

    floor: float
    ceiling: float
    higher_is_better: bool


def lines_of(levels: Mapping[str, float]) -> list[LevelLine]:
    """Return the levels that have a figure, in the table's order."""
    return [LevelLine(_kind(name), level_name(name), value) for name, value in levels.items()]


def _kind(name: str) -> str:
    known = known_levels().get(name)
    return _LINES.get(known.role, "other") if known else "other"


def level_name(name: str) -> str:
    """Return what a level is called where it stands alone."""
    names = {
        "industry_average": say("Industry average"),
        "average_performers": say("Average"),
        "market_leaders": say("Leaders"),
        "top_performers": say("Leaders"),
        "our_targets": say("Our target"),
        "target": say("Our target"),
        "target_increase": say("Our target"),
        "target_position_improvement": say("Our target"),
        "success_threshold": say("Threshold of success"),
        "median": say("Median"),
        "top_25_percent": say("Top quarter"),
        "top_10_percent": say("Top tenth"),
        "under_1_year": say("First year"),
        "1to3_years": say("1 to 3 years"),
        "3to5_years": say("3 to 5 years"),
        "5plus_years": say("5 years and more"),
        "warning": say("Warning line"),
        "critical": say("Critical line"),
    }
    return names.get(name) or name.replace("_", " ").capitalize()


def zones_of(levels: Mapping[str, float], direction: str) -> Zones | None:
    """Return the zones that levels make, where higher or lower figures are better."""
    if direction not in ("higher", "lower"):
        return None
    better: Direction = "higher" if direction == "higher" else "lower"
    try:
        scale = scale_of(dict(levels), better)
    except InvalidInput:  # levels in an order that makes no scale, as a company's own table may have
        return None
    if (
        scale.floor is None
        or scale.ceiling is None
        or scale.floor.value is None
        or scale.ceiling.value is None
    ):
        return None
    return Zones(scale.floor.value, scale.ceiling.value, direction == "higher")


def amount(value: float, unit: str | None) -> str:
    """Return a figure with its unit, to four significant digits."""
    shown = plain(value)
    known = unit_named(unit) if unit else None
    if unit and known is None:
        return say("{value} {unit}", value=shown, unit=unit)
    return with_unit(value, known, shown)


def change(value: float, unit: str | None) -> str:
    """Return a difference with its sign and unit, to three significant digits; of percentages in points."""
    known = unit_named(unit) if unit else None
    shown = wording.number(value, signed=True)
    if known is not None and known.name == "percent":
        known = require_unit("percentage point")
    if known is not None and not known.is_currency:  # whose sign stands before the symbol
        return with_unit(abs(value), known, shown)
    return shown if unit is None else say("{value} {unit}", value=shown, unit=known.symbol if known else unit)


def change_unit(unit: str | None) -> str:
    """Return the unit of differences; that of percentages is the percentage point."""
    known = unit_named(unit) if unit else None
    if known is None:
        return unit or ""
    return say("percentage points") if known.name == "percent" else known.symbol


def plain(value: float) -> str:
    """Return a figure without its unit, to four significant digits and with a true minus."""
    return _plain(float(value), language())


@lru_cache(maxsize=4096)
def _plain(value: float, code: str) -> str:
    rounded = round(value) if abs(value) >= 1_000 else float(f"{value:.4g}")
    whole = int(rounded) if float(rounded).is_integer() else rounded
    return ("" if whole >= 0 else wording.MINUS) + say("{value:,}", value=abs(whole))


def between(lower: float | None, upper: float | None) -> str:
    """Return an interval without its unit."""
    return wording.interval(None if lower is None else plain(lower), None if upper is None else plain(upper))


def axis_unit(unit: str | None, direction: str) -> str:
    """Return what stands at an axis: the unit, and which way is better."""
    better = {"higher": say("higher is better"), "lower": say("lower is better")}.get(direction, "")
    known = unit_named(unit) if unit else None
    named = known.symbol if known else unit or ""
    return ", ".join(filter(None, (named, better)))

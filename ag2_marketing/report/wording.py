"""Figures as words, as pictures and their tables show them: signs, units, intervals, days."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache

from ag2_marketing_tools.messages import language, say

MINUS = "−"
_SMALLEST_P = 0.0001
_NEARLY = 0.001


def rounded(value: float) -> int | float:
    """Round to three significant digits, and to whole numbers from a hundred on."""
    if abs(value) >= 100:
        return round(value)
    shown = float(f"{value:.3g}")
    return int(shown) if shown.is_integer() else shown


def number(value: float, *, signed: bool = False) -> str:
    """Return a number in the reader's notation, with a true minus."""
    shown = rounded(value)
    sign = MINUS if shown < 0 else "+" if signed and shown > 0 else ""
    return sign + say("{value:,}", value=abs(shown))


def alike(estimate: float, low: float | None, high: float | None) -> tuple[str, str | None, str | None]:
    """Return an estimate and its bounds with as many decimals as the interval's width deserves.

    A figure that is not zero is never shown as zero: whether zero lies inside is what an interval is read for.
    """
    ends = [end for end in (low, high, estimate) if end is not None]
    width = max(ends) - min(ends) or abs(estimate)
    decimals = max(0, 2 - math.floor(math.log10(width))) if width > 0 else 2

    def shown(figure: float) -> str:
        fixed = round(figure, decimals)
        hidden = fixed == 0 and figure != 0
        return number(float(f"{figure:.1g}"), signed=True) if hidden else _fixed(fixed, decimals)

    return shown(estimate), None if low is None else shown(low), None if high is None else shown(high)


def _fixed(figure: float, decimals: int) -> str:
    sign = MINUS if figure < 0 else "+" if figure > 0 else ""
    return sign + _decimal(abs(figure), decimals, language())


@lru_cache(maxsize=4096)
def _decimal(figure: float, decimals: int, code: str) -> str:
    from babel.numbers import format_decimal

    places = "0" * min(decimals, 12)
    return str(format_decimal(figure, format=f"#,##0.{places}" if places else "#,##0", locale=code))


def effect(estimate: float, low: float | None, high: float | None, unit: str = "") -> str:
    """Return an estimate with its interval, such as `+3.1 % (+0.2 % to +6.0 %)`."""
    shown = [
        None if text is None else say("{value} {unit}", value=text, unit=unit) if unit == "%" else text
        for text in alike(estimate, low, high)
    ]
    named = shown[0] if unit in {"", "%"} else say("{value} {unit}", value=shown[0], unit=unit)
    return say("{value} ({interval})", value=named, interval=interval(shown[1], shown[2]))


def count(value: int) -> str:
    """Return a whole number, not rounded."""
    return say("{value:,}", value=value)


def percent(share: float, *, signed: bool = False) -> str:
    """Return a share as a percentage."""
    return say("{value} %", value=number(100 * share, signed=signed))


def chance(share: float) -> str:
    """Return a probability as a percentage; one that is nearly certain is not said to be certain."""
    if share > 1 - _NEARLY:
        return say("over {value} %", value=number(100 * (1 - _NEARLY)))
    if share < _NEARLY:
        return say("under {value} %", value=number(100 * _NEARLY))
    return percent(round(share, 3))


def level(share: float) -> str:
    """Return a confidence level as a percentage: to a tenth, for they lie close together."""
    return say("{value} %", value=say("{value:,}", value=_whole(round(100 * share, 1))))


def _whole(value: float) -> int | float:
    return int(value) if value.is_integer() else value


def value(figure: float, unit: str) -> str:
    """Return a metric's value with its unit."""
    return percent(figure) if unit == "ratio" else say("{value} {unit}", value=number(figure), unit=unit)


def scale(unit: str) -> float:
    """Return by what a metric's difference is multiplied to stand at an axis."""
    return 100.0 if unit == "ratio" else 1.0


def unit_words(unit: str) -> str:
    """Return the unit of differences; that of shares is the percentage point."""
    return say("percentage points") if unit == "ratio" else unit


def interval(low: str | None, high: str | None) -> str:
    """Return an interval; one without a bound is open on that side."""
    if low is None and high is None:
        return say("unknown")
    if low is None:
        return say("up to {high}", high=high)
    if high is None:
        return say("from {low}", low=low)
    return say("{low} to {high}", low=low, high=high)


def p_words(p_value: float | None) -> str:
    """Return a p-value; the smallest only as smaller than a bound."""
    if p_value is None:
        return "–"
    if p_value < _SMALLEST_P:
        return say("below {value:,}", value=_SMALLEST_P)
    return number(round(p_value, 4)) if p_value < 0.1 else say("{value:,}", value=round(p_value, 2))


def day(when: date) -> str:
    """Return a day without its year."""
    return _skeleton(when.isoformat(), "MMMd", language())


def moment(when: datetime) -> str:
    """Return a moment to the minute, in UTC."""
    from babel.dates import format_datetime, get_timezone

    shown = format_datetime(when, "d MMMM y, HH:mm", tzinfo=get_timezone("UTC"), locale=language())
    return say("{when} UTC", when=shown)


def state(name: str) -> str:
    """Return a test's state in words."""
    known: Mapping[str, str] = {
        "running": say("running"),
        "stopped": say("stopped"),
        "reverted": say("reverted"),
        "archived": say("archived"),
    }
    return known.get(name, name)


def date_words(when: date) -> str:
    """Return a day with its year."""
    return _skeleton(when.isoformat(), "yMMMd", language())


def month(when: date) -> str:
    """Return a month with its year."""
    return _skeleton(when.isoformat(), "yMMM", language())


@lru_cache(maxsize=2048)
def _skeleton(iso: str, skeleton: str, code: str) -> str:
    from babel.dates import format_skeleton

    return str(format_skeleton(skeleton, date.fromisoformat(iso), locale=code))

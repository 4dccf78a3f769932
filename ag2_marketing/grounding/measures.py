"""Currencies, units and scales beside a number."""

from __future__ import annotations

import re
from functools import lru_cache

from ag2_marketing.grounding.lexicon import Lexicon
from ag2_marketing.grounding.number import Number
from ag2_marketing_tools.metrics.units import Unit, all_units, unit_named


@lru_cache(maxsize=1)
def currencies() -> tuple[dict[str, Unit], str]:
    """Return the currencies by symbol and code, and a pattern of them, longest first."""
    table = {symbol: unit for unit in all_units() if unit.is_currency for symbol in unit.symbols}
    return table, "|".join(re.escape(symbol) for symbol in sorted(table, key=len, reverse=True))


_FRENCH_SYMBOLS = frozenset({"Mo", "Go", "Ko", "ko"})


_FOLLOWING = re.compile(r"[ \t]?-?([^\W\d_]+|[^\s\w])")


@lru_cache(maxsize=8)
def _unit_words(code: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return symbols and names of the units that a language writes after a number."""
    measured = [u for u in all_units() if not u.is_count and u.name != "ratio"]
    symbols = {s for u in measured for s in (u.name, *u.symbols) if s not in _FRENCH_SYMBOLS or code == "fr"}
    return frozenset(symbols), frozenset(name for u in measured for name in u.names if len(name) > 2)


@lru_cache(maxsize=8)
def _unit_pattern(code: str) -> re.Pattern[str]:
    def alternatives(words: frozenset[str]) -> str:
        ordered = sorted(words, key=len, reverse=True)
        return "|".join(r"\s+".join(re.escape(part) for part in word.split()) for word in ordered)

    symbols, names = _unit_words(code)
    return re.compile(
        rf"[ \t]?-?(?P<unit>(?i:{alternatives(names)})(?![^\W_])|(?:{alternatives(symbols)})(?![^\W_]|['’]))"
    )


@lru_cache(maxsize=8)
def _first_words(code: str) -> frozenset[str]:
    symbols, names = _unit_words(code)
    first = {_FOLLOWING.match(word) for word in (*symbols, *names)}
    return frozenset(match.group(1).casefold() for match in first if match)


def unit_after(text: str, at: int, code: str, end: int | None = None) -> tuple[Unit, int] | None:
    """Return the unit that stands right after a place, and where it ends."""
    following = _FOLLOWING.match(text, at)
    if following is None or following.group(1).casefold() not in _first_words(code):
        return None
    match = _unit_pattern(code).match(text, at) if end is None else _unit_pattern(code).match(text, at, end)
    unit = unit_named(match["unit"]) if match else None
    return (unit, match.end()) if match and unit else None


def scale_after(text: str, at: int, language: Lexicon) -> tuple[str, int] | None:
    """Return the scale word (`k`, `Mio.`, `million`) right after a place, and where it ends."""
    following = _FOLLOWING.match(text, at)
    if following is None:
        return None
    word = following.group(1)
    if word not in language.scales:
        word = word.casefold() if len(word) > _SHORT_SCALE else ""
    if word not in language.scales:
        return None
    end = following.end() + (text[following.end() : following.end() + 1] == "." and word in _ABBREVIATED)
    return (word, end) if not text[end : end + 1].isalnum() else None


_SHORT_SCALE = 2


_ABBREVIATED = frozenset({"mio", "mrd", "tsd", "mln"})


_LONGEST_SYMBOL = 3


_NEARBY = re.compile(r"[ \t]+[^\W\d_]+")


def unit_nearby(text: str, number: Number, end: int, language: Lexicon) -> Unit | None:
    """Return the unit of `3.9 care hours`: a unit word up to two words after a number."""
    at = number.end
    for _ in range(2):
        word = _NEARBY.match(text, at, end)
        if word is None:
            return None
        at = word.end()
        found = unit_after(text, at, language.code, end)
        if found and found[1] - at > _LONGEST_SYMBOL:
            return found[0]
    return None

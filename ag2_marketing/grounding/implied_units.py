"""The unit that a value has by its key, its siblings and what stands above it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from ag2_marketing.grounding.paths import colourless
from ag2_marketing.grounding.words import lemma, phrases_in, split_key
from ag2_marketing_tools.metrics.units import unit_named

_SUFFIX_UNITS = {
    "ms": "ms", "s": "s", "sec": "s", "secs": "s", "seconds": "s", "minutes": "min", "mins": "min", "hours": "h",
    "days": "day", "weeks": "week", "months": "month", "years": "year", "percent": "percent", "pct": "percent",
    "percentage": "percent", "ratio": "ratio", "rate": "ratio", "rates": "ratio", "share": "ratio",
    "fraction": "ratio", "proportion": "ratio", "probability": "ratio", "ctr": "ratio", "cvr": "ratio",
    "byte": "byte", "bytes": "byte", "kb": "kB", "mb": "MB", "gb": "GB", "kib": "KiB", "mib": "MiB", "gib": "GiB",
    "px": "px", "pixels": "px", "km": "km", "bps": "basis point", "eur": "EUR", "usd": "USD", "gbp": "GBP",
    "chf": "CHF", "euros": "EUR", "dollars": "USD", "points_percent": "percentage point", "pp": "percentage point",
}  # fmt: skip


_DURATIONS = frozenset({"seconds", "minutes", "hours", "days", "weeks", "months", "years"})


_SHARE_NAMES = frozenset({"confidence_level", "confidence", "statistical_power"})


_NO_SUFFIX_AFTER = frozenset({"per", "last", "next", "in", "within", "this", "every"})


# Keys whose figures are counts or statistics whatever unit stands beside them.
_UNITLESS = frozenset(
    [
        "n",
        "count",
        "counts",
        "sample",
        "samples",
        "size",
        "users",
        "visitors",
        "visits",
        "sessions",
        "clicks",
        "impressions",
        "conversions",
        "p",
        "value_count",
        "percentile",
        "rank",
        "position",
        "chi",
        "z",
        "t",
        "df",
        "id",
        "index",
        "items",
        "orders",
        "posts",
        "pages",
        "reach",
        "followers",
        "level",
        "confidence",
        "likes",
        "shares",
        "comments",
        "leads",
        "requests",
        "words",
        "characters",
        "score",
        "year",
        "month",
        "day",
    ]
)


_MONEY_CONCEPTS = frozenset(
    [
        "spend",
        "price",
        "budget",
        "remaining",
        "revenue",
        "cpc",
        "cpm",
        "cpa",
        "aov",
        "pipeline",
        "invoice",
        "vat",
        "due",
        "deals",
    ]
)


_SHARES = frozenset({"share", "ratio", "rate", "percent", "pct", "percentage"})


def kin_unit(node: Mapping[str, Any]) -> str | None:
    """Return the unit that one figure's bare name gives to what is compared with it: `share` and `benchmark`."""
    for key in _SHARES & node.keys():
        others = {lemma(word) for other in node if other != key for word in split_key(other)}
        if others <= colourless():
            return implied_unit((key,), node[key], None, None)
    return None


@lru_cache(maxsize=16384)
def _suffix(key: str) -> str | None:
    words = [word.casefold() for word in split_key(key)]
    money = (
        bool(words)
        and (found := unit_named(_SUFFIX_UNITS.get(words[-1], ""))) is not None
        and found.is_currency
    )
    if not words or (_NO_SUFFIX_AFTER & set(words[:-1]) and not money):
        return None
    if "_".join(words) in _SHARE_NAMES:
        return "ratio"
    if words[-1] == "s" and len(words) == 1:
        return None
    return _SUFFIX_UNITS.get(words[-1]) or next(
        (_SUFFIX_UNITS[word] for word in words if word in _DURATIONS), None
    )


def implied_unit(keys: tuple[str, ...], value: Any, unit: str | None, currency: str | None) -> str | None:
    """Return the unit that a value's keys and its siblings give it, or None."""
    if not keys:
        return unit
    own = _suffix(keys[-1])
    if own is not None:
        return _rate(own, value)
    words = [word.casefold() for word in split_key(keys[-1])]
    if _UNITLESS & set(words):
        return None
    if unit is not None:
        return unit
    if currency is not None and _is_money(keys):
        return currency
    inherited = next((found for key in reversed(keys[:-1]) if (found := _suffix(key)) is not None), None)
    return _rate(inherited, value) if inherited is not None else None


def _rate(unit: str, value: Any) -> str:
    """A `rate` above 1 is written in percent."""
    return "percent" if unit == "ratio" and isinstance(value, int | float) and abs(value) > 1 else unit


@lru_cache(maxsize=8192)
def maybe_money(keys: tuple[str, ...], currency: str | None) -> bool:
    """Tell whether a currency that stands beside a value may be its own, though its keys do not say so."""
    words = {word.casefold() for word in split_key(keys[-1])} if keys else set()
    return currency is not None and not _UNITLESS & words


@lru_cache(maxsize=8192)
def _is_money(keys: tuple[str, ...]) -> bool:
    """Tell whether a currency beside these keys is theirs: they name money, or nothing in particular."""
    for depth, key in enumerate(reversed(keys)):
        words = split_key(key)
        lemmas = [lemma(word) for word in words]
        if any(concept in _MONEY_CONCEPTS for _, _, concept in phrases_in(lemmas)):
            return True
        if not set(lemmas) <= colourless():
            return depth > 0 and not _UNITLESS & {word.casefold() for word in words}
    return True

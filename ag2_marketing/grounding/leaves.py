"""The leaves of a result: every value with its path, its words, its unit, and what it is worth as evidence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ag2_marketing.grounding.dates import Moment, moment_of
from ag2_marketing.grounding.words import (
    WORD,
    concepts,
    generic_lemmas,
    generic_words,
    lemma,
    phrases_in,
    split_key,
    tokenise,
)
from ag2_marketing_tools.metrics.units import unit_named

if TYPE_CHECKING:
    from ag2_marketing.grounding.ledger import Evidence

_LONGEST_SIBLING = 80
_MOST_NAMED_ITEMS = 20
_NAMING_KEYS = frozenset({"unit", "currency"})
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


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value of a result.

    Attributes:
        value: The value as JSON; a list's leaf holds its length.
        unit: Its unit's name, or None.
        evidence_id: Whose result it is in.
        path: JSON pointer without the leading slash.
        length: Whether it is the length of a list.
        echo: Whether it only repeats an argument that a model chose: no evidence.
        quoted: Whether it is quoted matter, fetched from a page.
        loose: Whether the unit is a currency that stands beside it, which may not be its own.
    """

    value: Any
    unit: str | None
    evidence_id: str
    path: str
    length: bool = False
    echo: bool = False
    quoted: bool = False
    loose: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """The words that name a value: of its own path, and of what stands around it."""

    own: frozenset[str]
    near: frozenset[str]
    qualifiers: frozenset[str]
    depth: int
    telling: int
    tail: tuple[frozenset[str], ...] = ()
    per: frozenset[str] = frozenset()
    items: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Place:
    path: str
    shape: str  # the path with `*` for its places in lists: what patterns of pointers are matched against
    keys: tuple[str, ...]
    near: frozenset[str]
    lists: int
    unit: str | None
    currency: str | None


def leaves_of(entry: Evidence) -> Iterator[tuple[Leaf, Words, Decimal | Moment | None]]:
    """Yield every leaf of an entry's result with its words and, for figures and dates, its value."""
    walk = _Walk(entry)
    yield from walk.node(entry.result, _Place("", "", (), frozenset(), 0, None, None))


class _Walk:
    def __init__(self, entry: Evidence) -> None:
        self.id = entry.id
        self.units = [(_pattern(pointer), unit) for pointer, unit in entry.units.items()]
        self.quoted = [_pattern(pointer) for pointer in entry.quoted]
        self.echoes = set(_argument_leaves(entry.arguments, "")) if entry.chosen_by_model else set()
        self.words: dict[tuple[tuple[str, ...], frozenset[str], int], Words] = {}
        pointers = (*entry.units, *entry.quoted)
        self.numbered = any(part.isdigit() for pointer in pointers for part in pointer.split("/"))
        self.declared_units: dict[str, str | None] = {}
        self.quoted_shapes: dict[str, bool] = {}

    def node(self, node: Any, place: _Place) -> Iterator[tuple[Leaf, Words, Decimal | Moment | None]]:
        if isinstance(node, dict):
            inside = _with_siblings(node, place) if place.path else _with_units(node, place)
            for key, child in node.items():
                pointer = key.replace("~", "~0").replace("/", "~1")
                path = f"{place.path}/{pointer}" if place.path else pointer
                shape = f"{place.shape}/{pointer}" if place.shape else pointer
                keys = (*place.keys, key)
                yield from self.node(
                    child,
                    _Place(path, shape, keys, inside.near, place.lists, inside.unit, inside.currency),
                )
        elif isinstance(node, list):
            yield self.length(node, place)
            for at, child in enumerate(node):
                near = place.near | _place_in_list(at, len(node))
                path = f"{place.path}/{at}" if place.path else str(at)
                part = at if self.numbered else "*"
                shape = f"{place.shape}/{part}" if place.shape else f"{part}"
                yield from self.node(
                    child,
                    _Place(path, shape, place.keys, near, place.lists + 1, place.unit, place.currency),
                )
        else:
            yield self.leaf(node, place)

    def leaf(
        self, value: Any, place: _Place, *, length: bool = False
    ) -> tuple[Leaf, Words, Decimal | Moment | None]:
        figure = _figure(value)
        unit = None if length or not isinstance(figure, Decimal) else self.unit(value, place)
        quoted = self.is_quoted(place.shape)
        echo = not length and bool(self.echoes) and self.is_echo(value, place)
        loose = (
            unit is None
            and not length
            and isinstance(figure, Decimal)
            and maybe_money(place.keys, place.currency)
        )
        leaf = Leaf(
            value, place.currency if loose else unit, self.id, place.path, length, echo, quoted, loose
        )
        return leaf, self.words_of(place), figure

    def length(self, node: list[Any], place: _Place) -> tuple[Leaf, Words, Decimal | Moment | None]:
        """A list's length is named by its path; the names of its items are words around it."""
        leaf, words, figure = self.leaf(len(node), place, length=True)
        items: set[str] = set()
        kinds: set[str] = set()
        for child in node[:_MOST_NAMED_ITEMS]:
            named = child if isinstance(child, dict) else {"": child}
            for key, text in named.items():
                if isinstance(text, str) and _may_name(key, text, named):
                    items |= text_features(text)
                    kinds |= {lemma(word) for word in split_key(key)}
        near = words.near | (kinds - words.own)
        return leaf, replace(words, near=frozenset(near), items=frozenset(items)), figure

    def words_of(self, place: _Place) -> Words:
        key = (place.keys, place.near, place.lists)
        found = self.words.get(key)
        if found is None:
            path = path_words(place.keys)
            depth = len(place.keys) + place.lists
            found = Words(path.own, place.near, path.qualifiers, depth, path.weight, path.tail, path.per)
            self.words[key] = found
        return found

    def unit(self, value: Any, place: _Place) -> str | None:
        if place.shape not in self.declared_units:
            declared = (unit for pattern, unit in self.units if pattern.fullmatch(place.shape))
            self.declared_units[place.shape] = next(declared, None)
        declared_unit = self.declared_units[place.shape]
        return declared_unit or implied_unit(place.keys, value, place.unit, place.currency)

    def is_quoted(self, shape: str) -> bool:
        if shape not in self.quoted_shapes:
            self.quoted_shapes[shape] = any(pattern.match(shape) for pattern in self.quoted)
        return self.quoted_shapes[shape]

    def is_echo(self, value: Any, place: _Place) -> bool:
        if value is None or isinstance(value, bool) or not place.keys:
            return False
        own = (place.keys[-1].casefold(), _comparable(value))
        return own in self.echoes or (place.path.casefold(), _comparable(value)) in self.echoes


def _comparable(value: Any) -> str:
    return str(Decimal(repr(value)).normalize()) if isinstance(value, int | float) else str(value)


def _argument_leaves(node: Any, path: str, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        for name, child in node.items():
            yield from _argument_leaves(child, f"{path}/{name}" if path else name, name)
    elif isinstance(node, list):
        for at, child in enumerate(node):
            yield from _argument_leaves(child, f"{path}/{at}", key)
    elif node is not None and not isinstance(node, bool):
        yield key.casefold(), _comparable(node)
        yield path.casefold(), _comparable(node)


def _pattern(pointer: str) -> re.Pattern[str]:
    parts = pointer.strip("/").split("/")
    return re.compile("/".join("[^/]*" if part == "*" else re.escape(part) for part in parts) + "(?=/|$)")


def _figure(value: Any) -> Decimal | Moment | None:
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if isinstance(value, str) and 4 <= len(value) <= 40 and any(c.isdigit() for c in value):
        return moment_of(value)
    return None


# ---- words


@dataclass(frozen=True, slots=True)
class PathWords:
    """The words of a path: its own, those it is only measured per, what qualifies it, how many tell something.

    `tail` holds, for each telling word of the last telling key, the features that stand for it: a sentence with
    one of each has named the value in full.
    """

    own: frozenset[str]
    per: frozenset[str]
    qualifiers: frozenset[str]
    weight: int
    tail: tuple[frozenset[str], ...]


@lru_cache(maxsize=8192)
def path_words(keys: tuple[str, ...]) -> PathWords:
    """Return the words of a path's keys."""
    own: set[str] = set()
    per: set[str] = set()
    qualifying: set[str] = set()
    weight, sure = 0, False
    tail: tuple[frozenset[str], ...] = ()
    for key in keys:
        lemmas, telling, after = _key_words(key)
        parts = {
            lemma(part) for part in WORD.findall(key) if part.casefold() not in generic_words() | _UNIT_WORDS
        }
        own |= parts | telling | {f"~{concept}" for _, _, concept in phrases_in(lemmas)}
        per.update(after)
        qualifying |= _qualifying(lemmas)
        sure |= not _SURENESS.isdisjoint(lemmas)
        weight += len(telling)
        tail = _tail(lemmas, telling) or tail
    if not sure:
        qualifying.discard("level")  # a level of confidence, not a grade level
    return PathWords(frozenset(own), frozenset(per), frozenset(qualifying), weight, tail)


_SURENESS = frozenset({lemma("confidence"), lemma("significance"), "alpha"})
_UNIT_WORDS = frozenset(
    [
        "ms",
        "s",
        "sec",
        "secs",
        "seconds",
        "minutes",
        "mins",
        "hours",
        "days",
        "weeks",
        "months",
        "years",
        "kb",
        "mb",
        "gb",
        "kib",
        "mib",
        "gib",
        "bytes",
        "px",
        "pixels",
        "km",
        "bps",
        "pct",
        "percent",
        "eur",
        "usd",
        "gbp",
        "chf",
        "euros",
        "dollars",
        "pp",
    ]
)
_SMALL_WORDS = frozenset(
    ["not", "no", "of", "to", "in", "and", "or", "with", "without", "by", "on", "at", "for", "the", "is"]
)
_WHOLE = frozenset({"total", "overall", "all", "sum"})


def _key_words(key: str) -> tuple[list[str], set[str], list[str]]:
    """Return a key's lemmas without its unit, those of them that tell something, and those after `per`."""
    words = split_key(key)
    if len(words) > 1 and words[-1].casefold() in _UNIT_WORDS:
        words = words[:-1]
    lemmas = [lemma(word) for word in words]
    at = lemmas.index("per") if "per" in lemmas[1:] else len(lemmas)
    telling = {
        lemma(word) for word in words[:at] if word.casefold() not in generic_words() and not word.isdigit()
    }
    return lemmas[:at], telling, lemmas[at + 1 :]


def _tail(lemmas: list[str], telling: set[str]) -> tuple[frozenset[str], ...]:
    named = list(phrases_in(lemmas))
    return tuple(
        frozenset({word, *(f"~{concept}" for first, last, concept in named if first <= at < last)})
        for at, word in enumerate(lemmas)
        if word in telling - _WHOLE - _SMALL_WORDS
    )


@lru_cache(maxsize=1)
def _own_words() -> dict[str, str]:
    return {
        lemma(word.split("_")[0]) if "_" not in word else word: word
        for word in concepts().qualifiers.hard | concepts().qualifiers.soft
    }


def _qualifying(lemmas: Sequence[str]) -> set[str]:
    listed = _own_words()
    found = {listed[word] for word in lemmas if word in listed}
    if "p" in lemmas:
        found.add("p_value")
    return found


def features(lemmas: Sequence[str]) -> set[str]:
    """Return words and concepts of a sequence of lemmas."""
    found = set(lemmas)
    found.update(f"~{concept}" for _, _, concept in phrases_in(lemmas))
    return found


@lru_cache(maxsize=65536)
def text_features(text: str) -> frozenset[str]:
    """Return the features of a short string; those of a date are its month and year too."""
    found = features([token.lemma for token in tokenise(text)])
    if text[:4].isdigit() and (moment := moment_of(text)) is not None:
        found.update(moment_features(moment))
    return frozenset(found)


def moment_features(moment: Moment) -> set[str]:
    """Return the features of a date that sets one entry of a list apart."""
    return {
        f"@{name}{getattr(moment, name)}"
        for name in ("year", "month", "day")
        if getattr(moment, name) is not None
    }


@lru_cache(maxsize=4096)
def _place_in_list(at: int, length: int) -> frozenset[str]:
    found = {f"#{at + 1}"} if at < 10 else set()
    if at == length - 1 and length > 1:
        found.add("#-1")
    return frozenset(found)


def _may_name(key: str, value: str, node: Mapping[str, Any]) -> bool:
    """Tell whether a string names the figures beside it; a text that is itself measured (`title_length`) does not."""
    if key in _NAMING_KEYS or len(value) > _LONGEST_SIBLING:
        return False
    return not any(other.startswith(f"{key}_") for other in node)


def _with_siblings(node: dict[str, Any], place: _Place) -> _Place:
    near = set(place.near)
    for key, value in node.items():
        if isinstance(value, str) and _may_name(key, value, node):
            near |= text_features(value)
            if ("." in value or "/" in value) and " " not in value:
                near.add(f"={value.casefold()}")
    here = _with_units(node, place)
    return replace(here, near=frozenset(near))


# ---- units


_SHARES = frozenset({"share", "ratio", "rate", "percent", "pct", "percentage"})


def _kin_unit(node: Mapping[str, Any]) -> str | None:
    """Return the unit that one figure's bare name gives to what is compared with it: `share` and `benchmark`."""
    for key in _SHARES & node.keys():
        others = {lemma(word) for other in node if other != key for word in split_key(other)}
        if others <= _colourless():
            return implied_unit((key,), node[key], None, None)
    return None


def _with_units(node: Mapping[str, Any], place: _Place) -> _Place:
    unit, currency = node.get("unit") or _kin_unit(node), node.get("currency")
    if isinstance(unit, str) and (found := unit_named(unit)) is not None and found.is_currency:
        unit, currency = None, currency or unit
    return replace(
        place,
        unit=unit if isinstance(unit, str) and unit else place.unit,
        currency=currency if isinstance(currency, str) and currency else place.currency,
    )


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


@lru_cache(maxsize=1)
def _colourless() -> frozenset[str]:
    return (
        generic_lemmas()
        | {lemma(word) for word in (concepts().qualifiers.hard | concepts().qualifiers.soft)}
        | {"total", "sum"}
    )


@lru_cache(maxsize=8192)
def _is_money(keys: tuple[str, ...]) -> bool:
    """Tell whether a currency beside these keys is theirs: they name money, or nothing in particular."""
    for depth, key in enumerate(reversed(keys)):
        words = split_key(key)
        lemmas = [lemma(word) for word in words]
        if any(concept in _MONEY_CONCEPTS for _, _, concept in phrases_in(lemmas)):
            return True
        if not set(lemmas) <= _colourless():
            return depth > 0 and not _UNITLESS & {word.casefold() for word in words}
    return True

"""The leaves of a result: every value with its path, its words, its unit, and what it is worth as evidence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ag2_marketing.grounding.dates import Moment, moment_of
from ag2_marketing.grounding.implied_units import implied_unit, kin_unit, maybe_money
from ag2_marketing.grounding.paths import path_words, place_in_list, text_features
from ag2_marketing.grounding.words import (
    lemma,
    split_key,
)
from ag2_marketing_tools.metrics.units import unit_named

if TYPE_CHECKING:
    from ag2_marketing.grounding.evidence import Evidence

_LONGEST_SIBLING = 80
_MOST_NAMED_ITEMS = 20
_NAMING_KEYS = frozenset({"unit", "currency"})


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
                near = place.near | place_in_list(at, len(node))
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


def _with_units(node: Mapping[str, Any], place: _Place) -> _Place:
    unit, currency = node.get("unit") or kin_unit(node), node.get("currency")
    if isinstance(unit, str) and (found := unit_named(unit)) is not None and found.is_currency:
        unit, currency = None, currency or unit
    return replace(
        place,
        unit=unit if isinstance(unit, str) and unit else place.unit,
        currency=currency if isinstance(currency, str) and currency else place.currency,
    )

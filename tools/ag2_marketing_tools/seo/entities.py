"""The things that a page's structured data speaks of, each with what it is part of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ag2_marketing_tools.pages.model import Page
from ag2_marketing_tools.pages.structured_data import last_part
from ag2_marketing_tools.seo.vocabulary import lineage

_MOST = 2_000
_DEEPEST = 20


@dataclass(frozen=True)
class Entity:
    """One thing.

    Attributes:
        types: Its types as written, without the vocabulary's address.
        data: Its properties.
        within: The property that it is the value of, or None at the top.
        owner: The thing that it is part of.
        syntax: How it was written.
    """

    types: frozenset[str]
    data: dict[str, Any]
    within: str | None
    owner: Entity | None
    syntax: str

    def is_a(self, *names: str) -> bool:
        """Tell whether it is of one of these types, or of one below them."""
        return any(not lineage(one).isdisjoint(names) for one in self.types)

    @property
    def is_reference(self) -> bool:
        """Whether it only points to a thing that is described elsewhere."""
        return not {name for name in self.data if not name.startswith("@")}

    @property
    def name(self) -> str:
        """Its types in one word."""
        return "/".join(sorted(self.types)) or "?"


def entities(page: Page) -> list[Entity]:
    """Return all things, each before its parts."""
    found: list[Entity] = []
    for block in page.structured_data:
        if block.data is not None and len(found) < _MOST:
            found += _within(block.data, None, None, block.syntax, 0)
    return found[:_MOST]


def _within(
    value: Any, within: str | None, owner: Entity | None, syntax: str, depth: int
) -> Iterator[Entity]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for one in value:
            yield from _within(one, within, owner, syntax, depth + 1)
        return
    if not isinstance(value, dict):
        return
    graph = value.get("@graph")
    if graph is not None:
        yield from _within(graph, None, None, syntax, depth + 1)
    thing = Entity(_types(value), value, within, owner, syntax)
    if thing.types or (within is not None and "@value" not in value):
        yield thing
    for name, part in value.items():
        if not name.startswith("@"):
            yield from _within(part, name, thing, syntax, depth + 1)


def _types(value: dict[str, Any]) -> frozenset[str]:
    declared = value.get("@type")
    names = declared if isinstance(declared, list) else [declared]
    return frozenset(last_part(name) for name in names if isinstance(name, str) and name)


def texts(value: Any) -> list[str]:
    """Return a property's values that are texts or numbers, as texts."""
    values = value if isinstance(value, list) else [value]
    return [
        str(one).strip()
        for one in values
        if isinstance(one, str | int | float) and not isinstance(one, bool) and str(one).strip()
    ]


def has(data: dict[str, Any], name: str) -> bool:
    """Tell whether a property has a value that is not empty."""
    return data.get(name) not in (None, "", [], {})

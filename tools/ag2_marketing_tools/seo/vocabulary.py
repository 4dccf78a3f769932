"""The names of schema.org, and which of them belong together."""

from __future__ import annotations

import json
from functools import cache, lru_cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict


class Vocabulary(BaseModel):
    """schema.org's types and properties; the data file says of which version and under which licence."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    comment: str
    license: str
    version: str
    types: dict[str, list[str]]
    properties: dict[str, list[str]]
    superseded: dict[str, list[str]]


@cache
def vocabulary() -> Vocabulary:
    """Return the vocabulary, read once."""
    data = files("ag2_marketing_tools.seo").joinpath("data", "schemaorg.json").read_text("utf-8")
    return Vocabulary.model_validate(json.loads(data))


@lru_cache(maxsize=2_048)
def lineage(name: str) -> frozenset[str]:
    """Return a type with all types above it; of an unknown one, itself.

    >>> "Organization" in lineage("Dentist"), "Place" in lineage("Dentist")
    (True, True)
    """
    found, open_ones = {name}, [name]
    while open_ones:
        for parent in vocabulary().types.get(open_ones.pop(), ()):
            if parent not in found:
                found.add(parent)
                open_ones.append(parent)
    return frozenset(found)


@lru_cache(maxsize=8_192)
def belongs(name: str, types: frozenset[str]) -> bool:
    """Tell whether one of these types has the property, by itself or from a type above it."""
    domains = vocabulary().properties.get(name, ())
    return any(not lineage(one).isdisjoint(domains) for one in types)

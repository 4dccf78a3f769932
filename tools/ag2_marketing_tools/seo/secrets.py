"""Keys that open something and stand in a page for everybody to read."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, TypeAdapter

_MOST = 50
_LONGEST = 300  # characters of a key on either side of what it contains


class _Kind(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    contains: str
    pattern: str
    source: str


@dataclass(frozen=True)
class Secret:
    """What kind of key stands where; the key itself is not kept."""

    kind: str
    position: int


@cache
def _kinds() -> tuple[tuple[_Kind, re.Pattern[str]], ...]:
    data = files("ag2_marketing_tools.seo").joinpath("data", "secrets.toml").read_text("utf-8")
    kinds = TypeAdapter(list[_Kind]).validate_python(tomllib.loads(data)["kind"])
    return tuple((kind, re.compile(kind.pattern)) for kind in kinds)


def secrets_in(source: str) -> list[Secret]:
    """Return the secret keys of a document, each distinct one once, in the order of their kinds."""
    found: list[Secret] = []
    for kind, pattern in _kinds():
        seen: set[str] = set()
        for match in _matches(kind.contains, pattern, source):
            if match[0] not in seen and len(found) < _MOST:
                seen.add(match[0])
                found.append(Secret(kind.name, match.start()))
    return found


def _matches(contains: str, pattern: re.Pattern[str], source: str) -> Iterator[re.Match[str]]:
    """Look around what every such key contains: far cheaper than the pattern on the whole page."""
    read_to, at = 0, source.find(contains)
    while at >= 0:
        match = pattern.search(source, max(read_to, at - _LONGEST), at + _LONGEST)
        if match is not None:
            yield match
        read_to = match.end() if match is not None else at
        at = source.find(contains, max(read_to, at + len(contains)))

"""Keys that open something and stand in a page for everybody to read."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, TypeAdapter

_MOST = 50


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
        if kind.contains not in source:  # far cheaper than the pattern, and true of nearly every page
            continue
        seen: set[str] = set()
        for match in pattern.finditer(source):
            if match[0] not in seen and len(found) < _MOST:
                seen.add(match[0])
                found.append(Secret(kind.name, match.start()))
    return found

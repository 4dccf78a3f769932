"""Reaching into evidence that may lack what is asked for: of another version, or of a step that failed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from ag2_marketing.report.cited import Cited, raw


def part(value: Cited | None, *names: str | int) -> Cited | None:
    """Return what lies at a path; None where anything on the way is missing or null."""
    for name in names:
        if value is None:
            return None
        inside = raw(value)
        known = name in inside if isinstance(inside, Mapping) else _reaches(inside, name)
        value = value[name] if known else None
    return value if value is not None and raw(value) is not None else None


def _reaches(inside: Any, name: str | int) -> bool:
    return isinstance(inside, list) and isinstance(name, int) and name < len(inside)


def listed(value: Cited | None, *names: str | int) -> list[Cited]:
    """Return the items of a list at a path; none where there is no such list."""
    found = part(value, *names)
    return list(found) if found is not None and isinstance(raw(found), list) else []


def number(value: Cited | None) -> float | None:
    """Return a figure as a length or a place, for a drawing."""
    found = raw(value) if value is not None else None
    return float(found) if isinstance(found, int | float) and not isinstance(found, bool) else None


def host_of(url: Any) -> str:
    """Return the host of an address, or the address where it has none."""
    text = str(raw(url))
    try:
        return urlsplit(text).netloc or text
    except ValueError:
        return text

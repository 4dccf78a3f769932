"""What a test found, before it is looked up what that is worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """A result's id, and the header or the like that it was read from."""

    result: str
    value: str | None = None


def worst(found: Sequence[str], order: Sequence[str]) -> str | None:
    """Return the one that stands last in an order from bearable to bad, None for nothing found."""
    return max(found, key=order.index) if found else None

"""Values of evidence in a template: each remembers where it stands, so it is only shown as a reference."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Show = Callable[[str, tuple[str | int, ...]], Any]
"""Takes an evidence id and a path; returns the value as it is shown, linked to its source."""


class Cited:
    """A value of a piece of evidence.

    A template reaches into it (`audit.meta.title`), asks about it (`if finding.severity == "info"`) and loops
    over it; printing it gives the value, formatted by the grounding renderer, with a link to its evidence.
    """

    __slots__ = ("_evidence_id", "_path", "_show", "_value")

    def __init__(self, value: Any, evidence_id: str, show: Show, path: tuple[str | int, ...] = ()) -> None:
        self._value = value
        self._evidence_id = evidence_id
        self._show = show
        self._path = path

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, slice):
            return list(self)[key]
        return Cited(self._value[key], self._evidence_id, self._show, (*self._path, key))

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("_") and isinstance(self._value, Mapping) and name in self._value:
            return self[name]
        raise AttributeError(name)

    def __iter__(self) -> Iterator[Cited]:
        keys = self._value if isinstance(self._value, Mapping) else range(len(self._value))
        return (self[key] for key in keys)

    def __len__(self) -> int:
        return len(self._value)

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return bool(self._value == raw(other))

    def __hash__(self) -> int:
        return hash(self._value)


def shown(value: Any) -> Any:
    """Return what a template prints for a value: evidence as a linked figure, everything else as it is."""
    if isinstance(value, Cited):
        return value._show(value._evidence_id, value._path)
    return value


def raw(value: Any) -> Any:
    """Return the bare value, for conditions; printed, it would be a figure without a source."""
    return value._value if isinstance(value, Cited) else value


def place_of(value: Cited) -> tuple[str, tuple[str | int, ...]]:
    """Return the evidence that a value is in, and its path there."""
    return value._evidence_id, value._path


def entries(value: Any) -> Iterator[tuple[str, Cited]]:
    """Yield the names and values of a mapping of evidence."""
    return ((key, value[key]) for key in raw(value))

"""Faults and warnings, gathered so that one answer names them all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from ag2_marketing_tools.errors import InvalidInput

V = TypeVar("V")
Entries = dict[tuple[str, str], list[str]]


@dataclass
class Findings:
    """What was found, by place and text; what holds for several platforms is told once, with their names."""

    faults: Entries = field(default_factory=dict)
    warnings: Entries = field(default_factory=dict)

    def fault(self, place: str, text: str, platform: str | None = None) -> None:
        """Note something that forbids the campaign."""
        self.faults.setdefault((place, text), []).extend([platform] if platform else [])

    def warn(self, place: str, text: str, platform: str | None = None) -> None:
        """Note something that a person should know."""
        self.warnings.setdefault((place, text), []).extend([platform] if platform else [])

    def attempt(self, place: str, call: Callable[[], V]) -> V | None:
        """Return the call's value, or note its fault and return None."""
        try:
            return call()
        except InvalidInput as error:
            self.fault(place, str(error).rstrip("."))
            return None

    def told_faults(self) -> list[str]:
        """Return the faults as sentences without their full stop: place, platforms, text."""
        return _told(self.faults)

    def told_warnings(self) -> list[str]:
        """Return the warnings as sentences: place, platforms, text."""
        return _told(self.warnings)


def _told(entries: Mapping[tuple[str, str], list[str]]) -> list[str]:
    told = []
    for (place, text), platforms in entries.items():
        names = f" ({', '.join(platforms)})" if platforms else ""
        told.append(f"{place}{names}: {text}" if place else text)
    return told

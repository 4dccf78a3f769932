"""Figures that several sources can give: the first that knows one is believed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Reading:
    """A figure by one source.

    Attributes:
        source: Who measured, as a sentence names it.
        value: The figure, or None.
        reason: Why there is none, or why it is not whole.
        whole: Whether it is the figure itself, and not a lower bound of it.
    """

    source: str
    value: float | None = None
    reason: str | None = None
    whole: bool = True


def first_known(readings: Sequence[Reading]) -> Reading | None:
    """Return the first whole figure, else the first lower bound, else None.

    >>> part, whole = Reading("us", 3, whole=False), Reading("them", 5)
    >>> first_known([Reading("nobody"), part, whole]).value
    5
    """
    known = [reading for reading in readings if reading.value is not None]
    return next((reading for reading in known if reading.whole), known[0] if known else None)


def why_unknown(readings: Sequence[Reading]) -> str:
    """Return the reasons why no source has a figure, each once."""
    return " ".join(dict.fromkeys(reading.reason for reading in readings if reading.reason))

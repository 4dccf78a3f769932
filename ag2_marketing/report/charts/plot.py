"""A plot in a plane, described once: the report draws it as SVG, a page with scripts draws it by plotly.

Every word comes in ready to be read; numbers are only places. A kind is the class that colours a trace.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

Shape = Literal["line", "dots", "band", "bars", "words"]


@dataclass(frozen=True)
class Spot:
    """A place, and what is said about it; without a height a line is interrupted there."""

    x: float
    y: float | None
    words: str = ""


@dataclass(frozen=True)
class Trace:
    """What belongs together: a line, dots, words, bars on top of those of the trace before, or a closed outline (band).

    Attributes:
        name: As the key of the plot names it; without one it is not named there.
    """

    shape: Shape
    kind: str
    spots: tuple[Spot, ...]
    name: str = ""


@dataclass(frozen=True)
class Axis:
    """From where to where it goes, and what is written at it."""

    low: float
    high: float
    ticks: tuple[tuple[float, str], ...] = ()

    def within(self, value: float) -> float:
        """Return the place, or the end that lies next to it."""
        return min(max(value, self.low), self.high)


@dataclass(frozen=True)
class Plot:
    """A plot.

    Attributes:
        title: What it shows, by itself.
        heading: The same where it stands under a heading that says the rest.
        axes: What is counted upwards, and what to the right.
        description: What it says, the figures in words: for whoever does not see it.
        how: How to read it.
        height: In pixels, at a width of 360.
        head, rows: The figures as a table, where no table beside it holds them.
    """

    title: str
    description: str
    x: Axis
    y: Axis
    traces: tuple[Trace, ...]
    heading: str = ""
    axes: str = ""
    how: str = ""
    height: int = 220
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def steps(low: float, high: float, *, most: int = 5) -> list[float]:
    """Return round numbers between two, at most so many: multiples of 1, 2 or 5 times a power of ten.

    >>> steps(-0.04, 0.23)
    [0.0, 0.05, 0.1, 0.15, 0.2]
    >>> steps(0, 9_000)
    [0.0, 2000.0, 4000.0, 6000.0, 8000.0]
    """
    if not low < high:
        return [low]
    power = 10.0 ** math.floor(math.log10((high - low) / most))
    for factor in (1, 2, 5, 10, 20):
        step = factor * power
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        if last - first < most:
            return [float(f"{number * step:.12g}") for number in range(first, last + 1)]
    return [low, high]


def spanning(*values: float | None, margin: float = 0.08) -> tuple[float, float]:
    """Return the range that holds all known values, with some room around."""
    known = [value for value in values if value is not None and math.isfinite(value)]
    low, high = min(known, default=0.0), max(known, default=0.0)
    room = margin * (high - low) or abs(low) * margin or 1.0
    return low - room, high + room

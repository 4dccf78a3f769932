"""A bullet graph: one figure against the industry's average, its leaders and our target, with its interval.

After Stephen Few, Bullet Graph Design Specification (2013): shaded zones behind, the figure before them, the level to
reach as a bar across. The figure here is a dot on its interval, for what is measured has an error; a dot that is not
filled says that the error does not allow to decide.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ag2_marketing.report import wording
from ag2_marketing.report.charts.plot import Axis, Plot, Spot, Trace, spanning, steps
from ag2_marketing.report.standings.levels import (
    LevelLine,
    amount,
    axis_unit,
    between,
    lines_of,
    plain,
    zones_of,
)
from ag2_marketing.report.standings.positions import Mark, mark_of
from ag2_marketing_tools.messages import say

_LOW, _HIGH, _MIDDLE = 0.18, 0.82, 0.5
_MOST_TICKS = 5
HEIGHT = 84


@dataclass(frozen=True)
class Bullet:
    """One figure and what it is set against; figures are in `unit`."""

    title: str
    position: str
    value: float
    unit: str | None
    direction: str
    levels: Mapping[str, float] = field(default_factory=dict)
    lower: float | None = None
    upper: float | None = None
    n: int | None = None

    @property
    def mark(self) -> Mark:
        """How its position shows."""
        return mark_of(self.position)

    @property
    def figure(self) -> str:
        """The figure with its unit."""
        return amount(self.value, self.unit)

    @property
    def words(self) -> str:
        """The figure, its interval and its position."""
        if self.lower is None and self.upper is None:
            return say("{figure}, {position}", figure=self.figure, position=self.mark.word)
        return say(
            "{figure} ({interval}), {position}",
            figure=self.figure,
            interval=between(self.lower, self.upper),
            position=self.mark.word,
        )

    @property
    def reach(self) -> str:
        """Its interval, and of how many cases; empty where its error is not known."""
        if self.lower is None and self.upper is None:
            return ""
        interval = between(self.lower, self.upper)
        return interval if self.n is None else say("{interval}, n = {n:,}", interval=interval, n=self.n)

    @property
    def lines(self) -> list[LevelLine]:
        """Its levels."""
        return lines_of(self.levels)


def bullet_of(standing: Mapping[str, Any]) -> Bullet | None:
    """Return the bullet of a standing as the engine tells it; None where it has no figure."""
    if standing.get("value") is None:
        return None
    return Bullet(
        title=str(standing["title"]),
        position=str(standing["position"]),
        value=float(standing["value"]),
        unit=standing.get("unit"),
        direction=str(standing["direction"]),
        levels={str(gap["level"]): float(gap["level_value"]) for gap in standing.get("gaps") or ()},
        lower=standing.get("lower"),
        upper=standing.get("upper"),
        n=standing.get("n"),
    )


def bullet_plot(bullet: Bullet) -> Plot:
    """Draw a bullet graph."""
    x = _axis(bullet)
    return Plot(
        title=bullet.title,
        axes=axis_unit(bullet.unit, bullet.direction),
        description=_described(bullet),
        x=x,
        y=Axis(0.0, 1.0),
        traces=tuple(_traces(bullet, x)),
        height=HEIGHT,
    )


def _axis(bullet: Bullet) -> Axis:
    low, high = spanning(*bullet.levels.values(), bullet.value, bullet.lower, bullet.upper, margin=0.14)
    return Axis(
        low, high, tuple((place, wording.number(place)) for place in steps(low, high, most=_MOST_TICKS))
    )


def _traces(bullet: Bullet, x: Axis) -> Iterator[Trace]:
    yield from _zones(bullet, x)
    for line in bullet.lines:
        reach = (0.02, 0.98) if line.kind == "target" else (_LOW, _HIGH)
        said = f"{line.name}: {amount(line.value, bullet.unit)}"
        spots = tuple(Spot(line.value, height, said) for height in reach)
        yield Trace("line", line.kind, spots, name=said)
    kind = bullet.position
    if bullet.lower is not None or bullet.upper is not None:
        low = x.low if bullet.lower is None else bullet.lower
        high = x.high if bullet.upper is None else bullet.upper
        yield Trace("line", kind, (Spot(low, _MIDDLE, bullet.words), Spot(high, _MIDDLE, bullet.words)))
    yield Trace("dots", kind, (Spot(bullet.value, _MIDDLE, bullet.words),))


def _zones(bullet: Bullet, x: Axis) -> Iterator[Trace]:
    """Shade where the figure would lag, and where it would lead; the zone between is as the paper."""
    zones = zones_of(bullet.levels, bullet.direction)
    if zones is None:
        return
    below, above = (x.low, x.within(zones.floor)), (x.within(zones.ceiling), x.high)
    if not zones.higher_is_better:
        below, above = (x.within(zones.floor), x.high), (x.low, x.within(zones.ceiling))
    yield _shade("zone-lagging", *below)
    yield _shade("zone-leading", *above)


def _shade(kind: str, low: float, high: float) -> Trace:
    corners = ((low, _LOW), (high, _LOW), (high, _HIGH), (low, _HIGH))
    return Trace("band", kind, tuple(Spot(at, height) for at, height in corners))


def _described(bullet: Bullet) -> str:
    levels = "; ".join(f"{line.name} {plain(line.value)}" for line in bullet.lines)
    if not levels:
        return say("{words}.", words=bullet.words)
    return say("{words}. Levels: {levels}.", words=bullet.words, levels=levels)

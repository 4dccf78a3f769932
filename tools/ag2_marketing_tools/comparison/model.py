"""What is compared, with what, and what comes out: plain values without behaviour of their own.

Figures of a result are in the unit of the levels; gaps are positive where the measured figure is better. What cannot
be had is `None`, and `reason` says why.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Literal

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.statistics.inference import Interval

Direction = Literal["higher", "lower", "target", "none"]
"""Which figures are better: higher ones, lower ones, those near the target, or neither."""

Position = Literal["leading", "competitive", "lagging", "inconclusive", "unmeasured"]
Role = Literal["average", "leader", "target", "limit", "reference"]


@dataclass(frozen=True, slots=True)
class Measured:
    """One measured figure with what is known of its error.

    Attributes:
        value: The figure in `unit`; None where it was not measured (`reason` says why). Where there are
            `observations`, their mean is taken instead.
        n: Number of units behind it.
        sd: Standard deviation of the single units, in `unit`.
        unit: Name of a unit of `metrics.units`, or the levels' own; None stands for the levels' unit.
        observations: The single figures, where they are at hand.
        share: Whether it is the share of `n` units of which something is true. None: it is one if its unit is a share
            (percent, ratio) and neither `sd` nor observations are given. A growth in percent needs False.
        reason: Why there is no figure.

    Raises:
        InvalidInput: NaN, an infinite or non-numeric figure, a negative or absent number of units, a negative spread.
    """

    value: float | None
    n: int | None = None
    sd: float | None = None
    unit: str | None = None
    observations: Sequence[float] = ()
    share: bool | None = None
    reason: str | None = None

    def __post_init__(self) -> None:
        for name, figure in (("value", self.value), ("sd", self.sd), ("n", self.n)):
            if figure is not None:
                _check_finite(name, figure)
        for observation in self.observations:
            _check_finite("observation", observation)
        if self.sd is not None and self.sd < 0:
            raise InvalidInput(f"A standard deviation of {self.sd} is negative.")
        if self.n is not None and (self.n < 0 or self.n != int(self.n)):
            raise InvalidInput(f"{self.n} units is not a number of units.")
        if self.n == 0 and self.value is not None:
            raise InvalidInput(f"A figure of {self.value} cannot come from 0 units.")
        if self.observations and self.n not in (None, len(self.observations)):
            raise InvalidInput(f"n is {self.n}, but {len(self.observations)} observations were given.")


def _check_finite(name: str, figure: object) -> None:
    if isinstance(figure, bool) or not isinstance(figure, Real) or not math.isfinite(figure):
        raise InvalidInput(
            f"{name} {figure!r} is not a number.", remedy="Give a finite number, or None if unmeasured."
        )


@dataclass(frozen=True, slots=True)
class Level:
    """A published level: its name, its figure (None where the table has none), and how it is read.

    `percentile` is where it stands among all peers, seen from the worst (None: not known), `assumed` whether that is
    this project's reading rather than the table's own word. `rank` orders limits, from the worst.
    """

    name: str
    value: float | None
    role: Role = "reference"
    percentile: float | None = None
    assumed: bool = False
    rank: int | None = None


Levels = Mapping[str, float | None] | Sequence[Level]
"""Levels by name (read by the data file beside this module), or with their reading spelt out."""


@dataclass(frozen=True, slots=True)
class Gap:
    """The distance to one level.

    Attributes:
        level: Name of the level.
        level_value: Its figure.
        gap: Measured minus level, turned so that positive is better (plain where the direction is `none`).
        gap_percent: The same in percent of the level; None where the level is 0.
        reached: True or False where the error allows to say so, else None.
        p_value: Two-sided, of being on the side of the level where the figure is; not adjusted for several levels.
    """

    level: str
    level_value: float
    gap: float
    gap_percent: float | None
    reached: bool | None
    p_value: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Where a figure stands among its levels.

    Attributes:
        position: `leading` at the best deciding level or beyond, `lagging` below the worst, `competitive` between,
            `inconclusive` where the error does not allow to say, `unmeasured` without a figure or a level.
        value: The measured figure in `unit`.
        unit: Unit of all figures here.
        direction: Which figures are better.
        gaps: To each level that has a figure, in the table's order.
        claim: Where the figure alone would stand, without regard to its error.
        possible: The positions that the interval allows, from the worst.
        floor: Name of the level below which a figure lags.
        ceiling: Name of the level from which on it leads.
        percentile: Among peers, 0 to 100 from the worst, interpolated between the published levels.
        percentile_interval: The same for the ends of `interval`.
        percentile_note: What the percentile rests on.
        interval: Confidence interval of the figure, at 1 - `error_rate`.
        p_value: Two-sided, of `claim`; None where the figure alone decides.
        p_adjusted: The same, adjusted for all comparisons made together.
        n: Units behind the figure.
        method: How the error was reckoned.
        error_rate: Share of cases in which leading or lagging may be said falsely.
        reason: Why something is missing or undecided.
    """

    position: Position
    value: float | None
    unit: str | None
    direction: Direction
    gaps: tuple[Gap, ...] = ()
    claim: Position | None = None
    possible: tuple[Position, ...] = ()
    floor: str | None = None
    ceiling: str | None = None
    percentile: float | None = None
    percentile_interval: tuple[float, float] | None = None
    percentile_note: str | None = None
    interval: Interval | None = None
    p_value: float | None = None
    p_adjusted: float | None = None
    n: int | None = None
    method: str = "none"
    error_rate: float = 0.05
    reason: str | None = None

    def gap_to(self, level: str) -> Gap | None:
        """Return the gap to a level, or None if that level has no figure."""
        return next((gap for gap in self.gaps if gap.level == level), None)

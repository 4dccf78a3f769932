"""The scale that a metric's levels make: which way is better, where lagging ends and leading begins.

Everything is turned so that more is better: figures of a `lower` metric change their sign, those of a `target`
metric become their distance from the target, negated.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from numbers import Real
from typing import Any

from ag2_marketing_tools.comparison.facts import known_levels
from ag2_marketing_tools.comparison.model import Direction, Level, Levels
from ag2_marketing_tools.errors import InvalidInput

DIRECTIONS = ("higher", "lower", "target", "none")
RESOLUTION = 1e-12
"""Share of a figure that is rounding: figures that differ by less are the same."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Levels put in order.

    `floor` and `ceiling` are the deciding levels (the worst and the best), turned so that more is better; None where
    no level decides. `centre` is the target of a `target` metric, `tolerance` how far from it is still on target.
    """

    direction: Direction
    levels: tuple[Level, ...]
    floor: Level | None = None
    ceiling: Level | None = None
    centre: float | None = None
    tolerance: float = 0.0

    def turned(self, figure: Any) -> Any:
        """Return a figure (or an array of them) on the scale on which more is better."""
        if self.direction == "target":
            return -abs(figure - (self.centre or 0.0))
        return -figure if self.direction == "lower" else figure

    def mark(self, level: Level) -> float:
        """Return a level's place on the turned scale; a target's own is the end of its tolerance."""
        if self.direction == "target" and level.role == "target":
            return -self.tolerance
        return float(self.turned(_figure(level)))


def scale_of(levels: Levels, direction: Direction, *, tolerance: float = 0.0) -> Scale:
    """Put levels in order for a direction.

    Which levels decide: those that rank peers (averages and leaders), the only one of them together with a better
    target; without ranks the targets; then limits; then references.

    Raises:
        InvalidInput: An unknown direction, a figure that is not a number, levels in the wrong order, a `target`
            metric without its target, a negative tolerance.
    """
    if direction not in DIRECTIONS:
        raise InvalidInput(
            f"Direction {direction!r} is unknown.", remedy=f"Give one of {', '.join(DIRECTIONS)}."
        )
    if not (math.isfinite(tolerance) and tolerance >= 0.0):
        raise InvalidInput(f"A tolerance of {tolerance!r} is impossible.")
    given = levels_of(levels)
    usable = [level for level in given if level.value is not None]
    if direction == "none" or not usable:
        return Scale(direction, given)
    scale = Scale(direction, given, centre=_centre(usable, direction), tolerance=tolerance)
    _check_order(scale, usable)
    deciding = sorted(_deciding(usable, scale), key=scale.mark)
    return replace(scale, floor=deciding[0], ceiling=deciding[-1])


def levels_of(levels: Levels) -> tuple[Level, ...]:
    """Return levels with their reading: by name from the data file, else as given.

    Raises:
        InvalidInput: A figure that is not a number, or a name given twice.
    """
    if isinstance(levels, Mapping):
        found = tuple(
            replace(known_levels().get(name, Level(name, None)), value=value)
            for name, value in levels.items()
        )
    else:
        found = tuple(levels)
    for level in found:
        value: object = level.value
        if value is not None and (
            isinstance(value, bool) or not isinstance(value, Real) or not math.isfinite(value)
        ):
            raise InvalidInput(f"Level {level.name} has {value!r}, which is not a number.")
    names = [level.name for level in found]
    if len(set(names)) != len(names):
        raise InvalidInput(f"A level is given twice among {', '.join(names)}.")
    return found


def _figure(level: Level) -> float:
    assert level.value is not None  # noqa: S101 (callers pass levels that have a figure)
    return float(level.value)


def _centre(levels: Sequence[Level], direction: Direction) -> float | None:
    if direction != "target":
        return None
    targets = [level for level in levels if level.role == "target"]
    chosen = targets or (list(levels) if len(levels) == 1 else [])
    if len(chosen) != 1:
        raise InvalidInput(
            f"A metric that is best at its target needs one target, but has {len(targets)}.",
            remedy="Give one level with the role `target`.",
        )
    return _figure(chosen[0])


def _deciding(levels: Sequence[Level], scale: Scale) -> list[Level]:
    ranks = [level for level in levels if level.role in ("average", "leader")]
    targets = [level for level in levels if level.role == "target"]
    if len(ranks) == 1:
        return ranks + [target for target in targets if scale.mark(target) > scale.mark(ranks[0])]
    limits = [level for level in levels if level.role == "limit"]
    return ranks or targets or limits or list(levels)


def _check_order(scale: Scale, levels: Sequence[Level]) -> None:
    """Refuse ranks or limits of which a worse one has the better figure."""
    ranked = [(level.percentile, level) for level in levels if level.percentile is not None]
    limits = [(float(level.rank), level) for level in levels if level.rank is not None]
    for group in (ranked, limits):
        ordered = [level for _, level in sorted(group, key=lambda pair: pair[0])]
        for worse, better in pairwise(ordered):
            if scale.mark(worse) > scale.mark(better):
                raise InvalidInput(
                    f"Levels in the wrong order: {worse.name} ({worse.value:g}) is better than "
                    f"{better.name} ({better.value:g}), where {scale.direction} is better.",
                    remedy="Check the figures and the direction of this metric.",
                )

"""When did the level of a series change for good?

Pettitt (1979), A non-parametric approach to the change-point problem, Applied Statistics 28, finds one; the two sides
are searched again (binary segmentation, Scott and Knott 1974, Biometrics 30). The tests of one depth share the error
rate. Neighbours that resemble each other let the statistic wander by (1 + r) / (1 - r) times its variance (r is the
lag-1 autocorrelation), which is allowed for. A side that a straight line explains better than a step has a trend, not
a change.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from ag2_marketing_tools.messages import say
from ag2_marketing_tools.statistics.distributions import numpy
from ag2_marketing_tools.time_series.facts import rule, whole
from ag2_marketing_tools.time_series.grid import grid_of
from ag2_marketing_tools.time_series.mann_kendall import ranks
from ag2_marketing_tools.time_series.seasonality import seasonality, taken_apart
from ag2_marketing_tools.time_series.series import Moment, Series

Array = Any
_MOST_AUTOCORRELATION = 0.9
_KEPT = 0.9


@dataclass(frozen=True, slots=True)
class ChangePoint:
    """A lasting change: the time of the first value of the new level, the medians before and after, and its p-value.

    `before` and `after` reach to the neighbouring change points. `p_value` is adjusted for the sides searched.
    """

    time: Moment
    before: float
    after: float
    p_value: float

    @property
    def change(self) -> float:
        """After minus before, in the series' unit."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class ChangePoints:
    """All change points of a series in order of time; None where there was not enough data (`reason`)."""

    found: tuple[ChangePoint, ...] | None
    n: int
    method: str = "Pettitt's test, both sides again"
    seasonal: bool | None = None
    reason: str | None = None


def change_points(
    series: Series, *, period: int | None = None, error_rate: float | None = None
) -> ChangePoints:
    """Find the lasting changes of a series' level.

    Args:
        series: The values; a season that shows is taken out first, holes are left open.
        period: Steps in a season; None: the calendar's.
        error_rate: Probability of finding any where there is none (default: the data file's).
    """
    np = numpy()
    rate = rule("change_points", "error_rate") if error_rate is None else error_rate
    least = whole("change_points", "least_values")
    if len(series) < least:
        reason = say(
            "Insufficient data: {number} values of at least {least}.",
            number=str(len(series)),
            least=str(least),
        )
        return ChangePoints(None, len(series), reason=reason)
    values = np.asarray(series.values)
    grid, season = grid_of(series), seasonality(series, period=period)
    if grid is not None and season.seasonal:
        values = values - taken_apart(series, grid, season.period).season
    places = _search(values, rate)
    ends = [0, *(place for place, _ in places), len(values)]
    found = tuple(
        ChangePoint(
            series.times[place],
            float(np.median(values[ends[i] : place])),
            float(np.median(values[place : ends[i + 2]])),
            p,
        )
        for i, (place, p) in enumerate(places)
    )
    return ChangePoints(found, len(series), seasonal=season.seasonal)


def _search(values: Array, error_rate: float) -> list[tuple[int, float]]:
    """Places of the changes, with p-values adjusted for the pieces searched at one depth."""
    pieces: list[tuple[int, int]] = [(0, len(values))]
    found: list[tuple[int, float]] = []
    least, most = whole("change_points", "least_values"), whole("change_points", "most_changes")
    side, remembered = whole("change_points", "least_per_side"), memory(values)
    while pieces and len(found) < most:
        following = []
        for start, end in pieces:
            if end - start < least:
                continue
            place, p = pettitt(values[start:end], memory=remembered, side=side)
            p = min(1.0, p * len(pieces))
            if p <= error_rate and _is_step(values[start:end], place):
                found.append((start + place, p))
                following += [(start, start + place), (start + place, end)]
        pieces = following
    return sorted(found)


def pettitt(values: Array, *, memory: float = 0.0, side: int = 1) -> tuple[int, float]:
    """Return the place of the first value after the likeliest change, and its approximate p-value.

    Args:
        values: In order of time.
        memory: Lag-1 autocorrelation to allow for; 0: as published.
        side: Least number of values on either side.
    """
    np, n = numpy(), len(values)
    u = abs(2.0 * np.cumsum(ranks(values)) - np.arange(1, n + 1) * (n + 1))
    inner = u[side - 1 : n - side]
    wandering = (1.0 + memory) / (1.0 - memory)
    p = 2.0 * math.exp(-6.0 * float(inner.max()) ** 2 / ((n**3 + n**2) * wandering))
    return int(inner.argmax()) + side, min(1.0, p)


def memory(values: Array) -> float:
    """Return the lag-1 autocorrelation (0 to 0.9) from differences, which a few lasting changes hardly touch.

    Differences over two steps have 1 + r times the mean square of those over one, where the autocorrelation falls
    off as its powers; the largest tenth of the squares is left out, and 1 / n added for what that costs.
    """
    over_one, over_two = (_mean_square(values[lag:] - values[:-lag]) for lag in (1, 2))
    if over_one <= 0.0:
        return 0.0
    return min(max(over_two / over_one - 1.0 + 1.0 / len(values), 0.0), _MOST_AUTOCORRELATION)


def _mean_square(differences: Array) -> float:
    squares = numpy().sort(differences * differences)
    return float(squares[: math.ceil(len(squares) * _KEPT)].mean())


def _is_step(values: Array, place: int) -> bool:
    """Whether two levels leave less than one straight line."""
    np = numpy()
    step = sum(float(((part - part.mean()) ** 2).sum()) for part in (values[:place], values[place:]))
    t = np.arange(len(values)) - 0.5 * (len(values) - 1)
    off = values - values.mean()
    line = float((off**2).sum()) - float((t * off).sum()) ** 2 / float((t**2).sum())
    return step < line

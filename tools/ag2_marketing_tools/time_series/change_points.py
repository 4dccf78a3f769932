"""When did the level of a series change for good?

Pettitt (1979), A non-parametric approach to the change-point problem, Applied Statistics 28, finds one; the two sides
are searched again (binary segmentation, Scott and Knott 1974, Biometrics 30). The tests of one depth share the error
rate. Neighbours that resemble each other let the statistic wander by (1 + r) / (1 - r) times its variance (r is the
lag-1 autocorrelation of what a change leaves, freed from bias), which is allowed for. A side that a straight line
explains better than a step has a trend, not a change.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from ag2_marketing_tools.statistics.distributions import numpy
from ag2_marketing_tools.time_series.facts import rule, whole
from ag2_marketing_tools.time_series.grid import grid_of
from ag2_marketing_tools.time_series.mann_kendall import autocorrelations, ranks
from ag2_marketing_tools.time_series.seasonality import seasonality, taken_apart
from ag2_marketing_tools.time_series.series import Moment, Series

Array = Any
_MOST_AUTOCORRELATION = 0.9


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
        reason = f"Insufficient data: {len(series)} values of at least {least}."
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
    while pieces and len(found) < most:
        following = []
        for start, end in pieces:
            if end - start < least:
                continue
            place, p = pettitt(values[start:end])
            p = min(1.0, p * len(pieces))
            if p <= error_rate and _is_step(values[start:end], place):
                found.append((start + place, p))
                following += [(start, start + place), (start + place, end)]
        pieces = following
    return sorted(found)


def pettitt(values: Array, *, autocorrelation: bool = True) -> tuple[int, float]:
    """Return the place of the first value after the likeliest change, and its approximate p-value.

    Args:
        values: In order of time.
        autocorrelation: Whether to allow for neighbours that resemble each other; False: as published.
    """
    np, n = numpy(), len(values)
    side = whole("change_points", "least_per_side")
    u = 2.0 * np.cumsum(ranks(values)) - np.arange(1, n + 1) * (n + 1)
    inner = abs(u[side - 1 : n - side]) if autocorrelation else abs(u[:-1])
    first = side if autocorrelation else 1
    place = int(inner.argmax()) + first
    exponent = 6.0 * float(inner.max()) ** 2 / (n**3 + n**2)
    if autocorrelation:
        rest = np.concatenate([part - np.median(part) for part in (values[:place], values[place:])])
        exponent /= _wandering(rest)
    return place, min(1.0, 2.0 * math.exp(-exponent))


def _wandering(rest: Array) -> float:
    """What autocorrelation multiplies the variance of a sum by; at least 1."""
    n = len(rest)
    lag_1 = float(autocorrelations(ranks(rest))[0])
    unbiased = min(max((n * lag_1 + 2.0) / (n - 4), 0.0), _MOST_AUTOCORRELATION)
    return (1.0 + unbiased) / (1.0 - unbiased)


def _is_step(values: Array, place: int) -> bool:
    """Whether two levels leave less than one straight line."""
    np = numpy()
    step = sum(float(((part - part.mean()) ** 2).sum()) for part in (values[:place], values[place:]))
    t = np.arange(len(values)) - 0.5 * (len(values) - 1)
    off = values - values.mean()
    line = float((off**2).sum()) - float((t * off).sum()) ** 2 / float((t**2).sum())
    return step < line

"""Single values that do not fit: far from their own course and season, measured robustly.

Modified z-scores: Iglewicz and Hoaglin (1993), How to Detect and Handle Outliers, ASQC: 0.6745 times the distance from
the median over the median absolute deviation; with the mean absolute deviation where more than half of the values
are alike.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from ag2_marketing_tools.messages import say
from ag2_marketing_tools.statistics.distributions import numpy
from ag2_marketing_tools.time_series.facts import rule, whole
from ag2_marketing_tools.time_series.grid import grid_of
from ag2_marketing_tools.time_series.seasonality import seasonality, taken_apart
from ag2_marketing_tools.time_series.sen import sen_slopes
from ag2_marketing_tools.time_series.series import Moment, Series

Array = Any
_TO_SIGMA, _MEAN_TO_SIGMA = 0.6745, 1.253314
_RESOLUTION = 1e-9


@dataclass(frozen=True, slots=True)
class Anomaly:
    """A value that stands out: when, what, what was to be expected, and its modified z-score (signed)."""

    time: Moment
    value: float
    expected: float
    score: float


@dataclass(frozen=True, slots=True)
class Anomalies:
    """What stands out of a series.

    `found` is in order of time. `method` says what the values were compared with. Where it is None, `reason` says
    that there was not enough data.
    """

    found: tuple[Anomaly, ...] | None
    n: int
    threshold: float
    method: str = "none"
    seasonal: bool | None = None
    reason: str | None = None


def anomalies(series: Series, *, period: int | None = None, threshold: float | None = None) -> Anomalies:
    """Find the values that stand out of a series' own course and season.

    Args:
        series: The values; holes are left open.
        period: Steps in a season; None: the calendar's, where it shows.
        threshold: Modified z-score from which on a value stands out (default: the data file's).
    """
    np = numpy()
    limit = rule("anomalies", "threshold") if threshold is None else threshold
    least = whole("anomalies", "least_values")
    if len(series) < least:
        reason = say(
            "Insufficient data: {number} values of at least {least}.",
            number=str(len(series)),
            least=str(least),
        )
        return Anomalies(None, len(series), limit, reason=reason)
    grid = grid_of(series)
    season = seasonality(series, period=period)
    values = np.asarray(series.values)
    factor = 1.0
    phases = 0 if season.period is None else len(values) / season.period
    if grid is not None and season.seasonal and phases >= whole("anomalies", "least_per_phase"):
        parts = taken_apart(series, grid, season.period)
        expected = parts.course + parts.season
        factor = math.sqrt(parts.left * (1.0 - 1.0 / phases))  # what course and season took of the noise
        method = "distance from course and season, by median and MAD"
    else:
        expected = neighbours_median(values, whole("anomalies", "half_window"))
        method = "distance from the neighbours' median, by median and MAD"
    scores = modified_z(values - expected, floor=_RESOLUTION * float(abs(values).max())) * factor
    found = tuple(
        Anomaly(series.times[i], series.values[i], float(expected[i]), float(scores[i]))
        for i in np.flatnonzero(abs(scores) > limit)
    )
    return Anomalies(found, len(series), limit, method, season.seasonal)


def neighbours_median(values: Array, half: int) -> Array:
    """Return the median of each value's neighbours, without the value itself.

    At the ends, where all neighbours may lie on one side, they are first moved along their own (Sen's) slope.
    """
    np, count = numpy(), len(values)
    width = min(2 * half + 1, count)
    found = np.empty(count)
    for i in range(count):
        start = min(max(0, i - half), count - width)
        places = np.array([place for place in range(start, start + width) if place != i])
        near = values[places]
        if start != i - half:
            near = near - sen_slopes(places, near).median * (places - i)
        found[i] = np.median(near)
    return found


def modified_z(distances: Array, *, floor: float = 0.0) -> Array:
    """Return modified z-scores; all 0 where the values do not vary by more than `floor`."""
    np = numpy()
    off = distances - np.median(distances)
    spread = float(np.median(abs(off))) / _TO_SIGMA
    if spread <= floor:
        spread = _MEAN_TO_SIGMA * float(abs(off).mean())
    return np.zeros(len(off)) if spread <= floor else off / spread

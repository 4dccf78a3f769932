"""How steep is the trend? Sen's slope: the median of the slopes of all pairs, with an interval.

Sen (1968), Estimates of the regression coefficient based on Kendall's tau, J. Am. Stat. Assoc. 63; Gilbert (1987),
Statistical Methods for Environmental Pollution Monitoring, chapters 16 (interval from the variance of S) and 17
(seasons: pairs within one phase).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ag2_marketing_tools.statistics.distributions import normal_upper_quantile, numpy
from ag2_marketing_tools.statistics.inference import Interval

Array = Any


@dataclass(frozen=True, slots=True)
class SenSlopes:
    """Slopes of all pairs, ascending, in the values' unit per unit of the times."""

    slopes: Array

    @property
    def median(self) -> float:
        """Sen's estimate."""
        return float(numpy().median(self.slopes))

    def interval(self, variance: float, confidence: float) -> Interval:
        """Return the interval whose ends are slopes as many places from the middle as S may lie by chance."""
        count = len(self.slopes)
        reach = normal_upper_quantile(0.5 * (1.0 - confidence)) * math.sqrt(variance)
        lower = max(0, round((count - reach) / 2.0) - 1)
        upper = min(count - 1, round((count + reach) / 2.0))
        return Interval(float(self.slopes[lower]), float(self.slopes[upper]), confidence)


def sen_slopes(
    times: Sequence[float], values: Sequence[float], phases: Sequence[int] | None = None
) -> SenSlopes:
    """Return the slopes of all pairs of values, of one phase of the season each where phases are given.

    Args:
        times: Ascending, distinct.
        values: One for each time.
        phases: The phase of each value, or None.
    """
    np = numpy()
    t, x = np.asarray(times, dtype=float), np.asarray(values, dtype=float)
    groups = [np.arange(len(t))] if phases is None else _groups(np.asarray(phases))
    parts = []
    for group in groups:
        for k in range(len(group) - 1):
            first, rest = group[k], group[k + 1 :]
            parts.append((x[rest] - x[first]) / (t[rest] - t[first]))
    return SenSlopes(np.sort(np.concatenate(parts)) if parts else np.zeros(0))


def _groups(phases: Array) -> list[Array]:
    np = numpy()
    return [np.flatnonzero(phases == phase) for phase in np.unique(phases)]

"""The methods that forecast, each on a row of equal steps in which values may be missing (NaN).

A missing step leaves a method's state as it is (and lets a slope run on): nothing is put in its place. All methods
give a central forecast for each of the next steps, and the standard deviations of their errors from the errors that
they made one step ahead: Hyndman and Athanasopoulos (2021), Forecasting: Principles and Practice, 3rd ed., sections
5.2, 5.5 (naive, drift, seasonal naive), 8.1, 8.2 (exponential smoothing), 8.7 (their variances).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ag2_marketing_tools.statistics.distributions import numpy

Array = Any


@dataclass(frozen=True, slots=True)
class Steps:
    """The next steps by one method: central forecasts, and standard deviations of their errors."""

    central: Array
    errors: Array


Method = Callable[[Array, int, int | None], Steps]


def naive(values: Array, horizon: int, season: int | None = None) -> Steps:
    """The last value goes on; errors grow with the root of the distance."""
    np = numpy()
    last, behind = _last(values)
    steps = np.arange(1, horizon + 1)
    known = np.flatnonzero(~np.isnan(values))
    jumps = np.diff(values[known]) / np.sqrt(np.diff(known))
    return Steps(np.full(horizon, last), _rms(jumps) * np.sqrt(steps + behind))


def drift(values: Array, horizon: int, season: int | None = None) -> Steps:
    """The line from the first to the last value goes on."""
    np = numpy()
    known = np.flatnonzero(~np.isnan(values))
    length = float(known[-1] - known[0])
    slope = (values[known[-1]] - values[known[0]]) / length
    last, behind = _last(values)
    steps = np.arange(1, horizon + 1) + behind
    distances = np.diff(known)
    jumps = (np.diff(values[known]) - slope * distances) / np.sqrt(distances)
    return Steps(last + slope * steps, _rms(jumps, used=1) * np.sqrt(steps * (1.0 + steps / length)))


def seasonal_naive(values: Array, horizon: int, season: int | None) -> Steps:
    """The last value of the same phase goes on."""
    np, period = numpy(), season or 1
    count = len(values)
    steps = np.arange(1, horizon + 1)
    central, behind = np.empty(horizon), np.empty(horizon)
    for index, step in enumerate(steps):
        back = count - 1 + step - period * int(np.ceil(step / period))
        while back >= 0 and np.isnan(values[back]):
            back -= period
        central[index] = values[back] if back >= 0 else np.nan
        behind[index] = (count - 1 + step - back) / period
    jumps = values[period:] - values[:-period]
    return Steps(central, _rms(jumps[~np.isnan(jumps)]) * np.sqrt(behind))


def simple_smoothing(values: Array, horizon: int, season: int | None = None) -> Steps:
    """Simple exponential smoothing, its weight chosen by the errors one step ahead."""
    np = numpy()
    weights = np.linspace(0.02, 0.98, 49)
    known = np.flatnonzero(~np.isnan(values))
    level = np.full(len(weights), float(values[known[: max(3, len(known) // 8)]].mean()))
    squares = np.zeros(len(weights))
    for place in known:
        error = values[place] - level
        squares += error * error
        level = level + weights * error
    best = int(squares.argmin())
    sigma = float(np.sqrt(squares[best] / max(1, len(known) - 2)))
    steps = np.arange(1, horizon + 1) + len(values) - 1 - known[-1]
    spread = np.sqrt(1.0 + (steps - 1) * weights[best] ** 2)
    return Steps(np.full(horizon, level[best]), sigma * spread)


def holt(values: Array, horizon: int, season: int | None = None) -> Steps:
    """Holt's linear trend, its weights chosen by the errors one step ahead."""
    np = numpy()
    alpha, beta = (
        grid.ravel() for grid in np.meshgrid(np.linspace(0.05, 0.95, 10), np.linspace(0.0, 0.5, 11))
    )
    known = np.flatnonzero(~np.isnan(values))
    start = known[: max(4, len(known) // 6)]
    line = np.polyfit(start - start[0], values[start], 1)
    level, slope = np.full(len(alpha), line[1] - line[0]), np.full(len(alpha), line[0])
    squares, before = np.zeros(len(alpha)), known[0] - 1
    for place in known:
        distance = place - before
        expected = level + distance * slope
        error = values[place] - expected
        squares += error * error / distance
        level = expected + alpha * error
        slope = slope + alpha * beta * error / distance
        before = place
    best = int(squares.argmin())
    sigma = float(np.sqrt(squares[best] / max(1, len(known) - 4)))
    steps = np.arange(1, horizon + 1) + len(values) - 1 - known[-1]
    a, b, back = float(alpha[best]), float(alpha[best] * beta[best]), steps - 1
    variance = 1.0 + back * (a * a + a * b * steps + b * b * steps * (2 * steps - 1) / 6.0)
    return Steps(level[best] + steps * slope[best], sigma * np.sqrt(variance))


def holt_winters(values: Array, horizon: int, season: int | None) -> Steps:
    """Holt and Winters' additive method, its weights chosen by the errors one step ahead."""
    np, period = numpy(), season or 1
    alpha, beta, gamma = (
        grid.ravel() for grid in np.meshgrid(np.linspace(0.05, 0.8, 6), [0.0, 0.05, 0.2], [0.0, 0.1, 0.3])
    )
    known = np.flatnonzero(~np.isnan(values))
    effects = np.tile(_first_effects(values, period), (len(alpha), 1))
    level = np.full(len(alpha), float(np.nanmean(values[:period])))
    slope, squares, before = np.zeros(len(alpha)), np.zeros(len(alpha)), known[0] - 1
    for place in known:
        phase, distance = place % period, place - before
        expected = level + distance * slope
        error = values[place] - expected - effects[:, phase]
        squares += error * error / distance
        level = expected + alpha * error
        slope = slope + alpha * beta * error / distance
        effects[:, phase] += gamma * (1.0 - alpha) * error
        before = place
    best = int(squares.argmin())
    sigma = float(np.sqrt(squares[best] / max(1, len(known) - 4)))
    ahead = np.arange(1, horizon + 1)
    steps = ahead + len(values) - 1 - known[-1]
    j = np.arange(1, int(steps[-1]))
    weight = alpha[best] * (1.0 + j * beta[best]) + gamma[best] * (1.0 - alpha[best]) * (j % period == 0)
    variance = np.concatenate([[1.0], 1.0 + np.cumsum(weight**2)])[steps - 1]
    central = level[best] + steps * slope[best] + effects[best, (len(values) - 1 + ahead) % period]
    return Steps(central, sigma * np.sqrt(variance))


def _first_effects(values: Array, period: int) -> Array:
    """Each phase's distance from the mean, over the first two seasons; 0 where neither has a value."""
    np = numpy()
    known = np.flatnonzero(~np.isnan(values[: 2 * period]))
    first = values[known] - values[known].mean()
    sums = np.bincount(known % period, weights=first, minlength=period)
    counts = np.bincount(known % period, minlength=period)
    return sums / np.maximum(counts, 1)


METHODS: Mapping[str, Method] = {
    "naive": naive,
    "drift": drift,
    "seasonal naive": seasonal_naive,
    "simple exponential smoothing": simple_smoothing,
    "Holt's linear trend": holt,
    "Holt-Winters": holt_winters,
}
"""All methods by name; `naive` is the one that every other must beat."""
SEASONAL = ("seasonal naive", "Holt-Winters")


def _last(values: Array) -> tuple[float, int]:
    """The last value, and how many steps ago it was."""
    np = numpy()
    known = np.flatnonzero(~np.isnan(values))
    return float(values[known[-1]]), int(len(values) - 1 - known[-1])


def _rms(errors: Array, used: int = 0) -> float:
    """Root of the mean square, `used` degrees of freedom taken off."""
    return float((float((errors * errors).sum()) / max(1, len(errors) - used)) ** 0.5)

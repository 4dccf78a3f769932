"""What comes next, with intervals, by the method that did best on what came before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.statistics.distributions import numpy, t_upper_quantile
from ag2_marketing_tools.statistics.inference import checked_confidence
from ag2_marketing_tools.time_series.backtest import Trial, share_within, trials, widening, winner
from ag2_marketing_tools.time_series.facts import rule, whole
from ag2_marketing_tools.time_series.forecasting import METHODS, Steps
from ag2_marketing_tools.time_series.grid import Grid, grid_of, missing_of
from ag2_marketing_tools.time_series.series import Moment, Series

Array = Any


@dataclass(frozen=True, slots=True)
class ForecastPoint:
    """One step ahead: its time, the central forecast and the ends of its interval, in the series' unit."""

    time: Moment
    central: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class MethodScore:
    """How a method did in the backtest: mean absolute scaled error (1: as the naive method one step ahead)."""

    method: str
    mase: float | None


@dataclass(frozen=True, slots=True)
class Forecast:
    """The next steps of a series.

    Attributes:
        points: One for each step; empty where there is not enough data (`reason`).
        method: The method that won the backtest and is used; `naive` where none beat it by the
            least gain of the data file.
        beats_naive: Whether another method than the naive one is used.
        gain_percent: By how much less its error was than the naive method's in the backtest; 0 for the naive one.
        scores: All methods that took part.
        origins: From how many points in time they were tried.
        confidence: Level of the intervals.
        backtest_coverage: Share of the tried values within the method's own intervals, before they were widened.
        widened_by: What the intervals were multiplied by after the backtest; at least 1.
        step: `day`, `month`, …
        n: Values used.
        missing: Times without a value and steps without one; none was filled.
        reason: Why there is no forecast.
    """

    points: tuple[ForecastPoint, ...]
    method: str
    beats_naive: bool
    gain_percent: float | None
    scores: tuple[MethodScore, ...]
    origins: int
    confidence: float
    backtest_coverage: float | None
    widened_by: float
    step: str | None
    n: int
    missing: int
    reason: str | None = None


def forecast(
    series: Series,
    horizon: int,
    *,
    period: int | None = None,
    confidence: float | None = None,
    bounds: tuple[float | None, float | None] = (None, None),
) -> Forecast:
    """Forecast the next steps of a series.

    Args:
        series: Values on equal steps; holes are left open.
        horizon: Steps ahead.
        period: Steps in a season; None: the calendar's, where two full seasons are there; 1: none.
        confidence: Level of the intervals (default: the data file's).
        bounds: The least and the largest possible figure (0 and 100 of a percentage); forecasts stay within.

    Raises:
        InvalidInput: A horizon or a period below 1, a confidence that is no share, bounds in the wrong order.
    """
    level = checked_confidence(rule("forecast", "confidence") if confidence is None else confidence)
    _check(horizon, period, bounds)
    grid = grid_of(series)
    missing = missing_of(series, grid)
    reason = _lacking(series, grid, horizon)
    if grid is None or reason is not None:
        return _none(
            series,
            missing,
            level,
            grid,
            reason or say("Insufficient data: the times are not equally spaced."),
        )
    row = _row(series, grid)
    if float(numpy().ptp(series.values)) <= 0.0:
        return _none(
            series,
            missing,
            level,
            grid,
            say("Insufficient data: the values do not vary, so the error of a forecast is unknown."),
        )
    season = _season(grid, period, horizon)
    found, chosen = trials(row, horizon, season)
    if not found:
        return _none(
            series,
            missing,
            level,
            grid,
            say("Insufficient data: too few points in time from which forecasts could be tried."),
        )
    best = winner(found)
    critical = t_upper_quantile(0.5 * (1.0 - level), float(max(1, len(series) - 2)))
    factor = widening(best, level, critical)
    steps = METHODS[best.method](row, horizon, season)
    return Forecast(
        _points(series, grid, steps, factor * critical, bounds),
        best.method,
        best.method != found[0].method,
        _gain_percent(best, found[0]),
        tuple(MethodScore(trial.method, trial.mase) for trial in found),
        len(chosen),
        level,
        share_within(best, critical),
        factor,
        grid.step,
        len(series),
        missing,
    )


def _gain_percent(best: Trial, naive: Trial) -> float | None:
    return 100.0 * (1.0 - best.mase / naive.mase) if best.mase is not None and naive.mase else None


def _points(
    series: Series, grid: Grid, steps: Steps, reach: float, bounds: tuple[float | None, float | None]
) -> tuple[ForecastPoint, ...]:
    np = numpy()
    ends = [steps.central, steps.central - reach * steps.errors, steps.central + reach * steps.errors]
    low, high = (-np.inf if bounds[0] is None else bounds[0]), (np.inf if bounds[1] is None else bounds[1])
    kept = [np.clip(end, low, high) for end in ends]
    first = grid.places[-1] + 1
    return tuple(
        ForecastPoint(grid.moment(series, first + i), *(float(end[i]) for end in kept))
        for i in range(len(steps.central))
    )


def _check(horizon: int, period: int | None, bounds: tuple[float | None, float | None]) -> None:
    if horizon < 1:
        raise InvalidInput(f"A horizon of {horizon} steps is impossible.")
    if period is not None and period < 1:
        raise InvalidInput(f"A season of {period} steps is impossible.")
    if bounds[0] is not None and bounds[1] is not None and bounds[0] >= bounds[1]:
        raise InvalidInput(f"Nothing lies between {bounds[0]:g} and {bounds[1]:g}.")


def _lacking(series: Series, grid: Grid | None, horizon: int) -> str | None:
    least = whole("forecast", "least_values")
    if len(series) < least:
        return say(
            "Insufficient data: there are {number} values; a forecast needs at least {least}.",
            number=str(len(series)),
            least=str(least),
        )
    if grid is None:
        return say("Insufficient data: the times are not equally spaced, or too many steps are missing.")
    steps = grid.places[-1] + 1
    most = int(rule("forecast", "most_horizon_share") * steps)
    if horizon > most:
        return say(
            "Insufficient data: {steps} steps allow to look {most} ahead, not {horizon}.",
            steps=str(steps),
            most=str(most),
            horizon=str(horizon),
        )
    return None


def _season(grid: Grid, period: int | None, horizon: int) -> int | None:
    """The season of which there is enough for seasonal methods to be tried."""
    season = period or grid.season
    steps = grid.places[-1] + 1
    if season is None or season < 2 or steps < whole("forecast", "least_periods_seasonal") * season:
        return None
    return season if steps - horizon - (season + 2) + 1 >= whole("forecast", "least_origins") else None


def _row(series: Series, grid: Grid) -> Array:
    np = numpy()
    row = np.full(grid.places[-1] + 1, np.nan)
    row[list(grid.places)] = series.values
    return row


def _none(series: Series, missing: int, level: float, grid: Grid | None, reason: str) -> Forecast:
    step = None if grid is None else grid.step
    return Forecast(
        points=(),
        method="none",
        beats_naive=False,
        gain_percent=None,
        scores=(),
        origins=0,
        confidence=level,
        backtest_coverage=None,
        widened_by=1.0,
        step=step,
        n=len(series),
        missing=missing,
        reason=reason,
    )

"""Which method would have forecast best? Each is tried from several origins on what came after.

Rolling origin: Tashman (2000), Out-of-sample tests of forecasting accuracy, International Journal of Forecasting 16.
Errors are scaled by those of the naive method one step ahead in the values before the origin (MASE): Hyndman and
Koehler (2006), Another look at measures of forecast accuracy, International Journal of Forecasting 22.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ag2_marketing_tools.statistics.distributions import numpy
from ag2_marketing_tools.time_series.facts import rule, whole
from ag2_marketing_tools.time_series.forecasting import METHODS, SEASONAL

Array = Any


@dataclass(frozen=True, slots=True)
class Trial:
    """One method's errors: `errors` in the values' unit and in its own standard deviations (origins x steps).

    NaN is where nothing was measured. `mase` is None where the values before an origin do not vary.
    """

    method: str
    errors: Array
    in_deviations: Array
    mase: float | None


def origins(count: int, horizon: int, season: int | None) -> list[int]:
    """Return the numbers of steps after which forecasts are tried, at most as many as the data file says."""
    least = max(whole("forecast", "least_training"), 0 if season is None else season + 2)
    possible = list(range(least, count - horizon + 1))
    return possible[-whole("forecast", "most_origins") :]


def trials(row: Array, horizon: int, season: int | None) -> tuple[list[Trial], list[int]]:
    """Try every method from the same origins.

    Args:
        row: Values on equal steps; NaN where there are none.
        horizon: Steps ahead.
        season: Steps in a season, where seasonal methods take part.

    Returns:
        The trials, naive first, and the origins; both empty where there are too few.
    """
    np = numpy()
    chosen = [at for at in origins(len(row), horizon, season) if (~np.isnan(row[:at])).sum() >= 4]
    if len(chosen) < whole("forecast", "least_origins"):
        return [], []
    scales = [_scale(row[:at]) for at in chosen]
    names = [name for name in METHODS if season is not None or name not in SEASONAL]
    return [_trial(name, row, horizon, season, chosen, scales) for name in names], chosen


def _trial(
    name: str, row: Array, horizon: int, season: int | None, chosen: Sequence[int], scales: Sequence[float]
) -> Trial:
    np = numpy()
    errors = np.full((len(chosen), horizon), np.nan)
    deviations = np.full((len(chosen), horizon), np.nan)
    for index, at in enumerate(chosen):
        steps = METHODS[name](row[:at], horizon, season)
        errors[index] = row[at : at + horizon] - steps.central
        with np.errstate(divide="ignore", invalid="ignore"):
            deviations[index] = errors[index] / steps.errors
    scale = np.asarray(scales)[:, None]
    known = ~np.isnan(errors)
    if not known.any() or (scale <= 0.0).any():
        return Trial(name, errors, deviations, None)
    return Trial(name, errors, deviations, float((abs(errors) / scale)[known].mean()))


def _scale(training: Array) -> float:
    """Mean absolute error of the naive method, one step ahead within the training values."""
    np = numpy()
    known = training[~np.isnan(training)]
    return float(abs(np.diff(known)).mean())


def winner(found: Sequence[Trial]) -> Trial:
    """Return the trial with the least error; the naive one unless another is better."""
    naive = found[0]
    scored = [trial for trial in found if trial.mase is not None]
    if naive.mase is None or not scored:
        return naive
    best = min(scored, key=lambda trial: trial.mase or 0.0)
    return best if (best.mase or 0.0) < naive.mase * (1.0 - rule("forecast", "least_gain")) else naive


def widening(trial: Trial, confidence: float, critical: float) -> float:
    """Return what the method's intervals must be multiplied by for the trial's errors to have lain within; at least 1.

    The quantile of the errors in their own standard deviations, taken as conformal prediction does: Vovk, Gammerman
    and Shafer (2005), Algorithmic Learning in a Random World.
    """
    np = numpy()
    sizes = abs(trial.in_deviations[np.isfinite(trial.in_deviations)])
    if not len(sizes):
        return 1.0
    level = min(1.0, confidence * (1.0 + 1.0 / len(sizes)))
    return max(1.0, float(np.quantile(sizes, level)) / critical)


def share_within(trial: Trial, critical: float) -> float | None:
    """Return the share of the trial's errors within the method's own intervals (before they are widened)."""
    np = numpy()
    sizes = abs(trial.in_deviations[~np.isnan(trial.in_deviations)])
    return float((sizes <= critical).mean()) if len(sizes) else None

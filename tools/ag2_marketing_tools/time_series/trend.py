"""Where a metric is heading: improving, declining or stable, how fast, and how sure that is."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.statistics.distributions import numpy
from ag2_marketing_tools.statistics.inference import Interval, checked_share
from ag2_marketing_tools.statistics.multiplicity import benjamini_hochberg, holm
from ag2_marketing_tools.time_series.facts import rule, whole
from ag2_marketing_tools.time_series.grid import Grid, grid_of, missing_of
from ag2_marketing_tools.time_series.mann_kendall import (
    Autocorrelation,
    MannKendall,
    mann_kendall,
    seasonal_mann_kendall,
)
from ag2_marketing_tools.time_series.sen import SenSlopes, sen_slopes
from ag2_marketing_tools.time_series.series import Series

Direction = Literal["higher", "lower", "target", "none"]
TrendWord = Literal["improving", "declining", "stable", "rising", "falling", "insufficient data"]
Name = TypeVar("Name", bound=Hashable)

CORRECTIONS: Mapping[str, Callable[[Sequence[float | None]], list[float | None]]] = {
    "benjamini-hochberg": benjamini_hochberg,
    "holm": holm,
}


@dataclass(frozen=True, slots=True)
class Trend:
    """A series' trend.

    Attributes:
        word: `improving` or `declining` by the metric's direction (`rising` or `falling` where it has none),
            `stable` where no trend stands out from chance, `insufficient data` below the minimum.
        n: Values used.
        slope_per_day: Sen's slope, in the values' unit per day.
        interval_per_day: Its confidence interval.
        slope_per_step: The same slope per step of the series (`step`), where its times are equally spaced.
        step: `day`, `week`, `month`, …; None where the times are not equally spaced.
        p_value: Two-sided, of there being no trend.
        p_adjusted: The same, adjusted for all series judged together; it then decides the word.
        tau: Kendall's rank correlation with time, -1 to 1.
        method: The test.
        missing: Times given without a value and steps without one; none was filled.
        reason: Why there is no trend, or what limits it.
    """

    word: TrendWord
    n: int
    slope_per_day: float | None = None
    interval_per_day: Interval | None = None
    slope_per_step: float | None = None
    step: str | None = None
    p_value: float | None = None
    p_adjusted: float | None = None
    tau: float | None = None
    method: str = "none"
    missing: int = 0
    reason: str | None = None


def trend(
    series: Series,
    *,
    direction: Direction = "none",
    target: float | None = None,
    period: int | None = None,
    autocorrelation: Autocorrelation = "lag-1",
    error_rate: float | None = None,
) -> Trend:
    """Say where a series is heading.

    Args:
        series: The values; holes are left open.
        direction: Which values are better; with `target` the distance from `target` is looked at.
        target: Of a `target` metric.
        period: Steps in a season; None: the calendar's, where two full seasons are there; 1: none.
        autocorrelation: How neighbours that resemble each other are allowed for.
        error_rate: Probability of seeing a trend where there is none (default: the data file's).

    Raises:
        InvalidInput: More values than pairs can be made of, a `target` metric without its target, a period below 1.
    """
    rate = checked_share("Error rate", rule("trend", "error_rate") if error_rate is None else error_rate)
    values = _turned(series, direction, target)
    grid = grid_of(series)
    missing = missing_of(series, grid)
    refused = _refusal(series)
    if refused is not None:
        return Trend("insufficient data", len(series), missing=missing, reason=refused)
    phases = phases_of(grid, period)
    times = series.days if grid is None else grid.places
    slopes = sen_slopes(times, values, phases)
    test = _test(times, values, slopes, phases, autocorrelation)
    sign = -1.0 if direction == "target" else 1.0  # what is given is the slope of the distance itself
    step_days = 1.0 if grid is None else series.days[-1] / grid.places[-1]  # of months, the mean
    interval = slopes.interval(test.variance, rule("trend", "confidence"))
    found = Trend(
        "stable",
        len(series),
        slope_per_day=sign * slopes.median / step_days,
        interval_per_day=_scaled(interval, sign / step_days),
        slope_per_step=None if grid is None else sign * slopes.median,
        step=None if grid is None else grid.step,
        p_value=test.p_value,
        tau=sign * test.tau,
        method=test.method,
        missing=missing,
        reason=None
        if grid is not None
        else say("The times are not equally spaced; only their order and dates count."),
    )
    return _worded(found, direction, rate)


def trends(
    series: Mapping[Name, Series],
    *,
    directions: Mapping[Name, Direction] | None = None,
    targets: Mapping[Name, float] | None = None,
    correction: str = "benjamini-hochberg",
    autocorrelation: Autocorrelation = "lag-1",
    error_rate: float | None = None,
) -> dict[Name, Trend]:
    """Judge many series together: words are decided by p-values adjusted for their number.

    Args:
        series: By name, such as the metric's.
        directions: Which values are better, by name; `none` where it is missing.
        targets: Targets of `target` metrics, by name.
        correction: `benjamini-hochberg` (share of false ones among the trends) or `holm` (any false trend).
        autocorrelation: As in `trend`.
        error_rate: As in `trend`, of all series together.

    Raises:
        InvalidInput: As `trend`, and an unknown correction.
    """
    if correction not in CORRECTIONS:
        raise InvalidInput(
            f"Correction {correction!r} is unknown.", remedy=f"Give one of {', '.join(CORRECTIONS)}."
        )
    rate = checked_share("Error rate", rule("trend", "error_rate") if error_rate is None else error_rate)
    ways, aims = directions or {}, targets or {}
    single = {
        name: trend(
            one,
            direction=ways.get(name, "none"),
            target=aims.get(name),
            autocorrelation=autocorrelation,
            error_rate=rate,
        )
        for name, one in series.items()
    }
    p = CORRECTIONS[correction]([found.p_value for found in single.values()])
    return {
        name: found
        if adjusted is None
        else _worded(replace(found, p_adjusted=adjusted), ways.get(name, "none"), rate)
        for (name, found), adjusted in zip(single.items(), p, strict=True)
    }


def phases_of(grid: Grid | None, period: int | None) -> tuple[int, ...] | None:
    """Return each value's phase of the season, or None without a season of which two full ones are there."""
    if period is not None and period < 1:
        raise InvalidInput(f"A season of {period} steps is impossible.")
    if grid is None:
        return None
    season = period or grid.season
    if season is None or season < 2 or grid.places[-1] + 1 < whole("seasonality", "least_periods") * season:
        return None
    return tuple(place % season for place in grid.places)


def _turned(series: Series, direction: Direction, target: float | None) -> tuple[float, ...]:
    """The values, or their closeness to the target."""
    if direction != "target":
        return series.values
    if target is None:
        raise InvalidInput("A metric that is best at its target needs the target.")
    return tuple(-abs(value - target) for value in series.values)


def _refusal(series: Series) -> str | None:
    least, most = whole("trend", "least_values"), whole("trend", "most_values")
    if len(series) > most:
        raise InvalidInput(
            f"{len(series)} values are more than the {most} of which all pairs can be compared.",
            remedy="Aggregate them (to days or weeks) first.",
        )
    if len(series) < least:
        return say(
            "There are {number} values; a trend needs at least {least}.",
            number=str(len(series)),
            least=str(least),
        )
    return None


def _test(
    times: Sequence[float],
    values: tuple[float, ...],
    slopes: SenSlopes,
    phases: tuple[int, ...] | None,
    autocorrelation: Autocorrelation,
) -> MannKendall:
    np = numpy()
    x = np.asarray(values)
    residuals = x - slopes.median * np.asarray(times, dtype=float)
    if phases is None:
        return mann_kendall(values, residuals=residuals, autocorrelation=autocorrelation)
    phase = np.asarray(phases)
    for one in np.unique(phase):
        residuals[phase == one] -= np.median(residuals[phase == one])
    groups = [x[phase == one].tolist() for one in np.unique(phase)]
    return seasonal_mann_kendall(groups, residuals=residuals, autocorrelation=autocorrelation)


def _scaled(interval: Interval, factor: float) -> Interval:
    turned = interval.mirrored() if factor < 0 else interval
    lower, upper = (None if end is None else end * abs(factor) for end in (turned.lower, turned.upper))
    return Interval(lower, upper, interval.confidence)


def _worded(found: Trend, direction: Direction, error_rate: float) -> Trend:
    p = found.p_value if found.p_adjusted is None else found.p_adjusted
    tau = found.tau or 0.0
    if p is None or p > error_rate or tau == 0.0:
        return replace(found, word="stable")
    rises = tau > 0.0
    if direction == "none":
        return replace(found, word="rising" if rises else "falling")
    better = rises if direction == "higher" else not rises
    return replace(found, word="improving" if better else "declining")

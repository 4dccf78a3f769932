"""Does the calendar repeat itself in the values, and how strongly?

The values are taken apart into a smooth course, a figure for each phase of the season, and a rest: course and phases
are fitted in turn until they settle (as in Cleveland, Cleveland, McRae and Terpenning 1990, STL, Journal of Official
Statistics 6, but with the phases' medians and with distances in time, so that holes need no filling). Whether phases
differ is tested by Kruskal and Wallis (1952), J. Am. Stat. Assoc. 47, on values without their course. Strength: Wang,
Smith and Hyndman (2006), Characteristic-based clustering for time series data, Data Mining and Knowledge Discovery 13.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.statistics.distributions import chi_square_tail, numpy
from ag2_marketing_tools.time_series.facts import rule, whole
from ag2_marketing_tools.time_series.grid import Grid, grid_of
from ag2_marketing_tools.time_series.mann_kendall import ranks
from ag2_marketing_tools.time_series.series import Series

Array = Any
_ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Parts:
    """A series taken apart: `course` + `season` + `rest` = the values, each an array with one figure per value.

    `effects` holds the season's figure of each phase, centred at 0 (empty without a season). `left` is the share of
    independent noise that the course leaves to the rest, below 1 since the course follows it a little.
    """

    course: Array
    season: Array
    rest: Array
    effects: tuple[float, ...] = ()
    left: float = 1.0


@dataclass(frozen=True, slots=True)
class Seasonality:
    """What the season of a series is.

    Attributes:
        seasonal: Whether phases differ beyond chance; None where there is not enough data to say.
        period: Steps in a season.
        step: `month`, `day`, …
        p_value: Of phases that do not differ.
        strength: Share of what the course leaves that the season explains, 0 to 1.
        effects: The season's figure of each phase, counted from the series' first value, centred at 0, in its unit.
        reason: Why nothing can be said.
    """

    seasonal: bool | None
    period: int | None = None
    step: str | None = None
    p_value: float | None = None
    strength: float | None = None
    effects: tuple[float, ...] = ()
    reason: str | None = None


def seasonality(series: Series, *, period: int | None = None, error_rate: float | None = None) -> Seasonality:
    """Say whether a series has a season.

    Args:
        series: The values; holes are left open.
        period: Steps in a season; None: the calendar's (12 months, 7 days, …).
        error_rate: Probability of seeing a season where there is none (default: the data file's).

    Raises:
        InvalidInput: A period below 2.
    """
    if period is not None and period < 2:
        raise InvalidInput(f"A season of {period} steps is impossible.", remedy="Give 2 or more, or None.")
    rate = rule("seasonality", "error_rate") if error_rate is None else error_rate
    grid = grid_of(series)
    if grid is None:
        return Seasonality(None, reason=say("Insufficient data: the times are not equally spaced."))
    season = period or grid.season
    if season is None:
        return Seasonality(
            None, step=grid.step, reason=say("The calendar has no season of such steps; give its period.")
        )
    lacking = _lacking(grid, season)
    if lacking is not None:
        return Seasonality(None, season, grid.step, reason=lacking)
    parts = taken_apart(series, grid, season)
    phases = numpy().asarray(grid.places) % season
    p = phases_differ(parts.season + parts.rest, phases, left=parts.left)
    found = p is not None and p <= rate
    return Seasonality(found, season, grid.step, p, _strength(parts), parts.effects)


def _lacking(grid: Grid, season: int) -> str | None:
    periods = whole("seasonality", "least_periods")
    if grid.places[-1] + 1 < periods * season:
        steps = grid.places[-1] + 1
        return say(
            "Insufficient data: a season of {season} steps needs {periods} full ones, and there are {steps} steps.",
            season=str(season),
            periods=str(periods),
            steps=str(steps),
        )
    counts = numpy().bincount(numpy().asarray(grid.places) % season, minlength=season)
    least = whole("seasonality", "least_per_phase")
    if counts.min() < least:
        return say(
            "Insufficient data: phase {phase} of the season has {number} values of at least {least}.",
            phase=str(int(counts.argmin()) + 1),
            number=str(int(counts.min())),
            least=str(least),
        )
    return None


def taken_apart(series: Series, grid: Grid, season: int | None) -> Parts:
    """Take a series apart into course, season (None: without) and rest."""
    np = numpy()
    values, places = np.asarray(series.values), np.asarray(grid.places, dtype=float)
    span = _span(len(values), season)
    if season is None:
        course, left = local_line(places, values, span)
        return Parts(course, np.zeros(len(values)), values - course, left=left)
    phases = np.asarray(grid.places) % season
    effects = np.zeros(season)
    for _ in range(_ROUNDS):
        course, left = local_line(places, values - effects[phases], span)
        without = values - course
        effects = np.array([np.median(without[phases == phase]) for phase in range(season)])
        effects -= effects.mean()
    of_season = effects[phases]
    return Parts(course, of_season, values - course - of_season, tuple(effects.tolist()), left)


def _span(values: int, season: int | None) -> int:
    """Neighbours of a local line: one and a half seasons, so that the season cannot pass for the course."""
    return min(values, max(7, values // 3 if season is None else round(1.5 * season) + 1))


def local_line(times: Array, values: Array, span: int) -> tuple[Array, float]:
    """Return at each time the line through its `span` nearest values, near ones weighing more, outliers less.

    Beside it the share of independent noise that the values keep when the line is taken off (without outliers).

    Source: Cleveland (1979), Robust locally weighted regression, J. Am. Stat. Assoc. 74 (two robust rounds).
    """
    np = numpy()
    count = len(times)
    left = np.clip(np.arange(count) - span // 2, 0, count - span)
    near = left[:, None] + np.arange(span)
    t, x = times[near] - times[:, None], values[near]
    reach = np.maximum(abs(t).max(axis=1, keepdims=True), 1e-12) * 1.0001
    tricube = (1.0 - (abs(t) / reach) ** 3) ** 3
    hat = _hat(t, tricube)
    own = hat[np.arange(count), np.arange(count) - left]
    kept = float((1.0 - 2.0 * own + (hat**2).sum(axis=1)).mean())
    fitted = (hat * x).sum(axis=1)
    for _ in range(2):
        rest = abs(values - fitted)
        scale = 6.0 * float(np.median(rest))
        if scale <= 0.0:
            break
        robust = np.maximum((1.0 - np.minimum(rest / scale, 1.0) ** 2) ** 2, 1e-6)
        fitted = (_hat(t, tricube * robust[near]) * x).sum(axis=1)
    return fitted, kept


def _hat(t: Array, weights: Array) -> Array:
    """What each neighbour at distance `t` counts in the value at distance 0 of a weighted straight line."""
    np = numpy()
    share = weights / weights.sum(axis=1, keepdims=True)
    middle = (share * t).sum(axis=1, keepdims=True)
    off = t - middle
    square = (share * off**2).sum(axis=1, keepdims=True)
    return share * (1.0 - middle * off / np.where(square > 0.0, square, 1.0))


def phases_differ(values: Array, phases: Array, *, left: float = 1.0) -> float | None:
    """Return the p-value of Kruskal and Wallis, ties allowed for; None where all values are the same.

    `left` is the share of the noise that is left in the values after their course was taken off: the differences of
    phases keep theirs, and would look too large beside it.
    """
    np = numpy()
    n = len(values)
    place = ranks(np.round(values, 12))
    groups = [place[phases == phase] for phase in np.unique(phases)]
    _, ties = np.unique(place, return_counts=True)
    correction = 1.0 - float((ties.astype(float) ** 3 - ties).sum()) / (n**3 - n)
    if correction <= 0.0:
        return None
    spread = sum(float(group.sum()) ** 2 / len(group) for group in groups)
    statistic = (12.0 / (n * (n + 1)) * spread - 3.0 * (n + 1)) / correction
    return chi_square_tail(max(0.0, statistic * left), len(groups) - 1.0)


def _strength(parts: Parts) -> float:
    left = float((parts.season + parts.rest).var())
    return 0.0 if left <= 0.0 else max(0.0, 1.0 - float(parts.rest.var()) / left)

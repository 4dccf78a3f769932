"""The step of a series: whether its times are equally spaced, by calendar or clock, and where steps are missing."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from ag2_marketing_tools.time_series.facts import rule, seasons
from ag2_marketing_tools.time_series.series import Moment, Series

_SECONDS = {"hour": 3_600.0, "day": 86_400.0, "week": 604_800.0}
_TOLERANCE = 1e-3
_CLOCK_CHANGE_S = 3_600.0
"""Clocks are put forward and back by this at most (IANA time zone database): midnights of a zone, seen in UTC."""
_MONTH_NAMES = {1: "month", 3: "quarter", 12: "year"}


@dataclass(frozen=True, slots=True)
class Grid:
    """Equal steps under a series.

    Attributes:
        step: `hour`, `day`, `week`, `month`, `quarter`, `year`, or `other` for any other equal spacing.
        months: Length of a step in calendar months, 0 where it is counted by the clock.
        seconds: Length of a step by the clock, 0 where it is counted in months.
        places: The step at which each value lies, from 0 on; gaps are steps that do not occur.
    """

    step: str
    months: int
    seconds: float
    places: tuple[int, ...]

    @property
    def missing(self) -> int:
        """Steps between the first and the last value that have none."""
        return self.places[-1] + 1 - len(self.places)

    @property
    def season(self) -> int | None:
        """Steps in the calendar's season (12 months, 7 days, …), or None."""
        return seasons().get(self.step)

    def moment(self, series: Series, place: int) -> Moment:
        """Return the time of a step, also beyond the last value."""
        first = series.times[0]
        if not self.months:
            return first + timedelta(seconds=self.seconds * place)
        month = first.year * 12 + first.month - 1 + place * self.months
        year, index = divmod(month, 12)
        last = monthrange(year, index + 1)[1]
        wanted = 31 if _all_month_ends(series.times) else max(moment.day for moment in series.times)
        return first.replace(year=year, month=index + 1, day=min(wanted, last))


def grid_of(series: Series) -> Grid | None:
    """Return the grid of a series, or None where its times are not equally spaced.

    Values may be missing, up to the share that the data file states.
    """
    if len(series) < 2:
        return None
    grid = _by_months(series.times) or _by_clock(series)
    if grid is None or grid.missing > rule("forecast", "most_missing_share") * (grid.places[-1] + 1):
        return None
    return grid


def missing_of(series: Series, grid: Grid | None) -> int:
    """Return how many times have no value: steps of the grid, and times given without one beyond its ends."""
    return series.missing if grid is None else grid.missing + series.missing_outside


def _by_months(times: Sequence[Moment]) -> Grid | None:
    """Months: all on one day of the month, or all on its last day."""
    same_day = len({moment.day for moment in times}) == 1
    if not (same_day or _all_month_ends(times)):
        return None
    months = [moment.year * 12 + moment.month - 1 for moment in times]
    step = min(later - earlier for earlier, later in pairwise(months))
    if step < 1 or any((month - months[0]) % step for month in months):
        return None
    places = tuple((month - months[0]) // step for month in months)
    return Grid(_MONTH_NAMES.get(step, "other"), step, 0.0, places)


def _by_clock(series: Series) -> Grid | None:
    seconds = [day * 86_400.0 for day in series.days]
    step = min(later - earlier for earlier, later in pairwise(seconds))
    places = _places(seconds, step, slack=0.0)
    if places is None:
        step = round(step / _SECONDS["day"]) * _SECONDS["day"]
        places = _places(seconds, step, slack=_CLOCK_CHANGE_S) if step else None
    if places is None:
        return None
    name = next(
        (name for name, length in _SECONDS.items() if abs(step - length) < _TOLERANCE * length), "other"
    )
    return Grid(name, 0, step, places)


def _places(seconds: Sequence[float], step: float, *, slack: float) -> tuple[int, ...] | None:
    """Return the step at which each moment lies; None where one lies between two, or two at the same."""
    places = [round(moment / step) for moment in seconds]
    for moment, place in zip(seconds, places, strict=True):
        if abs(moment - place * step) > max(slack, _TOLERANCE * step * max(1, place) ** 0.5):
            return None
    return tuple(places) if len(set(places)) == len(places) else None


def _all_month_ends(times: Sequence[date]) -> bool:
    return all(moment.day == monthrange(moment.year, moment.month)[1] for moment in times)

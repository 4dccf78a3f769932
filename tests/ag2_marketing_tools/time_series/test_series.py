"""Times: ordered, distinct, equally spaced or not; holes stay holes."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from made_series import daily, monthly, yearly

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.time_series import Series, grid_of
from ag2_marketing_tools.time_series.series import Moment


def steps(times: list[Moment]) -> tuple[str, tuple[int, ...]] | None:
    grid = grid_of(Series.of(times, [1.0] * len(times)))
    return None if grid is None else (grid.step, grid.places)


def test_values_are_ordered_by_time_and_none_is_left_out_and_counted() -> None:
    series = Series.of([date(2026, 1, 3), date(2026, 1, 1), date(2026, 1, 2)], [3, None, 2.0])
    assert (series.values, series.missing, len(series)) == ((2.0, 3.0), 1, 2)
    assert series.scaled(10.0).values == (20.0, 30.0)


@pytest.mark.parametrize("value", [math.nan, math.inf, "3", True])
def test_what_is_no_number_is_refused(value: float) -> None:
    with pytest.raises(InvalidInput, match="not a number"):
        daily([1.0, value])


def test_a_time_given_twice_or_of_another_kind_is_refused() -> None:
    with pytest.raises(InvalidInput, match="2026-01-01 is given twice"):
        Series.of([date(2026, 1, 1), date(2026, 1, 1)], [1.0, 2.0])
    with pytest.raises(InvalidInput, match="mixed"):
        Series.of([date(2026, 1, 1), datetime(2026, 1, 2, tzinfo=UTC)], [1.0, 2.0])
    with pytest.raises(InvalidInput, match="mixed"):
        Series.of([datetime(2026, 1, 1), datetime(2026, 1, 2, tzinfo=UTC)], [1.0, 2.0])  # noqa: DTZ001
    with pytest.raises(InvalidInput, match="not a date"):
        Series.of(["2026-01-01"], [1.0])  # type: ignore[list-item]
    with pytest.raises(InvalidInput, match="out of order"):
        Series((date(2026, 1, 2), date(2026, 1, 1)), (1.0, 2.0))
    with pytest.raises(InvalidInput, match="do not fit"):
        Series((date(2026, 1, 2),), (1.0, 2.0))


def test_months_quarters_and_years_are_steps_although_their_days_differ() -> None:
    assert steps([date(2026, m, 1) for m in (1, 2, 3, 5)]) == ("month", (0, 1, 2, 4))
    assert steps([date(2025, 12, 31), date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)]) == (
        "month",
        (0, 1, 2, 3),
    )
    assert steps([date(2026, 1, 15), date(2026, 4, 15), date(2026, 10, 15)]) == ("quarter", (0, 1, 3))
    assert steps([date(2024, 2, 29), date(2028, 2, 29)]) == ("other", (0, 1))
    assert steps([date(2024, 7, 1), date(2025, 7, 1), date(2026, 7, 1)]) == ("year", (0, 1, 2))


def test_days_weeks_and_hours_go_by_the_clock() -> None:
    start = datetime(2026, 3, 1, 8, tzinfo=UTC)
    assert steps([start + timedelta(days=i) for i in (0, 1, 3)]) == ("day", (0, 1, 3))
    assert steps([start + timedelta(weeks=i) for i in range(4)]) == ("week", (0, 1, 2, 3))
    assert steps([start + timedelta(hours=i) for i in range(4)]) == ("hour", (0, 1, 2, 3))
    assert steps([start + timedelta(minutes=90 * i) for i in range(4)]) == ("other", (0, 1, 2, 3))


def test_the_night_on_which_clocks_change_is_one_day() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert steps([datetime(2026, 3, 27 + i, 8, tzinfo=berlin) for i in range(4)]) == ("day", (0, 1, 2, 3))


def test_uneven_times_and_times_with_too_many_holes_have_no_steps() -> None:
    start = date(2026, 1, 1)
    assert steps([start + timedelta(days=i) for i in (0, 2, 5, 9)]) is None
    assert steps([start + timedelta(days=i) for i in (0, 1, 30)]) is None
    assert steps([start]) is None


def test_coming_steps_have_the_calendars_times() -> None:
    ends = Series.of([date(2025, 11, 30), date(2025, 12, 31), date(2026, 1, 31)], [1.0, 2.0, 3.0])
    grid = grid_of(ends)
    assert grid is not None
    assert [grid.moment(ends, i) for i in (3, 4)] == [date(2026, 2, 28), date(2026, 3, 31)]
    for series, third in (
        (monthly([1, 2]), date(2020, 3, 1)),
        (yearly([1, 2], 2024), date(2026, 1, 1)),
        (daily([1, 2]), date(2026, 1, 3)),
    ):
        grid = grid_of(series)
        assert grid is not None
        assert grid.moment(series, 2) == third


def test_weeks_that_begin_at_midnight_of_a_zone_stay_weeks_when_its_clocks_are_changed() -> None:
    zone = ZoneInfo("America/New_York")
    mondays = [datetime(2025, 9, 1, tzinfo=zone) + timedelta(weeks=week) for week in range(40)]
    stored: list[Moment] = [monday.astimezone(UTC) for monday in mondays]
    assert len({moment.hour for moment in stored if isinstance(moment, datetime)}) == 2
    assert steps(stored) == ("week", tuple(range(40)))
    del stored[7]
    assert steps(stored) == ("week", (*range(7), *range(8, 40)))


def test_two_values_of_one_day_are_no_days() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    assert steps([start, start + timedelta(days=1), start + timedelta(days=1, minutes=40)]) is None

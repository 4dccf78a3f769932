"""Dates from words: exact, never guessed, never in the past for what is to come."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.figures import ResolvedTime, resolve_time
from ag2_marketing_tools.workspace import FixedClock, Settings, Workspace

NOW = datetime(2026, 11, 23, 12, 26, tzinfo=UTC)  # a Monday, 13:26 in Berlin
Resolve = Callable[..., Awaitable[ResolvedTime]]


@pytest.fixture
def at(tmp_path: Path) -> Resolve:
    """Resolve an expression at a time of day, in Berlin if no other zone is given."""

    @asynccontextmanager
    async def opened(now: datetime, language: str) -> AsyncIterator[Workspace]:
        here = Settings(_env_file=None, home=tmp_path / "home", timezone="Europe/Berlin", language=language)
        async with Workspace.open(here, clock=FixedClock(now)) as ws:
            yield ws

    async def resolve(
        expression: str, now: datetime = NOW, timezone: str | None = None, language: str = "en"
    ) -> ResolvedTime:
        async with opened(now, language) as ws:
            return await resolve_time.run({"expression": expression, "timezone": timezone}, ws)

    return resolve


@pytest.mark.parametrize(
    ("expression", "local"),
    [
        ("tomorrow 9am", "2026-11-24T09:00:00+01:00"),
        ("Tomorrow at noon", "2026-11-24T12:00:00+01:00"),
        ("5pm tomorrow", "2026-11-24T17:00:00+01:00"),
        ("day after tomorrow at 8", "2026-11-25T08:00:00+01:00"),
        ("next Monday at 10:00", "2026-11-30T10:00:00+01:00"),
        ("Monday 10:00", "2026-11-30T10:00:00+01:00"),
        ("next Tuesday 9:30 am", "2026-11-24T09:30:00+01:00"),
        ("this Monday 18:00", "2026-11-23T18:00:00+01:00"),
        ("3pm Friday", "2026-11-27T15:00:00+01:00"),
        ("in 2 weeks", "2026-12-07T13:26:00+01:00"),
        ("in two weeks at 9am", "2026-12-07T09:00:00+01:00"),
        ("in 3 hours", "2026-11-23T16:26:00+01:00"),
        ("in an hour", "2026-11-23T14:26:00+01:00"),
        ("next month", "2026-12-23T13:26:00+01:00"),
        ("3 December 2026 14:00", "2026-12-03T14:00:00+01:00"),
        ("December 3, 2026 at 2:15 PM", "2026-12-03T14:15:00+01:00"),
        ("Monday, 30 November 2026 at 5 p.m.", "2026-11-30T17:00:00+01:00"),
        ("24.12.2026 18:00", "2026-12-24T18:00:00+01:00"),
        ("2026-12-03T14:00:00Z", "2026-12-03T15:00:00+01:00"),
        ("2026-12-03 14:00", "2026-12-03T14:00:00+01:00"),
        ("18:00", "2026-11-23T18:00:00+01:00"),
        ("9am", "2026-11-24T09:00:00+01:00"),
        ("now", "2026-11-23T13:26:00+01:00"),
        ("morgen um 9 Uhr", "2026-11-24T09:00:00+01:00"),
        ("übermorgen 14:30", "2026-11-25T14:30:00+01:00"),
        ("nächsten Montag um 10 Uhr", "2026-11-30T10:00:00+01:00"),
        ("am Freitag um 9.30 Uhr", "2026-11-27T09:30:00+01:00"),
        ("in zwei Wochen um 8 Uhr", "2026-12-07T08:00:00+01:00"),
        ("3. Dezember um 14 Uhr", "2026-12-03T14:00:00+01:00"),
        ("demain à 9h30", "2026-11-24T09:30:00+01:00"),
        ("lundi prochain à 14h", "2026-11-30T14:00:00+01:00"),
        ("dans 2 heures", "2026-11-23T15:26:00+01:00"),
        ("mañana a las 9", "2026-11-24T09:00:00+01:00"),
    ],
)
async def test_an_expression_means_this_moment(at: Resolve, expression: str, local: str) -> None:
    result = await at(expression)
    assert (result.local, result.precision, result.is_past) == (local, "time", False)
    assert datetime.fromisoformat(result.utc) == datetime.fromisoformat(local)
    assert result.utc.endswith("+00:00")
    assert result.weekday == f"{datetime.fromisoformat(local):%A}"


@pytest.mark.parametrize(
    ("expression", "local"),
    [
        ("tomorrow", "2026-11-24"),
        ("next Monday", "2026-11-30"),
        ("25 December", "2026-12-25"),
        ("3 November", "2027-11-03"),  # this year's has passed
        ("2026-12-03", "2026-12-03"),
        ("03/03/2027", "2027-03-03"),
    ],
)
async def test_without_a_time_of_day_the_start_of_the_day_is_meant_and_said(
    at: Resolve, expression: str, local: str
) -> None:
    result = await at(expression)
    assert (result.local, result.precision) == (f"{local}T00:00:00+01:00", "day")
    assert "start of the day" in (result.note or "")


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("03/04/2027", "ambiguous: day and month"),
        ("3.4. 10:00", "ambiguous: day and month"),
        ("tonight", "ambiguous"),
        ("tomorrow morning", "ambiguous"),
        ("midnight", "ambiguous"),
        ("tomorrow 9", "'9' is not understood"),
        ("in 2 weeks 3", "'3' is not understood"),
        ("12", "not understood"),
        ("next", "not understood"),
        ("soonish", "not understood"),
        ("end of month", "not understood"),
        ("31 February 2027", "not understood"),
        ("29 February 2027", "not understood"),
        ("tomorrow or Friday", "not understood"),
        ("in -2 weeks", "negative"),
        ("December", "names no day"),
        ("Dec 2026", "names no day"),
        ("25:00 tomorrow", "no time of day"),
        ("13pm tomorrow", "twelve-hour clock"),
        ("9am 10am tomorrow", "more than one time of day"),
        ("Tuesday 30 November 2026", "2026-11-30 is a Monday"),
        ("tomorrow 9am EST", "abbreviation of a time zone"),
        ("tomorrow 9am Europe/Berlim", "Did you mean Europe/Berlin"),
        ("2026-13-01", "is not a date"),
        ("2026-02-30T09:00", "is not a date"),
        ("in 99999999 weeks", "not understood"),
        ("", "at least 1 character"),
        ("tomorrow" * 20, "at most 120"),
    ],
)
async def test_what_is_ambiguous_or_unknown_is_refused(at: Resolve, expression: str, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        await at(expression)


async def test_an_error_gives_examples(at: Resolve) -> None:
    with pytest.raises(InvalidInput, match="'tomorrow 9am'"):
        await at("whenever")


@pytest.mark.parametrize("day", range(23, 30))
@pytest.mark.parametrize("name", ["Monday", "Wednesday", "Sunday"])
async def test_next_weekday_is_the_first_one_after_today(at: Resolve, day: int, name: str) -> None:
    now = datetime(2026, 11, day, 12, 26, tzinfo=UTC)
    result = await at(f"next {name} at 00:01", now)
    ahead = (datetime.fromisoformat(result.local).date() - now.date()).days
    assert (result.weekday, 1 <= ahead <= 7) == (name, True)


async def test_the_zone_of_the_call_and_of_the_expression_are_honoured(at: Resolve) -> None:
    assert (await at("tomorrow 9am", timezone="America/New_York")).utc == "2026-11-24T14:00:00+00:00"
    there = await at("tomorrow 9am America/New_York")
    assert (there.utc, there.timezone) == ("2026-11-24T14:00:00+00:00", "Europe/Berlin")
    assert (await at("tomorrow 9am UTC")).local == "2026-11-24T10:00:00+01:00"
    with pytest.raises(InvalidInput, match="not an IANA time zone"):
        await at("tomorrow", timezone="Mars/Olympus")


async def test_today_is_the_day_of_the_zone_not_of_utc(at: Resolve) -> None:
    late = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)  # Tuesday, 00:30 in Berlin
    assert (await at("tomorrow 9am", late)).local == "2026-11-25T09:00:00+01:00"
    assert (await at("tomorrow 9am", late, timezone="America/New_York")).local == "2026-11-24T09:00:00-05:00"


async def test_a_skipped_local_time_is_moved_forward_and_said(at: Resolve) -> None:
    result = await at("28 March 2027 at 02:30")  # Berlin goes from 02:00 to 03:00
    assert result.local == "2027-03-28T03:30:00+02:00"
    assert "skipped" in (result.note or "")


async def test_a_repeated_local_time_means_the_first_and_is_said(at: Resolve) -> None:
    result = await at("25 October 2026 at 02:30", datetime(2026, 10, 1, tzinfo=UTC))
    assert result.local == "2026-10-25T02:30:00+02:00"
    assert "occurs twice" in (result.note or "")


async def test_hours_pass_by_the_clock_and_days_on_the_wall_over_a_change_of_the_clocks(at: Resolve) -> None:
    evening = datetime(
        2027, 3, 27, 20, 0, tzinfo=UTC
    )  # 21:00 in Berlin, the night in which an hour is skipped
    assert (await at("in 12 hours", evening)).local == "2027-03-28T10:00:00+02:00"
    assert (await at("in 1 day", evening)).local == "2027-03-28T21:00:00+02:00"


async def test_month_ends_and_leap_years(at: Resolve) -> None:
    january = datetime(2027, 1, 31, 11, 0, tzinfo=UTC)
    assert (await at("in 1 month", january)).local == "2027-02-28T12:00:00+01:00"
    assert (await at("tomorrow 9am", datetime(2028, 2, 28, 11, 0, tzinfo=UTC))).local[:10] == "2028-02-29"
    assert (await at("tomorrow 9am", datetime(2027, 12, 31, 11, 0, tzinfo=UTC))).local[:10] == "2028-01-01"
    assert (await at("29 February")).local[:10] == "2028-02-29"
    assert (await at("in a year", datetime(2028, 2, 29, 11, 0, tzinfo=UTC))).local[:10] == "2029-02-28"


@pytest.mark.parametrize("expression", ["yesterday", "2 weeks ago", "last Monday", "3 December 2020 14:00"])
async def test_what_has_passed_is_marked_as_past(at: Resolve, expression: str) -> None:
    assert (await at(expression)).is_past


async def test_the_language_of_the_settings_comes_first_but_the_others_are_understood(at: Resolve) -> None:
    assert (await at("tomorrow 9am", language="de-AT")).local == "2026-11-24T09:00:00+01:00"
    assert (await at("morgen um 9 Uhr", language="fi")).local == "2026-11-24T09:00:00+01:00"


WORDS = st.sampled_from(
    [
        "tomorrow",
        "next",
        "monday",
        "in",
        "2",
        "weeks",
        "at",
        "9",
        "am",
        "pm",
        "um",
        "uhr",
        "3",
        "december",
        "2026",
        "10:00",
        "/",
        ".",
        "-",
        "a",
        "las",
    ]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.text(min_size=1, max_size=30), st.lists(WORDS, min_size=1, max_size=6).map(" ".join)))
async def test_any_text_is_a_moment_or_a_clear_error(workspace: Workspace, expression: str) -> None:
    try:
        result = await resolve_time.run({"expression": expression}, workspace)
    except InvalidInput:
        return
    assert datetime.fromisoformat(result.utc) == datetime.fromisoformat(result.local)

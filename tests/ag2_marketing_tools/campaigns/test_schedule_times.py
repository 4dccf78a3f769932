"""When something is due: recurrence over changes of the clocks, ends, the past and what cannot be read."""

from __future__ import annotations

import calendar
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ag2_marketing_tools.campaigns.model import Schedule
from ag2_marketing_tools.campaigns.schedule import Frame, Timing, timing_of
from ag2_marketing_tools.errors import InvalidInput

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
NEW_YORK = ZoneInfo("America/New_York")


def frame(**changes: Any) -> Frame:
    return Frame(**{"now": NOW, "past_grace_s": 300.0, "on_past": "hold", "default_zone": "UTC", **changes})


def times(when: Any, **changes: Any) -> list[str]:
    return [due.moment.local.isoformat() for due in timing(when, **changes).due]


def timing(when: Any, **changes: Any) -> Timing:
    return timing_of(Schedule(**when) if isinstance(when, dict) else when, frame(**changes))


def test_nothing_given_means_now() -> None:
    assert times(None) == ["2026-11-23T12:00:00+00:00"]


@pytest.mark.parametrize(
    "text", ["2027-03-01T12:00:00Z", "2027-03-01T13:00:00+01:00", "2027-03-01 12:00:00+00:00"]
)
def test_an_aware_time_is_the_same_moment_in_every_spelling(text: str) -> None:
    assert timing(text).due[0].moment.utc == datetime(2027, 3, 1, 12, tzinfo=UTC)


def test_a_naive_time_is_refused_without_a_zone_and_read_with_one() -> None:
    with pytest.raises(InvalidInput, match=r"'2027-03-01T09:00:00' has no time zone.*timezone"):
        timing("2027-03-01T09:00:00")
    assert times("2027-03-01T09:00:00", campaign_zone="Europe/Berlin") == ["2027-03-01T09:00:00+01:00"]
    own = {"start_time": "2027-03-01T09:00:00", "timezone": "America/New_York"}
    assert times(own, campaign_zone="Europe/Berlin") == ["2027-03-01T09:00:00-05:00"]


@pytest.mark.parametrize(
    ("when", "message"),
    [
        ("", "The time is empty"),
        ({}, "The schedule is empty"),
        ("tomorrow", "'tomorrow' is not a time"),
        ("2027-02-30T09:00:00Z", "is not a time"),
        ("2027-03-01", "has no time of day"),
        ("0001-01-01T00:00:00+14:00", "outside the years"),
        ("9999-12-31T23:59:59-14:00", "outside the years"),
        ("2150-01-01T00:00:00Z", "more than five years ahead"),
        ({"start_time": "2027-03-01T09:00:00", "timezone": "Europe/Berlim"}, "Did you mean Europe/Berlin"),
        ({"start_time": "2027-03-01T09:00:00Z", "timezone": "../../etc/passwd"}, "not an IANA time zone"),
        ({"frequency": "recurring"}, "says how often"),
        ({"frequency": "one_time", "interval": "daily"}, "takes no interval"),
        ({"start_time": "2027-03-01T09:00:00Z", "count": 3}, "takes no count"),
        ({"interval": "daily", "rrule": "FREQ=DAILY"}, "exclude each other"),
        ({"interval": "daily", "until": "2027-01-01T00:00:00Z", "count": 2}, "exclude each other"),
        ({"interval": "daily", "until": "2020-01-01T00:00:00Z"}, "lies before the start"),
        ({"interval": "daily", "until": "whenever"}, "is not a time"),
        ({"interval": "hourly", "until": "2027-11-01T00:00:00Z"}, "more than 1,000 occurrences"),
        ({"interval": "daily", "start_time": "1999-01-01T00:00:00Z"}, "more than five years back"),
        ({"rrule": ""}, "FREQ is one of"),
        ({"rrule": "FREQ=SECONDLY"}, "not 'SECONDLY'"),
        ({"rrule": "FREQ=DAILY;INTERVAL=0"}, "cannot be used"),
        ({"rrule": "FREQ=DAILY;INTERVAL=-1"}, "cannot be used"),
        ({"rrule": "FREQ=WEEKLY;BYDAY=XX"}, "cannot be used"),
        ({"rrule": "FREQ=WEEKLY;BYDAY="}, "cannot be used"),
        ({"rrule": "FREQ=DAILY;FREQ=DAILY"}, "no part of a rule"),
        ({"rrule": "DTSTART:20270101T000000Z\nRRULE:FREQ=DAILY"}, "no part of a rule"),
        ({"rrule": "FREQ=DAILY;COUNT=2;UNTIL=20270301T000000Z"}, "exclude each other"),
        ({"rrule": "FREQ=DAILY;UNTIL=soon"}, "is not a time"),
        ({"rrule": "FREQ=DAILY;BYSETPOS=1"}, "BYSETPOS needs another"),
        ({"rrule": "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30"}, "never occurs"),
    ],
)
def test_what_cannot_be_scheduled_is_refused_with_its_reason(when: Any, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        timing(when)


def test_a_weekly_time_keeps_its_hour_over_the_end_of_summer_time() -> None:
    when = {
        "start_time": "2027-10-25T09:00:00",
        "interval": "weekly",
        "count": 3,
        "timezone": "America/New_York",
    }
    assert times(when) == [
        "2027-10-25T09:00:00-04:00",
        "2027-11-01T09:00:00-04:00",
        "2027-11-08T09:00:00-05:00",
    ]


def test_a_skipped_local_time_is_moved_forward_and_said() -> None:
    when = {
        "start_time": "2027-03-13T02:30:00",
        "interval": "daily",
        "count": 3,
        "timezone": "America/New_York",
    }
    assert times(when) == [
        "2027-03-13T02:30:00-05:00",
        "2027-03-14T03:30:00-04:00",
        "2027-03-15T02:30:00-04:00",
    ]
    assert any("2027-03-14 02:30 is skipped" in note for note in timing(when).notes)


def test_a_repeated_local_time_fires_once() -> None:
    when = {
        "start_time": "2027-11-06T01:30:00",
        "interval": "daily",
        "count": 3,
        "timezone": "America/New_York",
    }
    assert times(when) == [
        "2027-11-06T01:30:00-04:00",
        "2027-11-07T01:30:00-04:00",
        "2027-11-08T01:30:00-05:00",
    ]


def test_an_hourly_time_never_fires_twice_at_once_where_an_hour_is_skipped() -> None:
    when = {
        "start_time": "2027-03-14T00:30:00",
        "interval": "hourly",
        "count": 4,
        "timezone": "America/New_York",
    }
    assert times(when) == [
        "2027-03-14T00:30:00-05:00",
        "2027-03-14T01:30:00-05:00",
        "2027-03-14T03:30:00-04:00",
        "2027-03-14T04:30:00-04:00",
    ]


def test_a_monthly_time_on_the_31st_takes_the_last_day_of_shorter_months() -> None:
    when = {"start_time": "2027-12-31T09:00:00Z", "interval": "monthly", "count": 4}
    assert [text[:10] for text in times(when)] == ["2027-12-31", "2028-01-31", "2028-02-29", "2028-03-31"]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [  # worked by hand from RFC 5545, section 3.3.10; 2027-01-04 is a Monday
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;COUNT=4", ["01-04", "01-07", "01-18", "01-21"]),
        ("FREQ=MONTHLY;BYDAY=2TU;COUNT=3", ["01-12", "02-09", "03-09"]),
        ("RRULE:FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=2", ["01-31", "02-28"]),
        ("freq=daily;until=20270106T100000z", ["01-04", "01-05", "01-06"]),
        ("FREQ=DAILY;UNTIL=20270105", ["01-04", "01-05"]),
    ],
)
def test_a_rule_of_rfc_5545_gives_its_days(rule: str, expected: list[str]) -> None:
    assert [
        text[5:10] for text in times({"start_time": "2027-01-04T10:00:00Z", "rrule": rule, "timezone": "UTC"})
    ] == expected


def test_until_is_included_and_a_date_means_its_end() -> None:
    daily = {"start_time": "2027-01-01T09:00:00Z", "interval": "daily"}
    assert len(times({**daily, "until": "2027-01-03T09:00:00Z"})) == 3
    assert len(times({**daily, "until": "2027-01-03T08:59:59Z"})) == 2
    assert len(times({**daily, "until": "2027-01-03"})) == 3


def test_a_recurrence_without_an_end_is_planned_over_a_stated_horizon() -> None:
    planned = timing({"start_time": "2026-11-23T12:00:00Z", "interval": "weekly"})
    assert len(planned.due) == 13  # 90 days hold 12 further weeks
    assert "90 days are planned, until 2027-02-21T12:00+00:00" in planned.notes[0]


def test_a_time_within_the_grace_counts_as_now_and_one_before_it_is_missed() -> None:
    (within,) = timing("2026-11-23T11:55:00Z").due
    assert (within.missed, within.moment.utc) == (False, NOW)
    held = timing("2026-11-23T11:54:59Z")
    assert held.due[0].missed
    assert "held as missed" in held.notes[0]


def test_a_past_time_can_be_due_now_or_an_error_instead() -> None:
    now = timing("2025-03-01T12:00:00Z", on_past="publish_now")
    assert (now.due[0].missed, now.due[0].moment.utc) == (False, NOW)
    assert "due now instead" in now.notes[0]
    with pytest.raises(InvalidInput, match="lies in the past"):
        timing("2025-03-01T12:00:00Z", on_past="error")


def test_of_several_passed_occurrences_only_the_latest_is_kept() -> None:
    planned = timing({"start_time": "2026-11-20T09:00:00Z", "interval": "daily", "count": 6})
    assert [(due.occurrence, due.missed) for due in planned.due] == [(4, True), (5, False), (6, False)]
    assert "4 occurrences lie in the past" in planned.notes[0]


ZONES = st.sampled_from(["UTC", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata"])
STARTS = st.datetimes(NOW.replace(tzinfo=None), NOW.replace(tzinfo=None, year=2028)).map(
    lambda at: at.replace(microsecond=0, fold=0)
)


@settings(max_examples=60, deadline=None)
@given(STARTS, ZONES, st.sampled_from(["hourly", "daily", "weekly", "monthly"]), st.integers(1, 40))
def test_a_recurrence_increases_strictly_and_has_as_many_times_as_asked(
    start: datetime, zone: str, interval: str, count: int
) -> None:
    when = {"start_time": start.isoformat(), "timezone": zone, "interval": interval, "count": count}
    due = timing(when).due
    assert len(due) == count
    assert [one.occurrence for one in due] == list(range(1, count + 1))
    assert all(first.moment.utc < second.moment.utc for first, second in pairwise(due))


@settings(max_examples=60, deadline=None)
@given(STARTS, ZONES, st.sampled_from(["daily", "weekly", "monthly"]))
def test_the_wall_clock_stays_the_same_wherever_it_can(start: datetime, zone: str, interval: str) -> None:
    when = {"start_time": start.isoformat(), "timezone": zone, "interval": interval, "count": 20}
    for due in timing(when).due:
        local = due.moment.local
        wall = local.replace(tzinfo=None)
        if wall.time() != start.time():  # only where the clocks skip the time
            asked = datetime.combine(wall.date(), start.time(), tzinfo=ZoneInfo(zone))
            assert asked.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) == wall
        if interval == "monthly":
            assert wall.day == min(start.day, calendar.monthrange(wall.year, wall.month)[1])


@settings(max_examples=60, deadline=None)
@given(STARTS, ZONES, st.integers(0, 60 * 24 * 80))
def test_no_occurrence_lies_after_until_and_none_before_it_is_left_out(
    start: datetime, zone: str, minutes: int
) -> None:
    until = start.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) + timedelta(minutes=minutes)
    when = {
        "start_time": start.isoformat(),
        "timezone": zone,
        "interval": "daily",
        "until": until.isoformat(),
    }
    due = timing(when).due
    assert due[-1].moment.utc <= until
    assert due[-1].moment.utc + timedelta(days=1, hours=2) > until


@given(st.text(max_size=60))
def test_any_text_is_a_time_or_a_clear_error(text: str) -> None:
    for when in (text.strip(), {"rrule": text.strip()}):
        try:
            assert timing(when).due
        except InvalidInput:
            continue

"""Wall-clock times where the clocks change."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.workspace.localtime import at_local_time, at_moment, zone_named

NEW_YORK = ZoneInfo("America/New_York")


def test_a_skipped_time_moves_forward_by_the_gap() -> None:
    moment = at_local_time(datetime.fromisoformat("2027-03-14T02:30"), NEW_YORK)
    assert moment.local.isoformat() == "2027-03-14T03:30:00-04:00"
    assert moment.note is not None


def test_a_gap_of_half_an_hour_moves_by_half_an_hour() -> None:
    moment = at_local_time(datetime.fromisoformat("2027-10-03T02:15"), ZoneInfo("Australia/Lord_Howe"))
    assert moment.local.isoformat() == "2027-10-03T02:45:00+11:00"


@pytest.mark.parametrize("fold", [0, 1])
def test_a_repeated_time_means_the_first(fold: int) -> None:
    moment = at_local_time(datetime.fromisoformat("2027-11-07T01:30").replace(fold=fold), NEW_YORK)
    assert moment.local.isoformat() == "2027-11-07T01:30:00-04:00"
    assert "occurs twice" in (moment.note or "")


@given(st.datetimes(datetime.fromisoformat("1970-01-02"), datetime.fromisoformat("2199-12-30")))
def test_an_ordinary_time_comes_back_as_it_was(wall: datetime) -> None:
    moment = at_local_time(wall, NEW_YORK)
    if moment.note is None:
        assert moment.local.replace(tzinfo=None, fold=0) == wall.replace(fold=0)
    assert moment.utc == moment.local
    assert moment.utc.tzinfo is UTC


@pytest.mark.parametrize(
    "text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "1969-12-31T00:00:00Z"]
)
def test_a_year_out_of_reach_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="outside the years"):
        at_moment(datetime.fromisoformat(text), NEW_YORK)


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../../etc/passwd", "/etc/localtime", "Europe", "\x00"])
def test_an_unknown_zone_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput, match="not an IANA time zone"):
        zone_named(name)

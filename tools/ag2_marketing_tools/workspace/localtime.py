"""Wall-clock times and moments: what a local time means where the clocks change.

A local time that a change of the clocks skips is moved forward by the length of the gap (02:30 becomes 03:30,
as RFC 5545, section 3.3.5, reads it); one that occurs twice means its first occurrence.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, available_timezones

from ag2_marketing_tools.errors import InvalidInput

EARLIEST_YEAR = 1970
LATEST_YEAR = 2199


@dataclass(frozen=True)
class Moment:
    """A moment, as UTC and as the clock on the wall shows it.

    Attributes:
        utc: The moment in UTC.
        local: The same moment in its zone.
        note: What was done about a skipped or repeated local time, if anything.
    """

    utc: datetime
    local: datetime
    note: str | None = None


def zone_named(name: str) -> ZoneInfo:
    """Return the IANA time zone of this name.

    Raises:
        InvalidInput: There is none; the nearest names are in the message.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        near = difflib.get_close_matches(name, available_timezones(), n=3)
        remedy = f"Did you mean {', '.join(near)}?" if near else "Expected one such as 'Europe/Berlin'."
        raise InvalidInput(f"{name!r} is not an IANA time zone.", remedy=remedy) from error


def at_local_time(wall: datetime, zone: ZoneInfo) -> Moment:
    """Return the moment that a naive wall-clock time means in a zone.

    Raises:
        InvalidInput: The year lies outside 1970 to 2199.
    """
    _check_year(wall)
    wall = wall.replace(tzinfo=None, fold=0)
    utc = wall.replace(tzinfo=zone).astimezone(UTC)
    local = utc.astimezone(zone)
    if local.replace(tzinfo=None) != wall:
        note = f"{wall:%Y-%m-%d %H:%M} is skipped by the clocks of {zone.key}; {local:%H:%M} is meant."
        return Moment(utc, local, note)
    if wall.replace(tzinfo=zone, fold=1).utcoffset() != local.utcoffset():
        note = f"{wall:%Y-%m-%d %H:%M} occurs twice in {zone.key}: the first one ({local:%z}) is meant."
        return Moment(utc, local, note)
    return Moment(utc, local)


def at_moment(moment: datetime, zone: ZoneInfo) -> Moment:
    """Return an aware time as a moment seen in a zone.

    Raises:
        InvalidInput: The year lies outside 1970 to 2199.
    """
    _check_year(moment)
    utc = moment.astimezone(UTC)
    return Moment(utc, utc.astimezone(zone))


def _check_year(moment: datetime) -> None:
    if not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
        raise InvalidInput(
            f"{moment.isoformat()} lies outside the years {EARLIEST_YEAR} to {LATEST_YEAR}.",
            remedy="Give the time with its year, as in 2027-03-01T09:00:00+01:00.",
        )

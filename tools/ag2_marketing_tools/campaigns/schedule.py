"""From a schedule as it is written to the moments when something is due.

Recurring times are computed on the wall clock of their zone with python-dateutil (RFC 5545) and turned into
UTC one by one, so that "every Monday at 09:00" stays at 09:00 when the clocks change. A skipped local time is
moved forward, a repeated one fires once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

from dateutil import rrule

from ag2_marketing_tools.campaigns.model import MOST_OCCURRENCES, OnPast, Schedule, When
from ag2_marketing_tools.campaigns.rules import Rule, rule_of
from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.workspace.localtime import Moment, at_local_time, at_moment, zone_named

# How far a recurrence without an end is planned ahead, by its frequency (house rule; the result states it).
HORIZON_DAYS = {"HOURLY": 7, "DAILY": 90, "WEEKLY": 90, "MONTHLY": 365, "YEARLY": 730}
FURTHEST = timedelta(days=5 * 365)
EXAMPLE = "Expected ISO 8601, as in 2027-03-01T09:00:00+01:00."


@dataclass(frozen=True)
class Due:
    """One time at which an item is due.

    Attributes:
        occurrence: Its place in the recurrence, from 1.
        moment: When.
        missed: Whether that time has passed and the post is therefore held.
    """

    occurrence: int
    moment: Moment
    missed: bool = False


@dataclass(frozen=True)
class Timing:
    """When an item is due, with everything that a person should know about it."""

    due: tuple[Due, ...]
    timezone: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Frame:
    """What a schedule is read against: now, what passed means, and the zones."""

    now: datetime
    past_grace_s: float
    on_past: OnPast
    default_zone: str
    campaign_zone: str | None = None


def timing_of(when: When | None, frame: Frame) -> Timing:
    """Return when something is due; nothing given means now.

    Raises:
        InvalidInput: The schedule is empty, malformed, naive without a zone, without any time, or lies in
            the past while `on_past` is `error`.
    """
    schedule = _as_schedule(when)
    given_zone = schedule.timezone or frame.campaign_zone
    zone = zone_named(given_zone or frame.default_zone)
    start = (
        at_moment(frame.now, zone)
        if schedule.start_time is None
        else parse_moment(schedule.start_time, zone, naive_is_local=given_zone is not None)
    )
    if start.utc > frame.now + FURTHEST:
        raise InvalidInput(f"{start.local.isoformat()} lies more than five years ahead.", remedy=EXAMPLE)
    rule = rule_of(schedule)
    due, notes = (
        ([(1, start)], [])
        if rule is None
        else _occurrences(rule, start, zone, frame, naive_is_local=given_zone is not None)
    )
    clock_notes = [moment.note for _, moment in due if moment.note]
    settled, past_notes = _settle_past(due, frame)
    return Timing(tuple(settled), zone.key, (*notes, *clock_notes, *past_notes))


def parse_moment(text: str, zone: ZoneInfo, *, naive_is_local: bool) -> Moment:
    """Read an ISO 8601 time; one without an offset is on the wall clock of the zone, if that was given.

    Raises:
        InvalidInput: It is empty, malformed, a date without a time, or naive while no zone was given.
    """
    if not text:
        raise InvalidInput("The time is empty.", remedy=EXAMPLE)
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(f"{text!r} is not a time.", remedy=EXAMPLE) from error
    if ":" not in text and "T" not in text.upper():
        raise InvalidInput(f"{text!r} has no time of day.", remedy=EXAMPLE)
    if parsed.tzinfo is not None:
        return at_moment(parsed, zone)
    if not naive_is_local:
        raise InvalidInput(
            f"{text!r} has no time zone.",
            remedy="Add an offset, as in 2027-03-01T09:00:00+01:00, or a `timezone`, as in 'Europe/Berlin'.",
        )
    return at_local_time(parsed, zone)


def _as_schedule(when: When | None) -> Schedule:
    if when is None:
        return Schedule()
    if isinstance(when, str):
        return Schedule(start_time=when)
    if not when.model_fields_set:
        raise InvalidInput(
            "The schedule is empty.", remedy="Give `start_time`, or leave the schedule out for now."
        )
    return when


def _occurrences(
    rule: Rule, start: Moment, zone: ZoneInfo, frame: Frame, *, naive_is_local: bool
) -> tuple[list[tuple[int, Moment]], list[str]]:
    """Return the numbered occurrences; of those in the past only the latest, so that one post catches up."""
    if start.utc < frame.now - FURTHEST:
        raise InvalidInput(f"{start.local.isoformat()} lies more than five years back.", remedy=EXAMPLE)
    end, notes = _end_of(rule, start, zone, frame, naive_is_local=naive_is_local)
    passed = frame.now - timedelta(seconds=frame.past_grace_s)
    late: list[tuple[int, Moment]] = []
    ahead: list[tuple[int, Moment]] = []
    for number, moment in enumerate(islice(_moments(rule, start, end, zone), rule.count), start=1):
        (late if moment.utc < passed else ahead).append((number, moment))
        if len(ahead) > MOST_OCCURRENCES:
            raise InvalidInput(
                f"The recurrence has more than {MOST_OCCURRENCES:,} occurrences ahead.",
                remedy="Give `until` or `count`, or a longer interval.",
            )
    found = len(late) + len(ahead)
    if not found:
        raise InvalidInput(
            "The recurrence never occurs before its end.", remedy="Check `rrule`, `start_time` and `until`."
        )
    if rule.count is not None and found < rule.count:
        notes.append(
            say(
                "Only the occurrences of the next five years are planned ({found} of {all}).",
                found=found,
                all=rule.count,
            )
        )
    if len(late) > 1:
        notes.append(
            say("{late} occurrences lie in the past; only the latest of them is kept.", late=len(late))
        )
    return [*late[-1:], *ahead], notes


def _moments(rule: Rule, start: Moment, end: Moment, zone: ZoneInfo) -> Iterator[Moment]:
    dtstart = start.local.replace(tzinfo=None, microsecond=0)
    # dateutil compares wall-clock times; one day more, because the offset at the end may differ.
    wall_end = end.local.replace(tzinfo=None) + timedelta(days=1)
    walls = rrule.rrule(dtstart=dtstart, until=wall_end, cache=False, **rule.arguments(dtstart))
    moments = _increasing(at_local_time(wall, zone) for wall in walls)
    return takewhile(lambda moment: moment.utc <= end.utc, moments)


def _increasing(moments: Iterator[Moment]) -> Iterator[Moment]:
    """Drop a time that falls together with the one before it, as around a gap in the clocks."""
    latest: datetime | None = None
    for moment in moments:
        if latest is None or moment.utc > latest:
            latest = moment.utc
            yield moment


def _end_of(
    rule: Rule, start: Moment, zone: ZoneInfo, frame: Frame, *, naive_is_local: bool
) -> tuple[Moment, list[str]]:
    if rule.until is not None:
        end = _until(rule.until, zone, naive_is_local=naive_is_local)
        if end.utc < start.utc:
            raise InvalidInput(f"until ({rule.until}) lies before the start ({start.local.isoformat()}).")
        return min(end, at_moment(frame.now + FURTHEST, zone), key=lambda moment: moment.utc), []
    begin = max(start.utc, frame.now)
    if rule.count is not None:
        return at_moment(begin + FURTHEST, zone), []
    days = HORIZON_DAYS[rule.frequency]
    end = at_moment(begin + timedelta(days=days), zone)
    told = end.local.isoformat(timespec="minutes")
    return end, [
        say(
            "The recurrence has no end: {days} days are planned, until {time}. "
            "Give `until` or `count` for another end.",
            days=days,
            time=told,
        )
    ]


def _until(text: str, zone: ZoneInfo, *, naive_is_local: bool) -> Moment:
    if len(text) == len("2027-03-01"):
        try:
            day = datetime.fromisoformat(text)
        except ValueError as error:
            raise InvalidInput(f"until: {text!r} is not a date.", remedy=EXAMPLE) from error
        return at_local_time(datetime.combine(day, time(23, 59, 59)), zone)
    return parse_moment(text, zone, naive_is_local=naive_is_local)


def _settle_past(due: list[tuple[int, Moment]], frame: Frame) -> tuple[list[Due], list[str]]:
    """Decide about a time that has passed; only the first can have."""
    passed = frame.now - timedelta(seconds=frame.past_grace_s)
    number, first = due[0]
    rest = [Due(place, _not_before(moment, frame.now)) for place, moment in due[1:]]
    if first.utc >= passed:
        return [Due(number, _not_before(first, frame.now)), *rest], []
    told = first.local.isoformat()
    if frame.on_past == "error":
        raise InvalidInput(
            f"{told} lies in the past (it is {frame.now.astimezone(UTC).isoformat(timespec='seconds')}).",
            remedy="Give a time to come, or on_past 'hold' or 'publish_now'.",
        )
    if frame.on_past == "publish_now":
        note = say("{time} lies in the past: the post is due now instead.", time=told)
        return [Due(number, _not_before(first, frame.now)), *rest], [note]
    note = say(
        "{time} lies in the past: the post is held as missed and will not go out unless it is rescheduled.",
        time=told,
    )
    return [Due(number, first, missed=True), *rest], [note]


def _not_before(moment: Moment, now: datetime) -> Moment:
    if moment.utc >= now:
        return moment
    return Moment(now, now.astimezone(moment.local.tzinfo))

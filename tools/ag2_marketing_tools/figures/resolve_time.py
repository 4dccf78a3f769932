"""From words such as "next Monday at 10:00" to a moment, so that no model ever computes a date.

The date library (dateparser) reads dates and durations; around it stands what it would guess: the time of day
and the weekdays are read here, a number that the library left unread is found by changing it, and what can be
read two ways is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import Field

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.figures.clock_words import split_clock, time_words
from ag2_marketing_tools.tool import Params, Result, tool
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.localtime import Moment, at_local_time, at_moment, zone_named

EXAMPLES = (
    "Expected one such as 'tomorrow 9am', 'next Monday at 10:00', 'in 2 weeks' or '3 December 2026 14:00'."
)
LANGUAGES = ("en", "de", "fr", "es")
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NO_TIME = "No time of day was given; the start of the day is meant."
SAME_TIME = "No time of day was given; that of now is kept."

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:[t ]\d{2}:\d{2}.*)?", re.IGNORECASE)
_ZONE = re.compile(r"\s(?:(?P<utc>utc|gmt|z)|(?P<name>[A-Za-z]+(?:/[A-Za-z0-9_+-]+)+))$", re.IGNORECASE)
_SLASHED = re.compile(r"(?<!\d)(\d{1,2})[./-](\d{1,2})(?:[./-](?:\d{4}|\d{2})?)?(?!\d)")
_NUMBER = re.compile(r"\d+")


class ResolveTime(Params):
    """A time in words."""

    expression: str = Field(
        min_length=1,
        max_length=120,
        description="Such as 'tomorrow 9am', 'in 2 weeks' or '3 December 2026 14:00'.",
    )
    timezone: str | None = Field(
        default=None, description="IANA time zone, as in Europe/Berlin; unset takes the setting."
    )


class ResolvedTime(Result):
    """The moment that an expression means."""

    expression: str
    utc: str = Field(description="ISO 8601 in UTC.")
    local: str = Field(description="ISO 8601 in `timezone`.")
    timezone: str
    weekday: str
    precision: Literal["time", "day"] = Field(description="`day` where no time of day was given.")
    is_past: bool
    note: str | None = None


@dataclass(frozen=True)
class _Found:
    moment: Moment
    precision: Literal["time", "day"] = "time"
    note: str | None = None


@tool(family="figures")
async def resolve_time(params: ResolveTime, ws: Workspace) -> ResolvedTime:
    """Turn a date or time in words, absolute or relative to now, into an exact moment.

    Use it for every date: weekdays mean the first such day after today, and what is ambiguous is refused.
    """
    zone = zone_named(params.timezone or ws.settings.timezone)
    now = ws.clock.now()
    found = _resolve(params.expression, zone, now, ws.settings.language)
    local = found.moment.utc.astimezone(zone)
    notes = " ".join(filter(None, (found.note, found.moment.note)))
    return ResolvedTime(
        expression=params.expression,
        utc=found.moment.utc.isoformat(),
        local=local.isoformat(),
        timezone=zone.key,
        weekday=DAY_NAMES[local.weekday()],
        precision=found.precision,
        is_past=found.moment.utc < now,
        note=notes or None,
    )


def _resolve(expression: str, zone: ZoneInfo, now: datetime, language: str) -> _Found:
    if _ISO.fullmatch(expression):
        return _iso(expression, zone)
    text, zone = _split_zone(expression, zone)
    text = " ".join(text.casefold().split())
    _refuse_vague(text, expression)
    day_words, clock = split_clock(text)
    here = now.astimezone(zone)
    if not day_words:
        return _clock_alone(clock, here, zone)
    weekday = _weekday(day_words, here.date())
    if weekday is not None:
        return _on_day(weekday, clock, zone)
    return _by_library(day_words, clock, here, _languages(language), expression)


def _iso(expression: str, zone: ZoneInfo) -> _Found:
    try:
        parsed = datetime.fromisoformat(expression.upper())
    except ValueError as error:
        raise InvalidInput(f"{expression!r} is not a date: {error}.", remedy=EXAMPLES) from error
    if parsed.tzinfo is not None:
        return _Found(at_moment(parsed, zone))
    if len(expression) == len("2026-12-03"):
        return _on_day(parsed.date(), None, zone)
    return _Found(at_local_time(parsed, zone))


def _split_zone(expression: str, zone: ZoneInfo) -> tuple[str, ZoneInfo]:
    match = _ZONE.search(expression)
    if match is None:
        return expression, zone
    return expression[: match.start()], ZoneInfo("UTC") if match["utc"] else zone_named(match["name"])


def _refuse_vague(text: str, expression: str) -> None:
    vague = time_words().vague.intersection(re.findall(r"[\w'-]+", text))
    if vague:
        raise InvalidInput(
            f"{expression!r} is ambiguous: {', '.join(sorted(vague))!r} is no time of day.", remedy=EXAMPLES
        )
    if re.search(r"(?:^|\s)-\s*\d", text):
        raise InvalidInput(f"{expression!r} holds a negative number.", remedy=EXAMPLES)
    for first, second in _SLASHED.findall(text):
        if int(first) <= 12 and int(second) <= 12 and first.lstrip("0") != second.lstrip("0"):
            raise InvalidInput(
                f"{expression!r} is ambiguous: day and month could be either way round.",
                remedy="Write the month as a word, as in '3 April 2026', or the date as 2026-04-03.",
            )


def _clock_alone(clock: time | None, here: datetime, zone: ZoneInfo) -> _Found:
    if clock is None:
        raise InvalidInput("The expression is empty.", remedy=EXAMPLES)
    today = at_local_time(datetime.combine(here.date(), clock), zone)
    if today.utc > here:
        return _Found(today)
    return _Found(at_local_time(datetime.combine(here.date() + timedelta(days=1), clock), zone))


def _on_day(day: date, clock: time | None, zone: ZoneInfo) -> _Found:
    moment = at_local_time(datetime.combine(day, clock or time()), zone)
    return _Found(moment) if clock is not None else _Found(moment, "day", NO_TIME)


def _weekday(words: str, today: date) -> date | None:
    """Return the first such day after today (`this` may mean today), where the words are a weekday alone."""
    vocabulary = time_words()
    parts = words.split()
    named = [part for part in parts if vocabulary.weekday_of(part) is not None]
    rest = set(parts) - set(named)
    if len(named) != 1 or not rest <= vocabulary.around_weekday or len(parts) != len(rest) + 1:
        return None
    wanted = vocabulary.weekday_of(named[0]) or 0
    ahead = (wanted - today.weekday()) % 7
    if ahead == 0 and not rest & vocabulary.this_weekday:
        ahead = 7
    return today + timedelta(days=ahead)


def _by_library(
    words: str, clock: time | None, here: datetime, languages: list[str], expression: str
) -> _Found:
    zone = here.tzinfo
    assert isinstance(zone, ZoneInfo)  # noqa: S101 (`here` was made from one)
    wall = here.replace(tzinfo=None)
    relative = _parse(words, wall, languages, "relative-time")
    found = relative or _parse(words, wall, languages, "absolute-time")
    if found is None or not re.search(r"[^\W\d_]|\d[./-]\d", words):
        raise InvalidInput(f"{expression!r} is not understood as a time.", remedy=EXAMPLES)
    parsed, period = found
    if parsed.tzinfo is not None:
        raise InvalidInput(
            f"{expression!r} holds an abbreviation of a time zone, which is not unique.",
            remedy="Give an IANA name in `timezone`, as in America/New_York.",
        )
    _check_read(words, parsed, wall, languages, expression)
    if relative is None:
        if period != "day":
            raise InvalidInput(f"{expression!r} names no day.", remedy=EXAMPLES)
        return _on_day(parsed.date(), clock, zone)
    if clock is not None:
        return _on_day(parsed.date(), clock, zone)
    if words in time_words().days:
        return _on_day(parsed.date(), None, zone)
    _check_moves_with_now(words, parsed, wall, languages, expression)
    if period == "time":  # hours and minutes pass by the clock that never jumps
        elapsed = _parse(words, here.astimezone(UTC).replace(tzinfo=None), languages, "relative-time")
        return _Found(at_moment((elapsed or found)[0].replace(tzinfo=UTC), zone))
    return _Found(at_local_time(parsed, zone), note=SAME_TIME)


def _check_moves_with_now(
    words: str, parsed: datetime, wall: datetime, languages: list[str], expression: str
) -> None:
    """Refuse a time of day that the library has put in: a duration's result moves along with its start."""
    step = timedelta(minutes=1)
    later = _parse(words, wall + step, languages, "relative-time")
    if later is None or (later[0] - step).time() != parsed.time():
        raise InvalidInput(f"{expression!r} leaves the time of day open.", remedy=EXAMPLES)


def _check_read(words: str, parsed: datetime, wall: datetime, languages: list[str], expression: str) -> None:
    """Refuse what the library passed over: a number that changes nothing, or a wrong weekday."""
    for match in _NUMBER.finditer(words):
        other = f"{words[: match.start()]}{int(match[0]) + 1}{words[match.end() :]}"
        changed = _parse(other, wall, languages, "relative-time") or _parse(
            other, wall, languages, "absolute-time"
        )
        if changed is not None and changed[0] == parsed:
            raise InvalidInput(f"{expression!r}: {match[0]!r} is not understood.", remedy=EXAMPLES)
    named = [time_words().weekday_of(word.strip(",.")) for word in words.split()]
    if any(day is not None and day != parsed.weekday() for day in named):
        raise InvalidInput(
            f"{expression!r} contradicts itself: {parsed:%Y-%m-%d} is a {DAY_NAMES[parsed.weekday()]}."
        )


def _parse(words: str, wall: datetime, languages: list[str], parser: str) -> tuple[datetime, str] | None:
    from dateparser.date import DateDataParser

    settings: dict[str, Any] = {
        "RELATIVE_BASE": wall,
        "PREFER_DATES_FROM": "future",
        "PARSERS": [parser],
        "RETURN_TIME_AS_PERIOD": True,
    }
    try:
        data = DateDataParser(languages=languages, settings=settings).get_date_data(words)
    except (ValueError, OverflowError, TypeError, LookupError, AttributeError):  # the library's own slips
        return None
    return None if data.date_obj is None else (data.date_obj, data.period or "day")


def _languages(preferred: str) -> list[str]:
    code = re.split(r"[-_]", preferred, maxsplit=1)[0].casefold()
    return [code, *(other for other in LANGUAGES if other != code)] if code in LANGUAGES else list(LANGUAGES)

"""Dates and times: those that a result holds, those that a text tells, and whether they agree."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from ag2_marketing.grounding.lexicon import Lexicon, lexicon

_ISO = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d{2})(?:-(?P<day>\d{2})(?:[T ](?P<hour>\d{2}):(?P<minute>\d{2})"
    r"(?::(?P<second>\d{2})(?:[.,]\d+)?)?\s?(?P<zone>Z|UTC|[+-]\d{2}:?\d{2})?)?)?"
)
_CLOCK = re.compile(r"(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d))?")
# Hours east of UTC. Names that mean different zones in different places (IST, CST in Asia) are left out.
_ZONES = {"Z": 0, "UTC": 0, "GMT": 0, "WET": 0, "CET": 1, "MEZ": 1, "CEST": 2, "MESZ": 2, "EET": 2, "EEST": 3,
          "BST": 1, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
          "JST": 9}  # fmt: skip
_ZONE = (
    r"(?:Z\b|(?:UTC|GMT)[+-]\d{1,2}(?::?\d{2})?|[+-]\d{2}:\d{2}|"
    + "|".join(rf"{name}\b" for name in _ZONES if name != "Z")
    + r"|(?:Africa|America|Asia|Atlantic|Australia|Europe|Indian|Pacific)/[A-Z][A-Za-z_]+)"
)
_TIME = (
    r"(?:(?P<hour>[01]?\d|2[0-4])(?:"
    r":(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d)(?:\.\d+)?)?(?:\s*(?P<half>[ap]\.?m\b\.?))?(?:\s*(?:Uhr|h)\b)?"
    r"|\s?h\s?(?P<minute_h>[0-5]\d)\b|\s+Uhr(?:\s+(?P<minute_u>[0-5]\d)\b)?|\s*(?P<half2>[ap]\.?m\b\.?))"
    rf"(?:\s*\(?(?P<zone>{_ZONE}))?)"
)
_GLUE = r"(?:,?\s+(?:at|um|à|a\s+las|on|am|le|el)?\s*|T|,\s*)"


@dataclass(frozen=True, slots=True)
class Moment:
    """A date, a time, or both; what is not told is None."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    hour: int | None = None
    minute: int | None = None
    second: int | None = None
    zone: str | None = None

    def told(self) -> tuple[str, ...]:
        """Return the names of the parts that are told, zone aside."""
        return tuple(f.name for f in fields(self) if f.name != "zone" and getattr(self, f.name) is not None)


def moment_of(text: str) -> Moment | None:
    """Return the moment that a string leaf is, whole, or None."""
    text = text.strip()
    match = _ISO.fullmatch(text) or _CLOCK.fullmatch(text)
    if match:
        return _built(match)
    return _worded(text) if any(c.isalpha() for c in text) else None


@lru_cache(maxsize=4096)
def _worded(text: str) -> Moment | None:
    """Return the moment that a string such as `August 2026` or `3 Dec 2026, 12:00 UTC` is."""
    found = list(dates_in(text, lexicon("en")))
    if len(found) == 1 and found[0][0] == 0 and found[0][1] == len(text) and len(found[0][2]) == 1:
        return found[0][2][0]
    return None


def agrees(told: Moment, held: Moment) -> bool:
    """Tell whether a held moment is the one told, or the one told is coarser."""
    if told.hour is not None and told.zone is not None and held.zone is not None:
        shifted = _in_zone(held, told.zone)
        if shifted is None:
            return False
        held = shifted
    return bool(told.told()) and all(getattr(told, part) == getattr(held, part) for part in told.told())


def _in_zone(held: Moment, zone: str) -> Moment | None:
    source, target = _tzinfo(held.zone or "UTC"), _tzinfo(zone)
    if source is None or target is None or held.hour is None:
        return None
    if held.day is None:  # a time of day: whole hours are shifted on any day
        base = datetime(2000, 1, 1, held.hour, held.minute or 0, held.second or 0, tzinfo=source)
    else:
        base = datetime(
            held.year or 2000, held.month or 1, held.day, held.hour, held.minute or 0, held.second or 0,
            tzinfo=source,
        )  # fmt: skip
    there = base.astimezone(target)
    return replace(
        held,
        year=there.year if held.year is not None else None,
        month=there.month if held.month is not None else None,
        day=there.day if held.day is not None else None,
        hour=there.hour,
        minute=there.minute if held.minute is not None else None,
    )


@lru_cache(maxsize=256)
def _tzinfo(name: str) -> tzinfo | None:
    if name in _ZONES:
        return timezone(timedelta(hours=_ZONES[name])) if _ZONES[name] else UTC
    offset = re.fullmatch(r"(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?", name)
    if offset:
        minutes = int(offset[2]) * 60 + int(offset[3] or 0)
        if minutes >= 24 * 60:
            return None
        return timezone(timedelta(minutes=-minutes if offset[1] == "-" else minutes))
    try:
        return ZoneInfo(name)
    except (OSError, ValueError):
        return None


def _built(match: re.Match[str]) -> Moment | None:
    parts = match.groupdict()
    values = {
        name: int(parts[name]) if parts.get(name) else None
        for name in ("year", "month", "day", "hour", "minute", "second")
    }
    moment = Moment(**values, zone=parts.get("zone"))
    return moment if _possible(moment) else None


def _possible(moment: Moment) -> bool:
    if moment.month is not None and not 1 <= moment.month <= 12:
        return False
    if moment.hour is not None and moment.hour > 23:
        return False
    try:
        datetime(moment.year or 2000, moment.month or 1, moment.day or 1, tzinfo=UTC)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=8)
def _patterns(code: str) -> tuple[re.Pattern[str], re.Pattern[str], dict[str, int]]:
    months = {**lexicon("en").months, **lexicon(code).months}
    names = "|".join(re.escape(name) for name in sorted(months, key=len, reverse=True))
    year = r"(?P<year{0}>(?:19|20|21)\d{{2}})(?![\d%]|[.,]\d)"
    day = r"(?P<day{0}>[0-3]?\d)(?:st|nd|rd|th|\.|er|º|ª)?"
    month = rf"(?P<month{{0}}>(?i:{names}))\b\.?"
    forms = [
        r"(?P<iso>\d{4}-\d{2}(?:-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?"
        r"\s?(?:Z|UTC|[+-]\d{2}:?\d{2})?)?)?)(?![\d-])",
        rf"{day.format(1)}\s+(?:of\s+|de\s+)?{month.format(1)}(?:,?\s+(?:de\s+|del\s+)?{year.format(1)})?",
        rf"{month.format(2)}\s+{day.format(2)}(?![\d:%]|[.,]\d)(?:,?\s+{year.format(2)})?",
        rf"{month.format(3)},?\s+(?:de\s+|del\s+)?{year.format(3)}",
        r"(?P<numeric>\d{1,2}[./]\d{1,2}[./](?:\d{4}|\d{2})|\d{4}/\d{1,2}/\d{1,2})(?![\d/])",
    ]
    date = "(?:" + "|".join(forms) + ")"
    whole = re.compile(rf"(?<![\w.,/:-]){date}(?:{_GLUE}{_TIME})?(?!\w)")
    clock = re.compile(rf"(?<![\w.,/:-]){_TIME}(?!\w)")
    return whole, clock, months


_LETTERS = re.compile(r"[^\W\d_]+")
_MAY_HOLD_A_DATE = re.compile(r"\d{4}[-/]\d|\d[./]\d{1,2}[./]\d|\d:\d|\d\s?(?:h\b|h\s?\d|Uhr|[ap]\.?m\b)")


def dates_in(text: str, language: Lexicon) -> Iterator[tuple[int, int, tuple[Moment, ...]]]:
    """Yield `(start, end, readings)` of every date and time; `3/4/2026` has two readings."""
    whole, clock, months = _patterns(language.code)
    if not _MAY_HOLD_A_DATE.search(text) and months.keys().isdisjoint(_LETTERS.findall(text.casefold())):
        return
    taken = 0
    for start, end, moment in _first_days(text, whole, months, language):
        yield start, end, (moment,)
    found = sorted([*whole.finditer(text), *clock.finditer(text)], key=lambda m: (m.start(), -m.end()))
    for match in found:
        if match.start() < taken:
            continue
        readings = tuple(m for m in _readings(match, months, language) if _possible(m))
        if readings:
            taken = match.end()
            end = match.start() + len(match.group().rstrip())
            if text[end - 1] == "." and not text[end:].strip()[:1].islower():
                end -= 1  # the full stop of the sentence, not of `Dec.`
            yield match.start(), end, readings


_FIRST_DAY = re.compile(
    r"(?<![\w.,:/])(?P<day>[0-3]?\d)(?:st|nd|rd|th|\.|er|º)?(?:\s*[–—-]\s*|\s+(?:to|and|bis|und|au|et|al|y|through)\s+(?:the\s+|zum\s+)?)$"
)


def _first_days(
    text: str, whole: re.Pattern[str], months: dict[str, int], language: Lexicon
) -> Iterator[tuple[int, int, Moment]]:
    """Yield the first day of `7 to 28 September 2026`, whose month stands with the second."""
    for match in whole.finditer(text):
        before = _FIRST_DAY.search(text[: match.start()][-24:])
        moment = next(_readings(match, months, language), None)
        if before is None or moment is None or moment.day is None or moment.month is None:
            continue
        day, offset = int(before["day"]), max(0, match.start() - 24)
        word = re.search(r"([^\W\d_]+)\.?\s*$", text[: offset + before.start("day")])
        if word and word.group(1).casefold() in months:
            continue  # `July 1 and September 30`: the first has its own month
        first = Moment(year=moment.year, month=moment.month, day=day)
        if day < moment.day and _possible(first):
            yield offset + before.start("day"), offset + before.end("day"), first


def _readings(match: re.Match[str], months: dict[str, int], language: Lexicon) -> Iterator[Moment]:
    parts = match.groupdict()
    time = _time(parts)
    if parts.get("iso"):
        iso = _ISO.fullmatch(parts["iso"])
        moment = _built(iso) if iso else None
        if moment:
            yield moment if moment.hour is not None or time is None else _merged(moment, time)
        return
    if parts.get("numeric"):
        for day in _numeric(parts["numeric"], language):
            yield _merged(day, time)
        return
    for form in "123":
        name = parts.get(f"month{form}")
        if name and _is_month(name):
            day_text, year_text = parts.get(f"day{form}"), parts.get(f"year{form}")
            yield _merged(
                Moment(
                    year=int(year_text) if year_text else None,
                    month=months[name.casefold()],
                    day=int(day_text) if day_text else None,
                ),
                time,
            )
            return
    if time is not None:
        yield time


def _is_month(name: str) -> bool:
    return name.casefold() not in {"may", "march", "mar", "sept"} or name[0].isupper() or name == "mar"


def _merged(day: Moment, time: Moment | None) -> Moment:
    if time is None:
        return day
    return replace(day, hour=time.hour, minute=time.minute, second=time.second, zone=time.zone)


def _time(parts: dict[str, str | None]) -> Moment | None:
    if not parts.get("hour"):
        return None
    hour = int(parts["hour"] or 0)
    half = (parts.get("half") or parts.get("half2") or "")[:1]
    if half == "p" and hour < 12:
        hour += 12
    elif half == "a" and hour == 12:
        hour = 0
    minute = parts.get("minute") or parts.get("minute_h") or parts.get("minute_u")
    second = parts.get("second")
    return Moment(
        hour=hour,
        minute=int(minute) if minute else 0,
        second=int(second) if second else None,
        zone=parts.get("zone"),
    )


def _numeric(text: str, language: Lexicon) -> Iterator[Moment]:
    first, second, third = (int(part) for part in re.split(r"[./]", text))
    if first > 31:
        yield Moment(year=first, month=second, day=third)
        return
    year = third if third > 99 else 2000 + third
    yield Moment(year=year, month=second, day=first)
    if "/" in text and language.code == "en" and first != second:
        yield Moment(year=year, month=first, day=second)

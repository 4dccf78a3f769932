"""Recurrence rules: an interval by name, or a rule of RFC 5545 that is held to what a campaign can need."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dateutil import rrule

from ag2_marketing_tools.campaigns.model import MOST_OCCURRENCES, Schedule
from ag2_marketing_tools.errors import InvalidInput

FREQUENCIES = {
    "HOURLY": rrule.HOURLY,
    "DAILY": rrule.DAILY,
    "WEEKLY": rrule.WEEKLY,
    "MONTHLY": rrule.MONTHLY,
    "YEARLY": rrule.YEARLY,
}
WEEKDAYS = {
    "MO": rrule.MO,
    "TU": rrule.TU,
    "WE": rrule.WE,
    "TH": rrule.TH,
    "FR": rrule.FR,
    "SA": rrule.SA,
    "SU": rrule.SU,
}
EXAMPLE = "Expected a rule such as FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH."
FIRST_DAY_NOT_IN_EVERY_MONTH = 29


@dataclass(frozen=True)
class Rule:
    """How often, and until when."""

    frequency: str
    parts: dict[str, Any]
    until: str | None = None
    count: int | None = None

    def arguments(self, start: datetime) -> dict[str, Any]:
        """Return dateutil's arguments of the rule for a start on the wall clock."""
        parts = dict(self.parts)
        names_days = parts.keys() & {"bymonthday", "byweekday", "byyearday", "byweekno"}
        if self.frequency == "MONTHLY" and not names_days and start.day >= FIRST_DAY_NOT_IN_EVERY_MONTH:
            # The last of these days that the month has.
            parts |= {"bymonthday": tuple(range(28, start.day + 1)), "bysetpos": -1}
        return {"freq": FREQUENCIES[self.frequency], **parts}


def rule_of(schedule: Schedule) -> Rule | None:
    """Return the schedule's recurrence, or None for one time.

    Raises:
        InvalidInput: Its parts contradict each other, or the rule is malformed.
    """
    recurs = schedule.interval is not None or schedule.rrule is not None
    if schedule.frequency == "recurring" and not recurs:
        raise InvalidInput(
            "A recurring schedule says how often.",
            remedy="Give `interval` (hourly, daily, weekly or monthly) or `rrule`.",
        )
    if schedule.frequency == "one_time" or not recurs:
        extra = [
            name for name in ("interval", "rrule", "until", "count") if getattr(schedule, name) is not None
        ]
        if extra:
            raise InvalidInput(
                f"A one-time schedule takes no {', '.join(extra)}.", remedy="Set frequency 'recurring'."
            )
        return None
    if schedule.interval is not None and schedule.rrule is not None:
        raise InvalidInput("`interval` and `rrule` exclude each other.", remedy="Give one of them.")
    if schedule.interval is not None:
        rule = Rule(schedule.interval.upper(), {}, schedule.until, schedule.count)
    else:
        rule = _parse(schedule.rrule or "", schedule)
    if rule.until is not None and rule.count is not None:
        raise InvalidInput("`until` and `count` exclude each other (RFC 5545).", remedy="Give one of them.")
    return rule


def _parse(text: str, schedule: Schedule) -> Rule:
    parts = _split(text)
    frequency = parts.pop("FREQ", "")
    if frequency not in FREQUENCIES:
        raise InvalidInput(
            f"rrule {text!r}: FREQ is one of {', '.join(FREQUENCIES)}, not {frequency!r}.", remedy=EXAMPLE
        )
    until, count = parts.pop("UNTIL", None), parts.pop("COUNT", None)
    try:
        arguments = {_PARTS[key][0]: _PARTS[key][1](value) for key, value in parts.items()}
        counted = _number(1, MOST_OCCURRENCES)(count) if count is not None else schedule.count
    except (ValueError, KeyError) as error:
        raise InvalidInput(f"rrule {text!r}: {error} cannot be used.", remedy=EXAMPLE) from error
    if (
        {"bymonthday", "byyearday", "byweekno"}.isdisjoint(arguments)
        and "bysetpos" in arguments
        and "byweekday" not in arguments
    ):
        raise InvalidInput(f"rrule {text!r}: BYSETPOS needs another BY part.", remedy=EXAMPLE)
    return Rule(frequency, arguments, schedule.until if until is None else _iso(until, text), counted)


def _split(text: str) -> dict[str, str]:
    body = text.upper().removeprefix("RRULE:")
    parts: dict[str, str] = {}
    for part in filter(None, body.split(";")):
        key, equals, value = part.partition("=")
        if not equals or key in parts or (key not in _PARTS and key not in {"FREQ", "UNTIL", "COUNT"}):
            raise InvalidInput(
                f"rrule {text!r}: {part!r} is no part of a rule that can be used.", remedy=EXAMPLE
            )
        parts[key] = value
    return parts


def _iso(value: str, text: str) -> str:
    """Turn RFC 5545's `20270301T090000Z` into ISO 8601."""
    for pattern, shown in (
        ("%Y%m%dT%H%M%SZ", "%Y-%m-%dT%H:%M:%S+00:00"),
        ("%Y%m%dT%H%M%S", "%Y-%m-%dT%H:%M:%S"),
        ("%Y%m%d", "%Y-%m-%d"),
    ):
        try:
            return datetime.strptime(value, pattern).strftime(shown)  # noqa: DTZ007 (its text decides)
        except ValueError:
            continue
    raise InvalidInput(
        f"rrule {text!r}: UNTIL={value} is not a time.", remedy="Expected UNTIL=20270301T090000Z."
    )


def _number(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        value = int(text)
        if not least <= value <= most:
            raise ValueError(f"{text} (expected {least} to {most})")
        return value

    return read


def _numbers(least: int, most: int, *, negative: bool = False) -> Callable[[str], tuple[int, ...]]:
    def read(text: str) -> tuple[int, ...]:
        values = tuple(int(part) for part in text.split(","))
        for value in values:
            if not least <= (abs(value) if negative else value) <= most:
                raise ValueError(f"{value} (expected {least} to {most})")
        return values

    return read


def _weekdays(text: str) -> tuple[rrule.weekday, ...]:
    days = []
    for part in text.split(","):
        place, day = part[:-2], WEEKDAYS[part[-2:]]
        days.append(day(int(place)) if place else day)
    return tuple(days)


_PARTS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "INTERVAL": ("interval", _number(1, 366)),
    "BYDAY": ("byweekday", _weekdays),
    "BYMONTHDAY": ("bymonthday", _numbers(1, 31, negative=True)),
    "BYMONTH": ("bymonth", _numbers(1, 12)),
    "BYYEARDAY": ("byyearday", _numbers(1, 366, negative=True)),
    "BYWEEKNO": ("byweekno", _numbers(1, 53, negative=True)),
    "BYHOUR": ("byhour", _numbers(0, 23)),
    "BYMINUTE": ("byminute", _numbers(0, 59)),
    "BYSETPOS": ("bysetpos", _numbers(1, 366, negative=True)),
    "WKST": ("wkst", lambda text: WEEKDAYS[text]),
}

"""The words of times, read from `time_words.json`, and the time of day within an expression."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import time
from functools import cache
from importlib import resources

from pydantic import BaseModel, ConfigDict, Field

from ag2_marketing_tools.errors import InvalidInput


class TimeWords(BaseModel):
    """The data file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    about: str
    before_clock: tuple[str, ...]
    after_clock: tuple[str, ...]
    before_duration: tuple[str, ...]
    noon: tuple[str, ...]
    days: frozenset[str]
    around_weekday: frozenset[str]
    this_weekday: frozenset[str]
    weekdays: tuple[tuple[str, ...], ...] = Field(min_length=7, max_length=7)
    vague: frozenset[str]

    def weekday_of(self, word: str) -> int | None:
        """Return a weekday's number (Monday is 0), or None."""
        return next((number for number, names in enumerate(self.weekdays) if word in names), None)


@cache
def time_words() -> TimeWords:
    """Return the words."""
    text = resources.files("ag2_marketing_tools.figures").joinpath("time_words.json").read_text("utf-8")
    return TimeWords.model_validate(json.loads(text))


@cache
def _clock_patterns() -> tuple[re.Pattern[str], ...]:
    """The ways to write a time of day, the most explicit first."""
    words = time_words()
    before, after, noon = (_either(names) for names in (words.before_clock, words.after_clock, words.noon))
    no_duration = "".join(rf"(?<!\b{re.escape(word)} )" for word in words.before_duration)
    start = rf"(?<![\w:/.-]){no_duration}"
    hour, minute, half = r"(?P<hour>\d{1,2})", r"(?P<minute>\d\d)", r"(?P<half>[ap])\.?m\b\.?"
    bodies = (
        rf"(?:{before})?\s*{hour}:{minute}(?::(?P<second>\d\d))?\s*(?:{half}|{after})?",  # 9:30 pm
        rf"(?:{before})?\s*{hour}h{minute}",  # à 9h30
        rf"(?:{before})?\s*{hour}\.{minute}\s*(?:{half}|{after})",  # 9.30 Uhr
        rf"(?:{before})?\s*{hour}\s*(?:{half}|{after})",  # 9 pm, 9 Uhr
        rf"(?:{before})\s*{hour}",  # at 9; a bare number is none: 3 December
        rf"(?:{before})?\s*(?P<noon>{noon})",
    )
    return tuple(re.compile(rf"{start}(?:{body})(?![\w:/-]|\.\d)") for body in bodies)


def _either(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def split_clock(text: str) -> tuple[str, time | None]:
    """Take the time of day out of a lower-case expression.

    Returns:
        What is left, and the time of day, or None where the expression names none.

    Raises:
        InvalidInput: There are two times of day, or one that no clock shows.
    """
    match = _find(text)
    if match is None:
        return text, None
    rest = f"{text[: match.start()]} {text[match.end() :]}"
    if _find(rest):
        raise InvalidInput(f"{text!r} names more than one time of day.")
    return " ".join(rest.replace(",", " ").split()), _time_of(match, text)


def _find(text: str) -> re.Match[str] | None:
    return next((match for pattern in _clock_patterns() if (match := pattern.search(text))), None)


def _time_of(match: re.Match[str], text: str) -> time:
    found = match.groupdict()
    if found.get("noon"):
        return time(12)
    hour, minute, second = (int(found.get(name) or 0) for name in ("hour", "minute", "second"))
    if found.get("half"):
        if not 1 <= hour <= 12:
            raise InvalidInput(f"{text!r}: {match[0].strip()!r} is no time of a twelve-hour clock.")
        hour = hour % 12 + (12 if found["half"] == "p" else 0)
    try:
        return time(hour, minute, second)
    except ValueError as error:
        raise InvalidInput(f"{text!r}: {match[0].strip()!r} is no time of day.") from error

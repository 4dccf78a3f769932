"""A series: values with their times, ordered, without holes filled."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import pairwise
from numbers import Real

from ag2_marketing_tools.errors import InvalidInput

Moment = date | datetime


@dataclass(frozen=True)
class Series:
    """Measured values in order of time.

    Build it with `Series.of`; the constructor expects ordered, finite, distinct input and checks it.

    Attributes:
        times: All dates, or all datetimes (all with or all without a time zone), ascending and distinct.
        values: One finite figure for each.
        missing: How many times were given without a figure; they are left out, never filled.
        missing_outside: How many of these lie before the first or after the last figure.
    """

    times: tuple[Moment, ...]
    values: tuple[float, ...]
    missing: int = 0
    missing_outside: int = 0

    def __post_init__(self) -> None:
        if len(self.times) != len(self.values):
            raise InvalidInput(f"{len(self.times)} times do not fit {len(self.values)} values.")
        for value in self.values:
            if not _is_number(value):
                raise InvalidInput(f"{value!r} is not a number.", remedy="Leave it out, or give None.")
        if len({_kind(moment) for moment in self.times}) > 1:
            raise InvalidInput("Dates, local times and times with a zone cannot be mixed in one series.")
        for earlier, later in pairwise(self.times):
            if not earlier < later:
                word = "twice" if earlier == later else "out of order"
                raise InvalidInput(
                    f"{later.isoformat()} is given {word}.", remedy="Give one value for each time."
                )

    @classmethod
    def of(cls, times: Iterable[Moment], values: Iterable[float | None]) -> Series:
        """Return the series of times and values in any order; None among the values is missing.

        Raises:
            InvalidInput: A value that is no finite number, a time given twice, or kinds of times mixed.
        """
        pairs = list(zip(times, values, strict=True))
        if len({_kind(moment) for moment, _ in pairs}) > 1:
            raise InvalidInput("Dates, local times and times with a zone cannot be mixed in one series.")
        known = sorted(((moment, value) for moment, value in pairs if value is not None), key=lambda p: p[0])
        without = [moment for moment, value in pairs if value is None]
        outside = sum(not known or not known[0][0] < moment < known[-1][0] for moment in without)
        return cls(
            tuple(moment for moment, _ in known),
            tuple(float(value) if _is_number(value) else value for _, value in known),
            len(without),
            outside,
        )

    @classmethod
    def daily(cls, values: Sequence[float | None], start: date) -> Series:
        """Return the series of one value for each day from `start` on."""
        return cls.of([start + timedelta(days=i) for i in range(len(values))], values)

    def __len__(self) -> int:
        return len(self.values)

    @cached_property
    def days(self) -> tuple[float, ...]:
        """Days since the first time (of the clock on the wall, where all have one time zone)."""
        return tuple(_between(self.times[0], moment) / timedelta(days=1) for moment in self.times)

    def scaled(self, factor: float) -> Series:
        """Return the series with its values times a factor (another unit)."""
        return Series(
            self.times, tuple(value * factor for value in self.values), self.missing, self.missing_outside
        )


def _is_number(value: object) -> bool:
    return not isinstance(value, bool) and isinstance(value, Real) and math.isfinite(value)


def _between(earlier: Moment, later: Moment) -> timedelta:
    if isinstance(earlier, datetime) and isinstance(later, datetime):
        return later - earlier
    return date(later.year, later.month, later.day) - date(earlier.year, earlier.month, earlier.day)


def _kind(moment: Moment) -> str:
    if not isinstance(moment, date):
        raise InvalidInput(f"{moment!r} is not a date or a time.")
    if not isinstance(moment, datetime):
        return "date"
    return "zoned" if moment.tzinfo is not None else "local"

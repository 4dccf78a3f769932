"""Periods as the specification writes them: `monthly`, `2_weeks`, `1_quarter`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from dateutil.relativedelta import relativedelta

from ag2_marketing_tools.errors import InvalidInput

PeriodUnit = Literal["day", "week", "month", "quarter", "year"]

_WORDS: dict[str, tuple[int, PeriodUnit]] = {
    "daily": (1, "day"),
    "weekly": (1, "week"),
    "monthly": (1, "month"),
    "quarterly": (1, "quarter"),
    "yearly": (1, "year"),
    "annual": (1, "year"),
    "annually": (1, "year"),
}
_COUNTED = re.compile(r"(\d{1,4})[_ -]?(day|week|month|quarter|year)s?")
_MOST_YEARS = 100


@dataclass(frozen=True, slots=True)
class Period:
    """A number of days, weeks, months, quarters or years of the calendar."""

    count: int
    unit: PeriodUnit

    @property
    def delta(self) -> relativedelta:
        """The period as a difference of the calendar."""
        count = self.count
        match self.unit:
            case "day":
                return relativedelta(days=count)
            case "week":
                return relativedelta(weeks=count)
            case "month":
                return relativedelta(months=count)
            case "quarter":
                return relativedelta(months=3 * count)
            case "year":
                return relativedelta(years=count)

    def before(self, moment: datetime) -> datetime:
        """Return the moment one period earlier; the last day of a month where it has no such day."""
        return moment - self.delta

    def after(self, moment: datetime) -> datetime:
        """Return the moment one period later."""
        return moment + self.delta


def period_of(text: str) -> Period:
    """Return the period of a word (`weekly`, `monthly`, …) or a count (`2_weeks`, `90 days`).

    Raises:
        InvalidInput: It is neither, or longer than a century.
    """
    wanted = text.strip().casefold()
    if wanted in _WORDS:
        return Period(*_WORDS[wanted])
    found = _COUNTED.fullmatch(wanted)
    if found is None or int(found[1]) == 0:
        raise InvalidInput(
            f"{text!r} is no period.", remedy=f"Give {', '.join(_WORDS)}, or a count such as 2_weeks."
        )
    unit: PeriodUnit = found[2]  # type: ignore[assignment]
    period = Period(int(found[1]), unit)
    delta = period.delta.normalized()
    if delta.years + delta.days / 365 > _MOST_YEARS:
        raise InvalidInput(f"{text!r} is longer than {_MOST_YEARS} years.")
    return period

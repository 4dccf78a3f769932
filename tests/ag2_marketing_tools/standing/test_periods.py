"""Periods of the specification, counted by the calendar."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.standing import period_of


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("daily", (2026, 3, 30)),
        ("weekly", (2026, 3, 24)),
        ("monthly", (2026, 2, 28)),
        ("quarterly", (2025, 12, 31)),
        ("yearly", (2025, 3, 31)),
        ("1_week", (2026, 3, 24)),
        ("2_weeks", (2026, 3, 17)),
        ("3 months", (2025, 12, 31)),
        ("1_quarter", (2025, 12, 31)),
        ("90 days", (2025, 12, 31)),
    ],
)
def test_a_period_goes_back_by_the_calendar(text: str, start: tuple[int, int, int]) -> None:
    assert period_of(text).before(datetime(2026, 3, 31, tzinfo=UTC)) == datetime(*start, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "hourly", "0_weeks", "-1_week", "1.5_weeks", "9999_years", "week"])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        period_of(text)

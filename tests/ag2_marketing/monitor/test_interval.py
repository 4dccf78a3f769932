"""How often a monitor runs, as a person writes it."""

from __future__ import annotations

import pytest

from ag2_marketing.monitor import MONITORS, seconds_of
from ag2_marketing.monitor.interval import written
from ag2_marketing_tools.errors import InvalidInput


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("30m", 1_800), ("1h", 3_600), (" 1 D ", 86_400), ("2w", 1_209_600), ("1s", 1), ("weekly", 604_800)],
)
def test_a_count_with_its_unit_or_a_word_is_an_interval(text: str, seconds: int) -> None:
    assert seconds_of(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "0s", "-1d", "1.5h", "1y", "monthly", "53w", "9999999s", "١d", "1d 2h", "nan"]
)
def test_anything_else_is_refused_with_what_would_be_right(text: str) -> None:
    with pytest.raises(InvalidInput, match="30m, 1h, 1d or 2w"):
        seconds_of(text)


def test_the_intervals_are_those_of_the_specifications_loops() -> None:
    assert {name: written(one.every_s) for name, one in MONITORS.items()} == {
        "performance": "1h",
        "competitive": "1d",
        "industry": "1w",
        "home-care": "1d",
        "caregivers": "1d",
        "peers": "1w",
        "specialties": "1d",
        "interventions": "1h",
        "clients": "30m",
    }
    assert written(90) == "90s"

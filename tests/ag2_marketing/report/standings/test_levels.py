"""Figures beside their units, as people write them."""

from __future__ import annotations

import pytest

from ag2_marketing.report.standings.levels import amount, change, plain
from ag2_marketing_tools.messages import speaking


@pytest.mark.parametrize(
    ("value", "english", "german"),
    [
        (3.12e-05, "+0.0000312 percentage points", "+0,0000312 Prozentpunkte"),
        (-3.12e-05, "−0.0000312 percentage points", "−0,0000312 Prozentpunkte"),
        (0.5, "+0.5 percentage points", "+0,5 Prozentpunkte"),
    ],
)
def test_a_slope_is_written_in_full_however_small(value: float, english: str, german: str) -> None:
    assert change(value, "percent") == english
    with speaking("de"):
        assert change(value, "percent") == german


def test_a_small_figure_is_written_in_full_too() -> None:
    assert plain(1.5e-07) == "0.00000015"
    assert amount(2.5e-05, "h") == "0.000025 h"

from __future__ import annotations

from typing import Any

import pytest

from ag2_marketing.report.short_forms import is_short_form


@pytest.mark.parametrize(
    ("shown", "value", "language"),
    [
        ("82.77 %", 82.7709, "en"),
        ("82,77 %", 82.7709, "de"),
        ("82.8", 82.7709, "en"),
        ("8.348 h", 8.3479, "en"),
        ("−0.0232 percentage points", -0.02321, "en"),
        ("+0.118 h", 0.1176, "en"),
        ("6,003", 6003, "en"),
        ("6.003", 6003, "de"),
        ("12", 12.0, "en"),
        ("0", 0.0, "en"),
        ("0", 0.00004, "en"),
        ("$45.67", 45.674, "en"),
        ("Dec 8, 2025", "2025-12-08T05:00:00Z", "en"),
        ("8. Dez. 2025", "2025-12-08T05:00:00Z", "de"),
    ],
)
def test_a_rounded_figure_and_a_day_are_the_value(shown: str, value: Any, language: str) -> None:
    assert is_short_form(shown, value, language)


@pytest.mark.parametrize(
    ("shown", "value", "language"),
    [
        ("82.78 %", 82.7709, "en"),
        ("92.77 %", 82.7709, "en"),
        ("82.77 %", -82.7709, "en"),
        ("−82.77 %", 82.7709, "en"),
        ("82.77 of 90", 82.7709, "en"),
        ("82.77 %", 82.7709, "de"),
        ("1", True, "en"),
        ("many", 3, "en"),
        ("Dec 9, 2025", "2025-12-08T05:00:00Z", "en"),
        ("Dec 8, 2025", "no moment", "en"),
        ("1.2.3", 1.23, "en"),
        ("0", 0.49, "en"),
        ("1", 1e30, "en"),
        ("", 1, "en"),
    ],
)
def test_anything_else_is_not(shown: str, value: Any, language: str) -> None:
    assert not is_short_form(shown, value, language)

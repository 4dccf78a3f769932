"""What the terminal says of a visit in a real browser."""

from __future__ import annotations

from typing import Any

from ag2_marketing.cli.lab_summary import lab


def metric(value: float | None, unit: str = "ms", spread: float | None = 40) -> dict[str, Any]:
    reason = "Chromium reported none in any of the runs." if value is None else None
    return {"value": value, "unit": unit, "spread": spread, "reason": reason}


VISIT: dict[str, Any] = {
    "browser": "Chromium 150.0",
    "device": "mobile",
    "runs": 3,
    "largest_contentful_paint": metric(2432.0),
    "first_contentful_paint": metric(None, spread=None),
    "total_blocking_time": metric(120.0, spread=None),
    "cumulative_layout_shift": metric(0.255, "score", 0.01),
    "accessibility": {"violation_count": 2, "engine": "axe-core 4.12", "reason": None},
}


def test_each_figure_is_told_with_its_unit_and_how_far_the_visits_differ() -> None:
    lines = list(lab({"lab": VISIT}))
    assert "Largest Contentful Paint: 2432 ms (visits differ by 40)" in lines
    assert "Total Blocking Time: 120 ms" in lines
    assert "Cumulative Layout Shift: 0.255 (visits differ by 0.01)" in lines
    assert "Rules of accessibility broken: 2 (axe-core 4.12)" in lines


def test_a_figure_that_is_not_known_says_why() -> None:
    assert "First Contentful Paint: Chromium reported none in any of the runs." in list(lab({"lab": VISIT}))


def test_without_a_visit_nothing_is_said() -> None:
    assert list(lab({"lab": None})) == []
    assert list(lab({})) == []

"""From what a browser reported to the figures; expected values by hand from the metrics' definitions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ag2_marketing_tools.seo.lab.measures import (
    Shift,
    Task,
    cumulative_layout_shift,
    middle,
    reported,
    spread,
    total_blocking_time_ms,
)

REPORTED = {
    "lcp": {"at": 812.5, "element": "img.hero", "url": "https://care.example/hero.jpg"},
    "fcp": 400,
    "shifts": [],
    "tasks": [],
    "ended_at": 2400,
    "response_start": 90,
    "load_event": 700,
    "requests": 12,
    "content_width": 412,
    "window_width": 412,
    "wide_elements": [],
}


def shift(at: float, value: float) -> Shift:
    return Shift(at=at, value=value, elements=[])


def layout_shift(*shifts: Shift) -> float:
    return cumulative_layout_shift(shifts, gap_ms=1000, window_ms=5000)


def blocking(*tasks: tuple[float, float], first_paint_ms: float) -> float:
    made = [Task(at=at, duration=duration) for at, duration in tasks]
    return total_blocking_time_ms(made, first_paint_ms=first_paint_ms, long_ms=50)


def test_shifts_that_follow_each_other_closely_add_up() -> None:
    assert layout_shift(shift(100, 0.1), shift(900, 0.05)) == pytest.approx(0.15)


def test_a_second_without_a_shift_ends_the_window_and_the_worst_window_counts() -> None:
    assert layout_shift(shift(100, 0.1), shift(1100, 0.3), shift(1500, 0.1)) == pytest.approx(0.4)


def test_a_window_is_five_seconds_long_at_most() -> None:
    steady = [shift(at, 0.1) for at in range(0, 10_000, 500)]
    assert layout_shift(*steady) == pytest.approx(1.0)  # ten shifts fit into five seconds


def test_a_page_that_never_shifts_has_a_shift_of_zero() -> None:
    assert layout_shift() == 0.0


@given(
    st.lists(st.tuples(st.floats(0, 1e5), st.floats(0, 5)), max_size=40).map(
        lambda pairs: [shift(at, value) for at, value in pairs]
    )
)
def test_the_worst_window_lies_between_the_worst_shift_and_the_sum_and_order_does_not_matter(
    shifts: list[Shift],
) -> None:
    found = layout_shift(*shifts)
    assert found == pytest.approx(layout_shift(*reversed(shifts)))
    assert max((one.value for one in shifts), default=0.0) <= found + 1e-9
    assert found <= sum(one.value for one in shifts) + 1e-9


def test_of_each_long_task_only_what_exceeds_fifty_milliseconds_blocks() -> None:
    assert blocking((1000, 90), (1200, 50), (1300, 250), first_paint_ms=500) == 40 + 0 + 200


def test_tasks_before_the_first_paint_do_not_count_and_one_across_it_counts_from_the_paint() -> None:
    assert blocking((0, 300), (400, 300), first_paint_ms=600) == 100


def test_the_median_leaves_out_runs_without_a_value() -> None:
    assert middle([120.4, None, 99.6, 300.0], digits=0) == 120
    assert middle([None, None], digits=0) is None


def test_the_spread_needs_two_runs() -> None:
    assert spread([100.0, 140.0, None], digits=0) == 40
    assert spread([100.0], digits=0) is None


def test_what_the_observer_hands_over_is_read() -> None:
    seen = reported(REPORTED)
    assert seen.lcp is not None
    assert seen.lcp.element == "img.hero"
    assert seen.fcp == 400


@pytest.mark.parametrize(
    "forged",
    [
        {"fcp": float("nan")},
        {"fcp": -1},
        {"requests": "many"},
        {"shifts": [{"at": 1, "value": float("inf"), "elements": []}]},
        {"content_width": 10**12},
        {"tasks": None},
    ],
)
def test_what_no_browser_reports_is_refused(forged: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        reported({**REPORTED, **forged})

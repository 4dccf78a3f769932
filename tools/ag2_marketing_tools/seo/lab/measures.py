"""From what the browser reported to the figures: plain functions, one for each metric."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

Moment = Annotated[float, Field(ge=0, le=86_400_000, allow_inf_nan=False)]
Length = Annotated[int, Field(ge=0, le=10_000_000)]


class _Reported(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Paint(_Reported):
    """A largest contentful paint."""

    at: Moment
    element: str | None
    url: str | None


class Shift(_Reported):
    """One layout shift."""

    at: Moment
    value: Annotated[float, Field(ge=0, le=1_000, allow_inf_nan=False)]
    elements: list[str]


class Task(_Reported):
    """A task that kept the main thread busy."""

    at: Moment
    duration: Moment


class Reported(_Reported):
    """What the observer collected in one run, checked: it comes from a browser that showed a stranger's page."""

    lcp: Paint | None
    fcp: Moment | None
    shifts: list[Shift]
    tasks: list[Task]
    ended_at: Moment
    response_start: Moment | None
    requests: Length
    content_width: Length
    window_width: Length
    wide_elements: list[str | None]


def cumulative_layout_shift(shifts: Iterable[Shift], *, gap_ms: float, window_ms: float) -> float:
    """Return the largest sum of shifts within one session window (web-vitals, "Cumulative Layout Shift", 2021).

    A window ends where `gap_ms` pass without a shift, and is at most `window_ms` long.
    """
    worst = total = 0.0
    first = last = None
    for shift in sorted(shifts, key=lambda one: one.at):
        if first is None or last is None or shift.at - last >= gap_ms or shift.at - first >= window_ms:
            first, total = shift.at, 0.0
        last = shift.at
        total += shift.value
        worst = max(worst, total)
    return worst


def total_blocking_time_ms(tasks: Iterable[Task], *, first_paint_ms: float, long_ms: float) -> float:
    """Return how long input would have had to wait after the first contentful paint.

    Of each task that ends after it, the part above `long_ms`, as far as it lies after the paint (Lighthouse,
    "Total Blocking Time"; the end is that of the observation, where Lighthouse takes time to interactive).
    """
    blocked = 0.0
    for task in tasks:
        end = task.at + task.duration
        begin = max(task.at + long_ms, first_paint_ms)
        blocked += max(0.0, end - begin)
    return blocked


def middle(values: Sequence[float | None], *, digits: int) -> float | None:
    """Return the median of those runs that have a value; None where none has."""
    known = [value for value in values if value is not None]
    return round(median(known), digits) if known else None


def spread(values: Sequence[float | None], *, digits: int) -> float | None:
    """Return the largest less the smallest value of the runs; None with fewer than two."""
    known = [value for value in values if value is not None]
    return round(max(known) - min(known), digits) if len(known) > 1 else None


def reported(value: Any) -> Reported:
    """Read what the observer handed over.

    Raises:
        pydantic.ValidationError: It is not of the form that our script writes.
    """
    return Reported.model_validate(value)

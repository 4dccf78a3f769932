"""A visit in a real browser, as texts for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Facts = Mapping[str, Any]

_METRICS = (
    ("largest_contentful_paint", "Largest Contentful Paint"),
    ("first_contentful_paint", "First Contentful Paint"),
    ("total_blocking_time", "Total Blocking Time"),
    ("cumulative_layout_shift", "Cumulative Layout Shift"),
)


def lab(audit: Facts) -> Iterator[str]:
    """Yield the visit's figures; why there was none stands with the checks that it would have served."""
    visit = audit.get("lab")
    if not visit:
        return
    yield f"{visit['browser']}, as a {visit['device']} device, median of {visit['runs']} visits from here."
    for name, title in _METRICS:
        metric = visit[name]
        if metric["value"] is None:
            yield f"{title}: {metric['reason']}"
            continue
        shown = f"{metric['value']:g}" + (" ms" if metric["unit"] == "ms" else "")
        apart = "" if metric["spread"] is None else f" (visits differ by {metric['spread']:g})"
        yield f"{title}: {shown}{apart}"
    found = visit["accessibility"]
    if found["violation_count"] is not None:
        yield f"Rules of accessibility broken: {found['violation_count']} ({found['engine']})"

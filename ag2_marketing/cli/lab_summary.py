"""A visit in a real browser, as texts for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ag2_marketing_tools.messages import say

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
    yield say(
        "{browser}, as a {device} device, median of {runs} visits from here.",
        browser=visit["browser"],
        device={"mobile": say("mobile"), "desktop": say("desktop")}[visit["device"]],
        runs=visit["runs"],
    )
    for name, title in _METRICS:
        metric = visit[name]
        if metric["value"] is None:
            yield f"{title}: {metric['reason']}"
            continue
        shown = say("{value:g}", value=metric["value"]) + (" ms" if metric["unit"] == "ms" else "")
        spread = metric["spread"]
        apart = "" if spread is None else say(" (visits differ by {spread:g})", spread=spread)
        yield f"{title}: {shown}{apart}"
    found = visit["accessibility"]
    if found["violation_count"] is not None:
        yield say(
            "Rules of accessibility broken: {number} ({engine})",
            number=found["violation_count"],
            engine=found["engine"],
        )

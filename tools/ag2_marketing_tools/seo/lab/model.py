"""What a lab visit takes and returns. What the page itself says is marked untrusted; figures carry their unit."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ag2_marketing_tools.marks import unit, untrusted
from ag2_marketing_tools.tool import Params, Result

Text = Annotated[str, untrusted()]
Milliseconds = Annotated[float | None, unit("ms")]
Pixels = Annotated[int, unit("px")]
DeviceName = Literal["mobile", "desktop"]


class VisitInBrowser(Params):
    """Which page to visit, as what, and how often."""

    url: str = Field(description="The page; a bare host such as `example.com` will do.")
    device: DeviceName = Field(default="mobile", description="What the browser pretends to be.")
    runs: int | None = Field(
        default=None, ge=1, le=9, description="Visits; the median is taken. 3 if left out."
    )


class LabMetric(Result):
    """The median of the runs, and how far one run can be trusted."""

    value: float | None
    unit: str
    spread: float | None = Field(description="Largest less smallest value among the runs; null for one run.")
    reason: str | None = None


class Throttling(Result):
    """How the device was slowed down."""

    cpu_slowdown: Annotated[float, unit("times")]
    latency: Milliseconds
    download_kbps: Annotated[float | None, unit("kbit/s")]
    upload_kbps: Annotated[float | None, unit("kbit/s")]


class LabElement(Result):
    """An element that a measurement points to."""

    element: Text
    times: Annotated[int, unit("count")] = Field(description="In how many of the runs, or how often.")


class Overflow(Result):
    """Whether the page is wider than the window."""

    overflows: bool
    content_width: Pixels
    window_width: Pixels
    elements: list[Text] = Field(description="The innermost elements that stick out, ten at most.")


class Violation(Result):
    """A rule of axe-core that the page breaks."""

    rule: str
    impact: Literal["minor", "moderate", "serious", "critical"] | None
    help: str
    help_url: str
    elements: list[Text] = Field(description="Where, ten at most.")
    element_count: Annotated[int, unit("element")]


class Accessibility(Result):
    """What axe-core found, or why it could not look."""

    engine: str | None = Field(description="axe-core and its version.")
    violations: list[Violation]
    violation_count: Annotated[int | None, unit("rule")]
    small_targets: Violation | None = Field(description="Tap targets under 24 by 24 CSS pixels (WCAG 2.2).")
    reason: str | None = None


class LabVisit(Result):
    """A page as an emulated device met it, from here: medians of the runs. A laboratory's figures, no visitors'.

    `total_blocking_time` is summed from the first contentful paint to the end of the observation.
    """

    url: str
    final_url: Text
    timestamp: str
    device: DeviceName
    browser: str
    sandboxed: bool
    throttling: Throttling
    runs: Annotated[int, unit("run")]
    status: Annotated[int | None, unit("status")]
    largest_contentful_paint: LabMetric
    largest_contentful_element: Text | None
    first_contentful_paint: LabMetric
    cumulative_layout_shift: LabMetric
    shifting_elements: list[LabElement]
    total_blocking_time: LabMetric
    time_to_first_byte: LabMetric
    requests: Annotated[int, unit("request")]
    received_bytes: Annotated[int, unit("byte")] = Field(
        description="On the wire, from all servers, encryption included."
    )
    overflow: Overflow
    accessibility: Accessibility
    notes: list[str]

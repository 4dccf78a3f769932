"""The tool: visit a page in Chromium as an emulated device, and measure it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median_low
from typing import Final

from pydantic import ValidationError

from ag2_marketing_tools.errors import FetchFailed
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.pages.fetch import fetch_with_robots
from ag2_marketing_tools.seo.lab.axe import look
from ag2_marketing_tools.seo.lab.facts import LabFacts, lab_facts, observer_script
from ag2_marketing_tools.seo.lab.measures import (
    Reported,
    cumulative_layout_shift,
    middle,
    reported,
    spread,
    total_blocking_time_ms,
)
from ag2_marketing_tools.seo.lab.model import (
    Accessibility,
    DeviceName,
    LabElement,
    LabMetric,
    LabVisit,
    Overflow,
    Throttling,
    VisitInBrowser,
)
from ag2_marketing_tools.tool import tool
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.browser import Browser, Device, Tab, Visited, open_browser

_NOT_REPORTED: Final = "Chromium reported none in any of the runs."
_MOST_REFUSALS: Final = 5


@dataclass(frozen=True)
class _Run:
    visited: Visited
    seen: Reported
    received_bytes: int


@tool(family="seo")
async def visit_in_browser(params: VisitInBrowser, ws: Workspace) -> LabVisit:
    """Visit a page in Chromium as an emulated phone or desktop: Largest Contentful Paint, Cumulative Layout
    Shift, Total Blocking Time, whether it is wider than the window, small tap targets, accessibility by axe-core.

    Laboratory figures from this machine, medians of several visits. Needs the extra `browser` and a Chromium.
    """  # noqa: D205 (one paragraph is what a model reads)
    fetched = await fetch_with_robots(
        params.url, ws
    )  # the rules for addresses and robots.txt, before all else
    return await lab_visit(fetched.page.url, ws, device=params.device, runs=params.runs, asked=params.url)


async def lab_visit(
    url: str,
    ws: Workspace,
    *,
    device: DeviceName = "mobile",
    runs: int | None = None,
    asked: str | None = None,
) -> LabVisit:
    """Visit a page that may be fetched.

    Raises:
        Unavailable: There is no browser; the remedy says what to do.
        FetchFailed: The page did not load, or could not be measured.
    """
    facts = lab_facts()
    emulated = facts.devices[device]
    wanted = runs or facts.runs
    async with open_browser(ws, max_bytes=facts.max_megabytes * 1_000_000) as browser:
        first, accessibility = await _run_and_look(browser, emulated, url, facts)
        made = [first, *[await _run(browser, emulated, url, facts) for _ in range(wanted - 1)]]
    metrics = _metrics(made, facts)
    return LabVisit(
        url=asked or url,
        final_url=first.visited.url,
        timestamp=ws.clock.now().isoformat(),
        device=device,
        browser=f"Chromium {browser.version}",
        sandboxed=browser.sandboxed,
        throttling=_throttling(emulated),
        runs=wanted,
        status=first.visited.status,
        largest_contentful_paint=_metric(metrics["largest_contentful_paint"], "ms"),
        first_contentful_paint=_metric(metrics["first_contentful_paint"], "ms"),
        cumulative_layout_shift=_metric(metrics["cumulative_layout_shift"], "score", digits=3),
        total_blocking_time=_metric(metrics["total_blocking_time"], "ms"),
        time_to_first_byte=_metric(metrics["time_to_first_byte"], "ms"),
        largest_contentful_element=first.seen.lcp.element if first.seen.lcp else None,
        shifting_elements=_shifting(made, facts.most_elements),
        requests=median_low([run.seen.requests for run in made]),
        received_bytes=median_low([run.received_bytes for run in made]),
        overflow=_overflow(first.seen),
        accessibility=accessibility,
        notes=_notes(made, browser),
    )


async def _run_and_look(
    browser: Browser, device: Device, url: str, facts: LabFacts
) -> tuple[_Run, Accessibility]:
    """Measure one visit, and have axe-core look at the same page afterwards."""
    async with browser.tab(device, script=observer_script(), deadline_s=facts.deadline_s) as tab:
        return await _measured(tab, browser, url, facts), await look(tab, facts)


async def _run(browser: Browser, device: Device, url: str, facts: LabFacts) -> _Run:
    async with browser.tab(device, script=observer_script(), deadline_s=facts.deadline_s) as tab:
        return await _measured(tab, browser, url, facts)


async def _measured(tab: Tab, browser: Browser, url: str, facts: LabFacts) -> _Run:
    before = browser.proxy.received_bytes
    visited = await tab.visit(url, quiet_within_s=facts.quiet_within_s)
    await tab.wait(facts.settle_s)
    try:
        seen = reported(await tab.run("collected()"))
    except ValidationError:
        raise FetchFailed(f"{url} could not be measured in Chromium.", kind="protocol") from None
    return _Run(visited, seen, browser.proxy.received_bytes - before)


def _metrics(made: Sequence[_Run], facts: LabFacts) -> dict[str, list[float | None]]:
    """Return each metric's value in each run."""
    seen = [run.seen for run in made]
    return {
        "largest_contentful_paint": [one.lcp.at if one.lcp else None for one in seen],
        "first_contentful_paint": [one.fcp for one in seen],
        "cumulative_layout_shift": [
            cumulative_layout_shift(one.shifts, gap_ms=facts.shift_gap_ms, window_ms=facts.shift_window_ms)
            for one in seen
        ],
        "total_blocking_time": [
            None
            if one.fcp is None
            else total_blocking_time_ms(one.tasks, first_paint_ms=one.fcp, long_ms=facts.long_task_ms)
            for one in seen
        ],
        "time_to_first_byte": [one.response_start for one in seen],
    }


def _metric(values: Sequence[float | None], unit: str, *, digits: int = 0) -> LabMetric:
    value = middle(values, digits=digits)
    return LabMetric(
        value=value,
        unit=unit,
        spread=spread(values, digits=digits),
        reason=say(_NOT_REPORTED) if value is None else None,
    )


def _shifting(made: Sequence[_Run], most: int) -> list[LabElement]:
    counted = Counter(name for run in made for shift in run.seen.shifts for name in shift.elements)
    return [LabElement(element=name, times=times) for name, times in counted.most_common(most)]


def _overflow(seen: Reported) -> Overflow:
    return Overflow(
        overflows=seen.content_width > seen.window_width + 1,
        content_width=seen.content_width,
        window_width=seen.window_width,
        elements=[name for name in seen.wide_elements if name],
    )


def _throttling(device: Device) -> Throttling:
    network = device.network
    return Throttling(
        cpu_slowdown=device.cpu_slowdown,
        latency=network.latency_ms if network else None,
        download_kbps=network.download_kbps if network else None,
        upload_kbps=network.upload_kbps if network else None,
    )


def _notes(made: Sequence[_Run], browser: Browser) -> list[str]:
    notes = []
    if not all(run.visited.quiet for run in made):
        notes.append(say("The page's network did not come to rest: it was measured while it still loaded."))
    refused = list(browser.proxy.refused.values())
    notes.extend(refused[:_MOST_REFUSALS])
    if len(refused) > _MOST_REFUSALS:
        notes.append(say("Further addresses that the page asked for were refused, too."))
    if not browser.sandboxed:
        notes.append(say("Chromium ran without its own sandbox (as root, or by setting)."))
    return notes

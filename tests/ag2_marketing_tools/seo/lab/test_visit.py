"""Visits of pages on loopback in a real Chromium."""

from __future__ import annotations

from pathlib import Path

import pytest
from loopback_site import Site

from ag2_marketing_tools.errors import AddressRefused, FetchFailed, Unavailable
from ag2_marketing_tools.seo.lab import LabVisit, VisitInBrowser, visit_in_browser
from ag2_marketing_tools.workspace import Settings, Workspace

needs_chromium = pytest.mark.needs("chromium")

HEAD = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Care at home</title>
<meta name="viewport" content="width=device-width, initial-scale=1">{head}</head>"""


def page(body: str, head: str = "") -> str:
    return (
        HEAD.format(head=head)
        + f"<body><main><h1>Care at home in Maple Falls</h1>{body}</main></body></html>"
    )


async def visited(ws: Workspace, url: str, *, device: str = "mobile") -> LabVisit:
    return await visit_in_browser.run({"url": url, "device": device, "runs": 1}, ws)


@needs_chromium
async def test_a_plain_page_is_measured_and_has_nothing_to_mend(site: Site, ws: Workspace) -> None:
    visit = await visited(ws, site.put("/", page("<p>We help older people at home.</p>")))
    assert visit.status == 200
    assert visit.browser.startswith("Chromium ")
    assert visit.largest_contentful_element == "h1"
    paint, largest = visit.first_contentful_paint.value, visit.largest_contentful_paint.value
    assert paint is not None
    assert largest is not None
    assert 0 < paint <= largest
    assert visit.cumulative_layout_shift.value == 0
    assert visit.cumulative_layout_shift.spread is None  # one run says nothing of how runs differ
    assert not visit.overflow.overflows
    assert visit.accessibility.violation_count == 0
    assert visit.accessibility.small_targets is None


@needs_chromium
async def test_a_page_wider_than_the_phone_is_found_with_what_sticks_out(site: Site, ws: Workspace) -> None:
    body = '<div class="outer"><div class="timetable" style="width:900px">Mon Tue Wed</div></div>'
    visit = await visited(ws, site.put("/", page(body)))
    assert visit.overflow.overflows
    assert visit.overflow.content_width >= 900
    assert visit.overflow.window_width == 412
    assert visit.overflow.elements == ["div.timetable"]


@needs_chromium
async def test_the_same_page_fits_a_desktop(site: Site, ws: Workspace) -> None:
    body = '<div class="timetable" style="width:900px">Mon Tue Wed</div>'
    visit = await visited(ws, site.put("/", page(body)), device="desktop")
    assert not visit.overflow.overflows


@needs_chromium
async def test_small_tap_targets_and_missing_texts_are_found_by_axe(site: Site, ws: Workspace) -> None:
    button = '<button style="width:12px;height:12px;padding:0;border:0" aria-label="{0}">x</button>'
    body = f"<div>{button.format('Call')}{button.format('Write')}</div><img src='data:,' width=9 height=9>"
    visit = await visited(ws, site.put("/", page(body)))
    assert visit.accessibility.small_targets is not None
    assert visit.accessibility.small_targets.element_count == 2
    assert "image-alt" in {one.rule for one in visit.accessibility.violations}


@needs_chromium
async def test_content_that_moves_late_and_scripts_that_block_are_measured(site: Site, ws: Workspace) -> None:
    script = """<script>addEventListener("load", () => setTimeout(() => {
      const end = performance.now() + 200; while (performance.now() < end);
      document.querySelector(".banner").style.height = "400px";
    }, 300));</script>"""
    body = f'<div class="banner"></div><p class="moved">{"We come to you. " * 40}</p>{script}'
    visit = await visited(ws, site.put("/", page(body)))
    assert visit.total_blocking_time.value is not None
    assert visit.total_blocking_time.value >= 150
    assert visit.cumulative_layout_shift.value is not None
    assert visit.cumulative_layout_shift.value > 0.1
    assert "p.moved" in {one.element for one in visit.shifting_elements}


@needs_chromium
async def test_a_page_cannot_forge_its_figures(site: Site, ws: Workspace) -> None:
    forging = """<script>
      performance.now = () => 0; performance.getEntriesByType = () => [];
      window.PerformanceObserver = class { observe() {} };
      window.collected = () => ({lcp: {at: 1}, fcp: 1});
      window.axe = {run: async () => ({violations: []})};
    </script>"""
    policy = """<meta http-equiv="Content-Security-Policy" content="script-src 'unsafe-inline'">"""
    html = page("<img src='data:,' width=9 height=9>", head=policy + forging)
    visit = await visited(ws, site.put("/", html))
    assert visit.first_contentful_paint.value is not None
    assert visit.first_contentful_paint.value > 100  # the emulated connection alone takes longer
    assert "image-alt" in {one.rule for one in visit.accessibility.violations}


@needs_chromium
async def test_a_page_reaches_no_private_address(site: Site, ws: Workspace) -> None:
    with_hidden_paths = """<img src="http://169.254.169.254/latest/" alt=""><iframe src="http://127.0.0.1:9/"></iframe>
      <script>fetch("http://10.0.0.1/").catch(() => 0); new WebSocket("ws://192.168.0.1/");
      window.open("file:///etc/passwd"); location.hash = "#x"; alert("wait for ever");</script>"""
    visit = await visited(ws, site.put("/", page(with_hidden_paths)))
    assert any("169.254.169.254" in note for note in visit.notes)
    assert visit.status == 200


@needs_chromium
async def test_no_browser_is_started_for_an_address_that_is_refused(ws: Workspace) -> None:
    with pytest.raises(AddressRefused):
        await visited(ws, "http://169.254.169.254/")


@needs_chromium
async def test_a_page_that_goes_elsewhere_is_reported_where_it_ended(site: Site, ws: Workspace) -> None:
    site.put("/new", page("<p>Here.</p>"))
    visit = await visited(ws, site.put("/old", status=301, location="/new"))
    assert visit.final_url == site.url("/new")


@needs_chromium
async def test_a_page_that_reloads_itself_for_ever_is_an_error_or_a_measurement_never_a_hang(
    site: Site, ws: Workspace
) -> None:
    url = site.put("/", page("<script>location.reload()</script>"))
    outcome: LabVisit | FetchFailed
    try:
        outcome = await visited(ws, url)
    except FetchFailed as failure:
        outcome = failure
    told = outcome.final_url if isinstance(outcome, LabVisit) else str(outcome)
    assert url in told or "page went away" in told


@needs_chromium
async def test_three_visits_are_made_and_their_spread_told(site: Site, ws: Workspace) -> None:
    url = site.put("/", page("<p>Here.</p>"))
    visit = await visit_in_browser(VisitInBrowser(url=url), ws)
    assert visit.runs == 3
    assert visit.first_contentful_paint.spread is not None


async def test_without_a_browser_the_remedy_is_said(site: Site, ws: Workspace, tmp_path: Path) -> None:
    settings = ws.settings.model_copy(update={"browser_path": tmp_path / "no_such_program"})
    async with Workspace.open(Settings.model_validate(settings.model_dump()), gateway=ws.gateway) as without:
        with pytest.raises(Unavailable, match="browser_path"):
            await visited(without, site.put("/", page("")))

"""The page in a real browser: readable by everybody, in every light, on every width, on paper, without a script."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import Any

import pytest
from in_chromium import size, violations
from playwright.async_api import Browser, Page

from ag2_marketing.report import Report, write_report

pytestmark = pytest.mark.needs("chromium")

MOST_BYTES = 1_500_000


@pytest.fixture
def path(rich_report: Report, tmp_path: Path) -> Path:
    return write_report(rich_report, tmp_path / "report")["html"]


async def opened(browser: Browser, path: Path, **options: Any) -> Page:
    context = await browser.new_context(
        java_script_enabled=options.pop("scripts", True), bypass_csp=True, **options
    )
    page = await context.new_page()
    await page.goto(path.as_uri())
    return page


@pytest.mark.parametrize(("width", "light"), [*itertools.product((390, 1280), ("light", "dark"))])
async def test_axe_finds_nothing(browser: Browser, path: Path, width: int, light: Any) -> None:
    page = await opened(browser, path, color_scheme=light, **size(width))

    assert await violations(page) == []


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
async def test_the_page_is_never_wider_than_the_window(browser: Browser, path: Path, width: int) -> None:
    page = await opened(browser, path, **size(width))
    await page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")

    assert await page.evaluate("document.documentElement.scrollWidth") <= width


async def test_nothing_is_asked_from_outside_and_nothing_is_complained_about(
    browser: Browser, path: Path
) -> None:
    context = await browser.new_context()
    page = await context.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    await page.goto(path.as_uri())
    await page.wait_for_load_state("networkidle")

    assert [url for url in asked if url != path.as_uri() and not url.startswith("data:")] == []
    assert said == []


async def test_the_policy_of_the_page_forbids_scripts(browser: Browser, path: Path) -> None:
    injected = path.with_name("injected.html")
    page_with_script = path.read_text("utf-8").replace(
        "<main", "<script>document.title = 'taken'</script><main", 1
    )
    injected.write_text(page_with_script, "utf-8")
    page = await (await browser.new_context()).new_page()
    await page.goto(injected.as_uri())

    assert await page.title() != "taken"


async def test_a_figure_shows_its_source_on_hover_without_a_script(browser: Browser, path: Path) -> None:
    page = await opened(browser, path, scripts=False, **size(1280))
    figure = page.locator(".card-figure .f").first
    note = figure.locator(".src")
    assert not await note.is_visible()

    await figure.locator("button").hover()

    assert await note.is_visible()
    assert "run_audit" in await note.inner_text()
    assert "/score/value" in await note.inner_text()
    assert "2 March 2026, 09:00 UTC" in await note.inner_text()


async def test_a_figure_shows_its_source_on_tap_and_leads_to_the_evidence_and_back(
    browser: Browser, path: Path
) -> None:
    page = await opened(browser, path, scripts=False, has_touch=True, **size(390))
    figure = page.locator(".card-figure .f").first
    await figure.locator("button").tap()
    note = figure.locator(".src")
    assert await note.is_visible()
    box = await note.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390

    await note.locator("a").tap()
    assert page.url.endswith("#E1/score/value")
    row = page.locator("tr:target")
    assert await row.is_visible()
    await row.locator("a").tap()
    assert page.url.endswith(f"#{await figure.get_attribute('id')}")


async def test_the_keyboard_reaches_the_report_and_its_figures(browser: Browser, path: Path) -> None:
    page = await opened(browser, path, scripts=False, **size(1280))
    await page.keyboard.press("Tab")
    assert await page.locator(":focus").get_attribute("class") == "skip"
    assert await page.locator(".skip").is_visible()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    focused = page.locator(":focus")
    await page.keyboard.press("Enter")
    assert await focused.evaluate("node => node.tagName") == "BUTTON"
    note = page.locator(".src:popover-open")
    assert await note.count() == 1
    await page.keyboard.press("Escape")
    assert await note.count() == 0


async def test_whatever_has_the_focus_shows_it(browser: Browser, path: Path) -> None:
    page = await opened(browser, path, **size(1280))
    for _ in range(40):
        await page.keyboard.press("Tab")
        outline = await page.locator(":focus").evaluate("node => getComputedStyle(node).outlineStyle")
        assert outline != "none"


async def test_the_page_prints_on_paper_of_its_width(browser: Browser, path: Path, tmp_path: Path) -> None:
    page = await opened(
        browser, path, color_scheme="dark", **size(680)
    )  # the width of A4 between its margins
    await page.emulate_media(media="print")

    assert await page.evaluate("document.documentElement.scrollWidth") <= 680
    assert (
        await page.evaluate("getComputedStyle(document.querySelector('.sheet')).backgroundColor")
        == "rgb(255, 255, 255)"
    )
    assert not await page.locator("nav").is_visible()
    assert await page.locator("#findings details code").first.is_visible()  # what was folded is unfolded
    paper = await page.pdf(prefer_css_page_size=True, print_background=True)
    assert paper.startswith(b"%PDF")
    pages = await page.evaluate("document.documentElement.scrollHeight / 980")
    assert paper.count(b"/Type /Page\n") > pages / 2


def test_the_file_is_small(path: Path) -> None:
    assert path.stat().st_size < MOST_BYTES


async def test_on_paper_the_transcript_is_folded_and_long_tables_are_cut(
    browser: Browser, path: Path
) -> None:
    page = await opened(browser, path)
    folded, told = page.locator(".on-screen").first, page.locator(".on-paper").first
    assert (await folded.is_visible(), await told.is_visible()) == (True, False)
    await page.emulate_media(media="print")
    assert (await folded.is_visible(), await told.is_visible()) == (False, True)
    for table in await page.locator("#evidence table.rows").all():
        shown = [row for row in await table.locator("tbody tr").all() if await row.is_visible()]
        assert 1 <= len(shown) <= 8


async def test_a_rich_report_prints_on_few_pages(browser: Browser, path: Path) -> None:
    page = await opened(browser, path)
    printed = await page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) <= 25

"""A review in a real browser: readable by everybody, in every light, on every width, on paper, without a script."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from in_chromium import size, violations, words_outside_pictures
from playwright.async_api import Browser

from ag2_marketing.report import Report, write_report

pytestmark = pytest.mark.needs("chromium")
Reviewing = Callable[..., Coroutine[Any, Any, Report]]


@pytest.fixture
async def path(reviewed: Reviewing, tmp_path: Path) -> Path:
    return write_report(await reviewed(organisation="Maple Home Care"), tmp_path / "out")["html"]


async def test_axe_finds_nothing_in_any_light_or_width(browser: Browser, path: Path) -> None:
    for width, light in ((390, "dark"), (1280, "light")):
        options: dict[str, Any] = {**size(width), "color_scheme": light}
        page = await (await browser.new_context(bypass_csp=True, **options)).new_page()
        await page.goto(path.as_uri())
        assert await violations(page) == [], (width, light)


async def test_the_page_is_never_wider_than_the_window_or_its_paper(browser: Browser, path: Path) -> None:
    page = await (await browser.new_context(bypass_csp=True)).new_page()
    await page.goto(path.as_uri())
    for width in (320, 390, 768, 1280):
        await page.set_viewport_size(size(width)["viewport"])
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
    await page.set_viewport_size(size(680)["viewport"])
    await page.emulate_media(media="print")
    assert await page.evaluate("document.documentElement.scrollWidth") <= 680


async def test_words_in_a_picture_lie_within_it(browser: Browser, path: Path) -> None:
    page = await (await browser.new_context(**size(390), bypass_csp=True)).new_page()
    await page.goto(path.as_uri())
    outside = await words_outside_pictures(page)
    assert outside == []


async def test_nothing_is_asked_from_outside_and_nothing_is_complained_about(
    browser: Browser, path: Path
) -> None:
    page = await (await browser.new_context(java_script_enabled=False)).new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    await page.goto(path.as_uri())
    for drawing in await page.locator("svg.chart").all():
        assert await drawing.is_visible()
    assert [url for url in asked if url != path.as_uri() and not url.startswith("data:")] == []
    assert said == []


async def test_a_place_of_the_map_leads_to_its_evidence(browser: Browser, path: Path) -> None:
    page = await (await browser.new_context(java_script_enabled=False, **size(1280))).new_page()
    await page.goto(path.as_uri())
    place = page.locator(".heat-map td a").first
    shown = await place.inner_text()
    await place.click()
    row = page.locator("tr:target")
    assert await row.is_visible()
    recorded = float(await row.locator("td").nth(1).inner_text())
    assert float(f"{recorded:.3g}") == float(shown)


async def test_the_map_keeps_its_first_column_in_sight_on_a_phone(browser: Browser, path: Path) -> None:
    page = await (await browser.new_context(bypass_csp=True, **size(390))).new_page()
    await page.goto(path.as_uri())
    scrolled = page.locator(".scroll.heat")
    await scrolled.evaluate("node => { node.scrollLeft = 200; }")
    box = await page.locator(".heat-map tbody th").first.bounding_box()
    around = await scrolled.bounding_box()
    assert box is not None
    assert around is not None
    assert abs(box["x"] - around["x"]) < 8


async def test_it_prints_on_few_pages(browser: Browser, path: Path) -> None:
    page = await (await browser.new_context(color_scheme="dark")).new_page()
    await page.goto(path.as_uri())
    printed = await page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) <= 16

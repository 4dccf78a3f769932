"""An experiment's page in a real browser: readable by everybody, in every light, on every width, on paper."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
from drawn_experiments import an_analysis, its_status
from in_chromium import chromium, size, violations, words_outside_pictures

from ag2_marketing.report.experiments import write_analysis, write_plan
from ag2_marketing_tools.experiments.analysis.parameters import PlanExperiment
from ag2_marketing_tools.experiments.analysis.planning import plan

pytestmark = pytest.mark.needs("chromium")

MOST_BYTES = 1_500_000


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write_analysis(an_analysis(name="A long name of a test " * 4), tmp_path, its_status())["html"]


@pytest.mark.parametrize(("width", "light"), [*itertools.product((390, 1280), ("light", "dark"))])
async def test_axe_finds_nothing(path: Path, width: int, light: Any) -> None:
    async with chromium() as browser:
        context = await browser.new_context(color_scheme=light, bypass_csp=True, **size(width))
        page = await context.new_page()
        await page.goto(path.as_uri())

        assert await violations(page) == []


async def test_axe_finds_nothing_in_a_plan(tmp_path: Path) -> None:
    made = plan(PlanExperiment(kind="binary", baseline=0.05, minimum_detectable_effect=0.1))
    async with chromium() as browser:
        page = await (await browser.new_context(bypass_csp=True)).new_page()
        await page.goto(write_plan(made, tmp_path)["html"].as_uri())

        assert await violations(page) == []


async def test_the_page_is_never_wider_than_the_window_or_its_paper(path: Path) -> None:
    async with chromium() as browser:
        page = await (await browser.new_context(bypass_csp=True)).new_page()
        await page.goto(path.as_uri())
        for width in (320, 390, 768, 1280):
            await page.set_viewport_size(size(width)["viewport"])
            assert await page.evaluate("document.documentElement.scrollWidth") <= width
        await page.set_viewport_size(size(680)["viewport"])
        await page.emulate_media(media="print")
        assert await page.evaluate("document.documentElement.scrollWidth") <= 680


async def test_without_a_script_every_picture_stands_and_nothing_is_asked_from_outside(path: Path) -> None:
    said: list[str] = []
    asked: list[str] = []
    async with chromium() as browser:
        page = await (await browser.new_context(java_script_enabled=False)).new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("request", lambda request: asked.append(request.url))
        await page.goto(path.as_uri())
        drawings = await page.locator("svg.chart").all()
        assert len(drawings) == 17  # 3 cards of 2 pictures and 2 days' curves, 3 by size, 2 on who took part
        for drawing in drawings:
            assert await drawing.is_visible()
    assert said == []
    assert [url for url in asked if url != path.as_uri() and not url.startswith("data:")] == []


async def test_words_in_a_picture_lie_within_it(path: Path) -> None:
    async with chromium() as browser:
        page = await (await browser.new_context(**size(390), bypass_csp=True)).new_page()
        await page.goto(path.as_uri())
        outside = await words_outside_pictures(page)
    assert outside == []


def test_the_file_is_small(path: Path) -> None:
    assert path.stat().st_size < MOST_BYTES

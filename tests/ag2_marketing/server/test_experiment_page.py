"""The page of an experiment in a real browser: plotly under our policy, and drawings without it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from drawn_experiments import an_analysis, its_status
from in_chromium import chromium, size, violations
from playwright.async_api import Page, expect
from tracking_server import PASSWORD, OneExperiment, Tracking, server_settings, tracking_server

from ag2_marketing.server.access.roles import Role
from ag2_marketing.server.experiments import ListedExperiment
from ag2_marketing_tools.errors import Conflict, StoreError

NAME = "Prices <b>now</b>"


class Drawn(OneExperiment):
    """An experiment with two weeks of figures."""

    async def status(self, experiment_id: str) -> Mapping[str, Any]:
        self._known(experiment_id)
        return its_status(id="exp_1", name=NAME).model_dump(mode="json")

    async def results(self, experiment_id: str) -> Mapping[str, Any]:
        self._known(experiment_id)
        return an_analysis(id="exp_1", name=NAME).model_dump(mode="json")


class Empty(Drawn):
    """An experiment without users."""

    async def results(self, experiment_id: str) -> Mapping[str, Any]:
        raise Conflict("Insufficient data for variant_id: <i>b</i>")


class Failing(Drawn):
    """An experiment whose database fails at one of the questions."""

    def __init__(self, at: str) -> None:
        super().__init__()
        self.at = at

    async def listed(self) -> Sequence[ListedExperiment]:
        self._fail_at("listed")
        return await super().listed()

    async def status(self, experiment_id: str) -> Mapping[str, Any]:
        self._fail_at("status")
        return await super().status(experiment_id)

    async def results(self, experiment_id: str) -> Mapping[str, Any]:
        self._fail_at("results")
        return await super().results(experiment_id)

    def _fail_at(self, name: str) -> None:
        if name == self.at:
            raise StoreError("The database failed: no such table: secret.")


@pytest.fixture
async def drawn(tmp_path: Path) -> AsyncIterator[Tracking]:
    async with tracking_server(server_settings(tmp_path), make_experiments=lambda _: Drawn()) as running:
        await running.account(role=Role.ANALYST)
        yield running


@asynccontextmanager
async def opened(tracking: Tracking, **options: Any) -> AsyncIterator[tuple[Page, list[str]]]:
    """Log in and open the experiment's page; what the browser complains about is collected."""
    said: list[str] = []
    async with chromium() as browser:
        page = await (await browser.new_context(**options)).new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        await page.goto(f"{tracking.url}/login?next=/experiments/exp_1")
        await page.fill("[name=name]", "anna")
        await page.fill("[name=password]", PASSWORD)
        await page.click("button")
        await page.wait_for_selector(".outcome")
        yield page, said


async def until_drawn(page: Page) -> None:
    """Wait without `wait_for_function`, whose eval the policy forbids."""
    await expect(page.locator(".drawing:not([hidden])")).to_have_count(0, timeout=30_000)


@pytest.mark.needs("chromium")
async def test_plotly_draws_every_picture_and_the_policy_has_nothing_to_forbid(drawn: Tracking) -> None:
    async with opened(drawn) as (page, said):
        await until_drawn(page)
        assert await page.locator(".live .plot-container").count() == 17
        assert await page.locator(".live").first.is_visible()
        assert not await page.locator("svg.chart").first.is_visible()
        assert "Prices <b>now</b>" in await page.locator(".what").inner_text()
    assert said == []


@pytest.mark.needs("chromium")
async def test_without_scripts_the_drawings_stay(drawn: Tracking) -> None:
    async with opened(drawn, java_script_enabled=False) as (page, said):
        assert await page.locator("svg.chart").first.is_visible()
        assert not await page.locator(".live").first.is_visible()
    assert said == []


@pytest.mark.needs("chromium")
async def test_arrow_keys_walk_through_the_points_and_say_them(drawn: Tracking) -> None:
    async with opened(drawn) as (page, _):
        await until_drawn(page)
        plot = page.locator(".plot", has_text="B against the control, day by day").first
        live, spoken = plot.locator(".live"), plot.locator(".spoken")
        await live.focus()
        assert "arrow keys" in await spoken.inner_text()
        await page.keyboard.press("ArrowRight")
        assert (await spoken.inner_text()).startswith("Oct 1: +20 %")
        await page.keyboard.press("ArrowRight")
        assert (await spoken.inner_text()).startswith("Oct 2: +20.0 %")
        await page.keyboard.press("End")
        await page.keyboard.press("ArrowRight")
        assert (await spoken.inner_text()).startswith("Oct 14: +20.0 %")
        await page.keyboard.press("Escape")
        assert await spoken.inner_text() == ""


@pytest.mark.needs("chromium")
@pytest.mark.parametrize(("width", "light"), [(390, "dark"), (1280, "light")])
async def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(
    drawn: Tracking, width: int, light: Any
) -> None:
    async with opened(drawn, color_scheme=light, bypass_csp=True, **size(width)) as (page, _):
        await until_drawn(page)
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        assert await violations(page) == []


@pytest.mark.needs("chromium")
async def test_on_paper_the_drawings_stand_in_for_plotly(drawn: Tracking) -> None:
    async with opened(drawn) as (page, _):
        await until_drawn(page)
        await page.emulate_media(media="print")
        assert await page.locator("svg.chart").first.is_visible()
        assert not await page.locator(".live").first.is_visible()


async def test_a_test_without_users_shows_how_far_it_is_and_why_it_cannot_be_judged(tmp_path: Path) -> None:
    async with tracking_server(server_settings(tmp_path), make_experiments=lambda _: Empty()) as tracking:
        headers = await tracking.token()
        client = tracking.client(headers=headers)
        answer = await client.get("/experiments/exp_1")
        missing = await client.get("/experiments/exp_2")
        await client.aclose()
    assert answer.status_code == 200
    assert "Insufficient data for variant_id: &lt;i&gt;b&lt;/i&gt;" in answer.text
    assert "42,000" in answer.text
    assert missing.status_code == 404


@pytest.mark.parametrize(
    ("at", "path"),
    [
        ("listed", "/experiments"),
        ("listed", "/api/experiments"),
        ("status", "/experiments/exp_1"),
        ("status", "/api/experiments/exp_1/status"),
        ("results", "/experiments/exp_1"),
        ("results", "/api/experiments/exp_1/results"),
    ],
)
async def test_what_a_failing_database_says_is_not_for_readers(tmp_path: Path, at: str, path: str) -> None:
    settings = server_settings(tmp_path)
    async with tracking_server(settings, make_experiments=lambda _: Failing(at)) as tracking:
        async with tracking.client(headers=await tracking.token()) as client:
            answer = await client.get(path)
        figures = tracking.services.figures.text().decode()
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert "Please try again later." in answer.text
    assert "secret" not in answer.text
    assert 'reason="store"' in figures


async def test_the_scripts_and_styles_of_the_page_come_from_this_server(tracking: Tracking) -> None:
    async with tracking.client() as client:
        plotly = await client.get("/plotly.js", headers={"accept-encoding": "gzip"})
        plain = await client.get("/plotly.js", headers={"accept-encoding": "identity"})
        plots, style = await client.get("/plots.js"), await client.get("/experiment.css")
    assert plotly.headers["content-encoding"] == "gzip"
    assert plotly.content == plain.content
    assert int(plotly.headers["content-length"]) < 2_000_000
    for answer in (plotly, plain, plots):
        assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
        assert answer.headers["cache-control"] == "public, max-age=3600"
    assert style.headers["content-type"] == "text/css; charset=utf-8"

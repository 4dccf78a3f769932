"""The snippet on a real page in a real browser: each event in the store, once; or none, where that is wished."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from loopback_site import Site, running_site
from playwright.async_api import Browser, BrowserContext, Page
from running_tests import an_experiment, set_up
from tracking_server import Tracking, server_settings, tracking_server

from ag2_marketing.server.engine import EngineSink

pytestmark = pytest.mark.needs("chromium")

NO_STORAGE = "Object.defineProperty(window, 'localStorage', {get() { throw new Error('blocked'); }})"
KEPT = "Object.keys(localStorage).filter(name => name.startsWith('ag2m:event')).length"


@asynccontextmanager
async def a_shop(folder: Path, attributes: str = "", **settings: Any) -> AsyncIterator[tuple[Site, Tracking]]:
    """A site with a strict content security policy whose page loads the snippet of a tracking server."""
    with running_site() as site:
        allowed = server_settings(folder, server_allowed_origins=site.origin, **settings)
        async with tracking_server(allowed, make_sink=EngineSink) as tracking:
            await a_running_test(tracking)
            script = (
                f'<script src="{tracking.url}/snippet.js" data-key="{tracking.key}" {attributes}></script>'
            )
            policy = f"default-src 'none'; script-src {tracking.url}; connect-src {tracking.url}"
            page = f"<!doctype html><title>Shop</title>{script}<p>Care"
            site.put("/", page, content_security_policy=policy)
            site.put("/next", "<!doctype html><title>Next</title>")
            yield site, tracking


async def a_running_test(tracking: Tracking) -> None:
    """Set up a test in which one user was assigned."""
    now = tracking.ws.clock.now()
    planned = {"start_at": now - timedelta(days=1), "end_at": now + timedelta(days=7)}
    test = an_experiment(metrics=["conversion_rate", "revenue_per_user"], **planned)
    seat = {"variant": "B", "assigned_at": now - timedelta(hours=1)}
    await set_up(tracking.ws, test, {"u1": seat})


async def visited(browser: Browser, site: Site, **options: Any) -> tuple[BrowserContext, Page, list[str]]:
    """Open the page; also return what its console complains about."""
    script = options.pop("script", None)
    context = await browser.new_context(**options)
    if script:
        await context.add_init_script(script)
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(site.url("/"))
    return context, page, complaints


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(30):
        while not await holds():
            await asyncio.sleep(0.05)


async def ids(tracking: Tracking, metric: str = "conversion_rate") -> list[str]:
    return sorted(row.event_id for row in await tracking.rows() if row.metric == metric)


def stored(tracking: Tracking, *expected: str) -> Callable[[], Awaitable[bool]]:
    async def holds() -> bool:
        return await ids(tracking) == sorted(expected)

    return holds


async def track(page: Page, arguments: str = "'conversion'") -> str:
    return str(await page.evaluate(f"trackEvent({arguments})"))


async def test_an_event_of_a_page_is_in_the_store_once(browser: Browser, tmp_path: Path) -> None:
    async with a_shop(tmp_path, 'data-experiment="test_1" data-variant="test_1_B"') as (site, tracking):
        _, page, complaints = await visited(browser, site)
        sent = await track(page, "'conversion', {revenue: 49.9}, {user: 'u1', context: {plan: 'gold'}}")
        await until(stored(tracking, sent))
        rows = {row.metric: row for row in await tracking.rows()}
        assert {name: row.value for name, row in rows.items()} == {
            "conversion_rate": 1.0,
            "revenue_per_user": 49.9,
        }
        row = rows["revenue_per_user"]
        assert (row.experiment_id, row.variant_id, row.user_id) == ("test_1", "test_1_B", "u1")
        assert row.counts == "outcome"
        assert abs((row.received_at - row.occurred_at).total_seconds()) < 20
        assert await page.evaluate(KEPT) == 0
        assert complaints == []


async def test_a_visitor_keeps_an_id_of_their_own(browser: Browser, tmp_path: Path) -> None:
    async with a_shop(tmp_path, 'data-pageview="auto"') as (site, tracking):
        _, page, _ = await visited(browser, site)
        sent = await track(page)
        await until(stored(tracking, sent))
        await page.goto(site.url("/"))
        again = await track(page)
        await until(stored(tracking, sent, again))
        _, elsewhere, _ = await visited(browser, site)
        other = await track(elsewhere)
        await until(stored(tracking, sent, again, other))
        users = {row.event_id: row.user_id for row in await tracking.rows()}
        assert users[sent] == users[again] != users[other]
        assert len(await ids(tracking, "page_views")) == 3


async def test_what_happens_offline_is_sent_once_the_line_is_back(browser: Browser, tmp_path: Path) -> None:
    async with a_shop(tmp_path) as (site, tracking):
        context, page, _ = await visited(browser, site)
        await context.set_offline(True)
        sent = [await track(page) for _ in range(3)]
        await asyncio.sleep(0.5)
        assert await tracking.count() == 0
        assert await page.evaluate(KEPT) == 3
        await context.set_offline(False)
        await until(stored(tracking, *sent))


async def test_what_a_closed_page_could_not_send_the_next_one_does(browser: Browser, tmp_path: Path) -> None:
    async with a_shop(tmp_path) as (site, tracking):
        context, page, _ = await visited(browser, site)
        await context.set_offline(True)
        sent = await track(page)
        await page.close(run_before_unload=False)
        await context.set_offline(False)
        assert await tracking.count() == 0
        await (await context.new_page()).goto(site.url("/"))
        await until(stored(tracking, sent))


async def test_an_event_at_the_last_moment_is_sent_as_the_page_goes_and_counts_once(
    browser: Browser, tmp_path: Path
) -> None:
    async with a_shop(tmp_path) as (site, tracking):
        _, page, _ = await visited(browser, site)
        await page.evaluate("window.addEventListener('beforeunload', () => void trackEvent('conversion'))")
        await page.goto(site.url("/next"))
        (kept,) = await page.evaluate("Object.keys(localStorage).filter(name => name.includes(':event:'))")
        sent = kept.rpartition(":")[2]
        await until(stored(tracking, sent))
        await page.goto(site.url("/"))  # it cannot know that the event arrived, and sends it again

        async def is_settled() -> bool:
            return await page.evaluate(KEPT) == 0

        await until(is_settled)
        assert await ids(tracking) == [sent]
        assert 'outcome="quarantined"' not in tracking.services.figures.text().decode()


async def test_a_server_that_is_too_busy_gets_the_event_later(browser: Browser, tmp_path: Path) -> None:
    limits = {"server_requests_per_s": 1.0, "server_burst_requests": 1}
    async with a_shop(tmp_path, **limits) as (site, tracking):
        _, page, _ = await visited(browser, site)
        first = await track(page)
        await until(stored(tracking, first))
        second = await track(page)
        third = await track(page)
        await until(stored(tracking, first, second, third))


async def test_more_events_than_one_request_takes_all_arrive(browser: Browser, tmp_path: Path) -> None:
    async with a_shop(tmp_path) as (site, tracking):
        _, page, _ = await visited(browser, site)
        sent = await page.evaluate("Array.from({length: 180}, () => trackEvent('conversion'))")
        await until(stored(tracking, *sent))


async def test_without_local_storage_events_are_sent_all_the_same(browser: Browser, tmp_path: Path) -> None:
    async with a_shop(tmp_path) as (site, tracking):
        _, page, complaints = await visited(browser, site, script=NO_STORAGE)
        sent = await track(page)
        await until(stored(tracking, sent))
        assert complaints == []


async def test_a_damaged_storage_is_passed_over(browser: Browser, tmp_path: Path) -> None:
    async with a_shop(tmp_path) as (site, tracking):
        _, page, complaints = await visited(browser, site)
        damage = f"localStorage.setItem('ag2m:event:{tracking.key}:x', '{{')"
        await page.evaluate(damage)
        sent = await track(page)
        await until(stored(tracking, sent))
        assert complaints == []


# What is not wished


@pytest.mark.parametrize(
    "script",
    [
        "Object.defineProperty(navigator, 'doNotTrack', {get: () => '1'})",
        "Object.defineProperty(navigator, 'globalPrivacyControl', {get: () => true})",
    ],
)
async def test_a_browser_that_asks_not_to_be_tracked_sends_and_keeps_nothing(
    browser: Browser, tmp_path: Path, script: str
) -> None:
    async with a_shop(tmp_path, 'data-pageview="auto"') as (site, tracking):
        _, page, _ = await visited(browser, site, script=script)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        assert await page.evaluate("trackEvent('conversion')") is None
        await page.goto(site.url("/next"))
        await asyncio.sleep(0.5)
        assert asked == [site.url("/next")]
        assert await page.evaluate("Object.keys(localStorage)") == []
        assert await tracking.count() == 0


@pytest.mark.parametrize("header", ["DNT", "Sec-GPC"])
async def test_what_the_header_alone_asks_for_is_heeded_by_the_server(
    browser: Browser, tmp_path: Path, header: str
) -> None:
    async with a_shop(tmp_path) as (site, tracking):
        _, page, _ = await visited(browser, site, extra_http_headers={header: "1"})
        await track(page)
        answered = 'ag2_marketing_events_total{outcome="not_stored"} 1.0'

        async def is_answered() -> bool:
            return answered in tracking.services.figures.text().decode()

        await until(is_answered)
        assert await tracking.count() == 0


async def test_a_company_that_may_track_all_the_same_can_say_so(browser: Browser, tmp_path: Path) -> None:
    async with a_shop(tmp_path, server_respect_do_not_track=False) as (site, tracking):
        script = "Object.defineProperty(navigator, 'doNotTrack', {get: () => '1'})"
        _, page, _ = await visited(browser, site, script=script)
        sent = await track(page)
        await until(stored(tracking, sent))


@pytest.mark.parametrize(
    ("attributes", "required"), [('data-consent="required"', False), ("", True)], ids=["by page", "by server"]
)
async def test_before_consent_nothing_is_kept_or_sent_and_after_it_everything(
    browser: Browser, tmp_path: Path, attributes: str, *, required: bool
) -> None:
    async with a_shop(tmp_path, attributes, server_require_consent=required) as (site, tracking):
        _, page, _ = await visited(browser, site)
        assert await page.evaluate("trackEvent('conversion')") is None
        assert await page.evaluate("Object.keys(localStorage)") == []
        await page.evaluate("trackEvent.consent(true)")
        sent = await track(page)
        await until(stored(tracking, sent))
        await page.evaluate("trackEvent.consent(false)")
        assert await page.evaluate("trackEvent('conversion')") is None
        assert await page.evaluate("Object.keys(localStorage)") == ["ag2m:consent"]
        await page.goto(site.url("/"))
        assert await page.evaluate("trackEvent('conversion')") is None
        await page.evaluate("trackEvent.consent(null)")
        assert await page.evaluate("Object.keys(localStorage)") == []
        await asyncio.sleep(0.3)
        assert await ids(tracking) == [sent]

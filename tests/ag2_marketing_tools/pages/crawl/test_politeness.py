from __future__ import annotations

from itertools import pairwise

import pytest
from generated_site import GeneratedSite

from ag2_marketing_tools.pages.crawl import crawl
from ag2_marketing_tools.workspace import SequentialIds, Settings, SystemClock, Workspace

ROBOTS = "User-agent: *\nCrawl-delay: {}\n"


def shortest_interval_s(site: GeneratedSite, *, after: int = 0) -> float:
    times = [each.at_s for each in site.asked[after:]]
    return min(later - earlier for earlier, later in pairwise(times))


def typical_interval_s(site: GeneratedSite, *, after: int = 0) -> float:
    """Return the mean: a busy machine delivers single requests late, and the next one then seems early."""
    times = [each.at_s for each in site.asked[after:]]
    return (times[-1] - times[0]) / (len(times) - 1)


@pytest.mark.parametrize(("asked", "kept"), [("7", 7.0), ("0.5", 0.5), ("3600", 30.0)])
async def test_the_delay_that_robots_txt_asks_for_is_kept(
    site: GeneratedSite, ws: Workspace, asked: str, kept: float
) -> None:
    site.pages = 12
    site.now = ws.clock.monotonic_s
    site.put("/robots.txt", ROBOTS.format(asked), content_type="text/plain")
    _ = [page async for page in crawl(site.url(), ws, concurrency=1)]
    assert len(site.asked) == 14
    assert shortest_interval_s(site, after=1) == pytest.approx(kept)


async def test_that_delay_is_kept_by_requests_at_once_on_a_real_clock(
    site: GeneratedSite, settings: Settings
) -> None:
    site.pages = 10
    site.put("/robots.txt", ROBOTS.format("0.05"), content_type="text/plain")
    async with Workspace.open(settings, clock=SystemClock()) as ws:
        _ = [page async for page in crawl(site.url(), ws, concurrency=4)]
    assert len(site.asked) == 12
    assert typical_interval_s(site, after=1) >= 0.045  # of 50 ms


async def test_the_pause_of_the_settings_is_kept_on_a_real_clock(
    site: GeneratedSite, settings: Settings
) -> None:
    site.pages = 10
    slower = settings.model_copy(update={"host_min_interval_s": 0.05})
    async with Workspace.open(slower, clock=SystemClock()) as ws:
        _ = [page async for page in crawl(site.url(), ws, concurrency=4)]
    assert len(site.asked) == 12
    assert typical_interval_s(site) >= 0.045  # of 50 ms


@pytest.mark.parametrize("connections", [1, 2, 3])
async def test_no_more_connections_than_allowed_are_used_at_once(
    site: GeneratedSite, settings: Settings, connections: int
) -> None:
    site.pages = 60
    site.delay_s = 0.01
    limited = settings.model_copy(update={"host_max_connections": connections})
    async with Workspace.open(limited, clock=SystemClock()) as ws:
        _ = [page async for page in crawl(site.url(), ws, max_pages=60, concurrency=12)]
    assert max(each.at_once for each in site.asked) == connections
    assert site.most_connections <= connections


async def test_the_crawler_says_who_it_is_and_reads_robots_txt_first(
    site: GeneratedSite, settings: Settings
) -> None:
    site.pages = 3
    async with Workspace.open(settings, ids=SequentialIds()) as ws:
        _ = [page async for page in crawl(site.url(), ws)]
    assert site.asked[0].path == "/robots.txt"
    assert {each.agent for each in site.asked} == {settings.user_agent}

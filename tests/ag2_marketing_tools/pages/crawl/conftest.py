"""A generated site on loopback, and a workspace that may reach it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from generated_site import GeneratedSite, running
from loopback_workspace import loopback_settings, loopback_workspace

from ag2_marketing_tools.pages.crawl import CrawledPage, CrawlReport, crawl
from ag2_marketing_tools.workspace import Settings, Workspace


@pytest.fixture
def site() -> Iterator[GeneratedSite]:
    with running(GeneratedSite(words=60, extra_links=2)) as served:
        yield served


@pytest.fixture
def settings(tmp_path: Path, site: GeneratedSite) -> Settings:
    return loopback_settings(tmp_path, site.origin, fetch_max_attempts=1)


@pytest.fixture
async def ws(settings: Settings) -> AsyncIterator[Workspace]:
    async with loopback_workspace(settings) as opened:
        yield opened


@pytest.fixture
def crawled(
    site: GeneratedSite, ws: Workspace
) -> Callable[..., Awaitable[tuple[dict[str, CrawledPage], CrawlReport]]]:
    """Crawl the site; return its pages by path, in order, and the report."""

    async def run(start: str = "/", **options: object) -> tuple[dict[str, CrawledPage], CrawlReport]:
        one = crawl(site.url(start), ws, **options)  # type: ignore[arg-type]
        found = {page.url.removeprefix(site.origin): page async for page in one}
        return found, await one.report()

    return run

"""The site's own pages: from a recent crawl that is stored, else from a crawl of its own."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from ag2_marketing_tools.content.facts import measures
from ag2_marketing_tools.content.model_links import SiteRead
from ag2_marketing_tools.content.own_page import OwnPage, addresses_of
from ag2_marketing_tools.content.profile import PageProfile
from ag2_marketing_tools.errors import MarketingError
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.pages.crawl import crawl, forget
from ag2_marketing_tools.pages.crawl.identity import plain
from ag2_marketing_tools.pages.crawl.state import Header, read_headers
from ag2_marketing_tools.pages.crawl.stored import read_pages
from ag2_marketing_tools.pages.crawl.visit import HostRests, Remark, Visitor, Waiting
from ag2_marketing_tools.pages.model import Page
from ag2_marketing_tools.pages.urls import canonical_form, origin
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.schema import crawl as crawl_table

PURPOSE = "content analysis"
_AT_ONCE = 4


@dataclass(frozen=True)
class OwnSite:
    """Pages of the own site besides the analysed one, and how they came to be read."""

    pages: tuple[OwnPage, ...]
    read: SiteRead


async def read_own_site(target: Page, ws: Workspace, *, max_pages: int) -> OwnSite:
    """Return other pages of the site that a page belongs to; what goes wrong is a reason, never an error.

    A crawl that was stored within the last day tells which pages there are; only where there is none is the
    site crawled now. Documents that were read a moment ago come from the gateway's cache.

    Args:
        target: The analysed page, which is left out.
        ws: The workspace.
        max_pages: The most pages, the analysed one counted; 1 reads none.
    """
    if max_pages <= 1:
        return no_site(say("Only the analysed page itself was to be read (max_pages is 1)."), max_pages)
    try:
        known = await _recent_crawl(target, ws)
        if known is None:
            return await _crawled(target, ws, max_pages)
        return await _from_stored(known, target, ws, max_pages)
    except MarketingError as error:
        reason = say("The site's other pages could not be read: {reason}", reason=str(error))
        return no_site(reason, max_pages)


def no_site(reason: str, max_pages: int = 1) -> OwnSite:
    """Return a site of which no other page was read."""
    return OwnSite((), SiteRead(source="none", pages_read=0, max_pages=max_pages, reason=reason))


async def _recent_crawl(target: Page, ws: Workspace) -> Header | None:
    since = ws.clock.now() - timedelta(hours=measures().own_site.crawl_age_hours_most)
    stored = await read_headers(
        ws.store, crawl_table.c.state == "finished", crawl_table.c.started_at >= since
    )
    return next((one for one in stored if origin(one.anchor_url) == origin(target.url)), None)


async def _from_stored(known: Header, target: Page, ws: Workspace, max_pages: int) -> OwnSite:
    left_out = addresses_of(target)
    urls = [
        page.url
        async for page in read_pages(ws.store, known.id)
        if page.outcome == "page" and canonical_form(page.url) not in left_out
    ]
    gate, visitor = asyncio.Semaphore(_AT_ONCE), Visitor(ws, with_page=True, cached=True)
    wanted = urls[: max_pages - 1]
    found = await asyncio.gather(*(_visited(url, visitor, gate) for url in wanted))
    pages = tuple(page for page in found if page)
    read = SiteRead(
        source="stored_crawl",
        crawl_id=known.id,
        crawled_at=known.started_at,
        pages_read=len(pages),
        pages_known=len(urls),
        max_pages=max_pages,
        reason=_why_less(len(pages), len(urls), len(wanted)),
    )
    return OwnSite(pages, read)


async def _visited(url: str, visitor: Visitor, gate: asyncio.Semaphore) -> OwnPage | None:
    async with gate:
        try:
            visit = await visitor.visit(Waiting(0, url, 0, 0, 0, in_sitemap=False))
        except HostRests:
            return None
        return None if visit.page is None else await asyncio.to_thread(_kept, visit.page)


async def _crawled(target: Page, ws: Workspace, max_pages: int) -> OwnSite:
    left_out = addresses_of(target)
    pages: dict[str, OwnPage] = {}

    async def keep(page: Page) -> Remark | None:
        form = canonical_form(page.url)
        if form not in left_out:
            pages[form] = await asyncio.to_thread(_kept, page)
        return None

    started_at = ws.clock.now()
    start = plain(target.url)
    # Other hosts of the domain may be other people's, as on shared platforms.
    run = crawl(start, ws, max_pages=max_pages, scope="host", on_page=keep, purpose=PURPOSE)
    try:
        found = [page.outcome async for page in run]
    finally:
        with suppress(MarketingError):  # it was not begun
            await forget(ws.store, run.id)
    read = SiteRead(
        source="crawl",
        crawled_at=started_at,
        pages_read=len(pages),
        pages_known=max(len(pages), found.count("page") - 1),
        max_pages=max_pages,
        reason=None if pages else say("The crawl found no other page of the site."),
    )
    return OwnSite(tuple(pages.values()), read)


def _why_less(read: int, known: int, wanted: int) -> str | None:
    if not known:
        return say("The stored crawl found no other page of the site.")
    if read < wanted:
        return say(
            "{missing} of {wanted} pages could not be read again.", missing=wanted - read, wanted=wanted
        )
    if wanted == known:
        return None
    return say("{pages} further pages are beyond max_pages.", pages=known - wanted)


def _kept(page: Page) -> OwnPage:
    return OwnPage.of(PageProfile(page))

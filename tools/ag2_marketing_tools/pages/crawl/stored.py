"""Reading a crawl back from the store, page by page."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

from sqlalchemy import select

from ag2_marketing_tools.pages.crawl.model import CrawledPage
from ag2_marketing_tools.workspace.store import Store
from ag2_marketing_tools.workspace.store.schema import crawl_page, crawl_url

_AS_STORED = (
    "number", "outcome", "status", "reason", "media_type", "title", "description", "h1", "canonical_url",
    "noindex", "nofollow", "words", "html_bytes", "wire_bytes", "time_to_first_byte_ms", "total_ms",
    "external_links", "fetched_at", "remark",
)  # fmt: skip


def crawled_page(row: Mapping[Any, Any], *, url: str, in_sitemap: bool | None) -> CrawledPage:
    """Return a row of `crawl_page` as what a caller sees."""
    links, signs = row["links"], row["javascript_signs"]
    return CrawledPage(
        **{name: row[name] for name in _AS_STORED},
        url=url,
        in_sitemap=in_sitemap,
        redirects_to=row["location"],
        internal_links=None if links is None else len(links),
        needs_javascript=None if signs is None else bool(signs),
        javascript_signs=signs or [],
    )


async def read_pages(store: Store, crawl_id: str) -> AsyncIterator[CrawledPage]:
    """Yield all that a crawl stored, in the order of discovery."""
    page, known = crawl_page, crawl_url
    query = (
        select(page, known.c.url, known.c.in_sitemap)
        .join(known, (known.c.crawl_id == page.c.crawl_id) & (known.c.number == page.c.number))
        .where(page.c.crawl_id == crawl_id)
        .order_by(page.c.number)
    )
    async with store.read() as connection:
        async for row in (await connection.stream(query)).mappings():
            yield crawled_page(row, url=row["url"], in_sitemap=row["in_sitemap"])

"""Which files beside the page an audit asks for, by the parts that were asked for."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urljoin

from ag2_marketing_tools.pages.model import Page
from ag2_marketing_tools.pages.robots import RobotsTxt
from ag2_marketing_tools.pages.site_files import SiteFile, SiteFiles, fetch_site_file
from ag2_marketing_tools.pages.sitemap import is_complete
from ag2_marketing_tools.pages.urls import origin
from ag2_marketing_tools.seo.catalogue import Part
from ag2_marketing_tools.workspace import Workspace

LARGEST_SITEMAP_BYTES = 10_000_000
"""The protocol allows 50 MB; for one page's audit that would be impolite."""
_LARGEST_OTHER_BYTES = 1_000_000


async def site_files(page: Page, robots: RobotsTxt, parts: Sequence[Part], ws: Workspace) -> SiteFiles:
    """Fetch the files that the checks of these parts look at, one request each, one after the other."""
    home = origin(page.url)
    icon = any(resource.element == "icon" for resource in page.resources)

    async def fetch(url: str, max_bytes: int = _LARGEST_OTHER_BYTES) -> SiteFile:
        return await fetch_site_file(url, robots, ws, max_bytes=max_bytes)

    return SiteFiles(
        sitemap=await fetch(_sitemap(page, robots), LARGEST_SITEMAP_BYTES) if "indexing" in parts else None,
        favicon=await fetch(f"{home}/favicon.ico") if "meta" in parts and not icon else None,
        llms_txt=await fetch(f"{home}/llms.txt") if "ai" in parts else None,
    )


def _sitemap(page: Page, robots: RobotsTxt) -> str:
    named = (urljoin(page.url, one) for one in robots.sitemaps)
    return next((one for one in named if is_complete(one)), f"{origin(page.url)}/sitemap.xml")

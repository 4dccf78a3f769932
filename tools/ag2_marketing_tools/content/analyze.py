"""The tool: fetch the page and its competitors, and have them analysed."""

from __future__ import annotations

import asyncio

from ag2_marketing_tools.content.analysis import analyse
from ag2_marketing_tools.content.model import AnalyzeContent, ContentAnalysis
from ag2_marketing_tools.content.rivals import Reading
from ag2_marketing_tools.errors import FetchFailed, MarketingError
from ag2_marketing_tools.pages.fetch import fetch_page
from ag2_marketing_tools.pages.model import Page
from ag2_marketing_tools.tool import tool
from ag2_marketing_tools.workspace import Workspace

SIMULTANEOUS_FETCHES = 5
VENDORS = ("ahrefs", "semrush", "moz")


@tool(family="content")
async def analyze_content(params: AnalyzeContent, ws: Workspace) -> ContentAnalysis:
    """Analyse what a page says beside its competitors.

    Returns its keywords, the terms that competitors cover and it does not, which terms to make more of, and
    a recommended title, description, main heading and outline built from what was found. Search volume and
    difficulty are null.
    """
    target = await _readable_page(params.target_url, ws)
    gate = asyncio.Semaphore(SIMULTANEOUS_FETCHES)
    readings = await asyncio.gather(*(_read(url, ws, gate) for url in params.competitors))
    return await asyncio.to_thread(
        analyse,
        params,
        target,
        readings,
        timestamp=ws.clock.now().isoformat(),
        no_volume=_no_volume(ws),
    )


async def _readable_page(url: str, ws: Workspace) -> Page:
    page = await fetch_page(url, ws)
    status = page.transfer.status
    if status >= 400:
        raise FetchFailed(f"{page.url} answered with status {status}.", kind="status", status=status)
    return page


async def _read(url: str, ws: Workspace, gate: asyncio.Semaphore) -> Reading:
    try:
        async with gate:
            return Reading(url, await _readable_page(url, ws))
    except MarketingError as error:
        return Reading(url, None, str(error))


def _no_volume(ws: Workspace) -> str:
    """Say why search volume and difficulty are null."""
    held = [vendor for vendor in VENDORS if vendor in ws.api_keys]
    if held:
        return f"A key for {', '.join(held)} is set, but this analysis does not ask vendors yet."
    return f"No vendor's key is set ({', '.join(VENDORS)}); search demand is never guessed."

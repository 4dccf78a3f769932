"""The tool: fetch the page and its competitors, ask vendors, and have all of it analysed."""

from __future__ import annotations

import asyncio

from ag2_marketing_tools.content.analysis import Sources, Study, analyse
from ag2_marketing_tools.content.demand import Market, ask_demand
from ag2_marketing_tools.content.history.keeping import kept
from ag2_marketing_tools.content.model import AnalyzeContent, ContentAnalysis
from ag2_marketing_tools.content.own_site import read_own_site
from ag2_marketing_tools.content.queries import own_queries
from ag2_marketing_tools.content.rivals import Reading
from ag2_marketing_tools.errors import FetchFailed, MarketingError
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.pages.fetch import fetch_page
from ag2_marketing_tools.pages.model import Page
from ag2_marketing_tools.tool import tool
from ag2_marketing_tools.workspace import Workspace

SIMULTANEOUS_FETCHES = 5


@tool(family="content")
async def analyze_content(params: AnalyzeContent, ws: Workspace) -> ContentAnalysis:
    """Analyse what a page says beside its competitors and the other pages of its site.

    Returns what to do first; a recommended title, description, main heading and outline built from what was found;
    keywords, opportunities, and the terms and topics that competitors cover and the page does not, with where they
    do; links to set between own pages; readability, structure, freshness, thin and duplicate text. Search volume and
    difficulty are given where a vendor's key is set, and else null with the reason.
    """
    target = await _readable_page(params.target_url, ws)
    gate = asyncio.Semaphore(SIMULTANEOUS_FETCHES)
    readings, queries, site = await asyncio.gather(
        asyncio.gather(*(_read(url, ws, gate) for url in params.competitors)),
        own_queries(target.url, ws),
        read_own_site(target, ws, max_pages=params.max_pages),
    )
    study = Study(params, target, readings, Sources(queries, site))
    terms = await asyncio.to_thread(study.terms_to_ask)
    market = Market.of(params.country, ws, study.target.code)
    demand = await ask_demand(terms, market, ws, most=params.demand_terms)
    timestamp = ws.clock.now().isoformat()
    analysis = await asyncio.to_thread(analyse, study, timestamp=timestamp, demand=demand)
    return await kept(analysis, params, ws)


async def _readable_page(url: str, ws: Workspace) -> Page:
    page = await fetch_page(url, ws)
    status = page.transfer.status
    if status >= 400:
        told = say("{url} answered with status {status}.", url=page.url, status=str(status))
        raise FetchFailed(told, kind="status", status=status)
    return page


async def _read(url: str, ws: Workspace, gate: asyncio.Semaphore) -> Reading:
    try:
        async with gate:
            return Reading(url, await _readable_page(url, ws))
    except MarketingError as error:
        return Reading(url, None, str(error))

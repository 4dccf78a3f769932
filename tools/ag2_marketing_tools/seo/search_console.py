"""What Google itself says of a page: how its index holds it, and what people searched who saw it."""

from __future__ import annotations

import asyncio
import tomllib
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Annotated, Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ag2_marketing_tools.marks import unit, untrusted
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.tool import Result
from ag2_marketing_tools.vendors import (
    Data,
    Failure,
    Inspection,
    InspectUrl,
    NoData,
    SearchAnalytics,
    SearchConsoleSites,
    SearchFilter,
    SearchReport,
    ask,
)
from ag2_marketing_tools.workspace import Workspace

KEY: Final = "google"
_GOOGLES_DAY: Final = ZoneInfo("America/Los_Angeles")
_UNVERIFIED: Final = "siteUnverifiedUser"
_DOMAIN: Final = "sc-domain:"

Text = Annotated[str, untrusted()]


class SearchQuery(Result):
    """What people typed into Google's search before they saw or opened the page."""

    query: Text
    clicks: Annotated[int | float, unit("click")]
    impressions: Annotated[int | float, unit("impression")]
    click_through_rate: Annotated[float, unit("ratio")]
    position: Annotated[float, unit("count")] = Field(description="Average; 1 is the first result.")


class SearchConsole(Result):
    """What Google Search Console says of the page, by the property of the account that holds it."""

    property: Text
    inspection: Inspection | None = Field(
        description="How Google's index holds the page: verdict, canonical, last crawl."
    )
    inspection_reason: str | None = None
    queries: list[SearchQuery] | None = Field(
        description="Most clicks first; rare queries are left out by Google, so they do not sum to the page."
    )
    queries_reason: str | None = None
    first_date: date
    last_date: date


class _Facts(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    days: int
    days_behind: int
    most_queries: int


@cache
def _facts() -> _Facts:
    text = files("ag2_marketing_tools.seo").joinpath("data", "search_console.toml").read_text("utf-8")
    return _Facts.model_validate(tomllib.loads(text))


async def ask_search_console(url: str, ws: Workspace) -> SearchConsole | str:
    """Ask Google about a page; where it says nothing, return the reason."""
    sites = await ask(SearchConsoleSites(), ws)
    if isinstance(sites, Failure):
        return sites.advice
    if isinstance(sites, NoData):
        return sites.reason
    usable = [one.site for one in sites.value.sites if one.permission != _UNVERIFIED]
    held_by = property_of(url, usable)
    if held_by is None:
        return say(
            "None of the account's properties in Search Console holds this page. Add the account that the "
            "access token belongs to as a user of its property."
        )
    try:
        return await _ask_of(held_by, url, ws)
    except ValidationError:
        return say("Search Console takes no address such as this: it is too long, say.")


async def _ask_of(held_by: str, url: str, ws: Workspace) -> SearchConsole:
    last_date = ws.clock.now().astimezone(_GOOGLES_DAY).date() - timedelta(days=_facts().days_behind)
    first_date = last_date - timedelta(days=_facts().days - 1)
    analytics = SearchAnalytics(
        site=held_by,
        start_date=first_date,
        end_date=last_date,
        dimensions=("query",),
        filters=(SearchFilter(dimension="page", expression=url),),
        row_limit=_facts().most_queries,
    )
    inspected, searched = await asyncio.gather(ask(InspectUrl(url=url, site=held_by), ws), ask(analytics, ws))
    return SearchConsole(
        property=held_by,
        inspection=inspected.value if isinstance(inspected, Data) else None,
        inspection_reason=_why_not(inspected),
        queries=_queries(searched.value) if isinstance(searched, Data) else None,
        queries_reason=_why_not(searched),
        first_date=first_date,
        last_date=last_date,
    )


def property_of(url: str, properties: list[str]) -> str | None:
    """Return the property that holds a page: the longest prefix of its address, else its domain.

    >>> property_of("https://www.a.example/b/c", ["sc-domain:a.example", "https://www.a.example/b/"])
    'https://www.a.example/b/'
    >>> property_of("https://www.a.example/b", ["sc-domain:a.example", "sc-domain:e.example"])
    'sc-domain:a.example'
    """
    prefixes = [
        one
        for one in properties
        if one.startswith(("http://", "https://")) and one.endswith("/") and url.startswith(one)
    ]
    host = f".{(urlsplit(url).hostname or '').rstrip('.')}"
    domains = [
        one
        for one in properties
        if one.startswith(_DOMAIN) and host.endswith(f".{one.removeprefix(_DOMAIN).casefold()}")
    ]
    return max(prefixes, key=len, default=None) or max(domains, key=len, default=None)


def _why_not(outcome: Data[Inspection] | Data[SearchReport] | NoData | Failure) -> str | None:
    if isinstance(outcome, Failure):
        return outcome.advice
    return outcome.reason if isinstance(outcome, NoData) else None


def _queries(report: SearchReport) -> list[SearchQuery]:
    return [
        SearchQuery(
            query=row.keys["query"],
            clicks=row.clicks,
            impressions=row.impressions,
            click_through_rate=row.ctr,
            position=row.position,
        )
        for row in report.rows
    ]

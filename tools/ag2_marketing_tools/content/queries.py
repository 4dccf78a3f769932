"""What the page is found for already: Google Search Console's queries within striking distance.

A page that stands low on the first page of results, or on the second, is shown to few and could be shown to many.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from urllib.parse import urlsplit

from ag2_marketing_tools.content.facts import measures
from ag2_marketing_tools.content.model_demand import FoundFor, OwnQueries
from ag2_marketing_tools.content.model_terms import OwnSearch
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.pages.urls import origin, site_of
from ag2_marketing_tools.text.clean import clean
from ag2_marketing_tools.vendors import (
    Data,
    Failure,
    SearchAnalytics,
    SearchConsoleSites,
    SearchFilter,
    SearchRow,
    ask,
)
from ag2_marketing_tools.workspace import Workspace

KEY = "google"
_MOST_ROWS = 1_000
_MOST_LISTED = 20


async def own_queries(url: str, ws: Workspace) -> OwnQueries:
    """Return the queries within striking distance; what goes wrong is a reason, never an error."""
    if KEY not in ws.api_keys:
        return no_queries()
    sites = await ask(SearchConsoleSites(), ws)
    if not isinstance(sites, Data):
        return _nothing(_why(sites.message, sites.remedy) if isinstance(sites, Failure) else sites.reason)
    known = property_of(
        url, [one.site for one in sites.value.sites if one.permission != "siteUnverifiedUser"]
    )
    if known is None:
        return _nothing(
            say("The token's account has no property in Search Console that holds {url}.", url=url)
        )
    return await _queries_of(url, known, ws)


def no_queries() -> OwnQueries:
    """Return what is known without an access token."""
    return _nothing(say("No access token of Search Console was given (google)."))


def property_of(url: str, properties: Sequence[str]) -> str | None:
    """Return the property that holds an address: the longest prefix, else its domain's.

    >>> property_of("https://a.example/b", ["sc-domain:a.example", "https://a.example/"])
    'https://a.example/'
    """
    plain = origin(url) + (urlsplit(url).path or "/")
    prefixes = [one for one in properties if not one.startswith("sc-domain:") and plain.startswith(one)]
    host = urlsplit(url).hostname or ""
    domains = {host, site_of(url), *(host.split(".", n)[-1] for n in range(1, host.count(".") + 1))}
    found = [one for one in properties if one.removeprefix("sc-domain:") in domains and one.startswith("sc-")]
    return max(prefixes, key=len, default=None) or max(found, key=len, default=None)


async def _queries_of(url: str, known: str, ws: Workspace) -> OwnQueries:
    limit = measures().striking_distance
    end = ws.clock.now().date() - timedelta(days=limit.days_until_final)
    start = end - timedelta(days=limit.days - 1)
    request = SearchAnalytics(
        site=known,
        start_date=start,
        end_date=end,
        dimensions=("query",),
        filters=(SearchFilter(dimension="page", expression=url),),
        row_limit=_MOST_ROWS,
    )
    outcome = await ask(request, ws)
    if not isinstance(outcome, Data):
        why = _why(outcome.message, outcome.remedy) if isinstance(outcome, Failure) else outcome.reason
        return _nothing(why, known, start, end)
    within = [row for row in outcome.value.rows if _is_within(row)]
    within.sort(key=lambda row: (-row.impressions, row.position, row.keys["query"]))
    return _told(
        None if within else say("The page is found for no query within striking distance."),
        known,
        (start, end),
        [_found_for(row) for row in within],
    )


def _is_within(row: SearchRow) -> bool:
    limit = measures().striking_distance
    return (
        limit.position_least <= row.position <= limit.position_most
        and row.impressions >= limit.impressions_least
        and bool(clean(row.keys["query"]))
    )


def _found_for(row: SearchRow) -> FoundFor:
    search = OwnSearch(
        impressions=row.impressions,
        clicks=row.clicks,
        ctr_percent=round(100 * row.ctr, 2),
        position=round(row.position, 1),
    )
    return FoundFor(query=clean(row.keys["query"]), search=search)


def _why(message: str, remedy: str) -> str:
    return f"{message} {remedy}"


def _nothing(
    reason: str, known: str | None = None, start: date | None = None, end: date | None = None
) -> OwnQueries:
    days = (start, end) if start and end else None
    return _told(reason, known, days, None)


def _told(
    reason: str | None, known: str | None, days: tuple[date, date] | None, queries: Sequence[FoundFor] | None
) -> OwnQueries:
    limit = measures().striking_distance
    return OwnQueries(
        property=known,
        start_date=days[0] if days else None,
        end_date=days[1] if days else None,
        queries=list(queries or ())[:_MOST_LISTED],
        striking_distance_count=None if queries is None else len(queries),
        least_position=limit.position_least,
        most_position=limit.position_most,
        least_impressions=limit.impressions_least,
        reason=reason,
    )

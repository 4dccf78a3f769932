"""What an audit found on the pages of a site, as texts for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ag2_marketing.cli.words import more, severity
from ag2_marketing_tools.messages import count_of, say

MOST_FINDINGS = 10
MOST_ADDRESSES = 5
MOST_SOURCES = 2

Facts = Mapping[str, Any]


def site_state(audit: Facts) -> Iterator[str]:
    """Yield how much of the site was read, and what the crawl found there."""
    site = audit.get("site")
    if site is None:
        if audit.get("site_reason"):
            yield say("Not read: {why}", why=audit["site_reason"])
        return
    crawl = site["crawl"]
    yield from _extent(site["judged_count"], crawl)
    yield from _broken(crawl)
    yield from _redirects(crawl)
    yield from _pages(crawl)
    for sitemap in crawl["sitemaps"]:
        if sitemap["problem"] and not sitemap["guessed"]:
            yield say("Sitemap {url}: {problem}", url=sitemap["url"], problem=sitemap["problem"])


def site_findings(audit: Facts) -> Iterator[str]:
    """Yield what is to be mended across the site, in the order in which it is best done."""
    site = audit.get("site")
    if site is None:
        return
    found = site["findings"]
    for one in found[:MOST_FINDINGS]:
        pages = say(
            "{affected} of {judged}",
            affected=one["pages_affected"],
            judged=count_of(one["pages_judged"], "page"),
        )
        yield f"{severity(one['severity'])}: {one['title']}: {_such_as(pages, one['places'])}"
    if len(found) > MOST_FINDINGS:
        yield more(len(found) - MOST_FINDINGS)


def _such_as(what: str, places: list[Facts]) -> str:
    return say("{what}, such as {url}", what=what, url=places[0]["url"]) if places else what


def _extent(judged: int, crawl: Facts) -> Iterator[str]:
    """Say how many pages were read and judged, and why it ended there."""
    pages, ended = count_of(judged, "page"), _why_ended(crawl["stop_reason"])
    if ended is None:
        yield say("{pages} read and judged.", pages=pages)
        return
    if crawl["waiting_count"]:
        left = count_of(crawl["waiting_count"], "more address is", "more addresses are")
        ended = say("{ended}; {addresses} known", ended=ended, addresses=left)
    yield say("{pages} read and judged ({ended}).", pages=pages, ended=ended)


def _why_ended(reason: str | None) -> str | None:
    return {
        "complete": say("every page that is known was read"),
        "max_pages": say("the limit on pages was reached (--max-pages)"),
        "max_requests": say("the limit on requests was reached"),
        "host_rests": say("the server failed again and again; the next audit goes on from here"),
    }.get(reason or "")


def _broken(crawl: Facts) -> Iterator[str]:
    linked = [one for one in crawl["broken"] if one["source_count"]]
    for one in linked[:MOST_ADDRESSES]:
        answer = f"HTTP {one['status']}" if one["status"] is not None else one["reason"] or say("no answer")
        sources = ", ".join(one["sources"][:MOST_SOURCES])
        others = one["source_count"] - min(MOST_SOURCES, len(one["sources"]))
        if others > 0:
            sources = say("{pages} and {number} more", pages=sources, number=others)
        yield say("Broken link to {url} ({answer}) on {pages}", url=one["url"], answer=answer, pages=sources)
    if crawl["broken_linked_count"] > MOST_ADDRESSES:
        left = crawl["broken_linked_count"] - MOST_ADDRESSES
        yield say(
            "… and {addresses}",
            addresses=count_of(left, "further broken address", "further broken addresses"),
        )


def _redirects(crawl: Facts) -> Iterator[str]:
    chains = [chain for chain in crawl["redirect_chains"] if len(chain["hops"]) > 1 or chain["loop"]]
    for chain in chains[:MOST_ADDRESSES]:
        first = chain["hops"][0]["url"]
        yield (
            say("Redirects in a circle from {url}", url=first)
            if chain["loop"]
            else say(
                "{redirects} in a row from {url} to {end}",
                redirects=count_of(len(chain["hops"]), "redirect"),
                url=first,
                end=chain["ends_at"],
            )
        )


def _pages(crawl: Facts) -> Iterator[str]:
    """Name pages of which a marketer should know."""
    if urls := crawl["needs_javascript"]:
        yield say(
            "{pages} whose content a script shows, so that it was not judged, such as {url}",
            pages=count_of(crawl["needs_javascript_count"], "page"),
            url=urls[0],
        )
    if urls := crawl["orphans"]:
        yield say(
            "{pages} in the sitemap, but linked by no page, such as {url}",
            pages=count_of(crawl["orphan_count"], "page"),
            url=urls[0],
        )
    if urls := crawl["dead_ends"]:
        yield say(
            "{pages} without a link to another page of the site, such as {url}",
            pages=count_of(crawl["dead_end_count"], "page"),
            url=urls[0],
        )

"""What an audit found on the pages of a site, as texts for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

MOST_FINDINGS = 10
MOST_ADDRESSES = 5
MOST_SOURCES = 2
_SEVERITIES = {"critical": "CRITICAL", "warning": "WARNING", "info": "advice"}
_WHY_ENDED = {
    "complete": "every page that is known was read",
    "max_pages": "the limit on pages was reached (--max-pages)",
    "max_requests": "the limit on requests was reached",
    "host_rests": "the server failed again and again; the next audit goes on from here",
}

Facts = Mapping[str, Any]


def site_state(audit: Facts) -> Iterator[str]:
    """Yield how much of the site was read, and what the crawl found there."""
    site = audit.get("site")
    if site is None:
        if audit.get("site_reason"):
            yield f"Not read: {audit['site_reason']}"
        return
    crawl = site["crawl"]
    left = f"; {crawl['waiting_count']} more addresses are known" if crawl["waiting_count"] else ""
    ended = _WHY_ENDED.get(crawl["stop_reason"] or "")
    yield f"{_count(site['judged_count'], 'page')} read and judged{f' ({ended}{left})' if ended else ''}."
    yield from _broken(crawl)
    yield from _listed(crawl)


def site_findings(audit: Facts) -> Iterator[str]:
    """Yield what is to be mended across the site, in the order in which it is best done."""
    site = audit.get("site")
    if site is None:
        return
    found = site["findings"]
    for one in found[:MOST_FINDINGS]:
        first = f", such as {one['places'][0]['url']}" if one["places"] else ""
        yield (
            f"{_SEVERITIES[one['severity']]}: {one['title']}: {one['pages_affected']} of "
            f"{_count(one['pages_judged'], 'page')}{first}"
        )
    if len(found) > MOST_FINDINGS:
        yield f"… and {len(found) - MOST_FINDINGS} more (--json lists them all)"


def _broken(crawl: Facts) -> Iterator[str]:
    linked = [one for one in crawl["broken"] if one["source_count"]]
    for one in linked[:MOST_ADDRESSES]:
        answer = f"HTTP {one['status']}" if one["status"] is not None else one["reason"] or "no answer"
        sources = ", ".join(one["sources"][:MOST_SOURCES])
        more = one["source_count"] - min(MOST_SOURCES, len(one["sources"]))
        yield f"Broken link to {one['url']} ({answer}) on {sources}{f' and {more} more' if more > 0 else ''}"
    if crawl["broken_linked_count"] > MOST_ADDRESSES:
        yield f"… and {crawl['broken_linked_count'] - MOST_ADDRESSES} further broken addresses"


def _listed(crawl: Facts) -> Iterator[str]:
    chains = [chain for chain in crawl["redirect_chains"] if len(chain["hops"]) > 1 or chain["loop"]]
    for chain in chains[:MOST_ADDRESSES]:
        yield (
            f"Redirects in a circle from {chain['hops'][0]['url']}"
            if chain["loop"]
            else f"{len(chain['hops'])} redirects in a row from {chain['hops'][0]['url']} to {chain['ends_at']}"
        )
    for what, urls, count in (
        (
            "whose content a script shows, so that it was not judged",
            crawl["needs_javascript"],
            crawl["needs_javascript_count"],
        ),
        ("in the sitemap, but linked by no page", crawl["orphans"], crawl["orphan_count"]),
        ("without a link to another page of the site", crawl["dead_ends"], crawl["dead_end_count"]),
    ):
        if urls:
            yield f"{_count(count, 'page')} {what}, such as {urls[0]}"
    for sitemap in crawl["sitemaps"]:
        if sitemap["problem"] and not sitemap["guessed"]:
            yield f"Sitemap {sitemap['url']}: {sitemap['problem']}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"

"""Whether search engines may read and list the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from dateutil import parser as dates

from ag2_marketing_tools.pages.urls import canonical_form
from ag2_marketing_tools.seo.catalogue import Check
from ag2_marketing_tools.seo.outcome import (
    Outcome,
    count_of,
    failed,
    measured,
    not_applicable,
    passed,
    place,
    say,
    warned,
)
from ag2_marketing_tools.seo.rules.registry import rule
from ag2_marketing_tools.seo.subject import Subject

_CRAWLER = "Googlebot"
_FORBIDS = frozenset({"noindex", "none"})
_NO_SNIPPET = frozenset({"nosnippet", "max-snippet:0"})
_WITH_VALUE = frozenset({"max-snippet", "max-image-preview", "max-video-preview", "unavailable_after"})
_UNAVAILABLE = re.compile(
    r"unavailable_after\s*:\s*(.+?)(?=,\s*(?:[a-z-]+\s*:|all|none|no[a-z]+|index|follow)|$)", re.I
)


@rule("index.meta_robots")
def meta_robots(subject: Subject, _check: Check) -> Outcome:
    """Fail where the page asks to be left out."""
    found = [directive for directive in subject.page.robots if directive in _FORBIDS]
    if not found:
        return passed()
    return failed(
        say("The page asks search engines to leave it out (`{directive}`).", directive=found[0]),
        evidence=[place("meta robots", ", ".join(subject.page.robots))],
    )


@rule("index.x_robots_tag")
def x_robots_tag(subject: Subject, _check: Check) -> Outcome:
    """Fail where the header asks for the page to be left out, for all or for Googlebot."""
    header = subject.header("x-robots-tag")
    if not header:
        return passed()
    evidence = [place("header: x-robots-tag", header)]
    if _forbidden_for(header, _CRAWLER):
        return failed(
            say("The X-Robots-Tag header asks search engines to leave the page out."), evidence=evidence
        )
    if _expired(header, subject.now):
        return failed(
            say("The X-Robots-Tag header says that the page is not available any more."), evidence=evidence
        )
    return passed()


def _forbidden_for(header: str, crawler: str) -> bool:
    return bool(_FORBIDS & set(_directives(header, crawler)))


def _directives(header: str, crawler: str) -> Iterator[str]:
    agent = ""  # a name holds for what follows it, until the next one
    for part in header.split(","):
        name, colon, value = part.partition(":")
        directive = part
        if colon and name.strip().lower() not in _WITH_VALUE:
            agent, directive = name.strip().lower(), value
        if agent in {"", "robots", crawler.lower()}:
            yield directive.strip().lower().replace(" ", "")


def _expired(header: str, now: datetime) -> bool:
    match = _UNAVAILABLE.search(header)
    if match is None:
        return False
    try:
        until = dates.parse(match[1])
    except (ValueError, OverflowError):
        return False
    return (until if until.tzinfo else until.replace(tzinfo=UTC)) < now


@rule("index.robots_txt_block")
def robots_txt_block(subject: Subject, _check: Check) -> Outcome:
    """Fail where robots.txt keeps Googlebot out."""
    if subject.robots.allows(subject.page.url, _CRAWLER):
        return passed()
    return failed(
        say("robots.txt keeps Googlebot away from the page."),
        evidence=[place("robots.txt", None, subject.robots.url)],
    )


@rule("index.robots_txt_valid")
def robots_txt_valid(subject: Subject, check: Check) -> Outcome:
    """Judge the file itself: its status, its size, and lines that no crawler reads."""
    robots = subject.robots
    if robots.refuses_all is not None:
        return failed(
            say("robots.txt answers with an error, which search engines take as a ban on everything."),
            evidence=[place("robots.txt", robots.refuses_all, robots.url)],
        )
    if robots.status is None or robots.status >= 400:
        return not_applicable(say("The site has no robots.txt, so everything may be fetched."))
    if robots.cut:
        return warned(say("robots.txt is longer than what search engines read of it."))
    faults = robots.faults
    if len(faults) <= check.limits["good"].value:
        return passed()
    return warned(
        say("{lines} of robots.txt that crawlers do not understand.", lines=count_of(len(faults), "line")),
        measured=measured(check, len(faults)),
        evidence=[place("robots.txt", line, robots.url) for line in faults],
    )


@rule("index.nosnippet")
def nosnippet(subject: Subject, _check: Check) -> Outcome:
    """Warn where search engines may not show a word of the page."""
    in_page = [one for one in subject.page.robots if one.replace(" ", "") in _NO_SNIPPET]
    if in_page:
        return warned(say("The page forbids snippets."), evidence=[place("meta robots", ", ".join(in_page))])
    header = subject.header("x-robots-tag") or ""
    if _NO_SNIPPET & set(_directives(header, _CRAWLER)):
        return warned(
            say("The X-Robots-Tag header forbids snippets."), evidence=[place("header: x-robots-tag", header)]
        )
    return passed()


@rule("index.conflict")
def conflict(subject: Subject, _check: Check) -> Outcome:
    """Warn of signals that contradict each other."""
    page, header = subject.page, subject.header("x-robots-tag") or ""
    directives = set(page.robots) | set(_directives(header, _CRAWLER))
    if not _FORBIDS & directives:
        return passed()
    evidence = [place("meta robots", ", ".join(page.robots)), place("header: x-robots-tag", header)]
    shown = [one for one in evidence if one.excerpt]
    if "index" in directives:
        return warned(say("One signal says index, another one noindex."), evidence=shown)
    canonical = page.canonical_url or ""
    if canonical.startswith("http") and canonical_form(canonical) != canonical_form(page.url):
        return warned(
            say("The page says noindex and names another canonical address: one of the two is ignored."),
            evidence=[*shown, place("link rel=canonical", None, canonical)],
        )
    if canonical_form(page.url) in subject.site_map.listed:
        return warned(say("The page says noindex and stands in the sitemap."), evidence=shown)
    return passed()

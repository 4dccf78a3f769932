"""Whether search engines may read and list the page."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from dateutil import parser as dates

from ag2_marketing_tools.seo.catalogue import Check
from ag2_marketing_tools.seo.outcome import Outcome, failed, passed, place
from ag2_marketing_tools.seo.rules.registry import rule
from ag2_marketing_tools.seo.subject import Subject

_CRAWLER = "Googlebot"
_FORBIDS = frozenset({"noindex", "none"})
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
        f"The page asks search engines to leave it out (`{found[0]}`).",
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
        return failed("The X-Robots-Tag header asks search engines to leave the page out.", evidence=evidence)
    if _expired(header, subject.now):
        return failed(
            "The X-Robots-Tag header says that the page is not available any more.", evidence=evidence
        )
    return passed()


def _forbidden_for(header: str, crawler: str) -> bool:
    agent = ""  # a name holds for what follows it, until the next one
    for part in header.split(","):
        name, colon, value = part.partition(":")
        directive = part
        if colon and name.strip().lower() not in _WITH_VALUE:
            agent, directive = name.strip().lower(), value
        if directive.strip().lower() in _FORBIDS and agent in {"", "robots", crawler.lower()}:
            return True
    return False


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
        f"robots.txt keeps {_CRAWLER} away from the page.",
        evidence=[place("robots.txt", None, subject.robots.url)],
    )

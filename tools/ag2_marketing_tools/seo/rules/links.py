"""Links."""

from __future__ import annotations

from urllib.parse import urldefrag, urlsplit

from ag2_marketing_tools.pages.model import Link
from ag2_marketing_tools.pages.urls import host_of
from ag2_marketing_tools.seo.catalogue import Check, wording
from ag2_marketing_tools.seo.outcome import (
    Outcome,
    count_of,
    measured,
    not_applicable,
    not_testable,
    passed,
    place,
    say,
    warned,
)
from ag2_marketing_tools.seo.rules.registry import rule
from ag2_marketing_tools.seo.subject import Subject, is_local_host

_NO_LINKS = "The page has no links."
_EDGES = " \t.…»›>→!:-–"


@rule("links.crawlable")
def crawlable(subject: Subject, check: Check) -> Outcome:
    """Warn of links that lead nowhere without a script."""
    page = subject.page
    if not page.links and not page.scripted_anchors:
        return not_applicable(say(_NO_LINKS))
    dead = [link for link in page.links if link.url is None and not link.hidden]
    number = len(dead) + len(page.scripted_anchors)
    if number <= check.limits["good"].value:
        return passed()
    return warned(
        say("{links} cannot be followed by crawlers.", links=count_of(number, "link")),
        measured=measured(check, number),
        evidence=[
            *(place(f'a href="{link.href[:60]}"', link.text) for link in dead),
            *(place(say("a without href"), text) for text in page.scripted_anchors),
        ],
    )


@rule("links.anchor_text")
def anchor_text(subject: Subject, check: Check) -> Outcome:
    """Warn of link texts that say nothing, by a list of the page's language and English."""
    by_language = wording()["generic_link_texts"]
    generic = by_language["en"] | by_language.get(subject.language_code or "", frozenset())
    links = [link for link in _to_other_pages(subject) if not link.hidden]
    if not links:
        return not_applicable(say(_NO_LINKS))
    found = [link for link in links if link.text.casefold().strip(_EDGES) in generic]
    if len(found) <= check.limits["good"].value:
        return passed()
    return warned(
        say("{links} with a text that says nothing of the target.", links=count_of(len(found), "link")),
        measured=measured(check, len(found)),
        evidence=[place("a", link.text, link.url) for link in found],
    )


def _to_other_pages(subject: Subject) -> list[Link]:
    """Return the links that lead away from this page; with `<base>` even `#` may."""
    itself = urldefrag(subject.page.url).url
    return [
        link
        for link in subject.page.links
        if link.url is not None and link.url.startswith("http") and link.url != itself
    ]


def _any(found: list[Link], check: Check, message: str) -> Outcome:
    if len(found) <= check.limits["good"].value:
        return passed()
    return warned(
        message,
        measured=measured(check, len(found)),
        evidence=[place("a", link.text, link.url) for link in found],
    )


@rule("links.count")
def count(subject: Subject, check: Check) -> Outcome:
    """Mention a dead end, and more links than a reader takes in."""
    links = _to_other_pages(subject)
    if not any(link.internal for link in links):
        return warned(say("No link leads to another page of the site."), measured=measured(check, 0))
    if len(links) <= check.limits["good"].value:
        return passed()
    return warned(say("The page has {links} links.", links=len(links)), measured=measured(check, len(links)))


@rule("links.nofollow_internal")
def nofollow_internal(subject: Subject, check: Check) -> Outcome:
    """Warn of links within the site that search engines are told not to follow."""
    links = [link for link in _to_other_pages(subject) if link.internal]
    if not links:
        return not_applicable(say("No link leads to another page of the site."))
    found = [link for link in links if "nofollow" in link.rel]
    message = say("{links} within the site with rel=nofollow.", links=count_of(len(found), "link"))
    return _any(found, check, message)


@rule("links.localhost")
def development(subject: Subject, check: Check) -> Outcome:
    """Warn of links that only the developers can follow."""
    if subject.local:
        return not_testable(say("This is a development server: its own links lead to it."))
    links = _to_other_pages(subject)
    if not links:
        return not_applicable(say(_NO_LINKS))
    labels = wording()["development_hosts"]["all"]
    own = urlsplit(subject.page.url).hostname
    hosts = [host_of(link.url or "") for link in links]
    development = {host for host in set(hosts) if host != own and _of_development(host, labels)}
    found = [link for link, host in zip(links, hosts, strict=True) if host in development]
    message = say("{links} to a development server.", links=count_of(len(found), "link"))
    return _any(found, check, message)


def _of_development(host: str, labels: frozenset[str]) -> bool:
    return is_local_host(host) or host.partition(".")[0] in labels


@rule("links.new_tab")
def new_tab(subject: Subject, check: Check) -> Outcome:
    """Mention links to other sites in a new tab that old browsers hand the page over to."""
    links = [link for link in _to_other_pages(subject) if link.new_tab and not link.internal]
    if not links:
        return not_applicable(say("No link to another site opens a new tab."))
    found = [link for link in links if not {"noopener", "noreferrer"} & set(link.rel)]
    template = (
        "{links} to another site opens a new tab without rel=noopener." if len(found) == 1
        else "{links} to other sites open a new tab without rel=noopener."
    )  # fmt: skip
    return _any(found, check, say(template, links=count_of(len(found), "link")))

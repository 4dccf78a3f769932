"""What only the pages of a site together show."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from itertools import zip_longest

from ag2_marketing_tools.messages import count_of, say
from ag2_marketing_tools.pages.crawl.model import Broken
from ag2_marketing_tools.seo.catalogue import Check
from ag2_marketing_tools.seo.model import Evidence
from ag2_marketing_tools.seo.outcome import (
    Outcome,
    failed,
    measured,
    not_applicable,
    not_testable,
    passed,
    place,
    warned,
)
from ag2_marketing_tools.seo.rules.registry import Rule, rule
from ag2_marketing_tools.seo.site.facts import SiteFacts
from ag2_marketing_tools.seo.site.sharing import Sharing
from ag2_marketing_tools.seo.subject import Subject

_SiteRule = Callable[[SiteFacts, Check], Outcome]


def _of_site(judge: _SiteRule) -> Rule:
    """Return a rule that is not testable where the other pages were not read."""

    @wraps(judge)
    def judged(subject: Subject, check: Check) -> Outcome:
        site = subject.crawled
        return not_testable(site) if isinstance(site, str) else judge(site, check)

    return judged


@rule("title.duplicate")
@_of_site
def titles(site: SiteFacts, check: Check) -> Outcome:
    """Warn of pages with the same title."""
    found = site.shared.titles
    message = say("{pages} with the title of another page.", pages=count_of(found.pages, "page"))
    return _compared(site, found, check, message, "title")


@rule("desc.duplicate")
@_of_site
def descriptions(site: SiteFacts, check: Check) -> Outcome:
    """Warn of pages with the same description."""
    found = site.shared.descriptions
    message = say("{pages} with the description of another page.", pages=count_of(found.pages, "page"))
    return _compared(site, found, check, message, "meta name=description")


@rule("content.duplicate")
@_of_site
def texts(site: SiteFacts, check: Check) -> Outcome:
    """Warn of pages with the same text, or nearly."""
    found = site.shared.texts
    message = say("{pages} with nearly the text of another page.", pages=count_of(found.pages, "page"))
    return _compared(site, found, check, message, "body")


def _compared(site: SiteFacts, found: Sharing, check: Check, message: str, element: str) -> Outcome:
    """Return the verdict on what pages share."""
    if site.audit.judged_count == 0:
        return not_testable(say("No page of the site could be read."))
    if site.audit.judged_count == 1:
        return not_applicable(say("Only one page of the site was read."))
    if found.pages <= check.limits["good"].value:
        return passed()
    return warned(message, measured=measured(check, found.pages), evidence=found.evidence(element))


@rule("links.broken_internal")
@_of_site
def broken_links(site: SiteFacts, check: Check) -> Outcome:
    """Fail on links of the site that lead to an error, or nowhere."""
    found = site.audit.crawl
    if found.html_page_count == 0:
        return not_testable(say("No page of the site could be read."))
    if found.broken_linked_count <= check.limits["good"].value:
        return passed()
    return failed(
        say(
            "Links of the site lead to {addresses} without an answer that can be used.",
            addresses=count_of(found.broken_linked_count, "address", "addresses"),
        ),
        measured=measured(check, found.broken_linked_count),
        evidence=_sources(found.broken),
    )


def _sources(broken: list[Broken]) -> list[Evidence]:
    """Return who links to what: one page for each broken address first, then their further pages."""
    by_address = (
        [place(say("link to {answer}", answer=_answer(one)), one.url, source) for source in one.sources]
        for one in broken
    )
    return [one for turn in zip_longest(*by_address) for one in turn if one is not None]


def _answer(broken: Broken) -> str:
    return f"HTTP {broken.status}" if broken.status is not None else say("no answer")

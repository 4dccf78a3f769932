"""Links and images."""

from __future__ import annotations

from ag2_marketing_tools.pages.model import Link
from ag2_marketing_tools.seo.catalogue import Check, wording
from ag2_marketing_tools.seo.outcome import (
    Outcome,
    count_of,
    failed,
    measured,
    not_applicable,
    passed,
    place,
    warned,
)
from ag2_marketing_tools.seo.rules.registry import rule
from ag2_marketing_tools.seo.subject import Subject

_EDGES = " \t.…»›>→!:-–"


@rule("links.crawlable")
def crawlable(subject: Subject, check: Check) -> Outcome:
    """Warn of links that lead nowhere without a script."""
    page = subject.page
    if not page.links and not page.scripted_anchors:
        return not_applicable("The page has no links.")
    dead = [link for link in page.links if link.url is None and not link.hidden]
    number = len(dead) + len(page.scripted_anchors)
    if number <= check.limits["good"].value:
        return passed()
    return warned(
        f"{count_of(number, 'link')} cannot be followed by crawlers.",
        measured=measured(check, number),
        evidence=[
            *(place(f'a href="{link.href[:60]}"', link.text) for link in dead),
            *(place("a onclick", text) for text in page.scripted_anchors),
        ],
    )


@rule("links.anchor_text")
def anchor_text(subject: Subject, check: Check) -> Outcome:
    """Warn of link texts that say nothing, by a list of the page's language and English."""
    by_language = wording()["generic_link_texts"]
    generic = by_language["en"] | by_language.get(subject.language_code or "", frozenset())
    links = [link for link in subject.page.links if _leads_on(link)]
    if not links:
        return not_applicable("The page has no links.")
    found = [link for link in links if link.text.casefold().strip(_EDGES) in generic]
    if len(found) <= check.limits["good"].value:
        return passed()
    return warned(
        f"{count_of(len(found), 'link')} with a text that says nothing of the target.",
        measured=measured(check, len(found)),
        evidence=[place("a", link.text, link.url) for link in found],
    )


def _leads_on(link: Link) -> bool:
    return (
        not link.hidden
        and link.url is not None
        and link.url.startswith("http")
        and not link.href.startswith("#")
    )


@rule("img.alt")
def alternative_text(subject: Subject, check: Check) -> Outcome:
    """Fail on images that are seen and have no `alt` attribute."""
    images = subject.page.images
    if not images:
        return not_applicable("The page has no images.")
    missing = [image for image in images if image.alt is None and image.needs_alt]
    if len(missing) <= check.limits["good"].value:
        return passed()
    return failed(
        f"{count_of(len(missing), 'image')} without alternative text.",
        measured=measured(check, len(missing)),
        evidence=[place("img", image.src or None, image.url) for image in missing],
    )

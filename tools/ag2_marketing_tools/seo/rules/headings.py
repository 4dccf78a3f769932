"""The headings that visitors see."""

from __future__ import annotations

from itertools import pairwise

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


@rule("h1.present")
def h1_present(subject: Subject, _check: Check) -> Outcome:
    """Fail without a main heading that is seen and holds text or an image with a name."""
    seen = [text for text in subject.page.headings_of(1) if text]
    if seen:
        return passed()
    all_h1 = [heading for heading in subject.page.headings if heading.level == 1]
    if not all_h1:
        return failed(say("The page has no main heading (`<h1>`)."))
    hidden = any(heading.hidden for heading in all_h1)
    return failed(
        say("The main heading is hidden." if hidden else "The main heading (`<h1>`) is empty."),
        evidence=[place("h1") for _ in all_h1],
    )


@rule("h1.multiple")
def h1_multiple(subject: Subject, check: Check) -> Outcome:
    """Mention several main headings."""
    texts = [text for text in subject.page.headings_of(1) if text]  # empty ones are a finding of their own
    if len(texts) <= check.limits["good"].value:
        return passed()
    return warned(
        say("The page has {headings}.", headings=count_of(len(texts), "main heading")),
        measured=measured(check, len(texts)),
        evidence=[place("h1", text) for text in texts],
    )


@rule("headings.order")
def order(subject: Subject, check: Check) -> Outcome:
    """Warn of levels that are skipped downwards, as Lighthouse does."""
    headings = [heading for heading in subject.page.headings if not heading.hidden]
    if not headings:
        return not_applicable(say("The page has no headings."))
    skips = [(one, other) for one, other in pairwise(headings) if other.level > one.level + 1]
    if not skips:
        return passed()
    return warned(
        say("Heading levels are skipped in {places}.", places=count_of(len(skips), "place")),
        measured=measured(check, len(skips)),
        evidence=[
            place(
                say("h{lower} after h{upper}", lower=other.level, upper=one.level),
                other.text or other.image_alt,
            )
            for one, other in skips
        ],
    )

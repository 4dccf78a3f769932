"""The document's own form: its type, and elements that stand where they count for nothing."""

from __future__ import annotations

import re

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

_DOCTYPE = re.compile(r"<!doctype[^>]{0,500}>", re.IGNORECASE)
_PROLOGUE = 4_096  # characters among which the document type stands
# HTML standard, 13.2.6.4.1: public identifiers that put browsers into quirks mode; the last two only without
# a system identifier.
_OLD = re.compile(
    r"""public\s*["'](?:-//(?:ietf|w3o|netscape|microsoft|as|softquad|sq|webtechs|metrius|spyglass|sun|o'reilly)"""
    r"""[^"']*|\+//[^"']*|html|-//w3c//dtd (?:html (?:3|4\.0\b|experimental)|w3 html)[^"']*"""
    r"""|-//w3c//dtd html 4\.01 (?:frameset|transitional)//[^"']*["']\s*>)""",
    re.IGNORECASE,
)
# The same, 13.2.6.4.1: with a system identifier these are shown by nearly today's rules.
_NEARLY = re.compile(
    r"""public\s*["']-//w3c//dtd (?:xhtml 1\.0|html 4\.01) (?:frameset|transitional)//""", re.IGNORECASE
)
# What the standard (13.1.1) allows after the name; anything else puts browsers into quirks mode.
_WELL_FORMED = re.compile(
    r"""<!doctype\s+html(?:\s*|\s+(?:public\s*("[^"]*"|'[^']*')(?:\s*("[^"]*"|'[^']*'))?"""
    r"""|system\s*("[^"]*"|'[^']*'))\s*)>""",
    re.IGNORECASE,
)
_REFRESH = "http-equiv:refresh"


@rule("meta.doctype")
def document_type(subject: Subject, _check: Check) -> Outcome:
    """Mention a document that browsers show by the rules of the nineties."""
    if not subject.page.doctype:
        return warned(say("The document does not begin with <!doctype html>."))
    found = _DOCTYPE.search(subject.page.source[:_PROLOGUE])
    if found is None:
        return passed()
    evidence = [place(found[0][:200])]
    if _OLD.search(found[0]) or not _WELL_FORMED.fullmatch(found[0]):
        return warned(say("The document type puts browsers into quirks mode."), evidence=evidence)
    if _NEARLY.search(found[0]):
        return warned(say("The document type puts browsers into limited quirks mode."), evidence=evidence)
    return passed()


@rule("meta.in_body")
def misplaced(subject: Subject, check: Check) -> Outcome:
    """Fail on elements of the head that the parser found in the body; without scripts only, warn."""
    found, without_scripts = (
        _counting(subject.page.misplaced),
        _counting(subject.page.misplaced_without_scripts),
    )
    if max(len(found), len(without_scripts)) <= check.limits["good"].value:
        return passed()
    if not found:
        return warned(
            say(
                "A <noscript> ends <head> early where scripts are not run: {elements} after it.",
                elements=count_of(len(without_scripts), "element"),
            ),
            measured=measured(check, len(without_scripts)),
            evidence=[place(f"head {one}") for one in without_scripts],
        )
    return failed(
        say("{elements} of <head> in <body>.", elements=count_of(len(found), "element")),
        measured=measured(check, len(found)),
        evidence=[place(f"body {one}") for one in found],
    )


def _counting(elements: list[str]) -> list[str]:
    return [one for one in elements if one != "meta name=viewport"]  # browsers obey it anywhere


@rule("meta.keywords")
def keywords(subject: Subject, _check: Check) -> Outcome:
    """Mention an element that no large search engine reads."""
    content = subject.page.meta.get("keywords")
    if not content:
        return passed()
    return warned(
        say("The page has meta keywords, which Google ignores."), evidence=[place("meta keywords", content)]
    )


@rule("meta.refresh")
def refresh(subject: Subject, _check: Check) -> Outcome:
    """Warn of a page that moves on or reloads by itself."""
    content = subject.page.meta.get(_REFRESH)
    if not content:
        return passed()
    moves = "url" in content.lower()
    return warned(
        say("The page redirects by meta refresh." if moves else "The page reloads itself by meta refresh."),
        evidence=[place("meta http-equiv=refresh", content)],
    )


@rule("twitter.card")
def card(subject: Subject, _check: Check) -> Outcome:
    """Mention a missing card for X (Twitter)."""
    return passed() if subject.page.meta.get("twitter:card") else warned(say("The page has no twitter:card."))


@rule("h1.length")
def main_heading_length(subject: Subject, check: Check) -> Outcome:
    """Mention a main heading that is a sentence or more."""
    headings = [text for text in subject.page.headings_of(1) if text]
    if not headings:
        return not_applicable(say("The page has no main heading."))
    longest = max(headings, key=len)
    if len(longest) <= check.limits["maximum"].value:
        return passed()
    return warned(
        say("The main heading has {characters} characters.", characters=len(longest)),
        measured=measured(check, len(longest)),
        evidence=[place("h1", longest)],
    )


@rule("headings.empty")
def empty_headings(subject: Subject, check: Check) -> Outcome:
    """Warn of headings without text."""
    headings = [heading for heading in subject.page.headings if not heading.hidden]
    if not headings:
        return not_applicable(say("The page has no headings."))
    found = [heading for heading in headings if not (heading.text or heading.image_alt)]
    if len(found) <= check.limits["good"].value:
        return passed()
    return warned(
        say("{headings} without text.", headings=count_of(len(found), "heading")),
        measured=measured(check, len(found)),
        evidence=[place(f"h{heading.level}") for heading in found],
    )

"""The canonical address."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from ag2_marketing_tools.pages.urls import canonical_form, origin, resolve
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

_LINK = re.compile(r"<([^<>]*)>([^<]*)")
_IS_CANONICAL = re.compile(r";\s*rel\s*=\s*\"?[^\";]*\bcanonical\b", re.I)
_ABSENT = "The page names no canonical address."


def _references(subject: Subject) -> list[tuple[str, str]]:
    """Return (where it stands, reference) of each canonical of the page and of its Link header (RFC 8288)."""
    in_page = [("link rel=canonical", reference) for reference in subject.page.canonicals]
    header = subject.header("link") or ""
    in_header = [
        ("header: link", target) for target, rest in _LINK.findall(header) if _IS_CANONICAL.search(rest)
    ]
    return in_page + in_header


@rule("canonical.present")
def present(subject: Subject, _check: Check) -> Outcome:
    """Warn where there is none."""
    return passed() if any(reference for _, reference in _references(subject)) else warned(say(_ABSENT))


@rule("canonical.multiple")
def multiple(subject: Subject, check: Check) -> Outcome:
    """Fail where canonical references differ."""
    references = _references(subject)
    if not references:
        return not_applicable(say(_ABSENT))
    resolved = [resolve(subject.page.url, reference) for _, reference in references if reference]
    distinct = {canonical_form(url) if url.startswith("http") else url for url in resolved if url}
    if len(distinct) <= check.limits["good"].value:
        return passed()
    return failed(
        say(
            "The page names {addresses}.",
            addresses=count_of(len(distinct), "canonical address", "different canonical addresses"),
        ),
        measured=measured(check, len(distinct)),
        evidence=[place(where, reference) for where, reference in references],
    )


@rule("canonical.absolute")
def absolute(subject: Subject, _check: Check) -> Outcome:
    """Warn of a relative reference, a fragment, or plain HTTP on an HTTPS page."""
    references = [(where, reference) for where, reference in _references(subject) if reference]
    if not references:
        return not_applicable(say(_ABSENT))
    for where, reference in references:
        fault = _fault(reference, https=subject.https)
        if fault:
            return warned(fault, evidence=[place(where, reference)])
    return passed()


def _fault(reference: str, *, https: bool) -> str | None:
    lower = reference.lower()
    if not lower.startswith(("http://", "https://")):
        return say("The canonical address is relative.")
    if "#" in reference:
        return say("The canonical address has a fragment (#).")
    if https and lower.startswith("http:"):
        return say("The canonical address is plain HTTP on a page that came by HTTPS.")
    return None


@rule("canonical.root")
def root(subject: Subject, _check: Check) -> Outcome:
    """Warn where an inner page gives way to the home page, or to its version in another language."""
    canonical, url = subject.page.canonical_url, subject.page.url
    if canonical is None or not canonical.startswith("http"):
        return not_applicable(say(_ABSENT))
    if canonical_form(canonical) == canonical_form(url):
        return passed()
    evidence = [place("link rel=canonical", None, canonical)]
    inner = urlsplit(url).path.strip("/") != ""
    if inner and origin(canonical) == origin(url) and canonical_form(canonical) == f"{origin(url)}/":
        return warned(say("The canonical address of this inner page is the home page."), evidence=evidence)
    versions = {
        canonical_form(target): alternate.language.lower()
        for alternate in subject.page.alternates
        if (target := resolve(url, alternate.href)) is not None and target.startswith("http")
    }
    own, named = versions.get(canonical_form(url)), versions.get(canonical_form(canonical))
    if own and named and own != named and "x-default" not in {own, named}:
        return warned(say("The canonical address is the page in another language."), evidence=evidence)
    return passed()


@rule("canonical.in_head")
def in_head(subject: Subject, _check: Check) -> Outcome:
    """Warn of a canonical reference that search engines ignore because it stands in the body."""
    if not subject.page.canonicals:
        return not_applicable(say("The page has no canonical element."))
    if "link rel=canonical" not in subject.page.misplaced:
        return passed()
    return warned(
        say("The canonical reference stands outside <head>."), evidence=[place("body link rel=canonical")]
    )

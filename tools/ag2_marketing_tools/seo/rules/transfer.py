"""How the page came over the wire."""

from __future__ import annotations

from ag2_marketing_tools.pages.fetch import HTML_TYPES
from ag2_marketing_tools.seo.catalogue import Check, wording
from ag2_marketing_tools.seo.outcome import (
    Outcome,
    count_of,
    failed,
    measured,
    not_applicable,
    not_testable,
    passed,
    place,
    say,
    warned,
)
from ag2_marketing_tools.seo.rules.registry import rule
from ag2_marketing_tools.seo.subject import Subject


@rule("http.status")
def http_status(subject: Subject, check: Check) -> Outcome:
    """Fail on an error status."""
    status = subject.page.transfer.status
    if status < check.limits["error_from"].value:
        return passed()
    answer = say("The page answers with HTTP {status}.", status=str(status))
    return failed(answer, measured=measured(check, status))


@rule("http.redirect_chain")
def redirect_chain(subject: Subject, check: Check) -> Outcome:
    """Warn of more hops than one, fail on a chain."""
    hops = subject.page.transfer.redirects
    if len(hops) <= check.limits["good"].value:
        return passed()
    verdict = failed if len(hops) >= check.limits["poor"].value else warned
    return verdict(
        say("{redirects} lead to the page.", redirects=count_of(len(hops), "redirect")),
        measured=measured(check, len(hops)),
        evidence=[place(f"HTTP {hop.status}", hop.location, hop.url) for hop in hops],
    )


@rule("http.compression")
def compression(subject: Subject, check: Check) -> Outcome:
    """Warn of a document that is worth compressing and was not."""
    size = subject.page.transfer.html_bytes
    if subject.header("content-encoding") or size <= check.limits["worth_it_from"].value:
        return passed()
    message = say("The HTML of {bytes} bytes is sent uncompressed.", bytes=size)
    return warned(message, measured=measured(check, size))


@rule("http.ttfb")
def time_to_first_byte(subject: Subject, check: Check) -> Outcome:
    """Judge the time to first byte by the thresholds of web-vitals."""
    took_ms = subject.page.transfer.time_to_first_byte_ms
    if took_ms is None:
        return not_testable(say("The time was not measured."))
    if took_ms <= check.limits["good"].value:
        return passed()
    verdict = failed if took_ms > check.limits["poor"].value else warned
    message = say("The first byte came after {took:g} ms.", took=took_ms)
    return verdict(message, measured=measured(check, took_ms))


@rule("http.soft_404")
def soft_404(subject: Subject, check: Check) -> Outcome:
    """Warn of a page that says it is not there while its status says that it is."""
    page = subject.page
    if page.transfer.status >= 300:
        return not_applicable(say("The server says itself that this is no page."))
    words = subject.words or 0
    if words >= check.limits["page_from"].value:
        return passed()
    titles = (page.title, *page.headings_of(1))
    phrases = {phrase for phrases in wording()["not_found"].values() for phrase in phrases}
    for text in titles:
        if any(phrase in text.casefold() for phrase in phrases):
            return warned(
                say("The page says that nothing was found, but its status says that it is a page."),
                measured=measured(check, words),
                evidence=[place(say("title or h1"), text)],
            )
    return passed()


@rule("http.content_type")
def content_type(subject: Subject, _check: Check) -> Outcome:
    """Warn where the server does not say that this is HTML."""
    declared = subject.page.transfer.media_type
    if declared in HTML_TYPES:
        return passed()
    evidence = [place("header: content-type", declared)] if declared else []
    return warned(say("The server does not declare the page as HTML."), evidence=evidence)

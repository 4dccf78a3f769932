"""How the page came over the wire."""

from __future__ import annotations

from ag2_marketing_tools.seo.catalogue import Check
from ag2_marketing_tools.seo.outcome import (
    Outcome,
    count_of,
    failed,
    measured,
    not_testable,
    passed,
    place,
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
    return failed(f"The page answers with HTTP {status}.", measured=measured(check, status))


@rule("http.redirect_chain")
def redirect_chain(subject: Subject, check: Check) -> Outcome:
    """Warn of more hops than one, fail on a chain."""
    hops = subject.page.transfer.redirects
    if len(hops) <= check.limits["good"].value:
        return passed()
    verdict = failed if len(hops) >= check.limits["poor"].value else warned
    return verdict(
        f"{count_of(len(hops), 'redirect')} lead to the page.",
        measured=measured(check, len(hops)),
        evidence=[place(f"HTTP {hop.status}", hop.location, hop.url) for hop in hops],
    )


@rule("http.compression")
def compression(subject: Subject, check: Check) -> Outcome:
    """Warn of a document that is worth compressing and was not."""
    size = subject.page.transfer.html_bytes
    if subject.header("content-encoding") or size <= check.limits["worth_it_from"].value:
        return passed()
    return warned(f"The HTML of {size} bytes is sent uncompressed.", measured=measured(check, size))


@rule("http.ttfb")
def time_to_first_byte(subject: Subject, check: Check) -> Outcome:
    """Judge the time to first byte by the thresholds of web-vitals."""
    took_ms = subject.page.transfer.time_to_first_byte_ms
    if took_ms is None:
        return not_testable("The time was not measured.")
    if took_ms <= check.limits["good"].value:
        return passed()
    verdict = failed if took_ms > check.limits["poor"].value else warned
    return verdict(f"The first byte came after {took_ms:g} ms.", measured=measured(check, took_ms))

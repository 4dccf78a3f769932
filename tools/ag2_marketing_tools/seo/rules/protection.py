"""What protects visitors: headers, cookies, scripts and redirects as the MDN HTTP Observatory judges them, the
certificate, and lists of dangerous pages.

Nothing is judged twice: a check that the Observatory has a test for reads that test's result, so that checks and
grade cannot be at odds.
"""  # noqa: D205

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import partial

from ag2_marketing_tools.seo.catalogue import Check, protection
from ag2_marketing_tools.seo.model import Evidence, Measured
from ag2_marketing_tools.seo.observatory import GradedTest
from ag2_marketing_tools.seo.observatory.checks.cookies import faulty_cookies
from ag2_marketing_tools.seo.observatory.checks.subresource_integrity import faulty_scripts
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

_MAX_AGE = re.compile(r"(?:^|;)\s*max-age=\s*(-?\d{1,18})", re.I)


def _judged_by_test(subject: Subject, check: Check) -> Outcome:
    """Judge as the Observatory's test does; `data/protection.toml` says which, and from where on it fails."""
    facts, seen = protection()[check.id], subject.protection
    if facts.needs_visits and seen.unseen is not None:
        return not_testable(seen.unseen)
    if facts.for_https and not subject.https:
        return not_applicable(say("The page came by plain HTTP."))
    test = seen.graded.test(facts.test)
    if test.result in facts.beside:
        return not_applicable(test.means)
    if test.passed:
        return passed()
    fails = facts.fails_at is not None and test.modifier <= facts.fails_at
    evidence = _EVIDENCE.get(check.id, partial(_value, facts.element))(subject, test)
    return (failed if fails else warned)(test.means, measured=_max_age(check, test), evidence=evidence)


def _value(element: str, _subject: Subject, test: GradedTest) -> Iterable[Evidence]:
    return [place(element, test.value)] if test.value else []


def _cookies(subject: Subject, _test: GradedTest) -> Iterable[Evidence]:
    for cookie in faulty_cookies(subject.protection.site):
        flags = {"Secure": cookie.secure, "HttpOnly": cookie.http_only}
        shown = [name for name, is_set in flags.items() if is_set]
        shown += [f"SameSite={cookie.same_site}"] if cookie.same_site else []
        yield place(f"cookie: {cookie.name[:80]}", "; ".join(shown) or None)


def _scripts(subject: Subject, _test: GradedTest) -> Iterable[Evidence]:
    for script in faulty_scripts(subject.protection.site):
        yield place("script", script.integrity, script.src)


_EVIDENCE: dict[str, Callable[[Subject, GradedTest], Iterable[Evidence]]] = {
    "sec.cookies": _cookies,
    "sec.sri": _scripts,
}


def _max_age(check: Check, test: GradedTest) -> Measured | None:
    """Return how long Strict-Transport-Security holds, where that is what is wrong."""
    if check.id != "sec.hsts" or test.result != "hsts-implemented-max-age-less-than-six-months":
        return None
    found = _MAX_AGE.search(test.value or "")
    return measured(check, int(found[1])) if found else None


for _check_id in protection():
    rule(_check_id)(_judged_by_test)


@rule("sec.certificate")
def certificate(subject: Subject, check: Check) -> Outcome:
    """Fail on a certificate that browsers refuse, warn of one that will soon expire."""
    seen = subject.protection
    found = seen.certificate
    if found is None:
        reason = seen.certificate_reason or ""
        return not_testable(reason) if subject.https else not_applicable(reason)
    evidence = [place("certificate", f"{found.subject or found.host}, {found.valid_until:%Y-%m-%d}")]
    if not found.valid:
        figure = measured(check, found.days_left) if found.fault == "expired" else None
        return failed(found.reason or "", measured=figure, evidence=evidence)
    if found.days_left > check.limits["warned_from"].value:
        return passed()
    days = count_of(found.days_left, "day")
    return warned(
        say("The certificate expires in {days}.", days=days),
        measured=measured(check, found.days_left),
        evidence=evidence,
    )


@rule("sec.safe_browsing")
def safe_browsing(subject: Subject, _check: Check) -> Outcome:
    """Fail on a page that a list of dangerous pages names."""
    seen = subject.protection
    found = seen.reputation
    if found is None:
        return not_testable(seen.reputation_reason or "")
    if found.verdict == "unknown":
        return not_testable(found.reason or "")
    if found.verdict == "not listed":
        return passed()
    return failed(
        say("The page is listed by {source}.", source=found.source),
        evidence=[place(found.source, threat) for threat in found.threats] or [place(found.source)],
    )

"""The connection, and the headers that protect visitors.

Presence and plain thresholds; the grading of the MDN HTTP Observatory weighs the same headers in more detail.
"""

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
from ag2_marketing_tools.seo.secrets import secrets_in
from ag2_marketing_tools.seo.subject import Subject, is_active

_MAX_AGE = re.compile(r"(?:^|;)\s*max-age\s*=\s*\"?(\d{1,18})\"?\s*(?:;|$)", re.I)
_PLAIN_HTTP = "The page came by plain HTTP."


@rule("http.https")
def https(subject: Subject, _check: Check) -> Outcome:
    """Fail on plain HTTP."""
    return passed() if subject.https else failed(say(_PLAIN_HTTP))


@rule("http.mixed_content")
def mixed_content(subject: Subject, check: Check) -> Outcome:
    """Fail on active files by plain HTTP, warn of passive ones."""
    if not subject.https:
        return not_applicable(say(_PLAIN_HTTP))
    files = subject.mixed_content
    if len(files) <= check.limits["good"].value:
        return passed()
    verdict = failed if is_active(files[0]) else warned
    return verdict(
        say("{files} by plain HTTP on an HTTPS page.", files=count_of(len(files), "file")),
        measured=measured(check, len(files)),
        evidence=[place(file.element, None, file.url) for file in files],
    )


@rule("sec.hsts")
def strict_transport_security(subject: Subject, check: Check) -> Outcome:
    """Warn without the header, or with a short one; over HTTP it counts for nothing (RFC 6797, 7.2)."""
    if not subject.https:
        return not_applicable(say(_PLAIN_HTTP))
    header = subject.header("strict-transport-security")
    if header is None:
        return failed(say("The header Strict-Transport-Security is missing."))
    evidence = [place("header: strict-transport-security", header)]
    max_age = _MAX_AGE.search(header)
    if max_age is None:
        return failed(say("Strict-Transport-Security has no valid max-age."), evidence=evidence)
    seconds = int(max_age[1])
    if seconds >= check.limits["minimum"].value:
        return passed()
    return warned(
        say("Strict-Transport-Security holds for {seconds} s only.", seconds=seconds),
        measured=measured(check, seconds),
        evidence=evidence,
    )


@rule("sec.xcto")
def content_type_options(subject: Subject, _check: Check) -> Outcome:
    """Warn without nosniff."""
    header = subject.header("x-content-type-options")
    if (header or "").strip().lower() == "nosniff":
        return passed()
    evidence = [place("header: x-content-type-options", header)] if header else []
    return warned(say("The header X-Content-Type-Options: nosniff is missing."), evidence=evidence)


@rule("sec.csp")
def content_security_policy(subject: Subject, _check: Check) -> Outcome:
    """Warn without a policy that is enforced."""
    in_page = subject.page.meta.get("http-equiv:content-security-policy")
    if subject.header("content-security-policy") or in_page:
        return passed()
    reported = subject.header("content-security-policy-report-only") is not None
    return warned(
        say(
            "The Content-Security-Policy is only reported, not enforced." if reported
            else "The page has no Content-Security-Policy."
        )
    )  # fmt: skip


@rule("sec.xfo")
def framing(subject: Subject, _check: Check) -> Outcome:
    """Warn where any site may frame the page; a policy in the page does not count (CSP 3, section 6.4.2)."""
    policy = (subject.header("content-security-policy") or "").lower()
    header = subject.header("x-frame-options")
    if "frame-ancestors" in policy or (header or "").strip().lower() in {"deny", "sameorigin"}:
        return passed()
    if header:
        return warned(
            say("X-Frame-Options has a value that browsers ignore."),
            evidence=[place("header: x-frame-options", header)],
        )
    return warned(say("Any site may show the page in a frame."))


@rule("sec.permissions_policy")
def permissions_policy(subject: Subject, _check: Check) -> Outcome:
    """Mention a page that leaves camera, microphone and the like to whatever it embeds."""
    if subject.header("permissions-policy"):
        return passed()
    return warned(say("The header Permissions-Policy is missing."))


@rule("sec.form_http")
def forms(subject: Subject, check: Check) -> Outcome:
    """Fail on forms that send what visitors write unencrypted."""
    targets = [resource for resource in subject.page.resources if resource.element == "form"]
    if not targets:
        return not_applicable(say("No form of the page names where it sends to."))
    found = [form for form in targets if form.url.lower().startswith("http:")]
    if subject.local or len(found) <= check.limits["good"].value:
        return passed()
    return failed(
        say("{forms} sent by plain HTTP.", forms=count_of(len(found), "form")),
        measured=measured(check, len(found)),
        evidence=[place("form", None, form.url) for form in found],
    )


@rule("sec.leaked_secrets")
def leaked_secrets(subject: Subject, check: Check) -> Outcome:
    """Fail on keys that open something; they are never quoted."""
    found = secrets_in(subject.page.source)
    if len(found) <= check.limits["good"].value:
        return passed()
    return failed(
        say("{keys} in the page's source.", keys=count_of(len(found), "secret key")),
        measured=measured(check, len(found)),
        evidence=[
            place(
                say(
                    "source: {kind}, from character {position}",
                    kind=secret.kind,
                    position=str(secret.position),
                )
            )
            for secret in found
        ],
    )

"""The connection, and what of the page itself puts visitors at risk; headers are judged in `protection`."""

from __future__ import annotations

from urllib.parse import urlsplit

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
from ag2_marketing_tools.seo.subject import Subject, is_active, is_local_host

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
    found = [form for form in targets if form.url.lower().startswith("http:") and not _is_local(form.url)]
    if len(found) <= check.limits["good"].value:
        return passed()
    return failed(
        say("{forms} sent by plain HTTP.", forms=count_of(len(found), "form")),
        measured=measured(check, len(found)),
        evidence=[place("form", None, form.url) for form in found],
    )


def _is_local(url: str) -> bool:
    """Tell whether a form sends to a server of development, as its own do there."""
    return is_local_host(urlsplit(url).hostname or "")


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

"""The versions of a page in other languages."""

from __future__ import annotations

import re

from ag2_marketing_tools.pages.model import Alternate
from ag2_marketing_tools.pages.urls import canonical_form, resolve
from ag2_marketing_tools.seo.catalogue import Check, wording
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

_NONE = "The page names no versions in other languages."
# ISO 639-1, optionally ISO 15924 and ISO 3166-1 alpha 2 (Google Search Central, localized versions, 2025).
_CODE = re.compile(r"([a-z]{2})(?:-[a-z]{4})?(?:-([a-z]{2}))?", re.IGNORECASE)
_ANY_LANGUAGE = "x-default"


@rule("hreflang.valid")
def valid(subject: Subject, check: Check) -> Outcome:
    """Fail on codes that are none, and on references that are not absolute."""
    alternates = subject.page.alternates
    if not alternates:
        return not_applicable(say(_NONE))
    faults = [(alternate, fault) for alternate in alternates if (fault := _fault(alternate))]
    if len(faults) <= check.limits["good"].value:
        return passed()
    return failed(
        say(
            "{references} that search engines cannot use.",
            references=count_of(len(faults), "hreflang reference"),
        ),
        measured=measured(check, len(faults)),
        evidence=[place(f'hreflang="{one.language[:20]}": {fault}', one.href) for one, fault in faults],
    )


def _fault(alternate: Alternate) -> str | None:
    if not alternate.href.lower().startswith(("http://", "https://")):
        return say("the address is not absolute")
    if alternate.language.lower() == _ANY_LANGUAGE:
        return None
    code = _CODE.fullmatch(alternate.language.strip())
    if code is None:
        return say("no language code of two letters (ISO 639-1)")
    known = wording()["codes"]
    if code[1].lower() not in known["languages"]:
        return say("no such language")
    return None if code[2] is None or code[2].lower() in known["countries"] else say("no such country")


@rule("hreflang.self_xdefault")
def complete(subject: Subject, _check: Check) -> Outcome:
    """Mention a missing reference to the page itself, or to the version for everybody else."""
    alternates, url = subject.page.alternates, subject.page.url
    if not alternates:
        return not_applicable(say(_NONE))
    targets = [resolve(url, alternate.href) for alternate in alternates]
    named = {canonical_form(target) for target in targets if target and target.startswith("http")}
    own = {canonical_form(one) for one in (url, subject.page.canonical_url) if one and one.startswith("http")}
    missing = [] if own & named else [say("the page itself")]
    if all(alternate.language.lower() != _ANY_LANGUAGE for alternate in alternates):
        missing.append(say("the version for other languages (x-default)"))
    if not missing:
        return passed()
    return warned(
        say("The hreflang references leave out {versions}.", versions=f" {say('and')} ".join(missing)),
        evidence=[place(f'link hreflang="{one.language[:20]}"', None, one.href) for one in alternates],
    )

"""Title, description, language, encoding, preview."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from ag2_marketing_tools.pages.urls import site_of
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
from ag2_marketing_tools.text.lexicon import primary_code
from ag2_marketing_tools.text.titles import says_nothing

# BCP 47 (RFC 5646), section 2.1, without the grandfathered tags
_LANGUAGE_TAG = re.compile(
    r"[a-z]{2,3}(-[a-z]{3}){0,3}(-[a-z]{4})?(-([a-z]{2}|\d{3}))?(-([a-z0-9]{5,8}|\d[a-z0-9]{3}))*"
    r"(-[a-wy-z0-9](-[a-z0-9]{2,8})+)*(-x(-[a-z0-9]{1,8})+)?",
    re.IGNORECASE,
)
_ONE_LANGUAGE = {"nb": "no", "nn": "no", "iw": "he", "in": "id", "ji": "yi"}
_SURE_OF_LANGUAGE = 0.9  # probability; below it a page in two languages would be accused
_PREVIEW = ("og:title", "og:description", "og:image", "og:url")


@rule("title.present")
def title_present(subject: Subject, _check: Check) -> Outcome:
    """Fail without a title."""
    if subject.page.title:
        return passed()
    return failed(say("The title is empty." if subject.page.titles else "The page has no title."))


@rule("title.length")
def title_length(subject: Subject, check: Check) -> Outcome:
    """Advise on the title's length."""
    text, (low, high) = subject.page.title, _range(check)
    if not text:
        return not_applicable(say("The title is missing."))
    if low <= len(text) <= high:
        return passed()
    return warned(
        say(
            "The title has {characters} characters; {low} to {high} are advised.",
            characters=len(text),
            low=low,
            high=high,
        ),
        measured=measured(check, len(text)),
        evidence=[place("title", text)],
    )


@rule("desc.length")
def description_length(subject: Subject, check: Check) -> Outcome:
    """Advise on the description's length."""
    text, (low, high) = subject.page.description, _range(check)
    if not text:
        return not_applicable(say("The description is missing."))
    if low <= len(text) <= high:
        return passed()
    return warned(
        say(
            "The description has {characters} characters; {low} to {high} are advised.",
            characters=len(text),
            low=low,
            high=high,
        ),
        measured=measured(check, len(text)),
        evidence=[place("meta description", text)],
    )


def _range(check: Check) -> tuple[float, float]:
    return check.limits["minimum"].value, check.limits["maximum"].value


@rule("title.generic")
def title_generic(subject: Subject, _check: Check) -> Outcome:
    """Warn of a placeholder or an address as the title."""
    title = subject.page.title
    if not title:
        return not_applicable(say("The page has no title."))
    host = urlsplit(subject.page.url).hostname or ""
    addresses = {host, host.removeprefix("www."), site_of(subject.page.url), subject.page.url}
    if says_nothing(title) or title.casefold() in addresses:
        return warned(say("The title says nothing of the page."), evidence=[place("title", title)])
    return passed()


@rule("title.multiple")
def title_multiple(subject: Subject, check: Check) -> Outcome:
    """Warn of several titles."""
    titles = subject.page.titles
    if len(titles) <= check.limits["good"].value:
        return passed()
    return warned(
        say("The page has {titles}.", titles=count_of(len(titles), "title")),
        measured=measured(check, len(titles)),
        evidence=[place("title", title) for title in titles],
    )


@rule("desc.present")
def description_present(subject: Subject, _check: Check) -> Outcome:
    """Warn without a description."""
    if subject.page.description:
        return passed()
    empty = bool(subject.page.descriptions)
    return warned(say("The meta description is empty." if empty else "The page has no meta description."))


@rule("meta.lang")
def language(subject: Subject, _check: Check) -> Outcome:
    """Warn where the language is missing, malformed, or another than the text's."""
    declared = subject.page.language
    if not declared:
        return warned(say("`<html>` does not name the page's language."))
    evidence = [place("html lang", declared)]
    if not _LANGUAGE_TAG.fullmatch(declared):
        return warned(say("The declared language is no language tag."), evidence=evidence)
    found = subject.language
    code = primary_code(declared) or ""
    if found is not None and found.probability >= _SURE_OF_LANGUAGE and _same(found.code) != _same(code):
        return warned(
            say("The text is in another language ({code}) than the page declares.", code=found.code),
            evidence=evidence,
        )
    return passed()


def _same(code: str) -> str:
    return _ONE_LANGUAGE.get(code, code)


@rule("meta.charset")
def charset(subject: Subject, _check: Check) -> Outcome:
    """Warn where no encoding is declared."""
    if subject.page.charset_declared:
        return passed()
    return warned(say("The character encoding is named neither in the header nor at the start of the page."))


@rule("og.core")
def preview(subject: Subject, check: Check) -> Outcome:
    """Warn of missing Open Graph properties."""
    missing = [name for name in _PREVIEW if not subject.page.meta.get(name)]
    if not missing:
        return passed()
    return warned(
        say(
            "{properties} missing: {names}.",
            properties=count_of(len(missing), "Open Graph property", "Open Graph properties"),
            names=", ".join(missing),
        ),
        measured=measured(check, len(missing)),
        evidence=[place(f'meta property="{name}"') for name in missing],
    )

"""A business with an address, and who answers for a page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from urllib.parse import unquote

from ag2_marketing_tools.pages.model import Link
from ag2_marketing_tools.pages.urls import path_of
from ag2_marketing_tools.seo.catalogue import Check, wording
from ag2_marketing_tools.seo.entities import Entity, texts
from ag2_marketing_tools.seo.outcome import (
    Outcome,
    count_of,
    measured,
    not_applicable,
    passed,
    place,
    say,
    warned,
)
from ag2_marketing_tools.seo.rules.registry import rule
from ag2_marketing_tools.seo.subject import Subject
from ag2_marketing_tools.text.words import tokenise

_NO_BUSINESS = "The structured data names no business with an address or a telephone number."
_NOT_DIGITS = re.compile(r"\D+")
# An international number; one with its area code in brackets or behind a word for telephone; one that begins with
# the 0 of many countries' area codes; one of North America (area and exchange begin with 2 to 9).
_PHONE = re.compile(
    r"(?:\+\d{1,3}[\s./-]?(?:\(0?\d{1,5}\)|\d{1,5})|\(0?\d{2,5}\)|\b(?:tel|phone|fon|telefon|call)\b\D{0,9}0?\d{2,5})"
    r"[\s./-]?\d{2,4}(?:[\s./-]?\d{2,4}){1,3}"
    r"|(?<![\d./-])(?=(?:[ \u00a0./-]?\d){9,11}(?![\d./-]*\d))0\d{2,4}[ \u00a0./-]\d{2,4}(?:[ \u00a0./-]?\d{2,4}){1,3}"
    r"|(?<![\d./-])(?:1[ \u00a0.-])?[2-9]\d{2}([ \u00a0.-])[2-9]\d{2}\1\d{4}(?![./-]?\d)",
    re.IGNORECASE,
)
# What all but the word of such a number lies in, and how far before it that word may begin.
_DIGITS = re.compile(r"[+(]?\d(?:[\s()./+-]*\d){5,}[\s()./+-]*")
_BEFORE_DIGITS = len("telefon") + 9
_SIGNIFICANT_DIGITS = 7  # at the end of a number: area and country codes are written in many ways
_BYLINE = re.compile(
    r"\b(?:written|reviewed|medically reviewed|fact[- ]checked|verfasst|geschrieben|geprüft|rédigé|revisado)"
    r"\s+(?:by|von|par|por)\s+\w",
    re.IGNORECASE,
)
_OF_HEALTH = ("MedicalWebPage", "MedicalEntity", "HealthTopicContent")
_BETWEEN_WORDS = re.compile(r"(?:[^\w\n]|_)+")
_FIRST = "^"  # before a phrase that a name begins with: elsewhere it means something else
_AUTHORS = ("author", "reviewedBy", "contributor", "editor")


def _business(subject: Subject) -> Entity | None:
    for thing in subject.entities:
        if thing.is_a("Organization", "LocalBusiness") and {"address", "telephone"} & thing.data.keys():
            return thing
    return None


def _address_parts(business: Entity) -> dict[str, list[str]]:
    address = business.data.get("address")
    parts = next((one for one in (address if isinstance(address, list) else [address])), None)
    if not isinstance(parts, dict):
        return {}
    names = ("streetAddress", "postalCode", "addressLocality")
    return {name: found for name in names if (found := texts(parts.get(name)))}


def _digits(number: str) -> str:
    return _NOT_DIGITS.sub("", number)[-_SIGNIFICANT_DIGITS:]


def _phones_shown(subject: Subject) -> list[str]:
    dialled = [link.href[4:] for link in subject.page.links if link.href.lower().startswith("tel:")]
    return [*_numbers_in(subject.page.visible_text), *dialled]


@lru_cache(maxsize=8)  # several checks ask for those of a page
def _numbers_in(text: str) -> tuple[str, ...]:
    """Return the telephone numbers of a text, looked for where enough digits stand, which is in few places."""
    found: list[str] = []
    end = 0
    for digits in _DIGITS.finditer(text):
        around = max(end, digits.start() - _BEFORE_DIGITS)
        for number in _PHONE.finditer(text, around, digits.end()):
            found.append(number[0])
            end = number.end()
    return tuple(found)


def _folded(text: str) -> str:
    return " ".join(re.sub(r"[\W_]+", " ", text.casefold()).split())


@rule("local.nap_on_page")
def name_address_phone(subject: Subject, check: Check) -> Outcome:
    """Warn where name, address or telephone number of the business are for machines only."""
    business = _business(subject)
    if business is None:
        return not_applicable(say(_NO_BUSINESS))
    text = _folded(
        f"{subject.page.visible_text} {' '.join(image.alt or '' for image in subject.page.images)}"
    )
    digits = _NOT_DIGITS.sub("", f"{subject.page.visible_text} {' '.join(_phones_shown(subject))}")
    address = _address_parts(business)
    declared = {
        "name": [_folded(one) in text for one in texts(business.data.get("name"))],
        "address": [
            _folded(one) in text for one in address.get("postalCode") or address.get("addressLocality", [])
        ],
        "telephone": [_digits(one) in digits for one in texts(business.data.get("telephone"))],
    }
    missing = [name for name, found in declared.items() if found and not any(found)]
    shown_as = {"name": say("name"), "address": say("address"), "telephone": say("telephone")}
    if len(missing) <= check.limits["good"].value:
        return passed()
    return warned(
        say(
            "The page does not show the {parts} of its structured data.",
            parts=", ".join(shown_as[name] for name in missing),
        ),
        measured=measured(check, len(missing)),
        evidence=[place(f"{business.name}.{name}") for name in missing],
    )


@rule("local.schema_matches_page")
def same_as_shown(subject: Subject, check: Check) -> Outcome:
    """Warn where the page shows other numbers than its structured data."""
    business = _business(subject)
    declared = texts(business.data.get("telephone")) if business is not None else []
    shown = _phones_shown(subject)
    if not declared or not shown:
        return not_applicable(say("There is no telephone number in both the structured data and the text."))
    known = {_digits(number) for number in shown}
    if any(_digits(number) in known for number in declared):
        return passed()
    return warned(
        say("The page shows another telephone number than its structured data."),
        evidence=[
            place(say("structured data"), declared[0]),
            *(place(say("text"), number) for number in shown),
        ],
    )


@rule("local.phone_link")
def phone_link(subject: Subject, _check: Check) -> Outcome:
    """Mention a telephone number that visitors cannot dial with a tap."""
    if any(link.href.lower().startswith("tel:") for link in subject.page.links):
        return passed()
    numbers = _numbers_in(subject.page.visible_text)
    if not numbers:
        return not_applicable(say("The page shows no telephone number."))
    return warned(say("The telephone number is no link."), evidence=[place(say("text"), numbers[0])])


@rule("eeat.contact_about")
def contact(subject: Subject, check: Check) -> Outcome:
    """Warn of a page from which nobody finds out who is behind the site."""
    lists = wording()
    named = _folded_lines(unquote(name) for name in _names_of(subject.page.links))
    pages = {"contact": say("contact"), "about": say("about"), "privacy": say("privacy")}
    missing = [told for kind, told in pages.items() if not _leads_to(named, f"{kind}_links")]
    if len(missing) <= check.limits["good"].value:
        return passed()
    if subject.language_code not in {None, *lists["contact_links"]}:
        return not_applicable(say("How such links are named in the page's language is not known here."))
    return warned(
        say(
            "{links} missing: {pages}.",
            links=count_of(len(missing), "link"),
            pages=", ".join(missing),
        ),
        measured=measured(check, len(missing)),
    )


def _names_of(links: Sequence[Link]) -> set[str]:
    """Return what names the targets of links: their texts, and each part of their paths and fragments."""
    leading = [link for link in links if link.url is not None]
    paths = {path_of(url) for url in {link.url or "" for link in leading}}
    fragments = {link.href.partition("#")[2] for link in leading}
    return {link.text for link in leading} | fragments | {part for path in paths for part in path.split("/")}


def _folded_lines(texts: Iterable[str]) -> str:
    """Return the texts folded, each in a line that begins with a space: at once, for there are hundreds."""
    lines = "\n".join(" ".join(text.split()) for text in texts).casefold()
    return "\n " + _BETWEEN_WORDS.sub(" ", lines).replace("\n ", "\n").replace("\n", "\n ")


def _leads_to(text: str, kind: str) -> bool:
    """Tell whether a line of the text holds a phrase of a list, from the beginning of a word on or from its own."""
    return any(beginning in text for beginning in _beginnings(kind))


@cache
def _beginnings(kind: str) -> tuple[str, ...]:
    """Return the phrases of a list in all languages, folded, after what stands before them."""
    phrases = {phrase for phrases in wording()[kind].values() for phrase in phrases}
    return tuple(("\n " if phrase.startswith(_FIRST) else " ") + _folded(phrase) for phrase in phrases)


@rule("eeat.ymyl_author")
def author(subject: Subject, check: Check) -> Outcome:
    """Mention a text on health that nobody signs."""
    words = {word.casefold() for word in tokenise(subject.page.main_text[:20_000], subject.language_code)}
    health = wording()["health_words"]
    terms = words & (health.get(subject.language_code or "", frozenset()) | health["en"])
    says_so = any(thing.is_a(*_OF_HEALTH) for thing in subject.entities)
    if len(terms) < check.limits["health_from"].value and not says_so:
        return not_applicable(say("The page does not speak of health so much that its author matters."))
    signed = (
        subject.page.meta.get("author")
        or subject.page.meta.get("article:author")
        or any("author" in link.rel for link in subject.page.links)
        or any(name in thing.data for thing in subject.entities for name in _AUTHORS)
        or _BYLINE.search(subject.page.visible_text)
    )
    if signed:
        return passed()
    return warned(
        say("The page speaks of health and names neither an author nor a reviewer."),
        measured=measured(check, len(terms)),
    )

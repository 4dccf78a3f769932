"""How the text is written: readability, keywords, dates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit

from dateutil import parser as dates

from ag2_marketing_tools.seo.catalogue import Check
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
from ag2_marketing_tools.text.readability import readability
from ag2_marketing_tools.text.words import tokenise

_LEAST_USES = 5  # squirrelscan content/keyword-stuffing (2026)
_OPENING_WORDS = 100  # words in which a reader expects the subject
_READ_FOR_EASE = 12_000  # characters: some 2,000 words; the formulas were made for samples of 100
_COPYRIGHT = re.compile(
    r"(?:©|\(c\)|copyright)\s*(?:(?:19|20)\d\d\s*[-–—]\s*)?((?:19|20)\d\d)\b", re.IGNORECASE
)
_YEAR = re.compile(r"\d{4}")
_DATES = ("article:modified_time", "og:updated_time", "article:published_time")
_NO_KEYWORD = "The text shows no keyword."
_TOO_SHORT = "There is too little text to count keywords in."


@rule("content.text_ratio")
def text_ratio(subject: Subject, check: Check) -> Outcome:
    """Mention a document that is nearly all markup."""
    size = subject.page.transfer.html_bytes
    if not size:
        return not_applicable(say("The page is empty."))
    percent = round(100 * len(subject.page.visible_text.encode()) / size, 1)
    if percent >= check.limits["minimum"].value:
        return passed()
    message = say("Text makes up {percent} % of the HTML.", percent=percent)
    return warned(message, measured=measured(check, percent))


@rule("content.readability")
def ease(subject: Subject, check: Check) -> Outcome:
    """Mention text that takes effort to read, by the formula of its language."""
    found = readability(subject.page.main_text[:_READ_FOR_EASE], subject.language_code)
    if found.reading_ease is None:
        return not_applicable(say("The text is too short, or there is no formula for its language."))
    if found.reading_ease >= check.limits["minimum"].value:
        return passed()
    message = say("The reading ease is {ease}.", ease=found.reading_ease)
    return warned(message, measured=measured(check, found.reading_ease))


@rule("content.stuffing")
def stuffing(subject: Subject, check: Check) -> Outcome:
    """Warn of a phrase that is repeated beyond what a text of its length needs."""
    words, limit = subject.words, check.limits["maximum"].value
    if words is None or words < _OPENING_WORDS:
        return not_applicable(say(_TOO_SHORT))
    text = [word.casefold() for word in subject.shown_words]
    phrases = [word.term for word in subject.keywords if " " in word.term.strip()]
    uses = [(_uses(tokenise(term.casefold(), subject.language_code), text), term) for term in phrases]
    shares = [(round(100 * number / words, 1), term) for number, term in uses if number >= _LEAST_USES]
    over = [(share, term) for share, term in shares if share > limit]
    if not over:
        return passed()
    highest = max(share for share, _ in over)
    return warned(
        say("A phrase is used {times} times in each hundred words.", times=highest),
        measured=measured(check, highest),
        evidence=[place(say("text"), term) for _, term in over],
    )


def _uses(phrase: list[str], text: list[str]) -> int:
    """Count a phrase in the text that visitors see; title and description are no part of it."""
    if not phrase:
        return 0
    uses, at = 0, -1
    for _ in range(text.count(phrase[0])):
        at = text.index(phrase[0], at + 1)
        uses += text[at : at + len(phrase)] == phrase
    return uses


@rule("content.keyword_placement")
def keyword_placement(subject: Subject, check: Check) -> Outcome:
    """Warn where the page's own main keyword is missing from where readers look first."""
    if not subject.keywords:
        return not_applicable(say(_NO_KEYWORD))
    keyword = subject.keywords[0]
    parts = {word.casefold() for word in tokenise(keyword.term, subject.language_code)}
    opening = " ".join(tokenise(subject.page.main_text[:2_000], subject.language_code)[:_OPENING_WORDS])
    path = unquote(urlsplit(subject.page.url).path).casefold()
    present = {
        say("title"): "title" in keyword.places,
        say("main heading"): "h1" in keyword.places,
        say("first hundred words"): all(word in opening.casefold() for word in parts),
        say("address"): path.strip("/") == "" or any(word in path for word in parts),
    }
    missing = [where for where, there in present.items() if not there]
    if len(missing) <= check.limits["good"].value:
        return passed()
    return warned(
        say(
            "The page's main keyword is missing in {places}: {names}.",
            places=count_of(len(missing), "place"),
            names=", ".join(missing),
        ),
        measured=measured(check, len(missing)),
        evidence=[place(say("keyword"), keyword.term)],
    )


@rule("content.freshness")
def freshness(subject: Subject, check: Check) -> Outcome:
    """Mention dates that contradict each other, and text or copyright that looks forgotten."""
    published, modified = _dates(subject, "datePublished"), _dates(subject, "dateModified")
    meta = [date for name in _DATES if (date := _date(subject.page.meta.get(name)))]
    years = [int(year) for year in _COPYRIGHT.findall(subject.page.visible_text)]
    if published and modified and max(modified) < min(published):
        return warned(
            say("The page was modified before it was published, by its own dates."),
            evidence=[place("dateModified", max(modified).date().isoformat())],
        )
    known = [*published, *modified, *meta]
    if known:
        age = round((subject.now - max(known)).days / 365.25, 1)
        if age > check.limits["maximum"].value:
            return warned(
                say("The newest date of the page is {years} years old.", years=age),
                measured=measured(check, age),
                evidence=[place(say("date"), max(known).date().isoformat())],
            )
    if years:
        behind = subject.now.year - max(years)
        if behind > check.limits["maximum"].value:
            return warned(
                say("The copyright notice is {years} years old.", years=behind),
                measured=measured(check, behind),
                evidence=[place("copyright", str(max(years)))],
            )
    return passed() if known or years else not_applicable(say("The page names no date."))


def _dates(subject: Subject, name: str) -> list[datetime]:
    values: Iterator[object] = (entity.data.get(name) for entity in subject.entities)
    return [date for value in values if isinstance(value, str) and (date := _date(value))]


def _date(text: str | None) -> datetime | None:
    if not text or len(text) > 40 or not _YEAR.search(text):
        return None
    try:
        found = dates.parse(text)
    except (ValueError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)

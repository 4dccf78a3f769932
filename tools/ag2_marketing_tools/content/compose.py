"""Recommended title, main heading and description: the page's own words, arranged within the limits.

What is added to the page's words is a focus keyword that the caller gave, and the few words of
`data/phrases.toml` and `data/profiles.toml`. No text gets a figure that does not stand on the page, and
none repeats a word until it reads as stuffed; where nothing fits, there is no text but a reason.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from ag2_marketing_tools.content.facts import Limits, limits, phrases, profiles
from ag2_marketing_tools.content.model import Basis
from ag2_marketing_tools.content.profile import PageProfile
from ag2_marketing_tools.content.subject import place, title_parts
from ag2_marketing_tools.pages.model import Page
from ag2_marketing_tools.text.clean import clean
from ag2_marketing_tools.text.lexicon import lexicon
from ag2_marketing_tools.text.words import UNSPACED_LETTER, sentences, tokenise

Field = Literal["recommended_title", "recommended_meta_description", "recommended_h1"]
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_MACHINERY = re.compile(r"[|{}<>•\\]")  # of menus and templates: no sentence for a reader
_CLAUSE_END = re.compile(r"[,;:–—]\s|[、，；]")
_FEWEST_SENTENCE_WORDS = 4
_LONGEST_SENTENCE = 600  # characters; more is a list or a text without full stops
_SENTENCES_LOOKED_AT = 400


@dataclass(frozen=True)
class Composed:
    """A text and what it was built from, or the reason why there is none."""

    text: str | None
    built_from: tuple[str, ...] = ()
    unchanged: bool = False
    reason: str | None = None

    def basis(self, field: Field) -> Basis:
        """Return what the result tells of how the text came about."""
        return Basis(
            field=field,
            built_from=list(self.built_from),
            characters=None if self.text is None else len(self.text),
            unchanged=self.unchanged,
            reason=self.reason,
        )


def choose_lead(
    page: Page, given: Sequence[str], primary: Sequence[str], *, uses: Callable[[str], int]
) -> str | None:
    """Return the term to lead with.

    The first given one that the page uses; else the first given; else the page's first keyword that stands
    in more than one spot; else its first.

    A given term with a figure that does not stand on the page cannot lead.
    """
    fitting = [term for term in given if figures_stand_on_page(term, page)]
    used = next((term for term in fitting if uses(term)), None)
    supported = next((term for term in primary if uses(term) > 1), None)
    return used or next(iter(fitting), None) or supported or next(iter(primary), None)


@dataclass(frozen=True)
class Composer:
    """Writes the recommended texts of one page around one term."""

    target: PageProfile
    lead: str | None
    supporting: Sequence[str] = ()
    profile_name: str = "default"
    typed: bool = False  # a content type was asked for, so its angle goes first

    def title(self) -> Composed:
        """Return a title of at most 60 characters that names the lead."""
        if self.lead is None:
            return Composed(None, reason="The page has no text to build a title from.")
        own = self.target.telling_title
        most = limits().title_characters_most
        repeats = limits().title_word_repeats_most
        fits = len(own) >= limits().title_characters_least and self._passes(own, most, repeats)
        if fits and self._names_lead(own) and not self.typed:
            return Composed(own, ("title",), unchanged=True)
        for parts, text in self._titles():
            if self._passes(text, most, repeats):
                return Composed(text, parts)
        return Composed(None, reason=f"Nothing that names “{self.lead}” fits {most} characters.")

    def _titles(self) -> Iterator[tuple[tuple[str, ...], str]]:
        for parts, text in self._title_cores():
            site = self.target.site_name
            if site and site.casefold() not in text.casefold():
                yield (*parts, "site name"), f"{text} | {site}"
            yield parts, text

    def _title_cores(self) -> Iterator[tuple[tuple[str, ...], str]]:
        lead = capitalised(self.lead or "")
        angle = profiles()[self.profile_name].angle.get(self.target.code or "")
        if self.typed and angle:
            yield ("lead keyword", f"{self.profile_name} profile"), f"{lead}{self._colon}{angle}"
        yield from self._own_cores()
        if located := self._located():
            yield ("lead keyword", "place"), located
        heading = self._first_h1()
        if self._says_something(heading):
            yield ("lead keyword", "h1"), f"{lead}{self._colon}{heading}"
        yield ("lead keyword",), lead

    def _own_cores(self) -> Iterator[tuple[tuple[str, ...], str]]:
        site = (self.target.site_name or "").casefold()
        for part in title_parts(self.target.telling_title):
            if part.casefold() != site and self._names_lead(part):
                yield ("title",), part
        heading = self._first_h1()
        if heading and self._names_lead(heading):
            yield ("h1",), heading

    def h1(self) -> Composed:
        """Return a main heading of at most 70 characters that names the lead."""
        if self.lead is None:
            return Composed(None, reason="The page has no text to build a heading from.")
        most, repeats = limits().h1_characters_most, limits().title_word_repeats_most
        own, lead = self._first_h1(), capitalised(self.lead)
        if own and self._names_lead(own) and self._passes(own, most, repeats):
            return Composed(own, ("h1",), unchanged=True)
        choices: list[tuple[tuple[str, ...], str]] = []
        if self._says_something(own):
            choices.append((("lead keyword", "h1"), f"{lead}{self._colon}{own}"))
        if located := self._located():
            choices.append((("lead keyword", "place"), located))
        choices.append((("lead keyword",), lead))
        for parts, text in choices:
            if self._passes(text, most, repeats):
                return Composed(text, parts)
        return Composed(None, reason=f"Nothing that names “{self.lead}” fits {most} characters.")

    def description(self) -> Composed:
        """Return a description of 70 to 155 characters, from the page's own sentences."""
        if self.lead is None:
            return Composed(None, reason="The page has no text to build a description from.")
        limit = limits()
        own = clean(self.target.page.description)
        if self._names_lead(own) and self._describes(own, limit):
            return Composed(own, ("description",), unchanged=True)
        ranked = self._sentences()
        for opening in ("", f"{capitalised(self.lead)}{self._colon}"):
            text = self._assembled(opening, ranked, limit)
            if text and self._names_lead(text) and self._describes(text, limit):
                return Composed(text, ("lead keyword", "sentences") if opening else ("sentences",))
        least, most = limit.description_characters_least, limit.description_characters_most
        return Composed(None, reason=f"The page has no sentences that fill {least} to {most} characters.")

    def _describes(self, text: str, limit: Limits) -> bool:
        return len(text) >= limit.description_characters_least and self._passes(
            text, limit.description_characters_most, limit.description_word_repeats_most
        )

    def _sentences(self) -> list[str]:
        """Return the page's sentences, those that name the lead and its companions first."""
        found = dict.fromkeys(
            clean(sentence)
            for text in (self.target.page.description, self.target.text)
            for sentence in sentences(text)[:_SENTENCES_LOOKED_AT]
            if len(sentence) <= _LONGEST_SENTENCE
        )
        usable = [sentence for sentence in found if self._is_sentence(sentence)]
        return sorted(
            usable, key=lambda sentence: -self._worth(sentence)
        )  # stable: earlier ones first among equals

    def _worth(self, sentence: str) -> int:
        named = sum(self._names(sentence, term) for term in self.supporting[:3])
        return 3 * self._names_lead(sentence) + named - sentence.endswith("?")

    def _is_sentence(self, text: str) -> bool:
        words = tokenise(text, self.target.code)
        enough = len(words) >= _FEWEST_SENTENCE_WORDS or bool(UNSPACED_LETTER.search(text))
        ended = text.endswith(
            (".", "!", "?", "…", "。", "！", "？", "।", "؟", "۔")
        ) or UNSPACED_LETTER.search(text)
        return enough and bool(ended) and not text.isupper() and not _MACHINERY.search(text)

    def _assembled(self, opening: str, ranked: Sequence[str], limit: Limits) -> str:
        least, most = limit.description_characters_least, limit.description_characters_most
        text = opening
        for sentence in ranked:
            gap = " " if text and not text.endswith(" ") and not UNSPACED_LETTER.match(text[-1]) else ""
            longer = f"{text}{gap}{sentence}"
            if len(longer) <= most:
                text = longer
            elif len(text) < least:
                text = shortened(longer, most)
            if len(text) >= least:
                break
        return text

    def _located(self) -> str | None:
        known, where = phrases(self.target.code), place(self.target.page)
        if known is None or where is None or self.lead is None or where.casefold() in self.lead.casefold():
            return None
        return known.in_place.format(lead=capitalised(self.lead), place=where)

    def _first_h1(self) -> str:
        return next((text for text in map(clean, self.target.page.headings_of(1)) if text), "")

    @property
    def _colon(self) -> str:
        known = phrases(self.target.code)
        return known.colon if known else ": "

    def _says_something(self, text: str) -> bool:
        """Tell whether a text holds more than function words and the furniture of web pages."""
        known = lexicon(self.target.code)
        words = tokenise(text, self.target.code)
        return any(word.casefold() not in known.stop_words for word in words) if known else bool(words)

    def _names_lead(self, text: str) -> bool:
        return self.lead is not None and self._names(text, self.lead)

    def _names(self, text: str, term: str) -> bool:
        index = self.target.index
        if UNSPACED_LETTER.search(term):
            return term.casefold() in text.casefold()
        key, stems = index.key(term), index.key(text)
        return any(stems[at : at + len(key)] == key for at in range(len(stems) - len(key) + 1))

    def _passes(self, text: str, most: int, repeats: int) -> bool:
        return (
            0 < len(text) <= most
            and not self._stuffed(text, repeats)
            and figures_stand_on_page(text, self.target.page)
        )

    def _stuffed(self, text: str, repeats: int) -> bool:
        known = lexicon(self.target.code)
        stops = known.function_words if known else frozenset()
        words = (
            word
            for word in tokenise(text, self.target.code)
            if word.casefold() not in stops and len(word) > 1
        )
        counted = Counter(self.target.index.stems(list(words)))
        return any(uses > repeats for uses in counted.values())


def figures_stand_on_page(text: str, page: Page) -> bool:
    """Tell whether every figure of a text stands on the page too."""
    figures = set(_NUMBER.findall(text))
    if not figures:
        return True
    told = " ".join((page.title, page.description, page.visible_text, page.main_text))
    return figures <= set(_NUMBER.findall(told))


def capitalised(text: str) -> str:
    """Return the text with its first letter in upper case, and the rest as it is."""
    return text[:1].upper() + text[1:]


def shortened(text: str, most: int) -> str:
    """Return the text cut after a clause or a word, with an ellipsis, within `most` characters.

    >>> shortened("We cook, clean and shop for older people at home", 30)
    'We cook, clean and shop for…'
    """
    if len(text) <= most:
        return text
    room = text[: most - 1]
    clauses = [end.start() for end in _CLAUSE_END.finditer(room) if end.start() >= most // 2]
    if clauses:
        return room[: clauses[-1]] + "…"
    if not UNSPACED_LETTER.search(room) and " " in room:
        room = room.rpartition(" ")[0]
    return room.rstrip(" ,;:–—-") + "…"

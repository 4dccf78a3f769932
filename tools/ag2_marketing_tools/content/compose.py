"""Recommended title, main heading and description: the page's own words, arranged within the limits.

What is added to the page's words is a focus keyword that the caller gave, and the few words of
`data/phrases.toml` and `data/profiles.toml`. No text gets a figure that does not stand on the page, and
none repeats a word until it reads as stuffed; where nothing fits, there is no text but a reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from ag2_marketing_tools.content.facts import Limits, limits, phrases, profiles
from ag2_marketing_tools.content.model import Basis
from ag2_marketing_tools.content.profile import PageProfile
from ag2_marketing_tools.content.subject import place, title_parts
from ag2_marketing_tools.content.wording import (
    CLAUSE_END,
    capitalised,
    figures_stand_on_page,
    is_sentence,
    is_stuffed,
    says_something,
    shortened,
)
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.text.clean import clean
from ag2_marketing_tools.text.words import UNSPACED_LETTER, sentences

Field = Literal["recommended_title", "recommended_meta_description", "recommended_h1"]
_LONGEST_SENTENCE = 600  # characters; more is a list or a text without full stops
_SENTENCES_LOOKED_AT = 400
_MOST_USES_OF_LEAD = 2  # in title and main heading together
_SHORTEST_CORE = 15  # characters; what is left of a title after its last clauses must still say something


@dataclass(frozen=True)
class Composed:
    """A text and what it was built from, or the reason why there is none."""

    text: str | None
    built_from: tuple[str, ...] = ()
    unchanged: bool = False
    reason: str | None = None
    condition: str | None = None

    def basis(self, field: Field) -> Basis:
        """Return what the result tells of how the text came about."""
        return Basis(
            field=field,
            built_from=list(self.built_from),
            characters=None if self.text is None else len(self.text),
            unchanged=self.unchanged,
            reason=self.reason,
            write_first=self.condition,
        )


@dataclass(frozen=True)
class Composer:
    """Writes the recommended texts of one page around one term."""

    target: PageProfile
    lead: str | None
    supporting: Sequence[str] = ()
    profile_name: str = "default"
    typed: bool = False  # a content type was asked for, so its angle goes first

    @cached_property
    def _title(self) -> Composed:
        if self.lead is None:
            return Composed(None, reason=say("The page has no text to build a title from."))
        own = self.target.telling_title
        limit, repeats = limits(), limits().title_word_repeats_most
        fits = len(own) >= limit.title_characters_least and self._passes(
            own, limit.title_characters_most, repeats
        )
        if fits and self._names_lead(own) and not self.typed:
            return Composed(own, ("title",), unchanged=True)
        choices = [
            (parts, text)
            for parts, text in self._titles()
            if self._passes(text, limit.title_characters_most, repeats)
        ]
        beside = [one for one in choices if self._is_plain_together(one[1], self._heading(), repeats)]
        for parts, text in beside or choices:
            return Composed(text, parts, condition=self._condition(parts))
        return Composed(
            None,
            reason=say(
                "Nothing that names “{lead}” fits {most} characters.",
                lead=self.lead,
                most=limit.title_characters_most,
            ),
        )

    def title(self) -> Composed:
        """Return a title of at most 60 characters that names the lead, and the site where there is room."""
        return self._title

    def _condition(self, parts: tuple[str, ...]) -> str | None:
        """Return what must be written first, so that the text promises nothing that the page does not hold."""
        if self.lead is not None and not self.target.placement(self.lead).total:
            return say(
                "The page does not speak of “{lead}” yet: write about it before this text is used.",
                lead=self.lead,
            )
        if f"{self.profile_name} profile" in parts:
            return say(
                "It promises what the outline's sections of this content type hold: write those first."
            )
        return None

    def _titles(self) -> Iterator[tuple[tuple[str, ...], str]]:
        site = self.target.site_name
        for parts, text in self._title_cores():
            if site and site.casefold() not in text.casefold():
                for shorter in self._shorter(text):
                    yield (*parts, "site name"), f"{shorter} | {site}"
            yield parts, text

    def _shorter(self, text: str) -> Iterator[str]:
        """Yield a text, then what is left of it without its last clauses, as long as it names the lead."""
        yield text
        for end in reversed([found.start() for found in CLAUSE_END.finditer(text)]):
            if end >= _SHORTEST_CORE and self._names_lead(text[:end]):
                yield text[:end].rstrip(" ,;:–—")

    def _title_cores(self) -> Iterator[tuple[tuple[str, ...], str]]:
        lead = capitalised(self.lead or "")
        angle = profiles()[self.profile_name].angle.get(self.target.code or "")
        if self.typed and angle:
            yield ("lead keyword", f"{self.profile_name} profile"), f"{lead}{self._colon}{angle}"
        yield from self._own_cores()
        if located := self._located():
            yield ("lead keyword", "place"), located
        heading = self._heading()
        if says_something(heading, self.target.code):
            yield ("lead keyword", "h1"), f"{lead}{self._colon}{heading}"
        yield ("lead keyword",), lead

    def _own_cores(self) -> Iterator[tuple[tuple[str, ...], str]]:
        site = (self.target.site_name or "").casefold()
        for part in title_parts(self.target.telling_title):
            if part.casefold() != site and self._names_lead(part):
                yield ("title",), part
        heading = self._heading()
        if heading and self._names_lead(heading):
            yield ("h1",), heading

    def h1(self) -> Composed:
        """Return a main heading of at most 70 characters that names the lead, and repeats no title's words twice."""
        if self.lead is None:
            return Composed(None, reason=say("The page has no text to build a heading from."))
        most, repeats = limits().h1_characters_most, limits().title_word_repeats_most
        fitting = [one for one in self._headings() if self._passes(one[1], most, repeats)]
        title = self._title.text or ""
        for most_uses in (repeats, repeats + 1):
            for parts, text in fitting:
                if self._is_plain_together(title, text, most_uses):
                    unchanged = text == self._heading() and len(self.target.main_headings) == 1
                    condition = None if unchanged else self._condition(parts)
                    return Composed(text, parts, unchanged=unchanged, condition=condition)
        reason = say(
            "Nothing that names “{lead}” fits {most} characters without repeating the title's words.",
            lead=self.lead,
            most=most,
        )
        return Composed(None, reason=reason)

    def _headings(self) -> Iterator[tuple[tuple[str, ...], str]]:
        own, lead = self._heading(), capitalised(self.lead or "")
        if own and self._names_lead(own):
            yield ("h1",), own
            for shorter in self._shorter(own):
                yield ("h1",), shorter
        if says_something(own, self.target.code):
            yield ("lead keyword", "h1"), f"{lead}{self._colon}{own}"
        if located := self._located():
            yield ("lead keyword", "place"), located
        yield ("lead keyword",), lead

    def _is_plain_together(self, title: str, heading: str, most_uses: int) -> bool:
        """Tell whether title and main heading, the site's name aside, use the lead twice at most, and no word oftener.

        Two uses of each word are wanted; a third is let through where nothing else fits, as `care` in “Dementia
        care and respite care” over “Dementia care at home”.
        """
        site = self.target.site_name
        together = "\n".join(text.replace(site, " ") if site else text for text in (title, heading))
        return (
            not is_stuffed(together, most_uses, self.target)
            and self._uses_of_lead(together) <= _MOST_USES_OF_LEAD
        )

    def _uses_of_lead(self, text: str) -> int:
        key, stems = self.target.index.key(self.lead or ""), self.target.index.key(text)
        return sum(stems[at : at + len(key)] == key for at in range(len(stems) - len(key) + 1)) if key else 0

    def description(self) -> Composed:
        """Return a description of 70 to 155 characters, from the page's own sentences."""
        if self.lead is None:
            return Composed(None, reason=say("The page has no text to build a description from."))
        limit = limits()
        own = clean(self.target.page.description)
        if self._names_lead(own) and self._describes(own, limit):
            return Composed(own, ("description",), unchanged=True)
        ranked = self._sentences()
        for opening in ("", f"{capitalised(self.lead)}{self._colon}"):
            text = self._assembled(opening, ranked, limit)
            if text and self._names_lead(text) and self._describes(text, limit):
                parts = ("lead keyword", "sentences") if opening else ("sentences",)
                return Composed(text, parts, condition=self._condition(parts))
        least, most = limit.description_characters_least, limit.description_characters_most
        reason = say(
            "The page has no sentences that fill {least} to {most} characters.", least=least, most=most
        )
        return Composed(None, reason=reason)

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
        usable = [sentence for sentence in found if is_sentence(sentence, self.target.code)]
        return sorted(
            usable, key=lambda sentence: -self._worth(sentence)
        )  # stable: earlier ones first among equals

    def _worth(self, sentence: str) -> int:
        named = sum(self._names(sentence, term) for term in self.supporting[:3])
        return 3 * self._names_lead(sentence) + named - sentence.endswith("?")

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

    def _heading(self) -> str:
        """Return the page's main heading: of several the one that shares most words with the title."""
        site = (self.target.site_name or "").casefold()
        found = [text for text in self.target.main_headings if text.casefold() != site]
        told = set(self.target.index.key(self.target.telling_title))
        return max(
            found or self.target.main_headings[:1],
            key=lambda text: (len(told & set(self.target.index.key(text))), self._names_lead(text)),
            default="",
        )

    @property
    def _colon(self) -> str:
        known = phrases(self.target.code)
        return known.colon if known else ": "

    def _names_lead(self, text: str) -> bool:
        return self.lead is not None and self._names(text, self.lead)

    def _names(self, text: str, term: str) -> bool:
        return self.target.names(text, term)

    def _passes(self, text: str, most: int, repeats: int) -> bool:
        return (
            0 < len(text) <= most
            and not is_stuffed(text, repeats, self.target)
            and figures_stand_on_page(text, self.target.page)
        )

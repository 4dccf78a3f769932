"""A page read for its content: its text by place, language, keywords and readability."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

from ag2_marketing_tools.content.facts import Place, is_general, limits, measures
from ag2_marketing_tools.content.model import PageContent
from ag2_marketing_tools.content.model_terms import Placement
from ag2_marketing_tools.content.sections import Section, content_sections
from ag2_marketing_tools.content.subject import common_title_part, site_name
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.pages.model import Heading, Page
from ag2_marketing_tools.text.clean import clean
from ag2_marketing_tools.text.keywords import Keyword, rank_terms
from ag2_marketing_tools.text.language import Language, detect
from ag2_marketing_tools.text.lexicon import lexicon, primary_code
from ag2_marketing_tools.text.readability import Readability, readability
from ag2_marketing_tools.text.terms import Block, TermIndex
from ag2_marketing_tools.text.titles import says_nothing
from ag2_marketing_tools.text.words import UNSPACED_LETTER, count_words, separates_words

KEYWORDS_KEPT = 25
SURE = 0.9  # a correct language of 120 characters and more had 0.97 at least (measured, see text/language.py)
OFTEN = 3  # uses; a single word that stands less often, and in the body only, is mostly a verb or an accident
MOST_HEADINGS_NAMED = 3
PLACES: tuple[Place, ...] = get_args(Place)
Read = Literal["main_text", "visible_text", "none"]


@dataclass(frozen=True)
class PageProfile:
    """One page's content; everything is worked out once, when it is first asked for."""

    page: Page
    other_titles: tuple[str, ...] = ()  # of the site's other pages, by which the site's name is told

    @cached_property
    def _read(self) -> tuple[Read, str]:
        main, visible = self.page.main_text.strip(), self.page.visible_text.strip()
        if main and (count_words(main) or len(main)) >= limits().main_text_words_least:
            return "main_text", main
        if visible:
            return "visible_text", visible
        return ("main_text", main) if main else ("none", "")

    @property
    def text(self) -> str:
        """The text that is analysed."""
        return self._read[1][: limits().body_characters_most]

    @property
    def is_cut(self) -> bool:
        """Whether the text is longer than what is analysed."""
        return len(self._read[1]) > limits().body_characters_most

    @cached_property
    def language(self) -> Language | None:
        """The language of the text."""
        return detect(self.text)

    @property
    def code(self) -> str | None:
        """The language to read the text by: as found in it, or as declared where that is unsure."""
        declared = primary_code(self.page.language)
        if self.language and (declared is None or self.language.probability >= SURE):
            return self.language.code
        return declared

    @property
    def telling_title(self) -> str:
        """The title, or nothing where it is one that says nothing ("Home") and so is no subject either."""
        title = clean(self.page.title)
        return "" if says_nothing(title) else title

    @cached_property
    def index(self) -> TermIndex:
        """The page's text by place."""
        weight = measures().places
        page = self.page
        blocks = [
            Block(self.telling_title, weight.title, "title"),
            Block(clean(page.description), weight.description, "description"),
            *(
                Block(clean(h.text), weight.h1 if h.level == 1 else weight.headings, _place(h.level))
                for h in self.headings
            ),
            Block(self._text_outside_headings(), weight.body, "body"),
        ]
        return TermIndex([block for block in blocks if block.text], self.code)

    @cached_property
    def sections(self) -> list[Section]:
        """The text that is read, cut at its headings."""
        return content_sections(self.page, main_only=self._read[0] == "main_text")

    @cached_property
    def headings(self) -> list[Heading]:
        """The headings of the content, those of sidebars and footers left out; all where none is left."""
        counted = Counter((section.level, section.heading) for section in self.sections)
        kept = [h for h in self.page.headings if not h.hidden and counted[h.level, clean(h.text)]]
        return kept or self.page.headings

    @property
    def main_headings(self) -> list[str]:
        """The main headings with text, the content's before others."""
        own = [clean(heading.text) for heading in self.headings if heading.level == 1]
        return [text for text in dict.fromkeys((*own, *map(clean, self.page.headings_of(1)))) if text]

    def _text_outside_headings(self) -> str:
        headings = {clean(heading.text) for heading in self.page.headings}
        return "\n".join(line for line in self.text.splitlines() if clean(line) not in headings)

    @cached_property
    def keywords(self) -> list[Keyword]:
        """The page's keywords, best first, the site's own name aside."""
        return rank_terms(self.index, limit=KEYWORDS_KEPT, names=[self.site_name] if self.site_name else [])

    @cached_property
    def subjects(self) -> list[str]:
        """Those keywords that may be called subjects: of several words, prominently placed, or used often.

        A single word is none where it is a general one, or stands within a subject that ranks before it.
        """
        found: list[str] = []
        within: set[str] = set()
        for keyword in self.keywords:
            key = self.index.key(keyword.term)
            if len(key) > 1 or (key and key[0] not in within and _is_subject(keyword, self.code)):
                found.append(keyword.term)
                within.update(key)
        return found

    def names(self, text: str, term: str) -> bool:
        """Tell whether a text holds a term, in whatever forms of its words."""
        if UNSPACED_LETTER.search(term):
            return term.casefold() in text.casefold()
        return _holds(self.index.key(text), self.index.key(term))

    @cached_property
    def _heading_keys(self) -> list[tuple[str, tuple[str, ...]]]:
        texts = [clean(heading.text) for heading in self.headings]
        return [(text, self.index.key(text)) for text in dict.fromkeys(texts) if text]

    def headings_with(self, term: str, most: int = MOST_HEADINGS_NAMED) -> list[str]:
        """Return the first headings that hold a term."""
        if UNSPACED_LETTER.search(term):
            return [text for text, _ in self._heading_keys if term.casefold() in text.casefold()][:most]
        key = self.index.key(term)
        return [text for text, stems in self._heading_keys if _holds(stems, key)][:most]

    @cached_property
    def vector(self) -> dict[str, float]:
        """The text's content words, each with the logarithm of its frequency, at length 1."""
        known = lexicon(self.code)
        stops = known.stop_words if known else frozenset()
        counts: Counter[str] = Counter()
        for phrase in self.index.phrases:
            for word, stem in zip(phrase.words, phrase.stems, strict=True):
                if len(word) > 1 and not word.isdigit() and word.casefold() not in stops:
                    counts[stem] += phrase.repeats
        weights = {stem: 1 + math.log(uses) for stem, uses in counts.items()}
        length = math.sqrt(math.fsum(weight * weight for weight in weights.values())) or 1.0
        return {stem: weight / length for stem, weight in weights.items()}

    def cosine(self, other: PageProfile) -> float:
        """Return how alike two texts' words are, from 0 to 1."""
        theirs = other.vector
        return math.fsum(weight * theirs[stem] for stem, weight in self.vector.items() if stem in theirs)

    @cached_property
    def site_name(self) -> str | None:
        """The name of the site, where the page tells it."""
        return site_name(self.page) or common_title_part(clean(self.page.title), self.other_titles)

    @cached_property
    def words(self) -> int | None:
        """Words of the whole text, or None where its script does not separate them."""
        return count_words(self._read[1], self.code)

    @cached_property
    def readability(self) -> Readability:
        """How easy the text reads."""
        if not separates_words(self.text):
            return Readability(
                reason=say("The text's script writes no spaces between words, so words cannot be counted.")
            )
        return readability(self.text, self.code)

    def placement(self, term: str) -> Placement:
        """Return how often a term stands where."""
        uses = self.index.uses(term)
        return Placement(**{place: uses.get(place, 0) for place in Placement.model_fields})

    def summary(self) -> PageContent:
        """Return what the result tells of the page."""
        page = self.page
        read, whole = self._read
        title, description = clean(page.title), clean(page.description)
        h1 = [clean(text) for text in page.headings_of(1)]
        return PageContent(
            url=page.url,
            site_name=self.site_name,
            title=title,
            title_characters=len(title),
            description=description,
            description_characters=len(description),
            h1=h1,
            h1_count=len(h1),
            subheading_count=sum(heading.level > 1 for heading in page.headings),
            language=self.language,
            language_declared=page.language,
            language_used=self.code,
            words=self.words,
            words_reason=None
            if self.words is not None
            else say("The text's script writes no spaces between words, so words cannot be counted."),
            text_read=read,
            characters=len(whole),
            characters_analysed=len(self.text),
            readability=self.readability,
            keywords=self.keywords,
        )


def _place(level: int) -> str:
    return "h1" if level == 1 else "headings"


def places_of(uses: Placement) -> list[Place]:
    """Return the places where a term stands."""
    return [place for place in PLACES if getattr(uses, place)]


def _is_subject(keyword: Keyword, code: str | None) -> bool:
    """Tell whether a keyword of one word may be called a subject; in German only a noun may."""
    if is_general(keyword.term, code) or (code == "de" and keyword.term[:1].islower()):
        return False
    return keyword.uses >= OFTEN or any(place != "body" for place in keyword.places)


def _holds(stems: tuple[str, ...], key: tuple[str, ...]) -> bool:
    size = len(key)
    return size > 0 and any(stems[at : at + size] == key for at in range(len(stems) - size + 1))

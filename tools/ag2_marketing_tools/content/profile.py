"""A page read for its content: its text by place, language, keywords and readability."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from ag2_marketing_tools.content.facts import limits, measures
from ag2_marketing_tools.content.model import PageContent, Placement
from ag2_marketing_tools.content.subject import site_name
from ag2_marketing_tools.pages.model import Page
from ag2_marketing_tools.text.clean import clean
from ag2_marketing_tools.text.keywords import Keyword, rank_terms
from ag2_marketing_tools.text.language import Language, detect
from ag2_marketing_tools.text.lexicon import primary_code
from ag2_marketing_tools.text.readability import Readability, readability
from ag2_marketing_tools.text.terms import Block, TermIndex
from ag2_marketing_tools.text.titles import says_nothing
from ag2_marketing_tools.text.words import count_words, separates_words

KEYWORDS_KEPT = 25
SURE = 0.9  # a correct language of 120 characters and more had 0.97 at least (measured, see text/language.py)
OFTEN = 3  # uses; a single word that stands less often, and in the body only, is mostly a verb or an accident
Read = Literal["main_text", "visible_text", "none"]


@dataclass(frozen=True)
class PageProfile:
    """One page's content; everything is worked out once, when it is first asked for."""

    page: Page

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
                for h in page.headings
            ),
            Block(self._text_outside_headings(), weight.body, "body"),
        ]
        return TermIndex([block for block in blocks if block.text], self.code)

    def _text_outside_headings(self) -> str:
        headings = {clean(heading.text) for heading in self.page.headings}
        return "\n".join(line for line in self.text.splitlines() if clean(line) not in headings)

    @cached_property
    def keywords(self) -> list[Keyword]:
        """The page's keywords, best first, the site's own name aside."""
        return rank_terms(self.index, limit=KEYWORDS_KEPT, names=[self.site_name] if self.site_name else [])

    @property
    def subjects(self) -> list[str]:
        """Those keywords that may be called subjects: prominently placed, of several words, or used often."""
        return [one.term for one in self.keywords if _is_subject(one)]

    @cached_property
    def site_name(self) -> str | None:
        """The name of the site, where the page tells it."""
        return site_name(self.page)

    @cached_property
    def words(self) -> int | None:
        """Words of the whole text, or None where its script does not separate them."""
        return count_words(self._read[1], self.code)

    @cached_property
    def readability(self) -> Readability:
        """How easy the text reads."""
        if not separates_words(self.text):
            return Readability(
                reason="The text's script writes no spaces between words, so words cannot be counted."
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
            else "The text's script writes no spaces between words, so words cannot be counted.",
            text_read=read,
            characters=len(whole),
            characters_analysed=len(self.text),
            readability=self.readability,
            keywords=self.keywords,
        )


def _place(level: int) -> str:
    return "h1" if level == 1 else "headings"


def _is_subject(keyword: Keyword) -> bool:
    return " " in keyword.term or keyword.uses >= OFTEN or any(place != "body" for place in keyword.places)

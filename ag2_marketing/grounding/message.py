"""A text taken apart: its reading, its citations and references, its numbers, its sentences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ag2_marketing.grounding.exemptions import exempt_spans, quotations
from ag2_marketing.grounding.lexicon import Lexicon
from ag2_marketing.grounding.number import Number
from ag2_marketing.grounding.reading import Reading, read
from ag2_marketing.grounding.scanner import numbers_in
from ag2_marketing.grounding.scope import (
    Citation,
    Reference,
    Sentence,
    citations_in,
    references_in,
    sentences_of,
)

BLANK = "\ue000"


@dataclass(frozen=True)
class Message:
    """A text taken apart.

    Attributes:
        reading: The text as a reader sees it.
        masked: The reading with references and citations blanked, character by character.
        words: The same without set phrases.
        language: The lexicon it was read with.
        citations: Where it cites.
        references: Where it refers to a value.
        numbers: Its numbers.
        quotes: Its quotations: start, end, content.
        sentences: Its sentences, list items and table rows.
    """

    reading: Reading
    masked: str
    words: str
    language: Lexicon
    citations: list[Citation]
    references: list[Reference]
    numbers: list[Number]
    quotes: list[tuple[int, int, str]]
    sentences: list[Sentence]

    @classmethod
    def of(cls, text: str, language: Lexicon, *, sure: bool = True) -> Message:
        """Take a text apart; where the language is not sure, `1.200` and `1,200` are read both ways."""
        reading = read(text.replace(BLANK, " "))
        citations, references = citations_in(reading.text), references_in(reading.text)
        places = [*((c.start, c.end) for c in citations), *((r.start, r.end) for r in references)]
        masked = _blank(reading.text, places)
        numbers = numbers_in(_blank(masked, exempt_spans(masked)), language, sure=sure)
        quotes = list(quotations(masked))
        unbreakable = [*((n.start, n.end) for n in numbers), *((a, b) for a, b, _ in quotes)]
        sentences = sentences_of(masked, citations, unbreakable, language)
        return cls(
            reading,
            masked,
            language.without_fillers(masked),
            language,
            citations,
            references,
            numbers,
            quotes,
            sentences,
        )

    def by_sentence(self) -> Iterator[tuple[Sentence, list[Number]]]:
        """Yield each sentence with its numbers, references (as numbers without value) left out."""
        at = 0
        for sentence in self.sentences:
            inside = []
            while at < len(self.numbers) and self.numbers[at].start < sentence.end:
                inside.append(self.numbers[at])
                at += 1
            yield sentence, inside


def _blank(text: str, spans: list[tuple[int, int]]) -> str:
    if not spans:
        return text
    chars = list(text)
    for start, end in spans:
        for at in range(start, end):
            if chars[at] != "\n":
                chars[at] = BLANK
    return "".join(chars)

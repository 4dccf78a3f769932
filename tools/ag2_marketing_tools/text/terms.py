"""Where terms stand in a text: the index that keywords, gaps and placements are counted from.

Word forms are folded to stems, and a term is looked for within phrases: never across a full stop, comma,
colon, bracket, dash, bar or line break.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from ag2_marketing_tools.text.clean import strip_invisible
from ag2_marketing_tools.text.stems import Stemmer
from ag2_marketing_tools.text.words import UNSPACED_LETTER, tokenise

_PHRASE_END = re.compile(
    r"[.,;:!?…()\[\]{}<>\"“”„«»|/\\•·–—\n\t。、！？，；：「」『』・｜]+|(?<=\s)[-*+](?=\s)"
)


@dataclass(frozen=True)
class Block:
    """A piece of text, what a term is worth in it, and what its place is called (`title`, `body`, …)."""

    text: str
    weight: float
    place: str

    def __post_init__(self) -> None:
        if not 0 < self.weight < float("inf"):
            raise ValueError(f"weight of {self.place!r} is {self.weight!r}; expected a positive number")


class Phrase(NamedTuple):
    """Words between two phrase ends, and how often this very phrase stands in this place."""

    place: str
    words: tuple[str, ...]
    stems: tuple[str, ...]
    repeats: int


class TermIndex:
    """Blocks cut into phrases of stemmed words."""

    def __init__(self, blocks: Sequence[Block], language: str | None) -> None:
        self.language = language
        self._stem = Stemmer(language)
        self.weights: dict[str, float] = {}
        self._texts: dict[str, list[str]] = {}
        for block in blocks:
            text = unicodedata.normalize("NFC", strip_invisible(block.text))
            self.weights[block.place] = max(block.weight, self.weights.get(block.place, 0.0))
            self._texts.setdefault(block.place, []).append(text)
        self.phrases = tuple(self._cut())

    @cached_property
    def _holding(self) -> dict[str, list[Phrase]]:
        holding: dict[str, list[Phrase]] = {}
        for phrase in self.phrases:
            for stem in set(phrase.stems):
                holding.setdefault(stem, []).append(phrase)
        return holding

    def _cut(self) -> Iterator[Phrase]:
        for place, texts in self._texts.items():
            found: Counter[tuple[str, ...]] = Counter()
            for text in texts:
                for part in _PHRASE_END.split(text):
                    if words := tuple(tokenise(part, self.language)):
                        found[words] += 1
            for words, repeats in found.items():
                yield Phrase(place, words, self.stems(words), repeats)

    def stems(self, words: Sequence[str]) -> tuple[str, ...]:
        """Return the stems of words."""
        return self._stem.all(words)

    def key(self, term: str) -> tuple[str, ...]:
        """Return the stems of a term: two terms of one key are the same term here."""
        return self.stems(tokenise(strip_invisible(term), self.language))

    def uses(self, term: str) -> dict[str, int]:
        """Return how often a term stands in each place where it stands at all.

        In scripts without spaces between words the letters themselves are looked for.
        """
        found: Counter[str] = Counter()
        if UNSPACED_LETTER.search(term):
            needle = unicodedata.normalize("NFC", strip_invisible(term)).casefold()
            for place, texts in self._texts.items():
                found[place] = sum(text.casefold().count(needle) for text in texts)
        elif key := self.key(term):
            for phrase in self._holding.get(key[0], ()):
                found[phrase.place] += phrase.repeats * _count(key, phrase.stems)
        return {place: uses for place, uses in found.items() if uses}


def _count(key: tuple[str, ...], stems: tuple[str, ...]) -> int:
    size = len(key)
    return sum(stems[at : at + size] == key for at in range(len(stems) - size + 1))

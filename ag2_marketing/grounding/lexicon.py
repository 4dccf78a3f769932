"""The lexicon of each language: number words, bounds, months, stop words. One data file per language."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict

from ag2_marketing.grounding.words import WORD, concepts, lemma, read_data

PhraseKind = Literal["share", "factor", "count", "vague", "article"]
# A language is taken for a message's own when this many of its frequent words stand there …
_ENOUGH_HITS = 3
# … and it has this many times the hits of every language with a lexicon.
_CLEAR_LEAD = 1.5
_SOURCES = frozenset({"according", "laut", "selon", "según"})
_CUES = (
    "above",
    "below",
    "behind",
    "ahead",
    "short",
    "gain",
    "loss",
    "confidence",
    "credible",
    "ci",
    "intervalle",
    "intervalo",
)


_REFERENCES = re.compile(r"\[\[[^\[\]]*\]\]")
_LETTERS = re.compile(r"[^\W\d_]+")
_SHARE_OF = re.compile(r"%\s+(?:of|von|der|de)")


class Phrase(BaseModel):
    """A number written as a phrase, such as `two thirds`."""

    model_config = ConfigDict(extra="forbid")
    pattern: str
    value: str
    kind: PhraseKind


class NoneWords(BaseModel):
    """How a language says that there are zero of something."""

    model_config = ConfigDict(extra="forbid")
    pattern: str
    words: tuple[str, ...] = ()
    not_before: frozenset[str]


class Lexicon(BaseModel):
    """What the guard knows of one language."""

    model_config = ConfigDict(extra="forbid")
    code: str
    decimal: Literal[".", ","]
    thousands: str
    stopwords: str
    markers: str
    conjunctions: tuple[str, ...]
    range: tuple[str, ...]
    abbreviations: tuple[str, ...]
    says: tuple[str, ...]
    fillers: tuple[str, ...]
    ordinals: dict[str, int]
    cardinals: dict[str, int]
    multipliers: dict[str, int]
    scales: dict[str, int]
    joiners: dict[str, bool]
    phrases: tuple[Phrase, ...]
    none: NoneWords
    bounds: dict[Literal["above", "below", "at_least", "at_most"], tuple[str, ...]]
    direction: dict[str, tuple[str, ...]]
    months: dict[str, int]
    years: dict[Literal["lead", "attributive"], tuple[str, ...]]
    nouns: dict[str, str]

    @cached_property
    def stop(self) -> frozenset[str]:
        """Words that carry no subject."""
        return frozenset(self.stopwords.casefold().split())

    @cached_property
    def places(self) -> dict[str, str]:
        """Features of ordinals (`#1`) and of months (`@month4`), by word."""
        months = {word: f"@month{number}" for word, number in self.months.items()}
        return months | {word: f"#{place}" for word, place in self.ordinals.items()}

    def is_stop_word(self, word: str) -> bool:
        """Tell whether a word carries no subject."""
        return word in self.stop or word.casefold() in self.stop

    def without_fillers(self, text: str) -> str:
        """Return a text with set phrases that say nothing blanked, character by character."""
        lower = text.casefold()
        if not any(filler in lower for filler in self.fillers):
            return text
        return any_of(self.fillers).sub(lambda m: " " * len(m.group()), text)

    @cached_property
    def conjunction_set(self) -> frozenset[str]:
        """The conjunctions that end a clause."""
        return frozenset(self.conjunctions)

    @cached_property
    def counted(self) -> frozenset[str]:
        """Lemmas of nouns that can be counted."""
        listed = {lemma(word) for word in self.nouns["words"].split()}
        return frozenset(listed)

    @cached_property
    def derived_words(self) -> re.Pattern[str]:
        """Words that announce arithmetic."""
        return any_of(self.direction["derived"])

    @cached_property
    def _cue_words(self) -> frozenset[str]:
        direction = [group for name, group in self.direction.items() if name != "by"]
        phrases = {phrase for group in (*self.bounds.values(), *direction) for phrase in group} | set(_CUES)
        told = {max(re.split(r"\W+", phrase.casefold()), key=len) for phrase in phrases}
        for phrase in self.says:  # `the page says`, `according to the page`
            words = phrase.casefold().split()
            told.add(words[0] if words[0] in _SOURCES else words[-1])
        return frozenset(told)

    def is_cued(self, sentence: str) -> bool:
        """Tell whether a sentence may hold a bound, change, comparison, share or quoted matter."""
        if not self._cue_words.isdisjoint(_LETTERS.findall(sentence.casefold())):
            return True
        return any(sign in sentence for sign in "<>≤≥+") or _SHARE_OF.search(sentence) is not None

    @cached_property
    def says_pattern(self) -> re.Pattern[str]:
        """Phrases that mark quoted matter."""
        return any_of(self.says)


def any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern of whole phrases, longest first, without case."""
    return _any_of(tuple(phrases))


@lru_cache(maxsize=1024)
def _any_of(phrases: tuple[str, ...]) -> re.Pattern[str]:
    ordered = sorted(phrases, key=len, reverse=True)
    body = "|".join(r"\s+".join(re.escape(word) for word in phrase.split()) for phrase in ordered)
    return re.compile(rf"(?<![^\W_])(?:{body})(?![^\W_])", re.IGNORECASE)


@lru_cache(maxsize=1)
def supported_languages() -> tuple[str, ...]:
    """Return the codes of the languages that have a lexicon, English first."""
    folder = files("ag2_marketing.grounding").joinpath("data", "lexicons")
    codes = {entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml")}
    return tuple(sorted(codes, key=lambda code: (code != "en", code)))


@cache
def lexicon(code: str) -> Lexicon:
    """Return the lexicon of a language.

    Raises:
        KeyError: There is none.
    """
    if code not in supported_languages():
        raise KeyError(code)
    return Lexicon.model_validate(read_data(f"lexicons/{code}.toml"))


def base_code(language: str) -> str:
    """Return `de` for `de-CH`, `DE` or `de_AT`."""
    return re.split(r"[-_]", language.strip().casefold(), maxsplit=1)[0]


@lru_cache(maxsize=1)
def _markers() -> dict[str, frozenset[str]]:
    own = {code: frozenset(lexicon(code).markers.split()) for code in supported_languages()}
    others = {code: frozenset(str(words).split()) for code, words in read_data("others.toml").items()}
    return own | others


@lru_cache(maxsize=1)
def _telling() -> dict[str, frozenset[str]]:
    """Words of the lexicons that tell a language where it has no frequent word: counted nouns, months."""
    vocabularies = {
        code: {
            word.casefold()
            for word in (*lexicon(code).nouns["words"].split(), *lexicon(code).months)
            if len(word) > 3
        }
        for code in supported_languages()
    }
    return {
        code: frozenset(own - set().union(*(v for c, v in vocabularies.items() if c != code)))
        for code, own in vocabularies.items()
    }


def is_sure(text: str, code: str) -> bool:
    """Tell whether a word of a language alone stands in a text, so that its separators are known."""
    own = _own_markers(code)
    return any(word.casefold() in own for word in text.split())


@lru_cache(maxsize=8)
def _own_markers(code: str) -> frozenset[str]:
    others = (_markers()[other] for other in supported_languages() if other != code)
    return _markers()[code].difference(*others)


def detect(text: str) -> str | None:
    """Return the code of the language a text is most likely written in, None where nothing tells it."""
    prose = _REFERENCES.sub(" ", text.casefold())  # the words of paths are the tools', not the author's
    words = Counter(word for word in WORD.findall(prose) if not word.isdigit())
    if _foreign_script(words):
        return "und"
    hits = {code: sum(words[word] for word in marks & words.keys()) for code, marks in _markers().items()}
    for code, telling in _telling().items():
        hits[code] += sum(words[word] for word in telling & words.keys())
    best_known = max(supported_languages(), key=lambda code: hits[code])
    best_other = max((c for c in hits if c not in supported_languages()), key=lambda code: hits[code])
    if hits[best_other] >= _ENOUGH_HITS and hits[best_other] > _CLEAR_LEAD * hits[best_known]:
        return best_other
    return best_known if hits[best_known] else None


def _foreign_script(words: Counter[str]) -> bool:
    latin = foreign = 0
    for word, count in words.items():
        if word.isascii() or not any(_is_foreign(c) for c in word):
            latin += count * len(word)
        else:
            foreign += count * len(word)
    return foreign > latin and foreign > 3


def _is_foreign(char: str) -> bool:
    return ord(char) > 0x24F and not 0x1E00 <= ord(char) <= 0x1EFF


@lru_cache(maxsize=1)
def every_concept_term() -> frozenset[str]:
    """Return the lemmas of all concepts' one-word terms."""
    return frozenset(
        lemma(term) for terms in concepts().concepts.values() for term in terms if " " not in term
    )

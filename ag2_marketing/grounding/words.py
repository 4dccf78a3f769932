"""Words: how a sentence and a path are made comparable."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict

WORD = re.compile(r"[^\W\d_]+\d{1,3}(?![^\W_])|[^\W\d_]+|\d+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


class _Qualifiers(BaseModel):
    model_config = ConfigDict(extra="forbid")
    hard: frozenset[str]
    soft: frozenset[str]
    words: dict[str, tuple[str, ...]]


class _Generic(BaseModel):
    model_config = ConfigDict(extra="forbid")
    words: frozenset[str]


class Concepts(BaseModel):
    """The data file of names that mean the same."""

    model_config = ConfigDict(extra="forbid")
    concepts: dict[str, tuple[str, ...]]
    qualifiers: _Qualifiers
    generic: _Generic


def read_data(name: str) -> dict[str, Any]:
    """Return a data file of this package."""
    text = files("ag2_marketing.grounding").joinpath("data", name).read_text(encoding="utf-8")
    return tomllib.loads(text)


@lru_cache(maxsize=1)
def concepts() -> Concepts:
    """Return the concepts, read once."""
    return Concepts.model_validate(read_data("concepts.toml"))


@lru_cache(maxsize=65536)
def lemma(word: str) -> str:
    """Return a word without case, accents, plural and the endings -ed and -ing.

    Both sides of a comparison go through the same rules, so a crude stem is enough; short words stay whole.
    """
    decomposed = unicodedata.normalize("NFD", word.casefold())
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    if len(plain) <= 3 or not plain.isalpha():
        return plain
    return _without_inflection(_without_verb_ending(_singular(plain)))


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes", "zes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _without_verb_ending(word: str) -> str:
    for ending in ("ing", "ed"):
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= 3 and any(c in "aeiouy" for c in stem):
            return stem[:-1] if stem[-1] == stem[-2] and stem[-1] not in "lse" else stem
    return word


def _without_inflection(word: str) -> str:
    """Drop what German, French and Spanish adjectives and nouns end in, and the silent e."""
    if len(word) >= 6 and word.endswith(("en", "em")):
        word = word[:-2]
    return word[:-1] if len(word) > 4 and word.endswith(("e", "a", "o")) else word


class Token(NamedTuple):
    """A word of a text: where it stands and its lemma."""

    start: int
    end: int
    text: str
    lemma: str


def tokenise(text: str, offset: int = 0) -> list[Token]:
    """Return the words of a text, without the `s` of `today's`; `offset` is added to their places."""
    found = []
    for match in WORD.finditer(text):
        word, (start, end) = match.group(), match.span()
        if word != "s" or text[start - 1 : start] not in {"'", "’"}:
            found.append(Token(start + offset, end + offset, word, lemma(word)))
    return found


def split_key(key: str) -> list[str]:
    """Return the words of a key: `sampleSizes`, `sample_sizes` and `sample-sizes` are two words."""
    return [word for part in WORD.findall(key) for word in _CAMEL.split(part)]


@lru_cache(maxsize=1)
def _phrases() -> dict[str, list[tuple[tuple[str, ...], str]]]:
    table: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for name, terms in concepts().concepts.items():
        phrases = {
            tuple(lemma(word) for word in WORD.findall(term)) for term in (name.replace("_", " "), *terms)
        }
        for lemmas in phrases:
            table.setdefault(lemmas[0], []).append((lemmas, name))
    for entries in table.values():
        entries.sort(key=lambda entry: -len(entry[0]))
    return table


def phrases_in(lemmas: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Yield `(first, after last, concept)` of every concept's phrase in a sequence of lemmas."""
    table = _phrases()
    for at, first in enumerate(lemmas):
        for phrase, concept in table.get(first, ()):
            if tuple(lemmas[at : at + len(phrase)]) == phrase:
                yield at, at + len(phrase), concept


@lru_cache(maxsize=1)
def generic_words() -> frozenset[str]:
    """Return the path words that name a container, not a thing, as they are written."""
    return concepts().generic.words


@lru_cache(maxsize=1)
def generic_lemmas() -> frozenset[str]:
    """Return the lemmas of path words that name a container, not a thing."""
    return frozenset(lemma(word) for word in concepts().generic.words)


def is_known(lemmas: Sequence[str]) -> bool:
    """Tell whether a word or phrase belongs to any concept."""
    return any(True for _ in phrases_in(lemmas))

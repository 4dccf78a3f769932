"""What is known of a language, read from `data/<code>.toml`: a further language is a further file."""

from __future__ import annotations

import re
import tomllib
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator


def _words(value: object) -> object:
    return frozenset(value.casefold().split()) if isinstance(value, str) else value


WordSet = Annotated[frozenset[str], BeforeValidator(_words)]


class _Fact(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Syllables(_Fact):
    """How syllables are counted: `silent` is struck, each `nucleus` is one, each `plus` one more."""

    silent: tuple[str, ...]
    nucleus: str
    plus: tuple[str, ...]

    @field_validator("silent", "plus")
    @classmethod
    def _compile(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in patterns:
            re.compile(pattern)
        return patterns


class Formula(_Fact):
    """A linear readability formula over words per sentence and syllables per word, with its source."""

    base: float
    per_word_in_sentence: float
    per_syllable_in_word: float
    formula: str
    source: str


class Lexicon(_Fact):
    """One language."""

    code: str = Field(pattern="^[a-z]{2,3}$")
    name: str
    stemmer: str
    function_words: WordSet = Field(min_length=100)
    page_words: WordSet = Field(min_length=1)
    abbreviations: WordSet
    elisions: WordSet
    after_ordinal: WordSet = frozenset()
    syllables: Syllables
    reading_ease: Formula
    grade: Formula | None = None

    @cached_property
    def stop_words(self) -> frozenset[str]:
        """Words that no keyword begins or ends with: grammar, and the furniture of web pages."""
        return self.function_words | self.page_words


def primary_code(language: str | None) -> str | None:
    """Return the language of a BCP 47 tag (`de-AT` gives `de`), or None for none.

    >>> primary_code("pt-BR"), primary_code(" EN_us "), primary_code("")
    ('pt', 'en', None)
    """
    head = re.split(r"[-_]", (language or "").strip().lower(), maxsplit=1)[0]
    return head if re.fullmatch(r"[a-z]{2,3}", head) else None


@cache
def _load(code: str) -> Lexicon | None:
    path = files("ag2_marketing_tools.text") / "data" / f"{code}.toml"
    if not path.is_file():
        return None
    return Lexicon.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))


@lru_cache(maxsize=256)  # asked for each word and sentence
def lexicon(language: str | None) -> Lexicon | None:
    """Return what is known of a language, or None where there is no file for it."""
    code = primary_code(language)
    return _load(code) if code else None


@cache
def known_languages() -> tuple[str, ...]:
    """Return the codes of the languages that have a file."""
    folder = files("ag2_marketing_tools.text") / "data"
    return tuple(
        sorted(path.name.removesuffix(".toml") for path in folder.iterdir() if path.name.endswith(".toml"))
    )

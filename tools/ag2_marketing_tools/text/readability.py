"""How easy a text reads, by the formula that was made for its language; none for the others.

| language | measure | source |
|---|---|---|
| English | Flesch reading ease, Flesch-Kincaid grade | Flesch (1948); Kincaid et al. (1975) |
| German | Amstad's reading ease | Amstad (1978) |
| French | Kandel and Moles' reading ease | Kandel and Moles (1958) |
| Spanish | Fernández Huerta's reading ease | Fernández Huerta (1959) |

The coefficients with their full sources lie in `data/<language>.toml`. Syllables are counted by rule, not by
dictionary: single words come out wrong, a sample of a hundred words within a few per cent.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache, lru_cache
from itertools import chain
from typing import Annotated

from pydantic import Field

from ag2_marketing_tools.marks import unit
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.text.lexicon import Formula, Lexicon, known_languages, lexicon
from ag2_marketing_tools.text.words import sentences, tokenise
from ag2_marketing_tools.tool import Result

MINIMUM_WORDS = 100
"""Flesch (1948) rates samples of 100 words; the score of less text says little."""


class Readability(Result):
    """A text's readability, or the reason why there is none."""

    reading_ease: Annotated[float | None, unit("score")] = Field(
        default=None, description="Higher is easier; 60 to 70 is plain language on Flesch's scale."
    )
    grade: Annotated[float | None, unit("school grade")] = Field(
        default=None, description="US school grade that can read it (English only)."
    )
    words: Annotated[int | None, unit("word")] = None
    sentences: Annotated[int | None, unit("sentence")] = None
    syllables: Annotated[int | None, unit("syllable")] = None
    words_per_sentence: Annotated[float | None, unit("word")] = None
    syllables_per_word: Annotated[float | None, unit("syllable")] = None
    formula: str | None = None
    source: str | None = None
    reason: str | None = Field(default=None, description="Why there is no score.")


@cache
def _patterns(code: str) -> tuple[re.Pattern[str], re.Pattern[str], tuple[re.Pattern[str], ...]]:
    known = _must_know(code).syllables
    silent = re.compile("|".join(known.silent) if known.silent else r"(?!)")
    return silent, re.compile(known.nucleus), tuple(re.compile(pattern) for pattern in known.plus)


def _must_know(language: str) -> Lexicon:
    known = lexicon(language)
    if known is None:
        raise KeyError(language)
    return known


@lru_cache(maxsize=50_000)  # the words of a language that texts are made of
def _count_syllables(word: str, code: str) -> int:
    silent, nucleus, plus = _patterns(code)
    kept = silent.sub("", word)
    return max(1, len(nucleus.findall(kept)) + sum(len(pattern.findall(word)) for pattern in plus))


def count_syllables(word: str, language: str) -> int:
    """Return a word's syllables by the language's rules; at least 1.

    Raises:
        KeyError: There are no rules for this language.

    >>> [count_syllables(word, "en") for word in ("home", "caregiver", "being", "people")]
    [1, 3, 2, 2]
    """
    return _count_syllables(word.casefold(), _must_know(language).code)


def score(formula: Formula, *, words: int, sentences: int, syllables: int) -> float:
    """Return a formula's value for counts of words, sentences and syllables, rounded to one decimal."""
    value = (
        formula.base
        + formula.per_word_in_sentence * words / sentences
        + formula.per_syllable_in_word * syllables / words
    )
    return round(value, 1)


def readability(text: str, language: str | None, *, minimum_words: int = MINIMUM_WORDS) -> Readability:
    """Measure a text's readability, or say why that cannot be done.

    Words without a letter (figures, say) are left out, as Flesch counts by what is spoken.
    """
    known = lexicon(language)
    if known is None:
        covered = ", ".join(known_languages())
        return Readability(
            reason=say("The text's language is not known.")
            if language is None
            else say(
                "There is no readability formula here for language {code!r}, only for {covered}.",
                code=language,
                covered=covered,
            )
        )
    found = [_spoken_words(sentence, known.code) for sentence in sentences(text)]
    found = [words for words in found if words]
    count = sum(len(words) for words in found)
    if count < max(1, minimum_words):
        return Readability(
            words=count,
            reason=say(
                "{words} words are too few: the formulas rate samples of {least} words.",
                words=count,
                least=minimum_words,
            ),
        )
    return _measure(known, found, count)


def _spoken_words(sentence: str, code: str) -> list[str]:
    words = tokenise(sentence, code)
    return [word for word in words if word.isalpha() or any(letter.isalpha() for letter in word)]


def _measure(known: Lexicon, found: list[list[str]], words: int) -> Readability:
    uses = Counter(chain.from_iterable(found))  # most words of a text come several times
    syllables = sum(number * _count_syllables(word.casefold(), known.code) for word, number in uses.items())
    counts = {"words": words, "sentences": len(found), "syllables": syllables}
    return Readability(
        reading_ease=score(known.reading_ease, **counts),
        grade=score(known.grade, **counts) if known.grade else None,
        words_per_sentence=round(words / len(found), 1),
        syllables_per_word=round(syllables / words, 2),
        formula=known.reading_ease.formula,
        source=known.reading_ease.source,
        **counts,
    )

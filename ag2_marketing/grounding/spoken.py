"""Numbers in words: `three issues`, `half of`, `doubled`, `no` before a counted noun."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from ag2_marketing.grounding.lexicon import Lexicon, lexicon
from ag2_marketing.grounding.measures import unit_after
from ag2_marketing.grounding.number import Kind, Number
from ag2_marketing.grounding.numerals import numerals_in
from ag2_marketing.grounding.words import lemma, phrases_in


@lru_cache(maxsize=8)
def _phrase_patterns(code: str) -> tuple[tuple[re.Pattern[str], str, str], ...]:
    return tuple(
        (re.compile(rf"(?<![^\W_])(?:{phrase.pattern})(?![^\W_])", re.IGNORECASE), phrase.value, phrase.kind)
        for phrase in lexicon(code).phrases
    )


@lru_cache(maxsize=8)
def _any_phrase(code: str) -> re.Pattern[str]:
    body = "|".join(f"(?:{phrase.pattern})" for phrase in lexicon(code).phrases)
    return re.compile(rf"\b(?:{body})")


def phrases_in_words(text: str, language: Lexicon) -> Iterator[Number]:
    """Yield the numbers that are set phrases, such as `two thirds`."""
    taken: list[tuple[int, int]] = []
    if not _any_phrase(language.code).search(text.lower()):
        return
    for pattern, value, kind in _phrase_patterns(language.code):
        for match in pattern.finditer(text):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            taken.append(match.span())
            number = _phrase_value(value, match.group())
            whole = number == number.to_integral_value()
            quantum = Decimal(1) if whole else Decimal("0.0000001")
            yield Number(
                *match.span(), (number,), quantum, exact=whole, kind=_phrase_kind(kind), core_end=match.end()
            )


def _phrase_kind(kind: str) -> Kind:
    return {"share": "share", "factor": "factor", "vague": "vague"}.get(kind, "word")  # type: ignore[return-value]


_SMALL = {
    "one": 1,
    "a": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
}


_BELOW = {"fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10}


def _phrase_value(value: str, written: str) -> Decimal:
    if value == "dozen":
        return Decimal(6 if written.casefold().startswith("half") else 12)
    if value.startswith("word/"):
        above, below = re.split(r"[- ]", written.casefold(), maxsplit=1)
        return Decimal(_SMALL[above]) / _BELOW[below.rstrip("s")]
    if "/" in value:
        above, below = value.split("/")
        return Decimal(above) / Decimal(below)
    return Decimal(value)


def numbers_in_words(text: str, language: Lexicon) -> Iterator[Number]:
    """Yield the numbers written in words, and `no` before what is counted."""
    for numeral in numerals_in(text, language):
        if numeral.alone and not _counts(text, numeral.start, numeral.end, language):
            continue
        unit, end = unit_after(text, numeral.end, language.code) or (None, numeral.end)
        yield Number(
            numeral.start, end, (Decimal(numeral.value),), kind="word", unit=unit, core_end=numeral.end
        )
    yield from _nothing(text, language)


_NEXT_WORDS = re.compile(r"[ \t]+([^\W_]+(?:[-'’][^\W_]+)*)")


def _next_words(text: str, at: int, count: int) -> Iterator[str]:
    for _ in range(count):
        match = _NEXT_WORDS.match(text, at)
        if match is None:
            return
        yield match.group(1)
        at = match.end()


def _counts(text: str, start: int, end: int, language: Lexicon) -> bool:
    """Tell whether `one` counts: a counted noun in the singular follows, at most two words later."""
    if language.code != "en" or text[start:end].casefold() != "one":
        return False
    before = text[max(0, start - 8) : start].casefold()
    if re.search(r"(?:this|that|the|which|each|every|no|any|another|last|next)\s$", before):
        return False
    for word in _next_words(text, end, 3):
        if word.casefold() in language.stop:
            return False
        if _is_counted(word, language) and not word.casefold().endswith("s"):
            return True
    return False


@lru_cache(maxsize=8)
def _none_pattern(code: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W_]){lexicon(code).none.pattern}(?![^\W_])", re.IGNORECASE)


def _nothing(text: str, language: Lexicon) -> Iterator[Number]:
    for match in _none_pattern(language.code).finditer(text):
        words = list(_next_words(text, match.end(), 4))
        if _HAVING.search(text[max(0, match.start() - 80) : match.start()]):
            continue
        if words and words[0].casefold() in language.none.not_before:
            continue
        if any(_countable(word, at, words, language) for at, word in enumerate(words[:4])):
            yield Number(*match.span(), (Decimal(0),), kind="none", core_end=match.end())
        elif (noun := _perhaps_counted(words, language)) is not None:
            yield Number(*match.span(), (Decimal(0),), kind="none", core_end=match.end(), noun=noun)


# `12 images have no alt texts` counts the images; that they have none is their property.
_HAVING = re.compile(
    r"[\d\ue000][^.,;:!?\n]*(?:have|has|had|having|show|contain|carry|haben|hatten|ont|avaient|tienen|tenían)\s+$",
    re.IGNORECASE,
)


def _perhaps_counted(words: list[str], language: Lexicon) -> str | None:
    """Return the lemma of the first plural after `no`; whether it is counted depends on the evidence."""
    for word in words[:3]:
        if word.casefold() in language.stop:
            return None
        plural = "nre" if language.code == "de" else "s"
        if len(word) > 3 and word[-1] in plural and lemma(word) != word.casefold():
            return lemma(word)
    return None


def _countable(word: str, at: int, words: list[str], language: Lexicon) -> bool:
    if any(earlier.casefold() in language.stop for earlier in words[:at]):
        return False
    plural = word.casefold().endswith("s") or language.code != "en"
    return plural and _is_counted(word, language)


def _is_counted(word: str, language: Lexicon) -> bool:
    last = re.split(r"[-'’]", word)[-1]
    if lemma(last) in language.counted:
        return True
    known = any(True for _ in phrases_in([lemma(last)]))
    return known and last.casefold().endswith("s")

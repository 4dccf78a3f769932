"""Years: four digits are one only where the words before them say so; elsewhere they are a count like any other."""

from __future__ import annotations

import re
from functools import lru_cache

from ag2_marketing.grounding.dates import Moment
from ag2_marketing.grounding.lexicon import Lexicon, any_of, lexicon
from ag2_marketing.grounding.words import WORD, lemma
from ag2_marketing_tools.metrics.units import Unit

_YEAR = r"(?:19|20|21)\d\d"
# The words that tell whether it is a year stand right beside it.
_REACH = 60
_ONE_OF_SEVERAL = re.compile(rf"(?<!\d){_YEAR}\s*(?:[,;/–—-]|\b[^\W\d_]{{1,7}}\b)\s*$")
_MOST_IN_A_SERIES = 12
_NEXT_WORD = re.compile(r"\s+([^\W\d_]+(?:[-'’][^\W\d_]+)*)")
_WORDS_OF_A_COUNT = 2


def year_at(text: str, start: int, end: int, unit: Unit | None, language: Lexicon) -> tuple[Moment, ...]:
    """Return the year that the digits of a slice are, or nothing where they count something.

    `In 2026` and `the 2026 budget` tell a year; `the depth is 2026` and `about 2026 of them` do not, whatever
    year the evidence holds.
    """
    digits = text[start:end]
    if unit is not None or not re.fullmatch(_YEAR, digits):
        return ()
    led = text.strip() == digits or any(
        _is_led(text[max(0, start - _REACH) : start], text[end : end + _REACH], known, _MOST_IN_A_SERIES)
        for known in {"en": lexicon("en"), language.code: language}.values()
    )
    return (Moment(year=int(digits)),) if led else ()


def _is_led(before: str, after: str, language: Lexicon, most: int) -> bool:
    if _leading(language.code).search(before):
        return True
    if _attributive(language.code).search(before):
        return _names_something(after, language)
    several = _ONE_OF_SEVERAL.search(before) if most else None
    return several is not None and _is_led(before[: several.start()], after, language, most - 1)


@lru_cache(maxsize=8)
def _leading(code: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{any_of(lexicon(code).years['lead']).pattern}|[(©]):?\s*$", re.IGNORECASE)


@lru_cache(maxsize=8)
def _attributive(code: str) -> re.Pattern[str]:
    return re.compile(rf"{any_of(lexicon(code).years['attributive']).pattern}\s*$", re.IGNORECASE)


def _names_something(after: str, language: Lexicon) -> bool:
    """Tell whether a thing follows that a year may tell apart, rather than things that are counted."""
    words, at = [], 0
    for _ in range(_WORDS_OF_A_COUNT):
        match = _NEXT_WORD.match(after, at)
        if match is None or match.group(1).casefold() in language.stop:
            break
        words.append(match.group(1))
        at = match.end()
    return bool(words) and not any(_is_counted(word, language) for word in words)


def _is_counted(word: str, language: Lexicon) -> bool:
    last = WORD.findall(word)[-1:]
    plural = word.casefold().endswith("s") or language.code == "de"
    return plural and bool(last) and lemma(last[0]) in language.counted

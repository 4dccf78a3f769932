"""Number words: `three`, `twenty-one`, `dreiundzwanzig`, `quatre-vingt-dix`, `treinta y uno`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from ag2_marketing.grounding.lexicon import Lexicon, lexicon, supported_languages

_WORD = re.compile(r"[^\W\d_]+")
_GAP = re.compile(r"[ \t]*-[ \t]*|[ \t]+|[ \t]*\n[ \t]*")
# Number words of one language that are ordinary words of another: read only in a text of their own language.
_ORDINARY_ELSEWHERE = frozenset(
    [
        "once",
        "elf",
        "sept",
        "neuf",
        "six",
        "cent",
        "cents",
        "mil",
        "mille",
        "dos",
        "dix",
        "un",
        "une",
        "uno",
        "una",
        "ein",
        "eine",
        "einen",
        "einer",
        "nil",
        "vingt",
        "acht",
        "null",
        "million",
        "millions",
        "seis",
        "mi",
        "tres",
        "k",
        "m",
    ]
)
_DOZEN = 12
_ARTICLES = frozenset(["one", "un", "une", "uno", "una", "ein", "eine", "einen", "einer"])


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number written in words: where it stands, its value, and whether it is only `one`."""

    start: int
    end: int
    value: int
    alone: bool


@lru_cache(maxsize=8)
def _values(code: str) -> dict[str, tuple[int, bool]]:
    """Return value and whether it multiplies, by word, for a language; other languages' clear words too."""
    table: dict[str, tuple[int, bool]] = {}
    for other in sorted(supported_languages(), key=lambda c: c == code):
        words = lexicon(other)
        for source, multiplies in ((words.cardinals, False), (words.multipliers, True)):
            for word, value in source.items():
                if other == code or word not in _ORDINARY_ELSEWHERE:
                    table[word] = (value, multiplies)
    return table


def numerals_in(text: str, language: Lexicon) -> Iterator[Numeral]:
    """Yield every number written in words; articles (`one`, `un`, `ein`) come out as `alone`."""
    values = _values(language.code)
    run: list[tuple[int, int, int, bool]] = []
    gap_from = 0
    for match in _WORD.finditer(text):
        word = match.group().casefold()
        joined = bool(run) and _GAP.fullmatch(text, gap_from, match.start()) is not None
        if run and not joined:
            yield from _numbers(run, text)
            run = []
        parsed = values.get(word) or _compound(word)
        if parsed is not None:
            run.append((match.start(), match.end(), *parsed))
        elif not (run and word in language.joiners):
            yield from _numbers(run, text)
            run = []
        gap_from = match.end()
    yield from _numbers(run, text)


def _numbers(run: list[tuple[int, int, int, bool]], text: str) -> Iterator[Numeral]:
    """Cut a run of number words into numbers (`two three` is two of them) and yield each."""
    at = 0
    while at < len(run):
        total, current, used = 0, 0, at
        for used in range(at, len(run)):
            _, _, value, multiplies = run[used]
            after_dozen = used > at and run[used - 1][2] == _DOZEN
            step = _step(total, current, value, multiplies=multiplies, first=used == at)
            if after_dozen and not multiplies and value < _DOZEN:
                step = (total, current + value)
            if step is None:
                break
            total, current = step
        else:
            used = len(run)
        alone = used - at == 1 and text[run[at][0] : run[at][1]].casefold() in _ARTICLES
        yield Numeral(run[at][0], run[used - 1][1], total + current, alone)
        at = used


def _step(total: int, current: int, value: int, *, multiplies: bool, first: bool) -> tuple[int, int] | None:
    if multiplies:
        if value >= 1000:
            return (total + max(current, 1) * value, 0) if first or current or total else (value, 0)
        return total, max(current, 1) * value
    if first:
        return total, value
    if value in {20} and current == 4:  # quatre-vingts
        return total, 80
    room = current % 100 if current >= 100 else current
    fits = current == 0 or (room == 0 and value < 100) or (room in {60, 80} and value < 20)
    fits = fits or (room >= 20 and room % 10 == 0 and 0 < value < 10)
    return (total, current + value) if fits else None


@lru_cache(maxsize=4096)
def _compound(word: str) -> tuple[int, bool] | None:
    """Return the value of a German number written in one word, such as `dreiundzwanzig`."""
    if len(word) < 6:
        return None
    value = _german(word)
    return (value, False) if value is not None else None


def _german(word: str) -> int | None:
    cardinals = lexicon("de").cardinals
    for name, factor in (("tausend", 1000), ("hundert", 100)):
        head, found, tail = word.partition(name)
        if found:
            count = 1 if not head else cardinals.get(head) or _german(head)
            rest = 0 if not tail else cardinals.get(tail.removeprefix("und")) or _german(tail)
            return None if count is None or rest is None else count * factor + rest
    units, found, tens = word.partition("und")
    if (
        found
        and units in cardinals
        and 0 < cardinals[units] < 10
        and cardinals.get(tens, 0) in range(20, 100)
    ):
        return cardinals[units] + cardinals[tens]
    return cardinals.get(word)

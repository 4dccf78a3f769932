"""Ranges and series of numbers: a unit that is given once."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from ag2_marketing.grounding.lexicon import Lexicon, lexicon
from ag2_marketing.grounding.number import Number

_RANGE_MARK = r"\s*(?:[-–—]|\.\.\.?|…)\s*"


@lru_cache(maxsize=8)
def _series_pattern(code: str) -> re.Pattern[str]:
    joined = "|".join(map(re.escape, lexicon(code).conjunctions))
    return re.compile(
        rf"\s*(?:,|/|,?\s(?:{joined})|\s(?:out\s)?(?:of|von|de|sur)(?:\s(?:the|den|les|los|las))?)\s+",
        re.IGNORECASE,
    )


def serve_series(found: list[Number], text: str, language: Lexicon) -> list[Number]:
    """Let a unit that is given once serve both ends of a range, and offer it to a series."""
    a_series = _series_pattern(language.code)
    numbers = list(found)
    for i in range(len(numbers) - 2, -1, -1):
        left, right = numbers[i], numbers[i + 1]
        gap = text[left.end : right.start]
        if left.kind != "literal" or right.kind != "literal" or len(gap) > _LONGEST_GAP:
            continue
        if len(gap) <= _SHORT_GAP and _is_range(gap, text[max(0, left.start - 12) : left.start], language):
            numbers[i], numbers[i + 1] = _share(left, right)
        elif left.unit is None and (a_series.fullmatch(gap) or _and_later(gap, language)):
            numbers[i] = replace(left, shared_unit=right.unit or right.shared_unit)
    return numbers


_LONGEST_GAP, _SHORT_GAP = 40, 16


def _and_later(gap: str, language: Lexicon) -> bool:
    """Tell whether a gap leads on to a number of the same kind: `its lower end at 0.1 and its upper end at 0.9 %`."""
    words = gap.casefold().split()
    return bool(words) and words[0] in language.range and not any(c in gap for c in ".;:!?\n")


_BETWEEN = re.compile(r"(?:between|from|zwischen|von|vom|entre|desde|de|du|del)\s*$", re.IGNORECASE)


_ALWAYS_A_RANGE = frozenset({"to", "through", "bis", "à", "hasta", "a"})


def _is_range(gap: str, before: str, language: Lexicon) -> bool:
    told = gap.strip().casefold()
    if re.fullmatch(_RANGE_MARK, gap) or told in _ALWAYS_A_RANGE & set(language.range):
        return True
    return told in language.range and _BETWEEN.search(before) is not None


def _share(left: Number, right: Number) -> tuple[Number, Number]:
    if right.unit is None and left.unit is not None and left.unit.is_currency:
        right = replace(right, unit=left.unit, moments=())
    if left.unit is None and (right.unit is not None or right.scale != 1):
        scale = right.scale if left.scale == 1 and right.scale >= 1000 else Decimal(1)
        left = replace(
            left,
            unit=right.unit,
            values=tuple(v * scale for v in left.values),
            quantum=left.quantum * scale,
            exact=left.exact and scale == 1,
            moments=(),
        )
    return left, right

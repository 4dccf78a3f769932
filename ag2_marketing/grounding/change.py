"""Numbers told as a change, a difference or a share."""

from __future__ import annotations

import re
from functools import lru_cache

from ag2_marketing.grounding.clauses import Clause
from ag2_marketing.grounding.lexicon import Lexicon, any_of, lexicon
from ag2_marketing.grounding.number import Number
from ag2_marketing_tools.metrics.units import Unit


@lru_cache(maxsize=8)
def _change_patterns(code: str) -> tuple[re.Pattern[str], ...]:
    language = lexicon(code)
    up, down = any_of(language.direction["up"]).pattern, any_of(language.direction["down"]).pattern
    by = any_of(language.direction["by"]).pattern
    comparative = any_of(language.direction["comparative"]).pattern
    changed = re.compile(rf"(?:{up}|{down})\s+(?:[\w-]+\s+){{0,3}}?(?:{by})\s*$", re.IGNORECASE)
    directly = re.compile(
        r"(?:(?:^|\b(?:is|are|was|were|be|been|went|go|goes|going)\s+(?:\w+ly\s+)?|[,:(–—-]\s*)(?:up|down)"
        r"|\b(?:gain|loss|increase|decrease|drop|rise|growth|decline) of)\s*$",
        re.IGNORECASE,
    )
    compared = re.compile(
        rf"\s*(?:\w+\s+)?(?:points?\s+)?(?:{comparative})(?!\s*(?:than\s+(?:once)|or\b))|\s+(?:above|below|ahead\s+of|behind|short\s+of)\b",
        re.IGNORECASE,
    )
    falls = re.compile(down, re.IGNORECASE)
    moved = re.compile(rf"(?:{up}|{down})\s+(?:[\w-]+ly\s+|about\s+|around\s+|some\s+)?$", re.IGNORECASE)
    return changed, directly, compared, falls, moved


def is_change(text: str, number: Number, clause: Clause, language: Lexicon) -> bool:
    """Tell whether a number is told as a change or a difference (`rose by 12 %`, `47 more`)."""
    changed, directly, compared, _, moved = _change_patterns(language.code)
    before = text[max(0, number.start - 50) : number.start]
    before = re.split(r"[;:.!?\n]\s|\ue000", before)[-1]
    if (
        number.unit is not None
        and number.unit.dimension in {"share", "percentage point"}
        and moved.search(before)
    ):
        return True
    return bool(
        changed.search(before)
        or directly.search(before)
        or compared.match(text[number.end : number.end + 40])
    )


def is_share_of(text: str, number: Number, unit: Unit | None) -> bool:
    """Tell whether a number is told as a share of something (`8 % of the campaign`)."""
    if unit is None or unit.dimension != "share":
        return False
    return re.match(r"\s*(?:of|von|der|des|de|del)\b", text[number.end : number.end + 8]) is not None


def falls(text: str, clause: Clause, language: Lexicon) -> bool:
    """Tell whether a clause speaks of a decline, which a tool returns as a negative figure."""
    return _change_patterns(language.code)[3].search(text, clause.start, clause.end) is not None

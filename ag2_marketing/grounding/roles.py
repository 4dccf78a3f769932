"""What a number is in its sentence: an end of a range, a part of a whole, the counterpart of another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from ag2_marketing.grounding.exemptions import Span
from ag2_marketing.grounding.lexicon import Lexicon
from ag2_marketing.grounding.number import Number
from ag2_marketing.grounding.segments import A_OF_B, Mark, is_stop
from ag2_marketing.grounding.terms import ROLE, Term
from ag2_marketing.grounding.words import WORD, Token

APART, _STRONG = 2, 4


def twins_of(numbers: Sequence[Number], marks: Sequence[Mark]) -> dict[int, tuple[int, int]]:
    """Pair the numbers of parallel parts: `Google has 4.6 from 213 reviews; Yelp 3.9 from 42`.

    Returns:
        For each number of a later part, where its part begins and the start of its counterpart in the first.
    """
    for strength in (_STRONG, APART):
        cuts = [at for at, _, price in marks if price >= strength]
        parts: dict[int, list[int]] = {}
        for number in numbers:
            parts.setdefault(sum(cut < number.start for cut in cuts), []).append(number.start)
        first, *later = parts.values() if parts else ([],)
        if len(first) > 1 and later and all(len(part) == len(first) for part in later):
            begins = {part[0]: max(cut for cut in cuts if cut < part[0]) for part in later}
            return {start: (begins[part[0]], first[at]) for part in later for at, start in enumerate(part)}
    return {}


_OF_WHOLE = re.compile(
    r"\s+(?P<of>(?:out\s+)?(?:of|von|de|aus|sur))\s+(?:(?:the|our|its|their|all|these|those|den|der|les|los|las)\s+)*(?P<noun>[^\W\d_]+)",
    re.IGNORECASE,
)


_FIRST_WORD = re.compile(rf"[ \t'’-]*({WORD.pattern})")


def head_of(words: str, number: Number, end: int, language: Lexicon) -> int:
    """Return where the word ends that follows a number directly: in `14 H3 headings below the H1`, it counts H3."""
    match = _FIRST_WORD.match(words, number.end, end)
    if match is not None:
        token = Token(*match.span(1), match.group(1), "")
        if not is_stop(token, words, number.end, language):
            return token.end
    return number.end


def whole_of(
    words: str, number: Number, end: int, numbers: Sequence[Number]
) -> tuple[tuple[Span, ...], tuple[Span, ...], bool]:
    """In `36 of the visitors sign up` the visitors are the whole; what counts is that they sign up.

    Returns:
        The whole, the words that lead to it, and whether the number is a share of it.
    """
    following = next((n for n in numbers if n.start >= number.end), None)
    gap = (number.end, following.start if following else number.end)
    leads = (gap,) if A_OF_B.fullmatch(words[gap[0] : gap[1]]) else ()
    match = _OF_WHOLE.match(words, number.end)
    if match is None or match.end() > end:
        return (), leads, False
    share = number.unit is not None and number.unit.dimension == "share"
    a_of_b = any(match.start() < other.start < match.start("noun") for other in numbers)
    if not (share or a_of_b or re.search(r"[^\W\d_]{3,}", words[match.end() : end])):
        return (), leads, False
    return (match.span("noun"),), (match.span("of"),), share


_BETWEEN = re.compile(r"(?:between|from|zwischen|von|vom|entre|desde|de|du|del)\s*$", re.IGNORECASE)


def roles_of(words: str, numbers: Sequence[Number], language: Lexicon) -> dict[int, list[tuple[Term, int]]]:
    """The ends of a range say which they are: lower and upper, or start and end."""
    found: dict[int, list[tuple[Term, int]]] = {}
    for left, right in pairwise(numbers):
        gap = words[left.end : right.start]
        told = _BETWEEN.search(words[max(0, left.start - 12) : left.start]) is not None
        if gap.strip(" ,-–—") and gap.strip().casefold() not in language.range:
            if not (
                told
                and re.match(
                    r".{0,40}\b(?:to|bis|until|à|au|hasta|al?)\s+(?:the\s+|the\s+|zum\s+)?$",
                    gap,
                    re.IGNORECASE,
                )
            ):
                continue
        elif not (
            told or re.fullmatch(r"\s*[-–—]\s*|\s+(?:to|bis|until|through|à|au|hasta|al?)\s+(?:zum\s+)?", gap)
        ):
            continue
        dated = left.kind == right.kind == "date"
        for number, concept in (
            (left, "started" if dated else "lower"),
            (right, "ended" if dated else "upper"),
        ):
            found[number.start] = [(Term(number.start, number.start, (f"={concept}",), (concept,)), ROLE)]
    return found

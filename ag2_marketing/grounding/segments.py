"""Where a sentence is cut between its numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from ag2_marketing.grounding.exemptions import Span
from ag2_marketing.grounding.lexicon import Lexicon, any_of, lexicon
from ag2_marketing.grounding.numbers import Number
from ag2_marketing.grounding.words import Token, tokenise

Segment = tuple[int, int, list[Span]]

_PUNCTUATION = re.compile(r"[;,\[\]—–]|\s[-–—]\s|[.:!?](?=\s)|\n")
_PARENTHESIS = re.compile(r"\([^()]*\)")
_ARTICLES = r"(?:(?:the|its|our|all|these|those|den|der|les|los|las|insgesamt|a\s+total\s+of)\s+)*"
_A_OF_B = re.compile(rf"\s*(?:/|(?:out\s+)?of|von|aus|sur|de)\s+{_ARTICLES}", re.IGNORECASE)


@lru_cache(maxsize=8)
def _conjunctions(code: str) -> re.Pattern[str]:
    return any_of(lexicon(code).conjunctions)


def is_stop(token: Token, text: str, start: int, language: Lexicon) -> bool:
    """Tell whether a token carries no subject; a capital letter alone is a name, unless it begins with `A`."""
    if len(token.text) == 1 and token.text.isupper():
        leads = not text[start : token.start].strip(" |\n#*-")
        return token.text == "A" and leads and text[token.end :].strip()[:1] not in {"", "|", ":"}
    return token.text.casefold() in language.stop or token.lemma in language.stop


def segments(
    words: str, start: int, end: int, numbers: Sequence[Number], language: Lexicon
) -> dict[int, Segment]:
    """Return each number's own clause and the clauses without numbers beside it, by the number's start.

    Numbers in parentheses speak about what stands before the parenthesis; to the rest of the sentence they
    are not there.
    """
    asides = asides_of(words, start, end, numbers)
    inside = {n.start: span for n in numbers for span in asides if span[0] < n.start < span[1]}
    plain = [n for n in numbers if n.start not in inside]
    outer = _without(words, asides)
    found = _cut(outer, start, end, plain, language)
    for span in asides:
        held = [n for n in numbers if inside.get(n.start) == span]
        before = _before(outer, start, span[0], plain, language)
        for place, (first, last, beside) in _cut(words, span[0] + 1, span[1] - 1, held, language).items():
            found[place] = (first, last, [before, *beside])
    return found


def asides_of(words: str, start: int, end: int, numbers: Sequence[Number]) -> list[Span]:
    """Return the parentheses of a sentence that hold numbers."""
    spans = [m.span() for m in _PARENTHESIS.finditer(words, start, end)]
    return [(a, b) for a, b in spans if any(a < n.start < b for n in numbers)]


def _without(words: str, spans: Sequence[Span]) -> str:
    for first, last in spans:
        words = words[:first] + " " * (last - first) + words[last:]
    return words


def _before(words: str, start: int, at: int, numbers: Sequence[Number], language: Lexicon) -> Span:
    edges = [
        start,
        *(n.end for n in numbers if n.end <= at),
        *(e for e in _breaks(words, start, at, language)),
    ]
    return max(edge for edge in edges if edge <= at), at


def _breaks(words: str, start: int, end: int, language: Lexicon) -> list[int]:
    return sorted(
        {
            edge
            for pattern in (_PUNCTUATION, _conjunctions(language.code))
            for match in pattern.finditer(words, start, end)
            for edge in match.span()
        }
    )


def _cut(
    words: str, start: int, end: int, numbers: Sequence[Number], language: Lexicon
) -> dict[int, Segment]:
    breaks = [
        edge
        for edge in _breaks(words, start, end, language)
        if not any(n.start < edge < n.end for n in numbers)
    ]
    lefts, rights = [], []
    for at, number in enumerate(numbers):
        left = numbers[at - 1].end if at else start
        lefts.append(max((edge for edge in breaks if left <= edge <= number.start), default=left))
        rights.append(_right(words, breaks, number, numbers[at + 1 : at + 2], end, language))
    wholes = _join(words, numbers, lefts, rights, language)
    found: dict[int, Segment] = {}
    for at, number in enumerate(numbers):
        before = rights[at - 1] if at else start
        after = lefts[at + 1] if at + 1 < len(numbers) else end
        beside = [(a, b) for a, b in ((before, lefts[at]), (rights[at], after), *wholes.get(at, ())) if a < b]
        found[number.start] = (lefts[at], rights[at], beside)
    return found


def _right(
    words: str, breaks: list[int], number: Number, following: Sequence[Number], end: int, language: Lexicon
) -> int:
    right = following[0].start if following else end
    inside = [edge for edge in breaks if number.end <= edge <= right]
    if inside:
        return inside[0]
    if not following:
        return right
    for token in tokenise(words[number.end : right], number.end):
        if is_stop(token, words, number.end, language):
            return token.start
    return right


def _join(
    words: str, numbers: Sequence[Number], lefts: list[int], rights: list[int], language: Lexicon
) -> dict[int, list[Span]]:
    """Let the ends of a range share a clause. In `12 of 40 images lack a text`, 12 has the whole clause and 40 the
    noun that follows; the rest lies beside it.
    """
    gaps = [
        words[(left.core_end or left.end) : right.start]
        for left, right in zip(numbers, numbers[1:], strict=False)
    ]
    beside: dict[int, list[Span]] = {}
    for at in range(len(gaps) - 1, -1, -1):
        if _A_OF_B.fullmatch(gaps[at]):
            whole = rights[at + 1]
            rights[at] = whole
            noun = next(iter(tokenise(words[numbers[at + 1].end : whole], numbers[at + 1].end)), None)
            if noun is not None:
                rights[at + 1] = noun.end
                beside[at + 1] = [(noun.end, whole)]
        elif _is_range(gaps[at], language):
            rights[at] = rights[at + 1]
    for at, gap in enumerate(gaps, start=1):
        if _is_range(gap, language):
            lefts[at] = lefts[at - 1]
        elif _A_OF_B.fullmatch(gap):
            lefts[at] = numbers[at - 1].end
        else:
            lefts[at] = max(lefts[at], min(rights[at - 1], numbers[at].start))
    return beside


def _is_range(gap: str, language: Lexicon) -> bool:
    return not gap.strip(" -–—,/|") or gap.strip().casefold() in language.range

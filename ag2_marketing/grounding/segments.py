"""Where a sentence is cut between its numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from ag2_marketing.grounding.exemptions import Span
from ag2_marketing.grounding.lexicon import Lexicon
from ag2_marketing.grounding.number import Number
from ag2_marketing.grounding.words import Token, tokenise

Segment = tuple[int, int, list[Span]]
Mark = tuple[int, int, int]

_LETTERS = re.compile(r"[^\W\d_]+")

_PUNCTUATION = re.compile(r"[;,\[\]—–·•|]|\s[-–—/]\s|[.:!?](?=\s)|\n")
# How far apart a mark sets what stands on its two sides.
_STRONG, _MIDDLE, _WEAK = 4, 2, 1
_PARENTHESIS = re.compile(r"\([^()]*\)")
_RELATIVES = frozenset(
    [
        "that",
        "which",
        "who",
        "we",
        "you",
        "they",
        "i",
        "it",
        "he",
        "she",
        "die",
        "der",
        "das",
        "wir",
        "sie",
        "qui",
        "que",
        "nous",
        "vous",
    ]
)
_ARTICLES = r"(?:(?:the|its|our|all|these|those|den|der|les|los|las|insgesamt|a\s+total\s+of)\s+)*"
A_OF_B = re.compile(rf"\s*(?:/|(?:out\s+)?of|von|aus|sur|de)\s+{_ARTICLES}", re.IGNORECASE)


def is_stop(token: Token, text: str, start: int, language: Lexicon) -> bool:
    """Tell whether a token carries no subject; a capital letter alone is a name, unless it begins with `A`."""
    if len(token.text) == 1 and token.text.isupper():
        leads = not text[start : token.start].strip(" |\n#*-")
        return token.text == "A" and leads and text[token.end :].strip()[:1] not in {"", "|", ":"}
    return language.is_stop_word(token.text)


def marks_of(words: str, start: int, end: int, language: Lexicon) -> list[Mark]:
    """Return a sentence's punctuation and conjunctions, and how far each sets its sides apart."""
    found = [
        (*m.span(), _STRONG if m.group()[0] in ";.!?\n·•|" else _WEAK if m.group() == ":" else _MIDDLE)
        for m in _PUNCTUATION.finditer(words, start, end)
    ]
    conjunctions = language.conjunction_set
    found += [
        (*m.span(), _WEAK)
        for m in _LETTERS.finditer(words, start, end)
        if m.group().casefold() in conjunctions
    ]
    return sorted(found)


def segments(
    words: str, start: int, end: int, numbers: Sequence[Number], language: Lexicon, marks: Sequence[Mark]
) -> dict[int, Segment]:
    """Return each number's own clause and the clauses without numbers beside it, by the number's start.

    Numbers in parentheses speak about what stands before the parenthesis; to the rest of the sentence they
    are not there.
    """
    asides = asides_of(words, start, end, numbers)
    if not asides:
        return _cut(words, start, end, numbers, language, marks)
    inside = {n.start: span for n in numbers for span in asides if span[0] < n.start < span[1]}
    plain = [n for n in numbers if n.start not in inside]
    outer_marks = [m for m in marks if not any(a <= m[0] < b for a, b in asides)]
    found = _cut(_without(words, asides), start, end, plain, language, outer_marks)
    for a, b in asides:
        held = [n for n in numbers if inside.get(n.start) == (a, b)]
        edges = [
            start,
            *(n.end for n in plain if n.end <= a),
            *(e for m in outer_marks for e in m[:2] if e <= a),
        ]
        before = (max(edges), a)
        local = _noun_before(words, before, a, language)
        if not words[before[0] : a].strip() and (told := [n for n in plain if n.end <= a]):
            local = found[told[-1].start][0]  # `11.25 hours (675 minutes)` says one thing twice
        within = [m for m in marks if a < m[0] < b]
        for place, (first, last, beside) in _cut(words, a + 1, b - 1, held, language, within).items():
            found[place] = (local if first == a + 1 else first, last, [before, *beside])
    return found


def _noun_before(words: str, before: Span, at: int, language: Lexicon) -> int:
    """Return where the noun begins that stands right before a parenthesis: `nordlicht.example (1,420 words)`."""
    start = at + 1
    for token in reversed(tokenise(words[before[0] : at], before[0])):
        if is_stop(token, words, before[0], language):
            break
        start = token.start
    return start


def asides_of(words: str, start: int, end: int, numbers: Sequence[Number]) -> list[Span]:
    """Return the parentheses of a sentence that hold numbers."""
    if words.find("(", start, end) < 0:
        return []
    spans = [m.span() for m in _PARENTHESIS.finditer(words, start, end)]
    return [(a, b) for a, b in spans if any(a < n.start < b for n in numbers)]


def _without(words: str, spans: Sequence[Span]) -> str:
    for first, last in spans:
        words = words[:first] + " " * (last - first) + words[last:]
    return words


def _cut(
    words: str, start: int, end: int, numbers: Sequence[Number], language: Lexicon, marks: Sequence[Mark]
) -> dict[int, Segment]:
    breaks = [edge for mark in marks for edge in mark[:2] if not any(n.start < edge < n.end for n in numbers)]
    breaks.sort()
    lefts, rights = [], []
    for at, number in enumerate(numbers):
        left = numbers[at - 1].end if at else start
        edges = [e for e in breaks if left <= e <= number.start and not _labels(words, e, number)]
        lefts.append(max(edges, default=left))
        rights.append(_right(words, breaks, numbers, at, end, language))
    wholes = _join(words, numbers, lefts, rights, language)
    found: dict[int, Segment] = {}
    for at, number in enumerate(numbers):
        before = _after_mark(words, rights[at - 1] if at else start, lefts[at])
        after = _to_mark(words, rights[at], lefts[at + 1] if at + 1 < len(numbers) else end)
        after = rights[at] if at in wholes else after  # what `12 of 40 images` do is said of the 12
        beside = [(a, b) for a, b in ((before, lefts[at]), (rights[at], after)) if a < b]
        found[number.start] = (lefts[at], rights[at], beside)
    return found


_STRONG_MARK = re.compile(r"[;\n·•|]|[.!?](?=\s)")


def _after_mark(words: str, start: int, end: int) -> int:
    return max(
        (m.end() for m in _STRONG_MARK.finditer(words, start, end) if words[m.end() : end].strip()),
        default=start,
    )


def _to_mark(words: str, start: int, end: int) -> int:
    return next((m.start() for m in _STRONG_MARK.finditer(words, start, end)), end)


def _labels(words: str, edge: int, number: Number) -> bool:
    """A colon right before a number ends its label: `Clicks: 1,287`."""
    return ":" in words[edge - 1 : edge + 1] and not words[edge : number.start].strip(" :")


def _right(
    words: str, breaks: list[int], numbers: Sequence[Number], at: int, end: int, language: Lexicon
) -> int:
    number, following = numbers[at], numbers[at + 1 : at + 2]
    right = following[0].start if following else end
    inside = [
        e for e in breaks if number.end <= e <= right and not (following and _labels(words, e, following[0]))
    ]
    if inside:
        return inside[0]
    return _middle(words, number, following[0], language) if following else right


def _middle(words: str, number: Number, following: Number, language: Lexicon) -> int:
    """Cut between two numbers without a mark between them: before a function word near the middle.

    `6.1 % in spring to 4.3 % in autumn`: where the same function word follows both, what stands between belongs to
    the first.
    """
    tokens = tokenise(words[number.end : following.start], number.end)
    stops = [is_stop(token, words, number.end, language) for token in tokens]
    edges = [at for at in range(len(tokens)) if stops[at] and (at == 0 or not stops[at - 1])]
    while len(edges) > 1 and all(stops[edges[-1] :]):
        edges.pop()  # `position of 18.6`: what leads to the next number is no place to cut
    if not edges:
        return following.start
    after = next(iter(tokenise(words[following.end : following.end + 20], following.end)), None)
    if after is not None and tokens and stops[0] and tokens[0].lemma == after.lemma:
        last = max(at for at in range(len(tokens)) if stops[at])
        return tokens[last].start if last else following.start
    middle = len(tokens) / 2
    return tokens[min(edges, key=lambda edge: (abs(edge - middle), edge))].start


def _join(
    words: str, numbers: Sequence[Number], lefts: list[int], rights: list[int], language: Lexicon
) -> set[int]:
    """Let the ends of a range share a clause.

    In `12 of 40 images lack a text`, 12 has the whole clause and 40 the noun that follows; the rest lies
    beside it.
    """
    gaps = [words[(left.core_end or left.end) : right.start] for left, right in pairwise(numbers)]
    wholes: set[int] = set()
    for at in range(len(gaps) - 1, -1, -1):
        if A_OF_B.fullmatch(gaps[at]):
            whole = rights[at + 1]
            rights[at] = whole
            following = tokenise(words[numbers[at + 1].end : whole], numbers[at + 1].end)
            if len(following) > 1 and following[1].text.casefold() in _RELATIVES:
                rights[at] = following[0].end  # `5,987 of the 6,412 pages we found`
            elif following:
                rights[at + 1] = following[0].end
                wholes.add(at + 1)
        elif is_range(words, numbers[at], numbers[at + 1], language):
            rights[at] = rights[at + 1]
    for at, gap in enumerate(gaps, start=1):
        if is_range(words, numbers[at - 1], numbers[at], language):
            lefts[at] = lefts[at - 1]
        elif A_OF_B.fullmatch(gap):
            lefts[at] = numbers[at - 1].end
        else:
            lefts[at] = max(lefts[at], min(rights[at - 1], numbers[at].start))
    return wholes


BETWEEN = re.compile(r"(?:between|from|zwischen|von|vom|entre|desde|de|du|del)\s*[$€£]?$", re.IGNORECASE)
_ALWAYS_A_RANGE = frozenset({"to", "through", "bis", "à", "hasta", "a"})


def is_range(words: str, left: Number, right: Number, language: Lexicon) -> bool:
    """Tell whether two numbers are the ends of a range: `2–3`, `2 to 3`, `between 2 and 3`."""
    gap = words[left.core_end or left.end : right.start]
    told = gap.strip().casefold()
    if re.fullmatch(r"\s*[-–—/|]\s*", gap) or told in _ALWAYS_A_RANGE & set(language.range):
        return True
    return told in language.range and BETWEEN.search(words[max(0, left.start - 12) : left.start]) is not None

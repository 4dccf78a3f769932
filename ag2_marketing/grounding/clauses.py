"""Which words of a sentence speak about which of its numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ag2_marketing.grounding.exemptions import Span
from ag2_marketing.grounding.leaves import moment_features
from ag2_marketing.grounding.lexicon import Lexicon, any_of
from ag2_marketing.grounding.numbers import Number
from ag2_marketing.grounding.scope import Sentence
from ag2_marketing.grounding.words import Token, phrases_in, tokenise

# How much a word counts: in the number's own clause, in a clause without numbers beside it,
# elsewhere in the sentence; words of headings and lead-ins over it only break ties.
LOCAL, BESIDE, AROUND, OVER = 4, 2, 1, 0
_PUNCTUATION = re.compile(r"[;,()\[\]—–]|\s[-–—]\s|[.:!?](?=\s)|\n")
_A_OF_B = re.compile(
    r"\s*(?:/|(?:out\s+)?of|von|aus|sur|de)\s+(?:(?:the|its|our|all|these|those|den|les|los|las|insgesamt|a total of)\s+)*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase: its lemmas, the concepts that it names, and features that it has besides."""

    start: int
    end: int
    lemmas: tuple[str, ...]
    concepts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """What a sentence says about one of its numbers.

    Attributes:
        start: Where the number's own clause begins.
        end: Where it ends.
        terms: Words and phrases, each with its weight.
        beside: Spans of clauses without numbers that border on it.
    """

    start: int
    end: int
    terms: tuple[tuple[Term, int], ...]
    beside: tuple[Span, ...] = ()

    def local(self) -> list[Term]:
        """Return the terms of the number's own clause."""
        return [term for term, weight in self.terms if weight == LOCAL]


@lru_cache(maxsize=8)
def _conjunctions(code: str) -> re.Pattern[str]:
    from ag2_marketing.grounding.lexicon import lexicon

    return any_of(lexicon(code).conjunctions)


def terms_in(text: str, start: int, end: int, language: Lexicon) -> list[Term]:
    """Return the telling words and phrases of a slice, without stop words and digits."""
    tokens = tokenise(text[start:end], start)
    lemmas = [token.lemma for token in tokens]
    stops = [_is_stop(token, text, start, language) for token in tokens]
    named: dict[tuple[int, int], set[str]] = {}
    for first, last, concept in phrases_in(lemmas):
        if not all(stops[first:last]):
            named.setdefault((first, last), set()).add(concept)
    terms = [
        Term(token.start, token.end, (token.lemma,), tuple(sorted(named.get((at, at + 1), ()))))
        for at, token in enumerate(tokens)
        if not stops[at] and not token.text.isdigit()
    ]
    for (first, last), concepts in named.items():
        if last - first > 1:
            single = set().union(*(named.get((at, at + 1), set()) for at in range(first, last)))
            if told := concepts - single:  # `a day` says no more than `day`
                phrase = tuple(lemmas[first:last])
                terms.append(Term(tokens[first].start, tokens[last - 1].end, phrase, tuple(sorted(told))))
    terms += _ordinals(tokens, language)
    return terms


def _ordinals(tokens: Sequence[Token], language: Lexicon) -> list[Term]:
    found = []
    for token in tokens:
        place = language.ordinals.get(token.text.casefold())
        if place is not None:
            found.append(Term(token.start, token.end, (f"#{place}",), ()))
        month = language.months.get(token.text.casefold())
        if month is not None:
            found.append(Term(token.start, token.end, (f"@month{month}",), ()))
    return found


def _is_stop(token: Token, text: str, start: int, language: Lexicon) -> bool:
    if len(token.text) == 1 and token.text.isupper():
        return (
            token.text == "A"
            and not text[start : token.start].strip(" |\n#*-")
            and text[token.end :].strip()[:1] not in {"", "|", ":"}
        )
    return token.text.casefold() in language.stop or token.lemma in language.stop


def clauses_of(
    text: str, sentence: Sentence, numbers: Sequence[Number], language: Lexicon
) -> dict[int, Clause]:
    """Return the clause of each number of a sentence, by the number's start."""
    words = _blanked(text, numbers)
    around = terms_in(words, sentence.start, sentence.end, language)
    over = [term for start, end in sentence.over for term in terms_in(words, start, end, language)]
    if sentence.cells:
        return {n.start: _cell_clause(words, sentence, n, language, over) for n in numbers}
    spans = _segments(words, sentence, numbers, language)
    dated = _dates(numbers)
    found = {}
    for number in numbers:
        start, end, beside = spans[number.start]
        whole = _whole(words, number, end)
        weighted = [
            (term, _weight(term, start, end, [*beside, *whole], whole))
            for term in (*around, *dated)
            if not _within(term, number)
        ]
        found[number.start] = Clause(start, end, (*weighted, *((term, OVER) for term in over)), tuple(beside))
    return found


def _within(term: Term, number: Number) -> bool:
    return term.lemmas[0][0] == "@" and number.start <= term.start < number.end


def _dates(numbers: Sequence[Number]) -> list[Term]:
    """Dates set apart what stands beside them: `in April 2026` names one entry of a list of months."""
    return [
        Term(number.start, number.end, (feature,), ())
        for number in numbers
        for moment in number.moments[:1]
        for feature in sorted(moment_features(moment))
    ]


def _blanked(text: str, numbers: Sequence[Number]) -> str:
    """Return the text without the digits of its numbers; units stay, they may be words of a path."""
    pieces, at = [], 0
    for number in numbers:
        end = number.core_end or number.end
        pieces += [text[at : number.start], " " * (end - number.start)]
        at = end
    return "".join([*pieces, text[at:]])


_OF_WHOLE = re.compile(
    r"\s+(?:of|von|de|aus|sur)\s+(?:(?:the|our|its|their|all|these|those|den|der|les|los|las)\s+)*(?P<noun>[^\W\d_]+)",
    re.IGNORECASE,
)


def _whole(words: str, number: Number, end: int) -> list[Span]:
    """In `36 of the visitors sign up` the visitors are the whole; what counts is that they sign up."""
    match = _OF_WHOLE.match(words, number.core_end or number.end)
    if match is None or match.end() > end or not re.search(r"[^\W\d_]{3,}", words[match.end() : end]):
        return []
    return [match.span("noun")]


def _weight(term: Term, start: int, end: int, beside: Sequence[Span], whole: Sequence[Span]) -> int:
    if start <= term.start < end and not any(a <= term.start < b for a, b in whole):
        return LOCAL
    return BESIDE if any(a <= term.start < b for a, b in beside) else AROUND


def _cell_clause(
    words: str, sentence: Sentence, number: Number, language: Lexicon, over: list[Term]
) -> Clause:
    at = next((i for i, (a, b) in enumerate(sentence.cells) if a <= number.start < b), 0)
    a, b = sentence.cells[at]
    local = terms_in(words, a, b, language)
    for span in (sentence.cells[0], *sentence.headers[at : at + 1]):
        if span != (a, b) or span in sentence.headers:
            local += terms_in(words, *span, language)
    return Clause(a, b, (*((term, LOCAL) for term in local), *((term, OVER) for term in over)))


def _segments(
    words: str, sentence: Sentence, numbers: Sequence[Number], language: Lexicon
) -> dict[int, tuple[int, int, list[Span]]]:
    """Cut a sentence between its numbers; clauses without numbers lie beside their neighbours."""
    breaks = sorted(
        {
            edge
            for pattern in (_PUNCTUATION, _conjunctions(language.code))
            for match in pattern.finditer(words, sentence.start, sentence.end)
            for edge in (match.start(), match.end())
            if not any(n.start < edge < n.end for n in numbers)
        }
    )
    lefts, rights = [], []
    for at, number in enumerate(numbers):
        left = numbers[at - 1].end if at else sentence.start
        right = numbers[at + 1].start if at + 1 < len(numbers) else sentence.end
        lefts.append(_left(breaks, left, number, first=at == 0))
        rights.append(_right(breaks, right, number, words, language, last=at + 1 == len(numbers)))
    _join_parts(words, numbers, lefts, rights, breaks, language)
    found = {}
    for at, number in enumerate(numbers):
        before = rights[at - 1] if at else sentence.start
        after = lefts[at + 1] if at + 1 < len(numbers) else sentence.end
        beside = [(a, b) for a, b in ((before, lefts[at]), (rights[at], after)) if a < b]
        found[number.start] = (lefts[at], rights[at], beside)
    return found


def _left(breaks: list[int], left: int, number: Number, *, first: bool) -> int:
    inside = [edge for edge in breaks if left <= edge <= number.start]
    if inside:
        return inside[-1]
    return left


def _right(
    breaks: list[int], right: int, number: Number, words: str, language: Lexicon, *, last: bool
) -> int:
    inside = [edge for edge in breaks if number.end <= edge <= right]
    if inside:
        return inside[0]
    if last:
        return right
    for token in tokenise(words[number.end : right], number.end):
        if _is_stop(token, words, number.end, language):
            return token.start
    return right


def _join_parts(
    words: str,
    numbers: Sequence[Number],
    lefts: list[int],
    rights: list[int],
    breaks: list[int],
    language: Lexicon,
) -> None:
    """Let both ends of a range, and `a` and `b` of `a of b`, share one clause; cut the others apart."""
    for at in range(len(numbers) - 2, -1, -1):
        gap = words[numbers[at].core_end or numbers[at].end : numbers[at + 1].start]
        if _A_OF_B.fullmatch(gap):
            rights[at] = rights[at + 1]
        elif not gap.strip(" -–—,/|") or gap.strip().casefold() in {*language.range}:
            rights[at] = rights[at + 1]
    for at in range(1, len(numbers)):
        gap = words[numbers[at - 1].core_end or numbers[at - 1].end : numbers[at].start]
        if _A_OF_B.fullmatch(gap) or not gap.strip(" -–—,/|") or gap.strip().casefold() in {*language.range}:
            lefts[at] = lefts[at - 1]
        elif lefts[at] < rights[at - 1]:
            lefts[at] = rights[at - 1]

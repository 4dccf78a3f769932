"""Which words of a sentence speak about which of its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ag2_marketing.grounding.exemptions import Span
from ag2_marketing.grounding.lexicon import Lexicon
from ag2_marketing.grounding.number import Number
from ag2_marketing.grounding.paths import moment_features
from ag2_marketing.grounding.roles import APART, head_of, roles_of, twins_of, whole_of
from ag2_marketing.grounding.scope import Sentence
from ag2_marketing.grounding.segments import Mark, asides_of, marks_of, segments
from ag2_marketing.grounding.terms import BESIDE, HEAD, LOCAL, OVER, Term, terms_in

_NEAREST_AROUND = 7
_TWIN = 3


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
        return [term for term, weight in self.terms if weight >= LOCAL]


TermCache = dict[Span, list[Term]]


def clauses_of(
    text: str,
    sentence: Sentence,
    numbers: Sequence[Number],
    language: Lexicon,
    cache: TermCache | None = None,
) -> dict[int, Clause]:
    """Return the clause of each number of a sentence, by the number's start.

    Args:
        text: The reading, references and citations blanked.
        sentence: The sentence.
        numbers: Its numbers, in order.
        language: Its lexicon.
        cache: Terms of spans that were looked at before.
    """
    cache = {} if cache is None else cache
    words = _blanked(text, numbers)
    around = cache[sentence.start, sentence.end] = terms_in(words, sentence.start, sentence.end, language)
    over: list[Term] = []
    for span in sentence.over:
        if span not in cache:
            cache[span] = [term for term in terms_in(words, *span, language) if not term.lemmas[0].isdigit()]
        over += cache[span]
    if sentence.cells:
        return {n.start: _cell_clause(words, sentence, n, language, over) for n in numbers}
    marks = marks_of(words, sentence.start, sentence.end, language)
    spans = segments(words, sentence.start, sentence.end, numbers, language, marks)
    dated = _dates(numbers)
    roles = roles_of(words, numbers, language)
    asides = asides_of(words, sentence.start, sentence.end, numbers)
    twins = twins_of(numbers, marks)
    found = {}
    for number in numbers:
        start, end, beside = spans[number.start]
        others = tuple(spans[n.start][:2] for n in numbers if n is not number)
        part, counterpart = twins.get(number.start, (0, None))
        twin = (part, *spans[counterpart][:2]) if counterpart is not None else None
        head = head_of(words, number, end, language)
        clause = _Extent(start, end, beside, head, others, twin, *whole_of(words, number, end, numbers))
        apart = [(a, b) for a, b in asides if not a < number.start < b]
        weighted = [
            (term, _weight(term, number, clause, apart, marks))
            for term in (*around, *dated)
            if not _within(term, number)
        ]
        share = [*_shares(number, clause), *roles.get(number.start, ())]
        found[number.start] = Clause(
            start, end, (*weighted, *share, *((term, OVER) for term in over)), tuple(beside)
        )
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
    """Return the text without its numbers and their units."""
    pieces, at = [], 0
    for number in numbers:
        end = number.core_end or number.end
        if number.unit is not None and not number.unit.is_count:
            end = number.end
        pieces += [text[at : number.start], " " * (end - number.start)]
        at = end
    return "".join([*pieces, text[at:]])


@dataclass(frozen=True, slots=True)
class _Extent:
    start: int
    end: int
    beside: list[Span]
    head: int = 0
    others: tuple[Span, ...] = ()
    twin: tuple[int, int, int] | None = None
    whole: tuple[Span, ...] = ()
    out_of: tuple[Span, ...] = ()
    is_share: bool = False


def _shares(number: Number, clause: _Extent) -> list[tuple[Term, int]]:
    """A percentage is a share where it says of what; else a rate, if nothing in the sentence tells more."""
    if clause.is_share:
        return [(Term(number.end, number.end, ("share",), ("share",)), LOCAL)]
    if number.unit is not None and number.unit.name == "percent":
        return [(Term(number.end, number.end, ("rate",), ("rate",)), -1)]
    return []


def _lies_in(term: Term, spans: Sequence[Span]) -> bool:
    return any(first <= term.start < last for first, last in spans)


def _weight(term: Term, number: Number, clause: _Extent, apart: Sequence[Span], marks: Sequence[Mark]) -> int:
    at = term.start
    if not (apart and _lies_in(term, apart)):
        if clause.out_of and _lies_in(term, clause.out_of):
            return OVER
        if clause.whole and _lies_in(term, clause.whole):
            return -_NEAREST_AROUND if clause.is_share else BESIDE
        if clause.start <= at < clause.end:
            return HEAD if number.end <= at < clause.head else LOCAL
        if clause.beside and _lies_in(term, clause.beside):
            return BESIDE
    if clause.twin is not None and at < clause.twin[0]:
        return -_TWIN if clause.twin[1] <= at < clause.twin[2] else -1
    first, last = (at, number.start) if at < number.start else (number.start, at)
    cost = 0
    for place, _, price in marks:
        if first <= place < last:
            cost += price
    if cost >= APART and at > number.start and _lies_in(term, clause.others):
        return OVER  # what follows in another number's clause is said of that one
    return -max(1, _NEAREST_AROUND - cost)


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

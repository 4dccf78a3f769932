"""Which words of a sentence speak about which of its numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from ag2_marketing.grounding.exemptions import Span
from ag2_marketing.grounding.leaves import moment_features
from ag2_marketing.grounding.lexicon import Lexicon
from ag2_marketing.grounding.scanner import Number
from ag2_marketing.grounding.scope import Sentence
from ag2_marketing.grounding.segments import A_OF_B, Mark, asides_of, is_stop, marks_of, segments
from ag2_marketing.grounding.words import phrases_in, tokenise

# How much a word counts: in the number's own clause, in a clause without numbers beside it. Words elsewhere in the
# sentence have a negative weight, the nearer the larger: they decide only between values that fit alike. Words of
# headings and lead-ins come after those.
HEAD, LOCAL, BESIDE, OVER = 5, 4, 2, 0
_NEAREST_AROUND = 7
_APART, _STRONG = 2, 4
_TWIN = 3
# Standing at an end of a range says more than any word.
_ROLE = 2 * LOCAL


_DOTTED = re.compile(r"[^\W\d][./][^\W\d]")
_ADDRESS = re.compile(
    r"[^\s,;()\[\]\"'“”„«»|\ue000]+[./][^\s,;()\[\]\"'“”„«»|\ue000]*[^\s.,:;!?()\[\]\"'“”„«»|\ue000]"
)


class Term(NamedTuple):
    """A word or phrase: its lemmas, the concepts that it names, and whether some of its words are stop words."""

    start: int
    end: int
    lemmas: tuple[str, ...]
    concepts: tuple[str, ...]
    stopped: bool = False


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


def terms_in(text: str, start: int, end: int, language: Lexicon) -> list[Term]:
    """Return the telling words and phrases of a slice, without stop words."""
    tokens = tokenise(text[start:end], start)
    lemmas = [token.lemma for token in tokens]
    stops = [is_stop(token, text, start, language) for token in tokens]
    named: dict[tuple[int, int], set[str]] = {}
    for first, last, concept in phrases_in(lemmas):
        if last - first > 1 or not stops[first]:
            named.setdefault((first, last), set()).add(concept)
    terms = [
        Term(
            token.start,
            token.end,
            (token.lemma,),
            tuple(sorted(named[at, at + 1])) if (at, at + 1) in named else (),
        )
        for at, token in enumerate(tokens)
        if not stops[at]
    ]
    for (first, last), concepts in named.items():
        if last - first > 1:
            single = set().union(*(named.get((at, at + 1), set()) for at in range(first, last)))
            if told := concepts - single:  # `a day` says no more than `day`
                phrase, stopped = tuple(lemmas[first:last]), any(stops[first:last])
                terms.append(
                    Term(tokens[first].start, tokens[last - 1].end, phrase, tuple(sorted(told)), stopped)
                )
    for match in _ADDRESS.finditer(text, start, end) if _DOTTED.search(text, start, end) else ():
        terms.append(Term(match.start(), match.end(), (f"={match.group().casefold()}",), ()))
    for token in tokens:
        if (place := language.place_word(token.text)) is not None:
            terms.append(Term(token.start, token.end, (place,), ()))
    return terms


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
    roles = _roles(words, numbers, language)
    asides = asides_of(words, sentence.start, sentence.end, numbers)
    twins = _twins(numbers, marks)
    found = {}
    for number in numbers:
        start, end, beside = spans[number.start]
        others = tuple(spans[n.start][:2] for n in numbers if n is not number)
        part, counterpart = twins.get(number.start, (0, None))
        twin = (part, *spans[counterpart][:2]) if counterpart is not None else None
        head = _head(words, number, end, language)
        clause = _Extent(start, end, beside, head, others, twin, *_whole(words, number, end, numbers))
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


def _twins(numbers: Sequence[Number], marks: Sequence[Mark]) -> dict[int, tuple[int, int]]:
    """Pair the numbers of parallel parts: `Google has 4.6 from 213 reviews; Yelp 3.9 from 42`.

    Returns:
        For each number of a later part, where its part begins and the start of its counterpart in the first.
    """
    for strength in (_STRONG, _APART):
        cuts = [at for at, _, price in marks if price >= strength]
        parts: dict[int, list[int]] = {}
        for number in numbers:
            parts.setdefault(sum(cut < number.start for cut in cuts), []).append(number.start)
        first, *later = parts.values() if parts else ([],)
        if len(first) > 1 and later and all(len(part) == len(first) for part in later):
            begins = {part[0]: max(cut for cut in cuts if cut < part[0]) for part in later}
            return {start: (begins[part[0]], first[at]) for part in later for at, start in enumerate(part)}
    return {}


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


_OF_WHOLE = re.compile(
    r"\s+(?P<of>(?:out\s+)?(?:of|von|de|aus|sur))\s+(?:(?:the|our|its|their|all|these|those|den|der|les|los|las)\s+)*(?P<noun>[^\W\d_]+)",
    re.IGNORECASE,
)


def _head(words: str, number: Number, end: int, language: Lexicon) -> int:
    """Return where the word ends that follows a number directly: in `14 H3 headings below the H1`, it counts H3."""
    for token in tokenise(words[number.end : end], number.end)[:1]:
        if not is_stop(token, words, number.end, language) and not words[number.end : token.start].strip(
            " -'’"
        ):
            return token.end
    return number.end


def _whole(
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


def _shares(number: Number, clause: _Extent) -> list[tuple[Term, int]]:
    """A percentage is a share where it says of what; else a rate, if nothing in the sentence tells more."""
    if clause.is_share:
        return [(Term(number.end, number.end, ("share",), ("share",)), LOCAL)]
    if number.unit is not None and number.unit.name == "percent":
        return [(Term(number.end, number.end, ("rate",), ("rate",)), -1)]
    return []


_BETWEEN = re.compile(r"(?:between|from|zwischen|von|vom|entre|desde|de|du|del)\s*$", re.IGNORECASE)


def _roles(words: str, numbers: Sequence[Number], language: Lexicon) -> dict[int, list[tuple[Term, int]]]:
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
            found[number.start] = [(Term(number.start, number.start, (f"={concept}",), (concept,)), _ROLE)]
    return found


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
    if cost >= _APART and at > number.start and _lies_in(term, clause.others):
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

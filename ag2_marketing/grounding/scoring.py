"""How well the words of a clause fit the paths of an entry's values, for all of them at once.

A score has tiers, the upper one decides first:
1. words of the number's own clause (and, half, of clauses without numbers beside it);
2. whether the value's own key is named in full;
3. other words of the sentence, the nearer the more;
4. words of headings and lead-ins;
5. how high the value stands in the result.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_

from ag2_marketing.grounding.clauses import OVER, Clause, Term
from ag2_marketing.grounding.index import DEPTH_BITS, EvidenceIndex

# A word that stands in the path or beside it counts 8, another name of the same thing 6; one that names a
# single value tells more than one that names many, one that the whole result is about tells less.
EXACT, ALIAS, RARE, SELDOM, TOPIC = 8, 6, 2, 1, 2
_FEW = 4
_OVER_BITS, _AROUND_BITS = 5, 12
_OVER = DEPTH_BITS
_AROUND = _OVER + _OVER_BITS
_NAMED = _AROUND + _AROUND_BITS
_CLOSE = _NAMED + 1
_MOST_OVER = (1 << _OVER_BITS) - 1
_MOST_AROUND_TERMS = 60


@dataclass
class Scores:
    """The fit of every leaf as bit planes."""

    planes: list[int]

    def add(self, leaves: int, points: int) -> None:
        """Add points to a set of leaves."""
        at = 0
        while points and leaves:
            if points & 1:
                self._carry(leaves, at)
            points >>= 1
            at += 1

    def _carry(self, leaves: int, at: int) -> None:
        while leaves:
            while at >= len(self.planes):
                self.planes.append(0)
            self.planes[at], leaves = self.planes[at] ^ leaves, self.planes[at] & leaves
            at += 1

    def best(self, leaves: int) -> tuple[int, int]:
        """Return the highest score in a set of leaves and those that have it; -1 for an empty set."""
        if not leaves:
            return -1, 0
        score = 0
        for at in range(len(self.planes) - 1, -1, -1):
            higher = leaves & self.planes[at]
            if higher:
                leaves = higher
                score |= 1 << at
        return score, leaves

    def of(self, place: int) -> int:
        """Return one leaf's score."""
        return sum((plane >> place & 1) << at for at, plane in enumerate(self.planes))


def close(score: int) -> int:
    """Return the part of a score that comes from the number's own clause."""
    return score >> _CLOSE if score > 0 else 0


def matched(score: int) -> int:
    """Return the part of a score that comes from words of the sentence, 0 where none fits."""
    if score <= 0:
        return 0
    return (score >> _CLOSE << _AROUND_BITS) + (score >> _AROUND & ((1 << _AROUND_BITS) - 1))


def scores_of(index: EvidenceIndex, clause: Clause) -> Scores:
    """Score every leaf of an entry against the words of a sentence; `add_over` adds those that stand over it."""
    terms = _distinct(clause.terms)
    told = {
        word
        for term, weight in terms
        if weight > 0
        for word in (*term.lemmas, *(f"~{c}" for c in term.concepts))
    }
    scores = Scores(index.base_planes())
    scores.add(index.covered(frozenset(told)), 1 << _NAMED)
    around = 0
    for term, weight in terms:
        if weight > 0:
            _add(scores, index, term, weight, _CLOSE)
        elif weight != OVER and around < _MOST_AROUND_TERMS:
            around += 1
            _add(scores, index, term, -weight, _AROUND)
    return scores


def add_over(scores: Scores, index: EvidenceIndex, clause: Clause) -> None:
    """Let the words of headings and lead-ins decide a tie."""
    over = [term for term, weight in _distinct(clause.terms) if weight == OVER]
    for term in over[:_MOST_OVER]:
        _add_over(scores, index, term)


def _add_over(scores: Scores, index: EvidenceIndex, term: Term) -> None:
    leaves = 0
    for word in (
        (*term.lemmas, *(f"~{concept}" for concept in term.concepts)) if len(term.lemmas) == 1 else ()
    ):
        leaves |= index.own(word) | index.near(word)
    scores.add(leaves, 1 << _OVER)


def _add(scores: Scores, index: EvidenceIndex, term: Term, weight: int, shift: int) -> None:
    own, near, alias_own, alias_near = _fits(index, term)
    points = weight * len(term.lemmas)
    exact = EXACT + _rarity(own | near)
    if term.lemmas[0] in index.topic:
        exact -= TOPIC
    aside = 4 if index.is_user else 1
    scores.add(own, points * exact << shift)
    scores.add(near, points * exact // aside << shift)
    alias = ALIAS - TOPIC if term.lemmas[0] in index.topic else ALIAS
    scores.add(alias_own, points * alias << shift)
    scores.add(alias_near, points * alias // aside << shift)
    if shift == _AROUND and len(term.lemmas) == 1:
        scores.add(
            index.item(term.lemmas[0]) & ~(own | near | alias_own | alias_near), points * EXACT << shift
        )


def _rarity(leaves: int) -> int:
    count = leaves.bit_count()
    return RARE if count == 1 else SELDOM if count <= _FEW else 0


def _distinct(terms: Iterable[tuple[Term, int]]) -> list[tuple[Term, int]]:
    """Count a word once, where it counts most."""
    best: dict[tuple[str, ...], tuple[Term, int]] = {}
    for term, weight in terms:
        held = best.get(term.lemmas)
        if held is None or _rank(held[1]) < _rank(weight):
            best[term.lemmas] = (term, weight)
    return list(best.values())


def _rank(weight: int) -> int:
    """Own clause (positive) before the rest of the sentence (negative, nearer is larger) before headings (0)."""
    return weight + 1000 if weight > 0 else -weight


def _fits(index: EvidenceIndex, term: Term) -> tuple[int, int, int, int]:
    """Return the leaves that a term fits: in the path, beside it, and the same for other names of the thing."""
    own = near = 0
    if len(term.lemmas) == 1:
        own = index.own(term.lemmas[0])
        near = index.near(term.lemmas[0]) & ~own
    alias_own, alias_near = _alias_fits(index, term)
    return own, near, alias_own & ~(own | near), alias_near & ~(own | near | alias_own)


def _alias_fits(index: EvidenceIndex, term: Term) -> tuple[int, int]:
    names = [f"~{concept}" for concept in term.concepts]
    if len(term.lemmas) == 1:
        names += index.cognates(term.lemmas[0])
    if not names:
        return 0, 0
    own = reduce(or_, (index.own(name) for name in names))
    near = reduce(or_, (index.near(name) for name in names))
    if len(term.lemmas) > 1 and not term.stopped:
        whole = reduce(and_, (index.own(word) | index.near(word) for word in term.lemmas))
        return own & ~whole, near & ~whole
    return own, near


def fits_any(index: EvidenceIndex, terms: Iterable[Term]) -> int:
    """Return the leaves that at least one of the terms fits."""
    return reduce(or_, (fit for term in terms for fit in _fits(index, term)), 0)

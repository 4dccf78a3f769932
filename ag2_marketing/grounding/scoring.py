"""How well the words of a clause fit the paths of an entry's values, for all of them at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_

from ag2_marketing.grounding.clauses import LOCAL, OVER, Clause, Term
from ag2_marketing.grounding.index import SPECIFIC_BITS, EvidenceIndex

# A word that stands in the path or beside it counts 8, another name of the same thing 6.
EXACT, ALIAS = 8, 6
# Above the specificity lie the words of headings and lead-ins, one point each: they only break ties.
_OVER_BITS = 6
_WORD_SHIFT = SPECIFIC_BITS + _OVER_BITS
_MOST_OVER = (1 << _OVER_BITS) - 1


@dataclass
class Scores:
    """The fit of every leaf as bit planes: specificity below, matched words above."""

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


def matched(score: int) -> int:
    """Return the part of a score that comes from matched words."""
    return score >> SPECIFIC_BITS if score > 0 else 0


def words_of(score: int) -> int:
    """Return the part of a score that comes from the words of the sentence itself."""
    return score >> _WORD_SHIFT if score > 0 else 0


def scores_of(index: EvidenceIndex, clause: Clause) -> Scores:
    """Score every leaf of an entry against a clause."""
    terms = _distinct(clause.terms)
    told = {word for term, weight in terms if weight != OVER for word in term.lemmas}
    told |= {f"~{concept}" for term, weight in terms if weight != OVER for concept in term.concepts}
    scores = Scores(index.base_planes(frozenset(told)))
    over = 0
    for term, weight in terms:
        own, near = exact_fits(index, term)
        alias_own, alias_near = _alias_fits(index, term)
        if weight == OVER:
            over += 1
            if over <= _MOST_OVER:
                scores.add(own | near | alias_own | alias_near, 1 << SPECIFIC_BITS)
            continue
        points = weight * len(term.lemmas)
        aside = 4 if index.is_user else 1
        rare = _rarity(own | near)
        scores.add(own, points * (EXACT + rare) << _WORD_SHIFT)
        scores.add(near, points * (EXACT + rare) // aside << _WORD_SHIFT)
        alias_own &= ~(own | near)
        scores.add(alias_own, points * ALIAS << _WORD_SHIFT)
        scores.add(alias_near & ~(own | near | alias_own), points * ALIAS // aside << _WORD_SHIFT)
        if weight != LOCAL and len(term.lemmas) == 1:
            scores.add(
                index.item(term.lemmas[0]) & ~(own | near | alias_own | alias_near),
                points * EXACT << _WORD_SHIFT,
            )
    return scores


def _rarity(leaves: int) -> int:
    """A word that names one value alone tells more than one that names many."""
    count = leaves.bit_count()
    return 2 if count == 1 else 1 if count <= 4 else 0


def _distinct(terms: Iterable[tuple[Term, int]]) -> list[tuple[Term, int]]:
    """Count a word once, where it counts most."""
    best: dict[tuple[str, ...], tuple[Term, int]] = {}
    for term, weight in terms:
        held = best.get(term.lemmas)
        if held is None or held[1] < weight:
            best[term.lemmas] = (term, weight)
    return list(best.values())


def exact_fits(index: EvidenceIndex, term: Term) -> tuple[int, int]:
    """Return the leaves whose path, and those whose siblings, have a single word; phrases are aliases."""
    if len(term.lemmas) > 1:
        return 0, 0
    own = index.own(term.lemmas[0])
    return own, index.near(term.lemmas[0]) & ~own


def _alias_fits(index: EvidenceIndex, term: Term) -> tuple[int, int]:
    if not term.concepts:
        return 0, 0
    own = reduce(or_, (index.own(f"~{concept}") for concept in term.concepts))
    near = reduce(or_, (index.near(f"~{concept}") for concept in term.concepts))
    if len(term.lemmas) > 1:
        whole = reduce(and_, (index.own(word) | index.near(word) for word in term.lemmas))
        return own & ~whole, near & ~whole
    return own, near


def fits_any(index: EvidenceIndex, terms: Iterable[Term]) -> int:
    """Return the leaves that at least one of the terms fits."""
    found = 0
    for term in terms:
        found |= reduce(or_, (*exact_fits(index, term), *_alias_fits(index, term)))
    return found

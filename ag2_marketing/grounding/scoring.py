"""How well the words of a clause fit the paths of an entry's values, for all of them at once.

A score has tiers, the upper one decides first:
1. words of the number's own clause (and, half, of clauses without numbers beside it);
2. whether the value's own key is named in full;
3. whether these words name few values or many;
4. other words of the sentence, the nearer the more;
5. whether all of them name the value's own key in full;
6. words of headings and lead-ins;
7. how high the value stands in the result.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_

from ag2_marketing.grounding.bits import without
from ag2_marketing.grounding.clauses import Clause
from ag2_marketing.grounding.index import COGNATE, DEPTH_BITS, EvidenceIndex
from ag2_marketing.grounding.terms import HEAD, LOCAL, OVER, Term

# A word that stands in the path or beside it counts 8, another name of the same thing 6; a word of the
# tool's own name counts 2 less, and the name of what the whole result is about nothing.
EXACT, ALIAS, RARE, SELDOM, TOPIC = 8, 6, 4, 1, 2
_FEW = 4
# What follows a number directly says most closely what it counts.
_HEAD = 3
_PREFERRED = 8
_OVER_BITS, _AROUND_BITS = 5, 12
_OVER = DEPTH_BITS
_NAMED_AROUND = _OVER + _OVER_BITS
_AROUND = _NAMED_AROUND + 1
_RARE_BITS = 5
_RARE = _AROUND + _AROUND_BITS
_NAMED = _RARE + _RARE_BITS
_CLOSE = _NAMED + 1
_MOST_OVER = (1 << _OVER_BITS) - 1
_MOST_AROUND_TERMS = 60


@dataclass
class Scores:
    """The fit of every leaf as bit planes.

    Attributes:
        planes: One set of leaves for each binary digit of the scores.
        everything: All leaves.
        common: What all leaves have in common.
    """

    planes: list[int]
    everything: int = -1
    common: int = 0

    def add(self, leaves: int, points: int) -> None:
        """Add points to a set of leaves."""
        if leaves == self.everything:
            self.common += points
            return
        while points and leaves:
            lowest = points & -points
            self._carry(leaves, lowest.bit_length() - 1)
            points ^= lowest

    def _carry(self, leaves: int, at: int) -> None:
        planes = self.planes
        while leaves:
            while at >= len(planes):
                planes.append(0)
            held = planes[at]
            if not held:
                planes[at] = leaves
                return
            planes[at], leaves = held ^ leaves, held & leaves
            at += 1

    def prefer(self, leaves: int) -> None:
        """Let leaves win against others whose words fit as well."""
        self.add(leaves, _PREFERRED << _RARE)

    def best(self, leaves: int) -> tuple[int, int]:
        """Return the highest score in a set of leaves and those that have it; -1 for an empty set."""
        if not leaves:
            return -1, 0
        score = 0
        for at in range(len(self.planes) - 1, -1, -1):
            plane = self.planes[at]
            if plane and (higher := leaves & plane):
                leaves = higher
                score |= 1 << at
        return score + self.common, leaves

    def of(self, place: int) -> int:
        """Return one leaf's score."""
        return self.common + sum((plane >> place & 1) << at for at, plane in enumerate(self.planes) if plane)


def close(score: int) -> int:
    """Return the part of a score that comes from the number's own clause."""
    return score >> _CLOSE if score > 0 else 0


def matched(score: int) -> int:
    """Return the part of a score that comes from words of the sentence, 0 where none fits."""
    if score <= 0:
        return 0
    return (score >> _CLOSE << _AROUND_BITS) + (score >> _AROUND & ((1 << _AROUND_BITS) - 1))


def scores_of(index: EvidenceIndex, clause: Clause, *, alias: int = ALIAS) -> Scores:
    """Score every leaf of an entry against the words of a sentence; `add_over` adds those that stand over it.

    Args:
        index: The entry.
        clause: The sentence.
        alias: What another name of a word of the path counts. In another language than the path's it is the
            only name, and counts no less than a word of the texts that stand beside other values.
    """
    known = index.vocabulary
    terms = [pair for pair in _distinct(clause.terms) if pair[1] != OVER and _is_known(pair[0], known)]
    scores = Scores(index.base_planes(), index.everything)
    near, far = _told(terms)
    scores.add(index.covered(near), 1 << _NAMED)
    scores.add(index.covered(near | far), 1 << _NAMED_AROUND)
    phrases = _phrase_masks(index, [term for term, _ in terms if len(term.lemmas) > 1])
    around = rare = 0
    for term, weight in terms:
        if weight > 0:
            weight_here = LOCAL if weight == HEAD else weight
            fit = _add(scores, index, term, weight_here, _CLOSE, phrases, alias=alias)
            points = _rarity(fit) + (_HEAD if weight == HEAD else 0)
            if points and rare + points < 1 << (_RARE_BITS - 1):
                rare += points
                scores.add(fit, points << _RARE)
        elif around < _MOST_AROUND_TERMS:
            around += 1
            _add(scores, index, term, -weight, _AROUND, phrases, alias=alias)
    return scores


def _is_known(term: Term, known: frozenset[str]) -> bool:
    """Tell whether a term may fit any leaf; most words of a message fit none."""
    if len(term.lemmas) == 1 and (term.lemmas[0] in known or term.lemmas[0][:COGNATE] in known):
        return True
    return any(f"~{concept}" in known for concept in term.concepts)


def _told(terms: list[tuple[Term, int]]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the words and concepts of the number's own clause, and those of the rest of the sentence."""
    near: set[str] = set()
    far: set[str] = set()
    for term, weight in terms:
        told = near if weight > 0 else far
        told.update(term.lemmas)
        told.update([f"~{concept}" for concept in term.concepts])
    return frozenset(near), frozenset(far)


def _phrase_masks(index: EvidenceIndex, phrases: list[Term]) -> list[tuple[int, int, int]]:
    """Return where phrases stand and the leaves that bear their concept by another name.

    `net promoter score` is the name of `nps`; that it holds the word `promoter` says nothing for `nps/promoters`.
    """
    return [
        (term.start, term.end, mask) for term in phrases if (mask := reduce(or_, _alias_fits(index, term)))
    ]


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


def _add(
    scores: Scores,
    index: EvidenceIndex,
    term: Term,
    weight: int,
    shift: int,
    phrases: list[tuple[int, int, int]],
    *,
    alias: int,
) -> int:
    """Add a term's points and return the leaves that bear its very word."""
    if term.lemmas[0] in index.subject:
        return 0
    own, near, alias_own, alias_near = fits(index, term)
    if not (own or near or alias_own or alias_near):
        return 0
    if phrases and len(term.lemmas) == 1:
        for start, end, named in phrases:
            if start <= term.start < end:
                own, near, alias_own, alias_near = (f & ~named for f in (own, near, alias_own, alias_near))
    points = weight * len(term.lemmas)
    less = TOPIC if term.lemmas[0] in index.topic else 0
    aside = 4 if index.is_user else 1
    scores.add(own, points * (EXACT - less) << shift)
    scores.add(near, points * (EXACT - less) // aside << shift)
    scores.add(alias_own, points * max(1, alias - less) << shift)
    scores.add(alias_near, points * max(1, ALIAS - less) // aside << shift)
    if shift == _AROUND and len(term.lemmas) == 1:
        items = index.item(term.lemmas[0]) & ~(own | near | alias_own | alias_near)
        scores.add(items, points * EXACT // 4 << shift)
    return own | near


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


def fits(index: EvidenceIndex, term: Term) -> tuple[int, int, int, int]:
    """Return the leaves that a term fits: in the path, beside it, and the same for other names of the thing."""
    own = near = 0
    if len(term.lemmas) == 1:
        own, near = index.own(term.lemmas[0]), index.near(term.lemmas[0])
        near = without(near, own)
    alias_own, alias_near = _alias_fits(index, term)
    if alias_own or alias_near:
        word = own | near
        alias_own = without(alias_own, word)
        alias_near = without(alias_near, word | alias_own)
    return own, near, alias_own, alias_near


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
    return reduce(or_, (fit for term in terms for fit in fits(index, term)), 0)

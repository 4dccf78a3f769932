"""What competitors say and the page does not, term by term."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from ag2_marketing_tools.content.facts import Place, is_claim, is_general, measures
from ag2_marketing_tools.content.model_terms import (
    ContentGap,
    Coverage,
    GapKind,
    KeywordOpportunity,
    OpportunityKind,
    Placement,
    TermPlacement,
)
from ag2_marketing_tools.content.names import Names
from ag2_marketing_tools.content.profile import PLACES, PageProfile, places_of

_GAP_ORDER: tuple[GapKind, ...] = ("topic", "word", "name", "claim", "other_subject")
NOWHERE = Placement(title=0, h1=0, headings=0, description=0, body=0)


def missing_from(uses: Placement) -> list[Place]:
    """Return the places where a term does not stand."""
    return [place for place in PLACES if not getattr(uses, place)]


def placements(target: PageProfile, terms: Sequence[str]) -> list[TermPlacement]:
    """Return where each term stands on the page."""
    return [
        TermPlacement(term=term, uses=uses, missing_from=missing_from(uses))
        for term, uses in ((term, target.placement(term)) for term in terms)
    ]


def is_related(target: PageProfile, other: PageProfile) -> bool | None:
    """Tell whether two pages speak of the same things; None where one says too little to tell."""
    limit = measures().comparison
    if min(target.words or 0, other.words or 0) < limit.related_words_least:
        return None
    return target.cosine(other) >= limit.related_cosine_least


@dataclass(frozen=True)
class _Term:
    """A term of the competitors, with its keyword score at each of those whose keyword it is."""

    key: tuple[str, ...]
    written: str
    scores: tuple[float, ...]


@dataclass(frozen=True)
class Comparison:
    """A page beside those that it is compared with."""

    target: PageProfile
    competitors: Sequence[PageProfile]

    @cached_property
    def terms(self) -> list[_Term]:
        """The competitors' subjects, one for all forms of a term."""
        forms: dict[tuple[str, ...], list[tuple[float, str]]] = {}
        for competitor in self.competitors:
            subjects = set(competitor.subjects)
            for keyword in competitor.keywords:
                if keyword.term in subjects:
                    forms.setdefault(self.target.index.key(keyword.term), []).append(
                        (-keyword.score, keyword.term)
                    )
        return [
            _Term(key, min(found)[1], tuple(sorted(-score for score, _ in found)))
            for key, found in sorted(forms.items())
            if key
        ]

    @cached_property
    def related(self) -> frozenset[str]:
        """The addresses of competitors that speak of the same things, or too briefly to tell."""
        return frozenset(
            one.page.url for one in self.competitors if is_related(self.target, one) is not False
        )

    @cached_property
    def gaps(self) -> list[ContentGap]:
        """The competitors' keywords that the page does not use at all.

        Topics come before single words and names; then what most competitors of the same subject cover.
        """
        found = [self._gap(term) for term in self.terms if not self.target.placement(term.written).total]
        return sorted(found, key=self._gap_order)

    def _gap_order(self, gap: ContentGap) -> tuple[object, ...]:
        of_related = sum(one.url in self.related for one in gap.covered_by)
        return (_GAP_ORDER.index(gap.kind), -of_related, -gap.score, gap.term.casefold(), gap.term)

    def _gap(self, term: _Term) -> ContentGap:
        coverage = self._coverage(term.written)
        return ContentGap(
            term=term.written,
            kind=self._kind_of_gap(term, coverage),
            covered_by_count=len(coverage),
            competitors_compared=len(self.competitors),
            covered_by=coverage,
            score=round(math.fsum(term.scores) / len(self.competitors), 4),
        )

    def _coverage(self, term: str) -> list[Coverage]:
        found = []
        for one in self.competitors:
            uses = one.placement(term)
            if uses.total:
                headings = one.headings_with(term)
                found.append(Coverage(url=one.page.url, uses=uses, places=places_of(uses), headings=headings))
        return sorted(found, key=lambda one: one.url)

    def _kind_of_gap(self, term: _Term, coverage: Sequence[Coverage]) -> GapKind:
        if not any(one.url in self.related for one in coverage):
            return "other_subject"
        if any(is_claim(word, self.target.code) for word in term.written.split()):
            return "claim"
        if len(coverage) == 1 and any(
            names.holds(term.written) for names in self._names if names.profile.page.url == coverage[0].url
        ):
            return "name"  # what several sites write so is a subject of theirs: Medicare, say
        if len(term.key) == 1 and (
            is_general(term.written, self.target.code) or not any(one.uses.prominent for one in coverage)
        ):
            return "word"
        return "topic"

    @cached_property
    def _names(self) -> list[Names]:
        return [Names(one) for one in self.competitors]

    def is_name(self, term: str) -> bool:
        """Tell whether any competitor writes a term as a name."""
        return any(names.holds(term) for names in self._names)

    def opportunities(self, focus: Sequence[str]) -> list[KeywordOpportunity]:
        """Return the terms that more could be made of, best first by what the pages say.

        - `focus_absent`: a focus keyword that the page does not use;
        - `behind_competitors`: the page only mentions it, competitors have it in a title or heading;
        - `weak_placement`: a keyword of the page that stands in no title and no heading;
        - `competitor_term`: a gap that is a topic.
        """
        target = self.target
        found: dict[tuple[str, ...], KeywordOpportunity] = {}
        scores = {target.index.key(keyword.term): keyword.score for keyword in target.keywords}
        own = {target.index.key(term) for term in (*focus, *target.subjects)}
        theirs = [term.written for term in self.terms]
        for term in (*focus, *target.subjects, *theirs):
            key = target.index.key(term)
            uses = target.placement(term)
            ahead = sum(one.placement(term).prominent for one in self.competitors)
            kind = _kind(uses, ahead=ahead, is_own=key in own, is_focus=term in focus)
            if key in found or kind is None:
                continue
            found[key] = KeywordOpportunity(
                term=term,
                kind=kind,
                uses=uses,
                missing_from=missing_from(uses),
                covered_by_count=ahead,
                competitors_compared=len(self.competitors),
                score=scores.get(key),
            )
        for gap in self.gaps:
            if gap.kind == "topic":
                found.setdefault(target.index.key(gap.term), _from_gap(gap))
        return list(found.values())


def _kind(uses: Placement, *, ahead: int, is_own: bool, is_focus: bool) -> OpportunityKind | None:
    if not uses.total:
        return "focus_absent" if is_focus else None
    if uses.prominent:
        return None
    if ahead:
        return "behind_competitors"
    return "weak_placement" if is_own else None


def _from_gap(gap: ContentGap) -> KeywordOpportunity:
    return KeywordOpportunity(
        term=gap.term,
        kind="competitor_term",
        uses=NOWHERE,
        missing_from=missing_from(NOWHERE),
        covered_by_count=gap.covered_by_count,
        competitors_compared=gap.competitors_compared,
        score=gap.score,
    )

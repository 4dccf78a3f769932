"""What competitors say and the page does not, term by term."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from ag2_marketing_tools.content.facts import Place
from ag2_marketing_tools.content.model import (
    ContentGap,
    Coverage,
    KeywordOpportunity,
    Placement,
    TermPlacement,
)
from ag2_marketing_tools.content.profile import PageProfile

PLACES: tuple[Place, ...] = get_args(Place)
Kind = Literal["focus_absent", "behind_competitors", "weak_placement", "competitor_term"]
MOST_GAPS = 30
MOST_OPPORTUNITIES = 30


@dataclass(frozen=True)
class _Term:
    """A term of the competitors, with its keyword score at each of those whose keyword it is."""

    written: str
    scores: tuple[float, ...]


def missing_from(uses: Placement) -> list[Place]:
    """Return the places where a term does not stand."""
    return [place for place in PLACES if not getattr(uses, place)]


def placements(target: PageProfile, terms: Sequence[str]) -> list[TermPlacement]:
    """Return where each term stands on the page."""
    return [
        TermPlacement(term=term, uses=uses, missing_from=missing_from(uses))
        for term, uses in ((term, target.placement(term)) for term in terms)
    ]


def content_gaps(target: PageProfile, competitors: Sequence[PageProfile]) -> list[ContentGap]:
    """Return the competitors' keywords that the page does not use at all; those of most competitors first."""
    gaps = []
    for term in _terms_of(target, competitors):
        if target.placement(term.written).total:
            continue
        coverage = _coverage(term.written, competitors)
        gaps.append(
            ContentGap(
                term=term.written,
                covered_by_count=len(coverage),
                competitors_compared=len(competitors),
                covered_by=coverage,
                score=round(math.fsum(term.scores) / len(competitors), 4),
            )
        )
    gaps.sort(key=lambda gap: (-gap.covered_by_count, -gap.score, gap.term.casefold(), gap.term))
    return gaps[:MOST_GAPS]


def _terms_of(target: PageProfile, competitors: Sequence[PageProfile]) -> list[_Term]:
    """Return the competitors' subjects, one for all forms of a term."""
    forms: dict[tuple[str, ...], list[tuple[float, str]]] = {}
    for competitor in competitors:
        subjects = set(competitor.subjects)
        for keyword in competitor.keywords:
            if keyword.term in subjects:
                forms.setdefault(target.index.key(keyword.term), []).append((-keyword.score, keyword.term))
    return [
        _Term(min(found)[1], tuple(sorted(-score for score, _ in found)))
        for key, found in sorted(forms.items())
        if key
    ]


def _coverage(term: str, competitors: Sequence[PageProfile]) -> list[Coverage]:
    found = (Coverage(url=one.page.url, uses=one.placement(term)) for one in competitors)
    return sorted((one for one in found if one.uses.total), key=lambda one: one.url)


def opportunities(
    target: PageProfile,
    competitors: Sequence[PageProfile],
    gaps: Sequence[ContentGap],
    focus: Sequence[str],
    *,
    reason: str,
) -> list[KeywordOpportunity]:
    """Return the terms that more could be made of, best first.

    - `focus_absent`: a focus keyword that the page does not use;
    - `behind_competitors`: the page only mentions it, competitors have it in a title or heading;
    - `weak_placement`: a keyword of the page that stands in no title and no heading;
    - `competitor_term`: a gap.
    """
    found: dict[tuple[str, ...], KeywordOpportunity] = {}
    scores = {target.index.key(keyword.term): keyword.score for keyword in target.keywords}
    theirs = [term.written for term in _terms_of(target, competitors)]
    own = {target.index.key(term) for term in (*focus, *target.subjects)}
    for term in (*focus, *target.subjects, *theirs):
        key = target.index.key(term)
        uses = target.placement(term)
        ahead = sum(one.placement(term).prominent for one in competitors)
        kind = _kind(uses, ahead=ahead, is_own=key in own, is_focus=term in focus)
        if key in found or kind is None:
            continue
        found[key] = KeywordOpportunity(
            term=term,
            kind=kind,
            uses=uses,
            missing_from=missing_from(uses),
            covered_by_count=ahead,
            competitors_compared=len(competitors),
            score=scores.get(key),
            reason=reason,
        )
    for gap in gaps:
        found.setdefault(target.index.key(gap.term), _from_gap(gap, reason))
    rank: tuple[Kind, ...] = get_args(Kind)
    ordered = sorted(
        found.values(),
        key=lambda one: (rank.index(one.kind), -one.covered_by_count, -(one.score or 0), one.term),
    )
    return ordered[:MOST_OPPORTUNITIES]


def _kind(uses: Placement, *, ahead: int, is_own: bool, is_focus: bool) -> Kind | None:
    if not uses.total:
        return "focus_absent" if is_focus else None
    if uses.prominent:
        return None
    if ahead:
        return "behind_competitors"
    return "weak_placement" if is_own else None


def _from_gap(gap: ContentGap, reason: str) -> KeywordOpportunity:
    nowhere = Placement(title=0, h1=0, headings=0, description=0, body=0)
    return KeywordOpportunity(
        term=gap.term,
        kind="competitor_term",
        uses=nowhere,
        missing_from=missing_from(nowhere),
        covered_by_count=gap.covered_by_count,
        competitors_compared=gap.competitors_compared,
        score=gap.score,
        reason=reason,
    )

"""Which of several cited entries speaks of a number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ag2_marketing.grounding.claims import Claim, Verdict
from ag2_marketing.grounding.index import EvidenceIndex
from ag2_marketing.grounding.ledger import Ledger
from ag2_marketing.grounding.number import Number
from ag2_marketing.grounding.scope import Citation, Sentence
from ag2_marketing.grounding.scoring import matched


def replace_claim(claim: Claim, part: Number) -> Claim:
    """Return a claim of one part of a fraction."""
    return replace(claim, number=part, unit=None, bound=None, _scores=claim._scores)


def nearest_citations(text: str, number: Number, sentence: Sentence) -> tuple[str, ...]:
    """Return what the citations before and after a number name: it is those that speak of it, not farther ones."""
    if len(sentence.citations) < 2:
        return ()
    groups: list[list[Citation]] = []
    for citation in sentence.citations:
        if groups and not text[groups[-1][-1].end : citation.start].strip(" ,;&.\ue000"):
            groups[-1].append(citation)
        else:
            groups.append([citation])
    before = [group for group in groups if group[-1].end <= number.start][-1:]
    after = [group for group in groups if group[0].start >= number.end][:1]
    return tuple(name for group in (*before, *after) for citation in group for name in citation.ids)


def known_ids(ledger: Ledger) -> str:
    """Say what could be cited."""
    ids = [entry.id for entry in ledger.entries][-8:]
    return f"The ledger holds {', '.join(ids)}." if ids else "The ledger is empty."


def fits_another_better(
    claim: Claim, verdict: Verdict, index: EvidenceIndex, known: Sequence[EvidenceIndex]
) -> bool:
    """Tell whether the clause names another cited entry, which has another value for the same words."""
    for other in known:
        if (
            other is index
            or index.is_user
            or other.is_user
            or _named_weight(claim, other, index) <= _named_weight(claim, index, other)
        ):
            continue
        best, leaves = claim.scores(other).best(other.live & other.numeric & ~claim.matching(other))
        if leaves and matched(best) >= matched(verdict.score):
            return True
    return False


_CLOSER = 8


def _named_weight(claim: Claim, index: EvidenceIndex, other: EvidenceIndex) -> int:
    telling = index.about - other.about
    return sum(
        abs(weight) if weight < 0 else weight * _CLOSER
        for term, weight in claim.clause.terms
        if any(word in telling for word in term.lemmas)
    )

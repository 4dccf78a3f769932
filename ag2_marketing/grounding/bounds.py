"""Bounds: a limit that is told must itself stand in evidence, and be true of the value that the sentence names."""

from __future__ import annotations

from decimal import Decimal

from ag2_marketing.grounding import context
from ag2_marketing.grounding.absence import names
from ag2_marketing.grounding.bits import members
from ag2_marketing.grounding.claims import Claim, Verdict
from ag2_marketing.grounding.index import EvidenceIndex
from ag2_marketing.grounding.scoring import close, matched
from ag2_marketing.grounding.values import held_unit, in_unit

_FOREIGN = Verdict("misattributed", "The person said it of something else.")


def judge_bound(claim: Claim, index: EvidenceIndex, candidates: int, comparable: int) -> Verdict:
    """Judge a claim that is told as a bound.

    Args:
        claim: The claim.
        index: The entry.
        candidates: The leaves that hold its number and may be meant.
        comparable: The leaves whose unit fits.
    """
    scores = claim.scores(index)
    own, best = scores.best(candidates)
    if own < 0:
        return Verdict("misattributed", "No bound of this value stands in the evidence.")
    if index.is_user:
        return Verdict(leaves=best) if matched(own) else _FOREIGN
    told = _limits(claim, index) & comparable
    if told:
        candidates &= told
        own, best = scores.best(candidates)
        fit, nearer = scores.best(told)
        if close(fit) > close(own) or own < 0:
            return Verdict("misattributed", names(index, nearer))
    elif not best & index.all_qualified() and not matched(own):
        return Verdict("misattributed", "The value that stands there is no bound of this.")
    named, leaves = scores.best(index.live & ~_unmeasured(claim, index) & comparable & index.numeric)
    if named < 0 or not matched(named):
        return Verdict("misattributed", "The sentence does not name the value that is bounded.")
    if (wrong := _untrue(claim, index, leaves)) is not None:
        return Verdict("misattributed", f"It is not true of {names(index, 1 << wrong)}.")
    return Verdict(leaves=best)


def _limits(claim: Claim, index: EvidenceIndex) -> int:
    """Return the thresholds, targets and limits that the number's own clause speaks of."""
    found = 0
    for qualifier in index.qualifiers:
        spoken = context.says(claim.text, claim.clause.start, claim.clause.end, qualifier)
        if context.is_threshold(qualifier) and spoken:
            found |= index.qualified(qualifier)
    return found & index.live


def _unmeasured(claim: Claim, index: EvidenceIndex) -> int:
    """Return the leaves that are no measured values of this sentence: thresholds, and what it does not say."""
    found = 0
    for qualifier in index.qualifiers:
        if context.is_threshold(qualifier) or not context.says(claim.text, *claim.sentence, qualifier):
            found |= index.qualified(qualifier)
    return found


def _untrue(claim: Claim, index: EvidenceIndex, leaves: int) -> int | None:
    """Return the first of some leaves of which the bound is not true."""
    for place in members(leaves):
        figure, unit = index.figures[place], index.leaves[place].unit
        if isinstance(figure, Decimal) and claim.bound is not None:
            shown, shown_unit = claim.shown(index)
            held = in_unit(figure, held_unit(unit) if unit else None, shown_unit)
            if not context.holds(claim.bound, held, shown):
                return place
    return None

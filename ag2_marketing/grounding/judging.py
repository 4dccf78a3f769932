"""The judgement of one number against one entry: value, unit, and whether it is the right value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import reduce
from operator import or_

from ag2_marketing.grounding import context
from ag2_marketing.grounding.absence import absent, better, names
from ag2_marketing.grounding.bits import members, without
from ag2_marketing.grounding.bounds import judge_bound
from ag2_marketing.grounding.claims import Claim, Verdict
from ag2_marketing.grounding.index import EvidenceIndex
from ag2_marketing.grounding.scoring import Scores, close, fits, matched
from ag2_marketing.grounding.terms import LOCAL, Term
from ag2_marketing.grounding.values import held_unit
from ag2_marketing.grounding.words import concepts, lemma

_ROUNDS_OF_DISCOUNT = 4
# A calculation with so few figures is about a change as a whole, when its label says so.
_LONE_FIGURES = 4
_CHANGE_CONCEPTS = (
    "~growth",
    "~decline",
    "~difference",
    "~lift",
    "~quotient",
    "~roi",
    "@change",
    "chang",
    "delta",
)


def judge(claim: Claim, index: EvidenceIndex) -> Verdict:
    """Judge a claim against one entry."""
    matching = claim.matching(index)
    allowed = index.live | (index.quoted if claim.says else 0)
    if not matching & allowed:
        return absent(claim, index)
    close_said, said = context.said_qualifiers(
        claim.text,
        claim.number,
        claim.clause,
        index.qualifiers,
        extra=claim.header,
        bound=claim.bound is not None,
    )
    hard = concepts().qualifiers.hard
    unsaid = _qualified(index, lambda qualifier: qualifier in hard and qualifier not in said)
    candidates = without(matching & allowed, unsaid)
    rivals = without(allowed, _qualified(index, lambda qualifier: qualifier not in close_said))
    if context.is_confidence_level(claim.text, claim.number):
        return _level(candidates, index)
    if claim.bound is not None:
        return judge_bound(claim, index, candidates, _comparable(claim, index))
    for qualifier in close_said & hard:
        claim.scores(index).prefer(index.qualified(qualifier))
    verdict = _right_value(claim, index, matching, candidates, rivals)
    if verdict.reason == "misattributed" and claim.hear_headings(index):
        candidates &= rivals  # a heading decides no tie in favour of what the sentence does not say
        verdict = _right_value(claim, index, matching, candidates, rivals)
    if verdict.supported:
        verdict = _against_the_unsaid(
            claim, index, verdict, without(without(without(allowed, rivals), matching), unsaid)
        )
    return verdict


def _against_the_unsaid(claim: Claim, index: EvidenceIndex, verdict: Verdict, others: int) -> Verdict:
    """A benchmark or an earlier value that the sentence does not call so is meant only if all else fits it better."""
    if not others or claim.change or claim.leaf is not None:
        return verdict
    fit, leaves = claim.scores(index).best(others & _comparable(claim, index))
    if close(fit) > close(verdict.score):
        return Verdict("misattributed", names(index, leaves))
    return verdict


def _qualified(index: EvidenceIndex, wanted: Callable[[str], bool]) -> int:
    found = 0
    for qualifier in index.qualifiers:
        if wanted(qualifier):
            found |= index.qualified(qualifier)
    return found


def _level(candidates: int, index: EvidenceIndex) -> Verdict:
    levels = candidates & index.qualified("level")
    return Verdict(leaves=levels) if levels else Verdict("misattributed", "This is the confidence level.")


def _right_value(claim: Claim, index: EvidenceIndex, matching: int, candidates: int, fair: int) -> Verdict:
    underived = _underived(claim, index, candidates)
    if underived is not None:
        return underived
    if claim.change and claim.leaf is None:
        candidates &= _changes(index)
    scores = claim.scores(index)
    own, best = scores.best(candidates)
    if own < 0:
        return Verdict("misattributed", better(index, matching, scores, fair))
    kind = index.dated if _is_date(claim, index, best) else index.numeric
    comparable = index.dated if kind == index.dated else _comparable(claim, index)
    rivals = _not_drawn_away(claim, index, without(fair & kind, matching))
    if not matched(own):
        rivals &= ~index.lengths  # the length of a list is only meant where a word names the list
    if claim.leaf is None and ((claim.change and matched(own)) or _is_points(claim)):
        rivals &= _changes(index)
    if kind == index.dated and (naming := best & index.naming()):
        return Verdict(score=own, leaves=naming)
    for _ in range(_ROUNDS_OF_DISCOUNT):
        verdict, top = _compare(claim, index, scores, candidates, rivals, comparable)
        if verdict.supported or not top:
            break
        stated = _stated_elsewhere(claim, index, top, own, scores)
        if not stated:
            break
        rivals = without(rivals, stated)
    return replace(verdict, score=own, leaves=best)


def _not_drawn_away(claim: Claim, index: EvidenceIndex, rivals: int) -> int:
    """Leave out what texts beside other values alone would make fit a reference whose path bears every word.

    The text of a page may hold any word; it cannot draw a reference away from the path that says it all.
    """
    place = index.place(claim.leaf[1]) if claim.leaf is not None else None
    if place is None:
        return rivals
    borne, unit = index.everything, index.leaves[place].unit
    for term in _whole_terms(claim):
        if unit is None or (lemma(unit) not in term.lemmas and unit not in term.concepts):
            own, _, alias_own, _ = fits(index, term)
            borne &= own | alias_own
    return rivals & borne if borne >> place & 1 else rivals


def _whole_terms(claim: Claim) -> list[Term]:
    """Return the words of a clause, those of a phrase that has a name of its own as the phrase."""
    terms = claim.clause.local()
    phrases = [term for term in terms if len(term.lemmas) > 1]
    return [
        term for term in terms if not any(p is not term and p.start <= term.start < p.end for p in phrases)
    ]


def _underived(claim: Claim, index: EvidenceIndex, candidates: int) -> Verdict | None:
    """Refuse a change, a factor or a difference of rates that no tool returned."""
    if claim.change and claim.leaf is None and not candidates & _changes(index):
        return Verdict(
            "derived", "A change or difference must come from a tool: let `calculate` work it out."
        )
    if claim.number.kind == "factor" and not candidates & _changes(index):
        return Verdict("derived", "Let `calculate` work it out.")
    if _is_points(claim) and not candidates & (_changes(index) | _points(index)):
        return Verdict("wrong_unit", "Percentage points fit only a difference that a tool returned.")
    return None


def _is_date(claim: Claim, index: EvidenceIndex, best: int) -> bool:
    return bool(best & index.dated)


def _comparable(claim: Claim, index: EvidenceIndex) -> int:
    units = claim.units()
    if claim.leaf is not None and (place := index.place(claim.leaf[1])) is not None:
        told = index.leaves[place].unit
        units = [held_unit(told) if told else None]
    elif len(units) > 1:
        units = [unit for unit in units if claim._figures(index, unit)] or units
    found = 0
    for unit in units:
        found |= index.comparable(unit)
    return found


def _compare(
    claim: Claim, index: EvidenceIndex, scores: Scores, candidates: int, rivals: int, comparable: int
) -> tuple[Verdict, int]:
    """Compare the fit of the values told with the best of those that differ."""
    own, _ = scores.best(candidates)
    best, top = scores.best(rivals & comparable)
    other, other_top = scores.best(without(rivals, comparable))
    if matched(own) == 0:
        if best >= 0 or close(other) > 0:
            meant = top if matched(best) >= matched(other) else other_top
            return Verdict("misattributed", names(index, meant)), meant
        return _unnamed(claim, index), 0
    if best >= own:
        return Verdict("misattributed", names(index, top)), top
    if close(other) > close(own):
        return Verdict("misattributed", names(index, other_top)), other_top
    return Verdict(), 0


def _unnamed(claim: Claim, index: EvidenceIndex) -> Verdict:
    """A lone value that no word of the clause names: right only if the sentence names nothing else."""
    words = [term for term, weight in claim.clause.terms if weight >= LOCAL]
    if claim.number.kind == "date":
        return Verdict()
    about = any(
        word in index.about for term in words for word in (*term.lemmas, *(f"~{c}" for c in term.concepts))
    )
    measured = claim.unit is not None and not claim.unit.is_count and claim.unit.name != "percent"
    if index.is_user and not (measured and words):
        return Verdict("misattributed", "The person said it of something else.")
    if claim.must_fit and words:
        return Verdict("misattributed", "No word here fits where the value stands.")
    if about or measured or not any(term.concepts for term in words):
        return Verdict()
    return Verdict("misattributed", "The sentence names something else than the evidence does.")


def _stated_elsewhere(claim: Claim, index: EvidenceIndex, top: int, own: int, scores: Scores) -> int:
    """Return the better-fitting values that another number of the sentence states, and rightly so.

    Either that number's words fit the value at least as well, or its own clause does and this one's does not.
    """
    found = 0
    for place in members(top, 16):
        for other in claim.others:
            if not other.matching(index) >> place & 1:
                continue
            theirs = other.scores(index)
            here, there = scores.of(place), theirs.of(place)
            best_there = theirs.best(index.live)[1] >> place & 1
            if there >= here or (close(here) <= close(own) and best_there):
                found |= 1 << place
                break
    return found


def _is_points(claim: Claim) -> bool:
    return claim.unit is not None and claim.unit.dimension == "percentage point"


def _changes(index: EvidenceIndex) -> int:
    if len(index.figures) <= _LONE_FIGURES and index.about & set(_CHANGE_CONCEPTS):
        return (1 << len(index.figures)) - 1
    return reduce(or_, (index.own(word) for word in _CHANGE_CONCEPTS), _points(index))


def _points(index: EvidenceIndex) -> int:
    points = (g.mask for g in index.groups if g.unit is not None and g.unit.dimension == "percentage point")
    return reduce(or_, points, 0)

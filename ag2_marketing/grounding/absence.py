"""Why a number that stands in no cited value is refused: another unit, arithmetic, or nowhere at all."""

from __future__ import annotations

from ag2_marketing.grounding.arithmetic import is_worked_out
from ag2_marketing.grounding.bits import members
from ag2_marketing.grounding.change import is_share_of
from ag2_marketing.grounding.claims import Claim, Verdict
from ag2_marketing.grounding.index import EvidenceIndex
from ag2_marketing.grounding.scoring import Scores, fits_any, matched
from ag2_marketing.grounding.values import held_unit


def absent(claim: Claim, index: EvidenceIndex) -> Verdict:
    """Return why a claim that no live value of an entry equals is refused."""
    number = claim.number
    if claim.matching(index) & ~index.live:
        return Verdict("not_in_evidence", "It only repeats an argument, or is quoted matter.")
    if number.kind in {"factor", "share"}:
        return Verdict("derived", "Let `calculate` work it out.")
    if (wrong := _in_another_unit(claim, index)) is not None:
        return wrong
    if claim.bound is None and _is_worked_out(claim, index):
        return Verdict("derived", "Arithmetic is a tool's job: let `calculate` work it out.")
    return Verdict("not_in_evidence", _closest(claim, index))


def _is_worked_out(claim: Claim, index: EvidenceIndex) -> bool:
    if claim.number.kind in {"date", "none", "vague"} or not claim.number.values:
        return False
    announced = claim.change or claim.language.derived_words.search(claim.text, *claim.sentence) is not None
    if not announced and not is_share_of(claim.text, claim.number, claim.unit):
        return False
    return is_worked_out(claim.number, claim.unit, index)


def _in_another_unit(claim: Claim, index: EvidenceIndex) -> Verdict | None:
    """Find the figure as it is written in another unit: `2.1 ms` for 2.1 s, `€` for `$`, `%` for a number."""
    number = claim.number
    if number.kind in {"date", "none", "vague"}:
        return None
    measured = claim.unit is not None and not claim.unit.is_count
    exact = number.exact or (measured and claim.unit is not None and claim.unit.dimension == "information")
    for value in number.values:
        bare = index.matching_in_any_unit(value, number.quantum, exact=number.exact) & index.live
        if measured:
            bare &= ~index.counts() | fits_any(index, claim.clause.local())
        for unit in _SISTER_UNITS.get(claim.unit.dimension if claim.unit else "", ()):
            bare |= index.matching(value, number.quantum, held_unit(unit), exact=exact) & index.live
        if bare:
            return Verdict("wrong_unit", names(index, bare))
    return None


_SISTER_UNITS = {
    "time": ("ms", "s", "min", "h", "day", "week"),
    "information": ("byte", "kB", "MB", "GB", "KiB", "MiB", "GiB"),
    "share": ("ratio", "percent"),
    "percentage point": ("percent",),
}


# ---- hints


def names(index: EvidenceIndex, leaves: int) -> str:
    """Return the first leaves of a set in words."""
    told = [
        f"{index.evidence_id}/{leaf.path} is {_shown(leaf.value, leaf.unit)}"
        for leaf in (index.leaves[place] for place in members(leaves, 3))
    ]
    return "; ".join(told)


def _shown(value: object, unit: str | None) -> str:
    return f"{value} {unit}" if unit else str(value)


def better(index: EvidenceIndex, matching: int, scores: Scores, fair: int) -> str:
    """Say whose number it is, and what the words fit."""
    _, named = scores.best(fair & index.numeric)
    held = names(index, matching & index.live)
    return f"The number is that of {held}; the words fit {names(index, named)}" if named else held


def _closest(claim: Claim, index: EvidenceIndex) -> str:
    scores = claim.scores(index)
    best, leaves = scores.best(index.live & ~index.all_qualified())
    return names(index, leaves) if matched(best) else ""

"""The judgement of one number against one entry: value, unit, and whether it is the right value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from ag2_marketing.grounding import context
from ag2_marketing.grounding.arithmetic import is_worked_out
from ag2_marketing.grounding.clauses import LOCAL, OVER, Clause, Term
from ag2_marketing.grounding.dates import Moment
from ag2_marketing.grounding.index import EvidenceIndex, members
from ag2_marketing.grounding.lexicon import Lexicon
from ag2_marketing.grounding.scanner import Number
from ag2_marketing.grounding.report import Reason
from ag2_marketing.grounding.scoring import Scores, add_over, close, fits_any, matched, scores_of
from ag2_marketing.grounding.values import held_unit, in_unit
from ag2_marketing.grounding.words import concepts
from ag2_marketing_tools.metrics.units import Unit

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


@dataclass(frozen=True, slots=True)
class Verdict:
    """Supported (`reason` is None), or why not."""

    reason: Reason | None = None
    hint: str = ""
    score: int = 0
    leaves: int = 0

    @property
    def supported(self) -> bool:
        """Whether nothing speaks against the number."""
        return self.reason is None


@dataclass
class Claim:
    """A number with everything that its judgement needs.

    Attributes:
        number: The number.
        clause: What the sentence says about it.
        unit: Its unit, from the text or the column's header.
        header: The text of its column's header.
        bound: Whether and how it is given as a bound.
        change: Whether it is told as a change or difference.
        falls: Whether its clause speaks of a decline.
        rivals: The other claims of its sentence.
        leaf: For a reference, the path of its value.
    """

    text: str
    number: Number
    clause: Clause
    language: Lexicon
    unit: Unit | None
    header: str = ""
    bound: str | None = None
    change: bool = False
    falls: bool = False
    others: list[Claim] = field(default_factory=list)
    leaf: tuple[str, str] | None = None
    sentence: tuple[int, int] = (0, 0)
    says: bool = False
    must_fit: bool = False
    _scores: dict[str, Scores] = field(default_factory=dict)
    _headed: set[str] = field(default_factory=set)

    def scores(self, index: EvidenceIndex) -> Scores:
        """Return the fit of an entry's leaves to this claim's clause."""
        found = self._scores.get(index.evidence_id)
        if found is None:
            found = self._scores[index.evidence_id] = scores_of(index, self.clause)
        return found

    def hear_headings(self, index: EvidenceIndex) -> bool:
        """Add the words of headings and lead-ins to the fit, once; tell whether there are any."""
        if index.evidence_id in self._headed or all(weight != OVER for _, weight in self.clause.terms):
            return False
        self._headed.add(index.evidence_id)
        add_over(self.scores(index), index, self.clause)
        return True

    def matching(self, index: EvidenceIndex) -> int:
        """Return the leaves that hold the number, in its unit and at its precision."""
        if self.leaf is not None:
            place = index.place(self.leaf[1]) if self.leaf[0] == index.evidence_id else None
            return _same_value(index, place) if place is not None else 0
        found = 0
        for told in self.number.moments:
            found |= index.matching_moment(told)
        for unit in self.units():
            found |= self._figures(index, unit)
        return found

    def units(self) -> list[Unit | None]:
        """Return the units that the number may have: its own, or else that of its series."""
        shared = self.number.shared_unit
        return [self.unit] if shared is None or self.unit is not None else [self.unit, shared]

    def _figures(self, index: EvidenceIndex, unit: Unit | None) -> int:
        number, found = self.number, 0
        for value in number.values:
            found |= index.matching(value, number.quantum, unit, exact=number.exact)
            if self.falls and value > 0:
                found |= index.matching(-value, number.quantum, unit, exact=number.exact)
        return found


def _same_value(index: EvidenceIndex, place: int) -> int:
    figure, leaf = index.figures[place], index.leaves[place]
    if isinstance(figure, Moment):
        return index.matching_moment(figure)
    unit = held_unit(leaf.unit) if leaf.unit else None
    return index.matching(figure, Decimal(1), unit, exact=True) | 1 << place


def judge(claim: Claim, index: EvidenceIndex) -> Verdict:
    """Judge a claim against one entry."""
    matching = claim.matching(index)
    allowed = index.live | (index.quoted if claim.says else 0)
    if not matching & allowed:
        return _absent(claim, index)
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
    candidates = matching & allowed & ~unsaid
    rivals = allowed & ~_qualified(index, lambda qualifier: qualifier not in close_said)
    if context.is_confidence_level(claim.text, claim.number):
        return _level(candidates, index)
    if claim.bound is not None:
        return _bounded(claim, index, candidates, allowed & ~_unbounded(claim, index))
    verdict = _right_value(claim, index, matching, candidates, rivals)
    if verdict.reason == "misattributed" and claim.hear_headings(index):
        verdict = _right_value(claim, index, matching, candidates, rivals)
    return verdict


def _qualified(index: EvidenceIndex, wanted: Callable[[str], bool]) -> int:
    found = 0
    for qualifier in index.qualifiers:
        if wanted(qualifier):
            found |= index.qualified(qualifier)
    return found


def _unbounded(claim: Claim, index: EvidenceIndex) -> int:
    """Return the leaves that are no measured values of this sentence: thresholds, and what it does not say."""
    found = 0
    for qualifier in index.qualifiers:
        if context.is_threshold(qualifier) or not context.says(claim.text, *claim.sentence, qualifier):
            found |= index.qualified(qualifier)
    return found


def _all_qualified(index: EvidenceIndex) -> int:
    found = 0
    for qualifier in index.qualifiers:
        found |= index.qualified(qualifier)
    return found


def _level(candidates: int, index: EvidenceIndex) -> Verdict:
    levels = candidates & (index.own("~confidence_level") | index.own("level"))
    return Verdict(leaves=levels) if levels else Verdict("misattributed", "This is the confidence level.")


def _right_value(claim: Claim, index: EvidenceIndex, matching: int, candidates: int, fair: int) -> Verdict:
    if claim.change and claim.leaf is None:
        changes = _changes(index)
        if not candidates & changes:
            return Verdict(
                "derived", "A change or difference must come from a tool: let `calculate` work it out."
            )
        candidates &= changes
    if claim.number.kind == "factor" and not candidates & _changes(index):
        return Verdict("derived", "Let `calculate` work it out.")
    if _is_points(claim) and not candidates & (_changes(index) | _points(index)):
        return Verdict("wrong_unit", "Percentage points fit only a difference that a tool returned.")
    scores = claim.scores(index)
    own, best = scores.best(candidates)
    if own < 0:
        return Verdict("misattributed", _better(index, matching, scores, fair))
    kind = index.dated if _is_date(claim, index, best) else index.numeric
    comparable = index.dated if kind == index.dated else _comparable(claim, index)
    rivals = fair & kind & ~matching
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
        rivals &= ~stated
    return replace(verdict, score=own, leaves=best)


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
    other, other_top = scores.best(rivals & ~comparable)
    if matched(own) == 0:
        if best >= 0 or close(other) > 0:
            names = top if matched(best) >= matched(other) else other_top
            return Verdict("misattributed", _names(index, names)), names
        return _unnamed(claim, index), 0
    if best >= own:
        return Verdict("misattributed", _names(index, top)), top
    if close(other) > close(own):
        return Verdict("misattributed", _names(index, other_top)), other_top
    return Verdict(), 0


def _unnamed(claim: Claim, index: EvidenceIndex) -> Verdict:
    """A lone value that no word of the clause names: right only if the sentence names nothing else."""
    words = [term for term, weight in claim.clause.terms if weight == LOCAL]
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


def _bounded(claim: Claim, index: EvidenceIndex, candidates: int, measured: int) -> Verdict:
    """A bound stands in evidence and is true of the value that the sentence names."""
    scores = claim.scores(index)
    own, best = scores.best(candidates)
    if own < 0:
        return Verdict("misattributed", "No bound of this value stands in the evidence.")
    if index.evidence_id.startswith("U"):
        return (
            Verdict(leaves=best)
            if matched(own)
            else Verdict("misattributed", "The person said it of something else.")
        )
    if not best & _all_qualified(index) and not matched(own):
        return Verdict("misattributed", "The value that stands there is no bound of this.")
    named, leaves = scores.best(measured & _comparable(claim, index) & index.numeric)
    if named < 0 or not matched(named):
        return Verdict("misattributed", "The sentence does not name the value that is bounded.")
    for place in members(leaves):
        figure = index.figures[place]
        unit = held_unit(index.leaves[place].unit or "") if index.leaves[place].unit else None
        assert isinstance(figure, Decimal)
        if not context.holds(claim.bound or "", in_unit(figure, unit, claim.unit), claim.number.values[0]):
            return Verdict("misattributed", f"It is not true of {_names(index, 1 << place)}.")
    return Verdict(leaves=best)


# ---- units and what is not there


def _is_points(claim: Claim) -> bool:
    return claim.unit is not None and claim.unit.dimension == "percentage point"


def _changes(index: EvidenceIndex) -> int:
    if len(index.figures) <= _LONE_FIGURES and index.about & set(_CHANGE_CONCEPTS):
        return (1 << len(index.figures)) - 1
    found = 0
    for word in _CHANGE_CONCEPTS:
        found |= index.own(word)
    return found | _points(index)


def _points(index: EvidenceIndex) -> int:
    return sum(
        group.mask for group in index.groups if group.unit and group.unit.dimension == "percentage point"
    )


def _absent(claim: Claim, index: EvidenceIndex) -> Verdict:
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
    if not announced and not context.is_share_of(claim.text, claim.number, claim.unit):
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
            return Verdict("wrong_unit", _names(index, bare))
    return None


_SISTER_UNITS = {
    "time": ("ms", "s", "min", "h", "day", "week"),
    "information": ("byte", "kB", "MB", "GB", "KiB", "MiB", "GiB"),
    "share": ("ratio", "percent"),
    "percentage point": ("percent",),
}


# ---- hints


def _names(index: EvidenceIndex, leaves: int) -> str:
    told = [
        f"{index.evidence_id}/{leaf.path} is {_shown(leaf.value, leaf.unit)}"
        for leaf in (index.leaves[place] for place in members(leaves, 3))
    ]
    return "; ".join(told)


def _shown(value: object, unit: str | None) -> str:
    return f"{value} {unit}" if unit else str(value)


def _better(index: EvidenceIndex, matching: int, scores: Scores, fair: int) -> str:
    _, named = scores.best(fair & index.numeric)
    held = _names(index, matching & index.live)
    return f"The number is that of {held}; the words fit {_names(index, named)}" if named else held


def _closest(claim: Claim, index: EvidenceIndex) -> str:
    scores = claim.scores(index)
    best, leaves = scores.best(index.live & ~_all_qualified(index))
    return _names(index, leaves) if matched(best) else ""


Judge = Callable[[Claim, EvidenceIndex], Verdict]
FIT_NOTHING: Sequence[Term] = ()
__all__ = ["Claim", "Verdict", "fits_any", "judge"]

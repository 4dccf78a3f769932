"""A number together with everything that its judgement needs, and what the judgement says."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from ag2_marketing.grounding.clauses import Clause
from ag2_marketing.grounding.dates import Moment
from ag2_marketing.grounding.index import EvidenceIndex
from ag2_marketing.grounding.lexicon import Lexicon
from ag2_marketing.grounding.number import Number
from ag2_marketing.grounding.report import Reason
from ag2_marketing.grounding.scoring import ALIAS, EXACT, Scores, add_over, scores_of
from ag2_marketing.grounding.terms import OVER
from ag2_marketing.grounding.values import held_unit
from ag2_marketing_tools.metrics.units import Unit

PATH_LANGUAGE = "en"  # what tools call things


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
            alias = ALIAS if self.language.code == PATH_LANGUAGE else EXACT
            found = self._scores[index.evidence_id] = scores_of(index, self.clause, alias=alias)
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

    def shown(self, index: EvidenceIndex) -> tuple[Decimal, Unit | None]:
        """Return the figure that a reader sees, and its unit."""
        place = index.place(self.leaf[1]) if self.leaf is not None else None
        if place is None:
            return self.number.values[0], self.unit
        figure, unit = index.figures[place], index.leaves[place].unit
        return (figure if isinstance(figure, Decimal) else Decimal(0)), (held_unit(unit) if unit else None)

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

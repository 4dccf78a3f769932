"""One number of a text."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from ag2_marketing.grounding.dates import Moment
from ag2_marketing_tools.metrics.units import Unit

Kind = Literal["literal", "word", "none", "share", "factor", "vague", "fraction", "date"]


@dataclass(frozen=True, slots=True)
class Number:
    """One number of a text.

    Attributes:
        start: Where it begins in the reading, sign and currency included.
        end: Where it ends, unit included.
        values: Its value; more than one where its notation is ambiguous. Empty for a date.
        quantum: The value of its last written digit.
        exact: Whether only the value itself will do (a whole number that is not scaled).
        unit: Its unit, or None.
        kind: How it is written.
        moments: What a date or a year may mean.
        parts: Numerator and denominator of a fraction.
        noun: For `no` before a word that may or may not be counted here: its lemma.
        shared_unit: The unit of a later number of the same series, which may serve it too.
    """

    start: int
    end: int
    values: tuple[Decimal, ...] = ()
    quantum: Decimal = Decimal(1)
    exact: bool = True
    unit: Unit | None = None
    kind: Kind = "literal"
    moments: tuple[Moment, ...] = ()
    parts: tuple[Number, ...] = ()
    shared_unit: Unit | None = None
    scale: Decimal = Decimal(1)
    core_end: int = 0
    noun: str = ""

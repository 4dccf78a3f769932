"""One line of the table of simulations: what was promised, what was measured, and whether the two agree."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Promise = Literal["equal", "at most", "at least", "warning"]
Z = 3.29
"""Standard errors of the Monte-Carlo interval (99.9 %), as many lines are read at once."""


@dataclass(frozen=True, slots=True)
class Row:
    """How often something happened in so many independent replications."""

    section: str
    method: str
    setting: str
    promised: float
    promise: Promise
    happened: float
    replications: int

    @property
    def measured(self) -> float:
        """Share of replications in which it happened (or the mean share, for the false discovery rate)."""
        return self.happened / self.replications

    @property
    def half_width(self) -> float:
        """Of the Monte-Carlo interval about what was promised."""
        return Z * math.sqrt(self.promised * (1.0 - self.promised) / self.replications)

    @property
    def kept(self) -> bool:
        """Whether the measured share lies where the promise says; a warning always does what it warns of."""
        if self.promise == "at most":
            return self.measured <= self.promised + self.half_width
        if self.promise == "at least":
            return self.measured >= self.promised - self.half_width
        if self.promise == "warning":
            return abs(self.measured - self.promised) > self.half_width
        return abs(self.measured - self.promised) <= self.half_width


def share(
    section: str, method: str, setting: str, promised: float, promise: Promise, seen: Iterable[bool]
) -> Row:
    """Count how often something was seen."""
    outcomes = [bool(one) for one in seen]
    return Row(section, method, setting, promised, promise, float(sum(outcomes)), len(outcomes))

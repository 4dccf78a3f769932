"""What an import has counted so far."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from ag2_marketing_tools.observations.faults import Fault, FaultCode


class Measured(NamedTuple):
    """A figure as it is stored, and where in the file it stands."""

    kind: str
    subject: str
    metric: str
    value: float
    sample_size: int | None
    unit: str
    observed_at: datetime
    line: int
    column: str


@dataclass
class MetricTally:
    """Figures of one metric."""

    taken: int = 0
    duplicates: int = 0
    rejected: int = 0
    missing: int = 0
    converted: int = 0
    suspect: int = 0


@dataclass
class RegisterTally:
    """Entries of the register of one kind of subject."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0


class Refusal(NamedTuple):
    """A row or a figure that was refused."""

    line: int
    last_line: int
    metric: str | None
    fault: Fault


@dataclass
class Tally:
    """Everything that is counted; only the first refusals are kept whole.

    Attributes:
        keep: How many refusals are kept.
        refused: Columns that were refused as a whole, and why.
        refused_figures: How many figures were left out of each of them.
    """

    keep: int
    rows: int = 0
    rows_rejected: int = 0
    metrics: dict[str, MetricTally] = field(default_factory=dict)
    registers: dict[str, RegisterTally] = field(default_factory=dict)
    reasons: Counter[FaultCode] = field(default_factory=Counter)
    refusals: list[Refusal] = field(default_factory=list)
    suspects: list[Refusal] = field(default_factory=list)
    refused: dict[str, Fault] = field(default_factory=dict)
    refused_figures: Counter[str] = field(default_factory=Counter)
    batches: int = 0

    def metric(self, key: str) -> MetricTally:
        """Return the counts of a metric."""
        found = self.metrics.get(key)
        if found is None:
            found = self.metrics[key] = MetricTally()
        return found

    def register(self, kind: str) -> RegisterTally:
        """Return the counts of the register of this kind of subject."""
        return self.registers.setdefault(kind, RegisterTally())

    def refuse(self, line: int, last_line: int, fault: Fault, metric: str | None = None) -> None:
        """Count a refusal."""
        self.reasons[fault.code] += 1
        if metric is not None:
            self.metric(metric).rejected += 1
        if len(self.refusals) < self.keep:
            self.refusals.append(Refusal(line, last_line, metric, fault))

    def suspect(self, measured: Measured) -> None:
        """Count a figure that was taken as the mapping says, but looks like a share."""
        self.metric(measured.metric).suspect += 1
        if len(self.suspects) < self.keep:
            fault = Fault("share_or_percent", column=measured.column, text=f"{measured.value:g}")
            self.suspects.append(Refusal(measured.line, measured.line, measured.metric, fault))

    def total(self, name: str) -> int:
        """Return the sum of one count over all metrics."""
        return sum(getattr(each, name) for each in self.metrics.values())

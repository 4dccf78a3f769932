"""What an analysis is computed from: counts, sums and cross products per variant, never single events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from ag2_marketing_tools.statistics.moments import JointMoments

Split = Literal["none", "phase", "segment", "day"]
"""By what the cells are split besides variant and metric; `day` is the day of the exposure, in the test's zone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantileSums:
    """What a clustered quantile needs: the quantile itself and the spread of how often users lie below it.

    Attributes:
        value: The quantile of all values; None where there are none.
        values: How many values there are.
        below: Per user, (values at or below the quantile, values): their joint moments, users with values only.
        density_low, density_high: Values at the ranks around the quantile, for the density there.
        rank_low, rank_high: Those ranks as shares.
    """

    value: float | None
    values: int
    below: JointMoments
    density_low: float | None = None
    density_high: float | None = None
    rank_low: float | None = None
    rank_high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One metric of one variant (within one phase, segment or day, where split).

    Attributes:
        variant_id: Whose.
        metric: The metric's name in the test.
        users: Users who were assigned and are not excluded; those without events count as 0.
        active: Users with at least one event that counts.
        joint: Moments over `users` of the variables in this order: outcome; denominator (ratios only);
            pre-period outcome; pre-period denominator (ratios only). Without a pre-period the last are left out.
        split: The phase's number, the segment's name or the day, as text; None where not split.
        quantile: For quantile metrics, in place of `joint`.
    """

    variant_id: str
    metric: str
    users: int
    active: int
    joint: JointMoments | None
    split: str | None = None
    quantile: QuantileSums | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposures:
    """Who was assigned to one variant, by phase and day of the exposure.

    Attributes:
        variant_id: Which variant.
        phase: Number of the phase in which they were assigned.
        day: Day of the first exposure, in the test's zone.
        users: How many, excluded ones not counted.
        excluded: How many were excluded, by reason.
    """

    variant_id: str
    phase: int
    day: date
    users: int
    excluded: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """Everything that an analysis reads.

    Attributes:
        cells: One per variant and metric (and part of the split).
        exposures: One per variant, phase and day.
        refused: How many events were not taken, by reason.
        late: How many events came in after a later analysis could have read them; None where nobody counts.
        as_of: The moment up to which events were read; the same moment gives the same sums again.
        source: Where they come from: `sqlite`, `postgresql`, `duckdb` or `spark`.
    """

    cells: tuple[Cell, ...]
    exposures: tuple[Exposures, ...]
    refused: Mapping[str, int] = field(default_factory=dict)
    late: int | None = None
    as_of: datetime
    source: str

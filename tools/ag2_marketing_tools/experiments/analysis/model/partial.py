"""What may be looked at while a test runs: nothing here loses its meaning by being read early."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from ag2_marketing_tools.experiments.analysis.model.analysis import Concern, Refused
from ag2_marketing_tools.experiments.analysis.model.comparison import (
    Difference,
    Lift,
    Ratio,
    Users,
    VariantValue,
    Verdict,
)
from ag2_marketing_tools.experiments.metrics import Direction, Kind
from ag2_marketing_tools.experiments.model import Role, State
from ag2_marketing_tools.marks import unit
from ag2_marketing_tools.tool import Result


class PartialComparison(Result):
    """One treatment against the control, by an interval that holds at every look.

    Attributes:
        verdict: Better or worse where the interval, after the correction for several comparisons, leaves 0.
    """

    variant_id: str
    variant_name: str
    absolute: Difference
    relative: Lift
    improvement: Ratio | None
    verdict: Verdict
    reason: str | None = None


class PartialMetric(Result):
    """One metric up to now."""

    metric: str
    title: str
    kind: Kind
    unit: str
    direction: Direction
    role: Role
    variants: list[VariantValue]
    comparisons: list[PartialComparison]


class PartialResults(Result):
    """The state of a test before its end. It has no p-value of any kind, and names no winner.

    Attributes:
        mode: The procedure of the intervals.
        explanation: How they may be read.
        sample_ratio_mismatch: Whether the variants hold the users that they should; null where it cannot be said.
    """

    status: Literal["partial"] = "partial"
    test_id: str
    name: str
    state: State
    as_of: datetime
    mode: Literal["always_valid", "group_sequential"]
    explanation: str
    fixed_horizon_valid_from: datetime
    confidence_level: Ratio
    days_run: Annotated[int, unit("day")]
    metrics: dict[str, PartialMetric]
    sample_sizes: dict[str, Users]
    total_users: Users
    sample_ratio_mismatch: bool | None
    events: Refused
    concerns: list[Concern]
    warnings: list[str]
    source: str

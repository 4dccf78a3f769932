"""The whole answer: who won or why nobody did, and everything that was looked at for it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from ag2_marketing_tools.experiments.analysis.model.comparison import MetricResult, Ratio, Users
from ag2_marketing_tools.experiments.analysis.model.sample_ratio import Exclusions, SampleRatioCheck
from ag2_marketing_tools.experiments.analysis.model.series import Series
from ag2_marketing_tools.experiments.model import Monitoring, State
from ag2_marketing_tools.marks import unit
from ag2_marketing_tools.tool import Result

Action = Literal["ship", "keep_control", "continue", "stop_for_harm", "fix_data"]
Severity = Literal["blocks", "caution", "note"]
Alternative = Literal["two-sided", "better"]


class WinningVariant(Result):
    """The variant to go on with.

    Attributes:
        id, variant_id: Its id, under both names.
        content: What its users were shown.
        metric: The goal that decided.
        improvement: Relative, positive for the better, against `compared_with`, with its interval.
        difference: The same in the metric's unit.
        confidence: Level of the procedure that declared it: the share of such declarations, at least, that are
            right where there is no effect. It is not the probability that this variant is better.
        chance_to_be_best: Bayesian, with the prior of the metric.
    """

    id: str
    variant_id: str
    name: str
    content: Any
    is_control: bool
    metric: str
    unit: str
    compared_with: str
    improvement: Ratio | None
    improvement_low: Ratio | None = None
    improvement_high: Ratio | None = None
    improvement_reason: str | None = None
    difference: float | None = None
    confidence: Ratio
    adjusted_p_value: float | None = None
    chance_to_be_best: Ratio | None = None


class ConfidenceInterval(Result):
    """Interval of one treatment's effect in one metric; a null bound is open, or unknown with a reason."""

    difference: float | None
    lower: float | None
    upper: float | None
    unit: str
    relative_difference: Ratio | None
    relative_lower: Ratio | None
    relative_upper: Ratio | None
    confidence: Ratio
    reason: str | None = None


class Monitor(Result):
    """How the figures may be read.

    Attributes:
        mode: The procedure that was used; `configured` is what the test asked for.
        explanation: Why this one, in words.
        fixed_horizon_valid_from: From when on a fixed-horizon reading is valid: the planned end.
        fixed_horizon_valid: Whether it is by now.
        look: Of a group-sequential plan, the look that this reading belongs to; 0 before the first.
        looks: How many are planned.
        next_look_users: Users in all at which the next planned look is due.
        information: Share of the planned users that the test has.
    """

    mode: Monitoring
    configured: Monitoring
    explanation: str
    fixed_horizon_valid_from: datetime
    fixed_horizon_valid: bool
    look: int | None = None
    looks: int | None = None
    next_look_users: Users | None = None
    information: Ratio | None = None


class Concern(Result):
    """Something that a reader must know before acting.

    Attributes:
        code: Stable name, such as `sample_ratio_mismatch`.
        severity: `blocks`: no winner is named; `caution`: think before acting; `note`: for information.
        text: In words.
    """

    code: str
    severity: Severity
    text: str
    metric: str | None = None
    variant_id: str | None = None


class Refused(Result):
    """Events that were not taken, by reason, and events that came in late."""

    refused_events: Annotated[int, unit("count")]
    by_reason: dict[str, Annotated[int, unit("count")]]
    late_events: Annotated[int, unit("count")] | None


class Analysis(Result):
    """The analysis of an experiment.

    Attributes:
        status: `completed`; whoever asks gets an error in its place where there is nothing to analyse.
        winning_variant: Null with a `reason`.
        statistical_significance: Whether there is a winner.
        recommendation: What to do, in one word; `summary` says it in a sentence, `reasons` say why.
        metrics: By name, in the test's order.
        confidence_intervals: By metric and treatment.
        sample_sizes: Users by variant: assigned and not excluded.
        decided_by: Name of the goal that decides.
    """

    status: Literal["completed"] = "completed"
    test_id: str
    name: str
    state: State
    as_of: datetime
    analyzed_at: datetime
    recommendation: Action
    summary: str
    reasons: list[str]
    winning_variant: WinningVariant | None
    reason: str | None
    statistical_significance: bool
    confidence_level: Ratio
    alternative: Alternative
    decided_by: str
    min_sample_size: Users
    min_sample_size_reached: bool
    days_run: Annotated[int, unit("day")]
    monitor: Monitor
    metrics: dict[str, MetricResult]
    confidence_intervals: dict[str, dict[str, ConfidenceInterval]]
    sample_sizes: dict[str, Users]
    total_users: Users
    sample_ratio: SampleRatioCheck
    exclusions: list[Exclusions]
    events: Refused
    concerns: list[Concern]
    warnings: list[str]
    series: Series
    source: str

"""One metric: what each variant has, and how each treatment compares with the control."""

from __future__ import annotations

from typing import Annotated, Literal

from ag2_marketing_tools.experiments.metrics import Direction, Kind
from ag2_marketing_tools.experiments.model import Role
from ag2_marketing_tools.marks import unit
from ag2_marketing_tools.tool import Result

Ratio = Annotated[float, unit("ratio")]
Users = Annotated[int, unit("user")]
Points = Annotated[float, unit("percentage point")]
Verdict = Literal["better", "worse", "unclear"]
PValueKind = Literal["fixed_horizon", "always_valid", "repeated"]
Adjustment = Literal["holm", "benjamini_hochberg"]
GuardrailStatus = Literal["safe", "no_harm_shown", "undecided", "harmed"]


class VariantValue(Result):
    """What one variant has in one metric.

    Attributes:
        users: Assigned and not excluded; those without events count as 0.
        active_users: Users with at least one event that counts.
        successes: Of a share, the users that did it.
        value: In the metric's unit, with the interval [low, high] at the confidence of the analysis.
        standard_deviation: Between users, in the metric's unit.
        reason: Why something is null.
    """

    variant_id: str
    variant_name: str
    is_control: bool
    users: Users
    active_users: Users
    successes: Annotated[int, unit("user")] | None = None
    value: float | None
    low: float | None = None
    high: float | None = None
    standard_deviation: float | None = None
    reason: str | None = None


class Difference(Result):
    """Treatment minus control, in the metric's unit; for shares in percentage points as well.

    A bound that is null is open on that side (one-sided), or unknown with a `reason`.
    """

    difference: float | None
    low: float | None = None
    high: float | None = None
    difference_points: Points | None = None
    low_points: Points | None = None
    high_points: Points | None = None
    standard_error: float | None = None
    confidence: Ratio
    reason: str | None = None


class Lift(Result):
    """Treatment against control as a share of the control's value (by its size, where that is negative)."""

    lift: Ratio | None
    low: Ratio | None = None
    high: Ratio | None = None
    method: str | None = None
    reason: str | None = None


class Cuped(Result):
    """The effect with and without the adjustment by each user's own past.

    Attributes:
        used: Whether the adjusted effect is the one that decides.
        variance_reduction: Share of the difference's variance that the past explains; negative where it
            adds noise.
        adjusted, raw: Both effects at the same confidence, by the same procedure.
        past_difference: Treatment minus control in the period before: no difference is expected there.
        past_is_balanced: False where the arms differed before the test (p below 0.001).
        reason: Why it is not used.
    """

    used: bool
    variance_reduction: Ratio | None = None
    adjusted: Difference | None = None
    raw: Difference | None = None
    past_difference: float | None = None
    past_is_balanced: bool | None = None
    reason: str | None = None


class GuardrailVerdict(Result):
    """Whether a guardrail holds.

    Attributes:
        margin: Worsening that is put up with, relative to the control.
        status: `safe`: a worsening beyond the margin is ruled out (with no margin: it got better);
            `harmed`: it got worse, beyond the margin; `no_harm_shown`: no margin was given and no worsening is
            shown; `undecided`: a worsening beyond the margin is neither shown nor ruled out.
    """

    margin: Ratio
    status: GuardrailStatus
    worst_case: Ratio | None = None
    reason: str | None = None


class Comparison(Result):
    """One treatment against the control, in one metric.

    Attributes:
        method: Procedure that judged, and in `method_reason` why.
        estimated_by: How the difference and its error were estimated, CUPED and the delta method named.
        absolute: The difference, at the level at which it is decided: its interval leaves 0 out exactly where
            `significant` is true. With several comparisons that level is above the test's own.
        relative: The same as a share of the control: it never contradicts the absolute one.
        unadjusted: The difference at the test's own confidence level, as if it were the only comparison; null
            where the levels are the same.
        improvement: The lift, positive where it is better.
        p_value: Of the procedure, of the kind `p_value_kind`. Only a `fixed_horizon` one loses its meaning by
            looking early.
        adjusted_p_value: After `adjustment` for `comparisons` tests at once.
        significant: By the adjusted p-value, or by the bound of a planned look.
        verdict: Better or worse where significant.
    """

    variant_id: str
    variant_name: str
    control_id: str
    method: str
    method_reason: str
    estimated_by: str
    absolute: Difference
    relative: Lift
    improvement: Ratio | None
    p_value: float | None
    p_value_kind: PValueKind
    adjusted_p_value: float | None
    adjustment: Adjustment | None
    comparisons: int
    unadjusted: Difference | None = None
    significant: bool
    verdict: Verdict
    cuped: Cuped | None = None
    guardrail: GuardrailVerdict | None = None
    reason: str | None = None


class BayesianArm(Result):
    """What the data and a prior say of one variant.

    Attributes:
        chance_to_be_best: Probability that it is the best of all variants.
        expected_loss: What choosing it costs on average against the best, in the metric's unit.
        chance_to_beat_control: Null for the control itself.
    """

    variant_id: str
    chance_to_be_best: Ratio | None
    expected_loss: float | None
    chance_to_beat_control: Ratio | None = None
    reason: str | None = None


class MetricResult(Result):
    """One metric of the test, all variants.

    Attributes:
        counted_over: What is measured over whom: the unit of analysis beside the unit of randomisation.
        capped_at: Quantile of all users' values beyond which values count as it; null where not capped.
        stratified: Whether the effect was taken within each phase of the allocation and then averaged.
        prior: Prior of the Bayesian figures, and that they are no licence to look early.
    """

    metric: str
    title: str
    kind: Kind
    unit: str
    direction: Direction
    role: Role
    counted_over: str
    capped_at: Ratio | None = None
    stratified: bool = False
    variants: list[VariantValue]
    comparisons: list[Comparison]
    bayesian: list[BayesianArm]
    prior: str | None = None

"""How many users a test needs, and for how long it must run."""

from __future__ import annotations

from typing import Annotated, Literal

from ag2_marketing_tools.experiments.model import Monitoring
from ag2_marketing_tools.marks import unit
from ag2_marketing_tools.tool import Result

Ratio = Annotated[float, unit("ratio")]
Users = Annotated[int, unit("user")]


class SampleSizeAlternative(Result):
    """What another formula in use asks for, per variant, and why it differs."""

    formula: str
    users_per_variant: Users
    remark: str


class SampleSize(Result):
    """The users that each variant needs.

    Attributes:
        users_per_variant: In each variant, control included.
        total: In all variants.
        expected_rate: Conversion rate at the minimum detectable effect.
        absolute_effect, relative_effect: The effect in both ways of saying it.
        method: Test that is planned for.
        formula: Where the number comes from.
    """

    users_per_variant: Users
    total: Users
    variants: int
    baseline_rate: Ratio
    expected_rate: Ratio
    absolute_effect: Annotated[float, unit("ratio")]
    absolute_effect_points: Annotated[float, unit("percentage point")]
    relative_effect: Ratio
    confidence_level: Ratio
    power: Ratio
    sides: Literal[1, 2]
    method: str
    formula: str
    alternatives: list[SampleSizeAlternative]


class PlannedArm(Result):
    """Users of one variant of a plan."""

    name: str
    weight: Ratio
    users: Users


class PowerPoint(Result):
    """Power, and the smallest effect found at the wanted power, with so many users in all variants."""

    total_users: Users
    days: Annotated[int, unit("day")] | None
    power: Ratio
    minimum_detectable_effect: float | None
    minimum_detectable_relative_effect: Ratio | None


class ExperimentPlan(Result):
    """A plan: size, duration, power.

    Attributes:
        unit: Of the baseline, the expected value and the absolute effects: `ratio` for a share.
        arms: Control first.
        total: Users in all variants, the inflation for looking early included.
        total_without_looks: The same for a single look at the end.
        sequential_inflation: Their ratio.
        alpha_per_comparison: Error probability that each comparison with the control has (Bonferroni).
        days: In whole weeks, at `daily_users` first exposures a day; null without traffic.
        curve: Power and smallest effect by sample size.
        at_given_users: The same for the users that were asked about.
    """

    unit: str
    baseline: float
    expected: float
    absolute_effect: float
    relative_effect: Ratio | None
    arms: list[PlannedArm]
    total: Users
    total_without_looks: Users
    sequential_inflation: float
    monitoring: Monitoring
    comparisons: int
    alpha_per_comparison: Ratio
    confidence_level: Ratio
    power: Ratio
    sides: Literal[1, 2]
    days: Annotated[int, unit("day")] | None
    days_reason: str | None = None
    method: str
    formula: str
    curve: list[PowerPoint]
    at_given_users: PowerPoint | None = None
    notes: list[str]

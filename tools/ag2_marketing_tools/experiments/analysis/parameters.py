"""What the tools of analysis and planning take."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from ag2_marketing_tools.experiments.configuration import TestId
from ag2_marketing_tools.experiments.model import Monitoring
from ag2_marketing_tools.tool import Params

Share = Annotated[float, Field(gt=0, lt=1)]


class AnalyzeResults(TestId):
    """Which test, and how it is read."""

    mode: Monitoring | None = Field(
        default=None,
        description="Procedure in place of the one that fits the moment. A fixed horizon before the planned end is "
        "warned of.",
    )
    alternative: Literal["two-sided", "better"] = Field(
        default="two-sided",
        description="`better` asks of the goals only whether a variant is better than the control (one-sided).",
    )


class CalculateSampleSize(Params):
    """A share, the change worth finding, and how sure one wants to be."""

    baseline_conversion: Share = Field(description="Conversion rate today, 0.05 for 5 %.")
    minimum_detectable_effect: float = Field(
        description="The smallest change worth finding: absolute, 0.01 for one percentage point, unless `effect` "
        "is `relative`. Negative for a fall."
    )
    confidence_level: Share = Field(
        default=0.95, description="1 minus the error probability, over all sides."
    )
    power: Share = Field(default=0.8, description="Probability of finding a change of that size.")
    effect: Literal["absolute", "relative"] = Field(
        default="absolute",
        description="Whether the change is in points (0.01) or a share of the baseline (0.2).",
    )
    variants: int = Field(default=2, ge=2, le=50, description="Variants, control included, of equal size.")
    alternative: Literal["two-sided", "better"] = Field(default="two-sided", description="Tails.")


class PlanExperiment(Params):
    """What a test is planned from.

    Give either the smallest effect (its size and duration follow), or `total_users` (power and effect follow), or
    both.
    """

    kind: Literal["binary", "mean"] = Field(description="A share of users, or a mean per user.")
    baseline: float = Field(
        description="Expected value in the control: 0.05 for 5 %, or in the metric's unit."
    )
    minimum_detectable_effect: float = Field(
        description="Smallest change worth finding; a share of the baseline unless `effect` is `absolute`."
    )
    effect: Literal["absolute", "relative"] = Field(
        default="relative", description="How the change is given."
    )
    standard_deviation: Annotated[float, Field(gt=0)] | None = Field(
        default=None, description="Of a mean: spread between users, in the metric's unit."
    )
    unit: str = Field(default="unit", max_length=40, description="Of a mean: its unit, such as `EUR`.")
    weights: list[Annotated[float, Field(gt=0, lt=1)]] = Field(
        default=[0.5, 0.5],
        min_length=2,
        max_length=50,
        description="Traffic per variant, control first; sum 1.",
    )
    goals: int = Field(default=1, ge=1, le=50, description="Goal metrics that decide together.")
    confidence_level: Share = Field(
        default=0.95, description="1 minus the error probability of the whole test."
    )
    power: Share = Field(default=0.8, description="Probability of finding the effect.")
    alternative: Literal["two-sided", "better"] = Field(default="two-sided", description="Tails.")
    monitoring: Monitoring = Field(
        default="fixed",
        description="`fixed` looks once at the end; the others may look before and need more users for it.",
    )
    looks: int = Field(
        default=5, ge=1, le=50, description="Looks before or at the end, where there are several."
    )
    daily_users: Annotated[float, Field(ge=0)] | None = Field(
        default=None, description="First exposures a day, in all variants."
    )
    total_users: int | None = Field(
        default=None, ge=4, description="Users in all variants that one could have."
    )

    @model_validator(mode="after")
    def _fits(self) -> PlanExperiment:
        if abs(sum(self.weights) - 1.0) > 1e-9:
            raise ValueError("the weights must sum to 1")
        if self.kind == "binary" and not 0.0 < self.baseline < 1.0:
            raise ValueError("the baseline of a share lies between 0 and 1")
        if self.kind == "mean" and self.standard_deviation is None:
            raise ValueError("a mean needs its `standard_deviation`")
        return self

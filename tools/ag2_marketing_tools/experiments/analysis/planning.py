"""A test planned: users per variant, duration in whole weeks, power and smallest effect by sample size."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.experiments.analysis.model import ExperimentPlan, PlannedArm, PowerPoint
from ag2_marketing_tools.experiments.analysis.parameters import PlanExperiment
from ag2_marketing_tools.experiments.analysis.thresholds import thresholds
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.statistics.duration import allocate, alpha_per_comparison, days_needed
from ag2_marketing_tools.statistics.group_sequential import Sides, spending_bounds
from ag2_marketing_tools.statistics.group_sequential_design import (
    confidence_sequence_inflation,
    size_inflation,
)
from ag2_marketing_tools.statistics.power import (
    power_of_means,
    power_of_proportions,
    size_for_means,
    size_for_proportions,
    smallest_detectable_difference,
    smallest_detectable_rate,
)

_CURVE = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.2, 1.4, 1.6, 1.8, 2.0)


@dataclass(frozen=True, slots=True)
class Design:
    """One comparison with the control, in the terms of the power formulas."""

    baseline: float
    change: float
    deviation: float | None
    alpha: float
    power: float
    sides: Sides

    def size(self, ratio: float) -> float:
        """Users in the control."""
        if self.deviation is None:
            rate = self.baseline + self.change
            return size_for_proportions(
                self.baseline, rate, power=self.power, ratio=ratio, alpha=self.alpha, sides=self.sides
            )
        return size_for_means(
            self.change, self.deviation, power=self.power, ratio=ratio, alpha=self.alpha, sides=self.sides
        )

    def power_at(self, control_users: float, ratio: float) -> float:
        """Probability of finding the change."""
        if self.deviation is None:
            rate = self.baseline + self.change
            return power_of_proportions(
                self.baseline, rate, control_users, ratio=ratio, alpha=self.alpha, sides=self.sides
            )
        return power_of_means(
            self.change, self.deviation, control_users, ratio=ratio, alpha=self.alpha, sides=self.sides
        )

    def smallest_change(self, control_users: float, ratio: float) -> float | None:
        """The change that is just found with the wanted power, in the direction that was asked for."""
        if self.deviation is not None:
            size = smallest_detectable_difference(
                self.deviation,
                control_users,
                power=self.power,
                ratio=ratio,
                alpha=self.alpha,
                sides=self.sides,
            )
            return math.copysign(size, self.change)
        rate = smallest_detectable_rate(
            self.baseline,
            control_users,
            higher=self.change > 0.0,
            power=self.power,
            ratio=ratio,
            alpha=self.alpha,
            sides=self.sides,
        )
        return None if rate is None else rate - self.baseline


def plan(params: PlanExperiment) -> ExperimentPlan:
    """Return the plan.

    Raises:
        InvalidInput: The effect is none or leads out of the scale, or no sample reaches the power.
    """
    design = _design(params)
    control, others = params.weights[0], params.weights[1:]
    sizes = [design.size(weight / control) for weight in others]
    units = max(size * (1.0 + weight / control) for size, weight in zip(sizes, others, strict=True))
    inflation = _inflation(params, design, units)
    once = allocate(params.weights, sizes)
    users = allocate(params.weights, [size * inflation for size in sizes])
    total = sum(users)
    days = None if params.daily_users is None else days_needed(total, params.daily_users)
    return ExperimentPlan(
        unit="ratio" if params.kind == "binary" else params.unit,
        baseline=params.baseline,
        expected=params.baseline + design.change,
        absolute_effect=design.change,
        relative_effect=design.change / abs(params.baseline) if params.baseline else None,
        arms=[
            PlannedArm(name=_arm_name(place), weight=weight, users=number)
            for place, (weight, number) in enumerate(zip(params.weights, users, strict=True))
        ],
        total=total,
        total_without_looks=sum(once),
        sequential_inflation=inflation,
        monitoring=params.monitoring,
        comparisons=len(others) * params.goals,
        alpha_per_comparison=design.alpha,
        confidence_level=params.confidence_level,
        power=params.power,
        sides=design.sides,
        days=days,
        days_reason=None if days is not None else say("Without daily users there is no duration."),
        method=_method(params),
        formula=_formula(params),
        curve=[
            _point(params, design, round(total * share), inflation) for share in _CURVE if total * share >= 8
        ],
        at_given_users=None
        if params.total_users is None
        else _point(params, design, params.total_users, inflation),
        notes=list(_notes(params, days)),
    )


def _design(params: PlanExperiment) -> Design:
    scale = abs(params.baseline) if params.effect == "relative" else 1.0
    change = params.minimum_detectable_effect * scale
    expected = params.baseline + change
    if not change or (params.kind == "binary" and not 0.0 <= expected <= 1.0):
        raise InvalidInput(
            f"minimum_detectable_effect: {params.minimum_detectable_effect:g} leads from {params.baseline:g} to "
            f"{expected:g}.",
            remedy="Give a change that is not 0; a share stays between 0 and 1.",
        )
    alpha = alpha_per_comparison(len(params.weights) - 1, params.goals, alpha=1.0 - params.confidence_level)
    deviation = params.standard_deviation if params.kind == "mean" else None
    return Design(
        params.baseline, change, deviation, alpha, params.power, 1 if params.alternative == "better" else 2
    )


def _inflation(params: PlanExperiment, design: Design, units: float) -> float:
    """What looking before the end costs, as a ratio of sizes; `units` are those of one comparison's two arms."""
    if params.monitoring == "fixed":
        return 1.0
    if params.monitoring == "always_valid":
        return confidence_sequence_inflation(
            units, looks=params.looks, confidence=1.0 - design.alpha, power=design.power, sides=design.sides
        )
    information = [look / params.looks for look in range(1, params.looks + 1)]
    bounds = spending_bounds(information, alpha=design.alpha, sides=design.sides)
    return size_inflation(bounds, information, alpha=design.alpha, power=design.power, sides=design.sides)


def _point(params: PlanExperiment, design: Design, total: int, inflation: float) -> PowerPoint:
    """Power and smallest effect of the comparison with the smallest variant; looks cost their share of the users."""
    control, ratio = params.weights[0], min(params.weights[1:]) / params.weights[0]
    users = max(total * control / inflation, 2.0 / min(1.0, ratio) + 1e-6)
    change = design.smallest_change(users, ratio)
    return PowerPoint(
        total_users=total,
        days=None if params.daily_users is None else days_needed(total, params.daily_users),
        power=min(1.0, design.power_at(users, ratio)),
        minimum_detectable_effect=change,
        minimum_detectable_relative_effect=None
        if change is None or not params.baseline
        else change / abs(params.baseline),
    )


def _arm_name(place: int) -> str:
    return say("Control") if not place else say("Variant {number}", number=place)


def _method(params: PlanExperiment) -> str:
    if params.kind == "binary":
        return say("z test of two proportions with pooled variance, unequal arms")
    return say("t test of two means (non-central t), unequal arms")


def _formula(params: PlanExperiment) -> str:
    if params.kind == "binary":
        return say("Fleiss, Levin and Paik (2003), chapter 4; as R's power.prop.test where arms are equal.")
    return say("Cohen (1988), chapter 2; as R's power.t.test where arms are equal.")


def _notes(params: PlanExperiment, days: int | None) -> Iterator[str]:
    yield say("Sizes are per variant; alpha is shared by all comparisons with the control (Bonferroni).")
    if params.monitoring == "always_valid":
        yield say("Largest sample that the confidence sequence may need; it often ends sooner.")
    if params.monitoring == "group_sequential":
        yield say("Largest sample that the planned looks may need; they often end sooner.")
    if days is not None and days > thresholds().long_days:
        yield say(
            "More than four weeks: cookies expire and users return as new ones, which blurs the effect."
        )

"""From cells to what a procedure judges: one effect per metric and treatment, with and without the past."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ag2_marketing_tools.experiments.analysis.arms import has_past, proportion_of
from ag2_marketing_tools.experiments.analysis.judging import Shares, Subject
from ag2_marketing_tools.experiments.metrics import Kind
from ag2_marketing_tools.experiments.suffstats.model import Cell, QuantileSums
from ag2_marketing_tools.statistics.cuped import cuped_difference, cuped_ratio_difference
from ag2_marketing_tools.statistics.effects import Effect, difference_of_means
from ag2_marketing_tools.statistics.inference import Inference
from ag2_marketing_tools.statistics.means import welch
from ag2_marketing_tools.statistics.moments import Moments
from ag2_marketing_tools.statistics.ratios import difference_of_ratios, ratio_weights
from ag2_marketing_tools.statistics.stratified import stratified_effect

QUANTILES = "clustered quantiles (outer delta method), normal"
NO_CELL = "An arm has no units."


@dataclass(frozen=True, slots=True)
class Spot:
    """One arm's quantile with its standard error, or why there is none."""

    value: float | None
    standard_error: float | None
    reason: str | None = None


def subject_of(kind: Kind, treatment: Cell | None, control: Cell | None) -> Subject:
    """Return what is compared, as it was measured: two proportions, or an effect."""
    if kind == "binary":
        return Shares(proportion_of(treatment), proportion_of(control))
    return raw_effect(kind, treatment, control)


def raw_effect(kind: Kind, treatment: Cell | None, control: Cell | None) -> Effect:
    """Return the effect as it was measured, in the metric's unit."""
    if treatment is None or control is None:
        return Effect("none", 0, None, reason=NO_CELL)
    if kind == "quantile":
        return _difference_of_quantiles(treatment, control)
    if kind == "binary":
        return Shares(proportion_of(treatment), proportion_of(control)).effect()
    if treatment.joint is None or control.joint is None:
        return Effect("none", 0, None, reason=NO_CELL)
    if kind == "ratio":
        return difference_of_ratios(treatment.joint, control.joint)
    return difference_of_means(treatment.joint.variable(0), control.joint.variable(0))


def adjusted_effect(
    kind: Kind, treatment: Cell | None, control: Cell | None, others: Sequence[Cell | None]
) -> Effect | None:
    """Return the effect less what each user's own past told (CUPED); `None` where there is no past."""
    arms = [cell for cell in (treatment, control, *others) if has_past(cell, kind)]
    joints = [cell.joint for cell in arms if cell is not None and cell.joint is not None and cell.joint.count]
    if kind == "quantile" or treatment not in arms or control not in arms or len(joints) < 2:
        return None
    adjust = cuped_ratio_difference if kind == "ratio" else cuped_difference
    return adjust(joints[0], joints[1], joints[2:])


def past_difference(kind: Kind, treatment: Cell | None, control: Cell | None) -> Inference | None:
    """Compare the period before the exposure, in which randomised arms do not differ; `None` without one."""
    before = [_past(cell, kind) for cell in (treatment, control)]
    return None if before[0] is None or before[1] is None else welch(before[0], before[1])


def _past(cell: Cell | None, kind: Kind) -> Moments | None:
    if cell is None or cell.joint is None or not has_past(cell, kind):
        return None
    if kind != "ratio":
        return cell.joint.variable(1)
    weights = ratio_weights(cell.joint, 2, 3)
    if weights is None:
        return None
    moments = cell.joint.linear(weights)
    return Moments(moments.count, cell.joint.means[2] / cell.joint.means[3], moments.squares)


def averaged(effects: Sequence[Effect]) -> Effect:
    """Return the effect of all phases of the allocation, each weighted by its users.

    Within a phase the arms were randomised with one set of weights; pooling phases of different weights would mix the
    time of exposure into the effect (Simpson's paradox). A phase without an effect of its own takes no part.
    """
    known = [effect for effect in effects if effect.difference is not None and effect.difference_variance]
    if not known:
        return effects[0] if effects else Effect("none", 0, None, reason=NO_CELL)
    return replace(stratified_effect(known), method=f"{known[0].method}, averaged over phases")


def _difference_of_quantiles(treatment: Cell, control: Cell) -> Effect:
    count = treatment.users + control.users
    a, b = spot_of(treatment.quantile), spot_of(control.quantile)
    if a.value is None or b.value is None:
        return Effect(QUANTILES, count, None, baseline=b.value, reason=a.reason or b.reason)
    difference = a.value - b.value
    if a.standard_error is None or b.standard_error is None:
        return Effect(QUANTILES, count, difference, baseline=b.value, reason=a.reason or b.reason)
    variance = a.standard_error**2 + b.standard_error**2
    if variance <= 0.0:
        reason = "The values around the quantile are equal in both arms, so its error is unknown."
        return Effect(QUANTILES, count, difference, baseline=b.value, reason=reason)
    return Effect(
        QUANTILES, count, difference, variance, b.value, b.standard_error**2, -(b.standard_error**2)
    )


def spot_of(sums: QuantileSums | None) -> Spot:
    """Return one arm's quantile; its error is that of the share below it, over the density there.

    Users are the units: the share below is a ratio of their values below and their values.

    Source: Deng, Knoblich and Lu (2018), Applying the delta method in metric analytics, KDD '18, section 4.
    """
    if sums is None or sums.value is None or not sums.values:
        return Spot(None, None, "An arm has no values.")
    weights = ratio_weights(sums.below, 0, 1)
    if sums.below.count < 2 or weights is None:
        return Spot(sums.value, None, "An arm has values of fewer than two users.")
    variance = sums.below.linear(weights).variance_of_mean
    ends = (sums.density_low, sums.density_high, sums.rank_low, sums.rank_high)
    low, high, rank_low, rank_high = ends
    if variance is None or low is None or high is None or rank_low is None or rank_high is None:
        return Spot(sums.value, None, "An arm has too few values around the quantile.")
    if rank_high <= rank_low:
        return Spot(sums.value, None, "An arm has too few values around the quantile.")
    return Spot(sums.value, math.sqrt(variance) * (high - low) / (rank_high - rank_low))

"""Relative lift: the difference as a share of the control's value (0.12 is +12 %).

Fieller's interval holds the lifts that the absolute test, at its own critical value, would not reject. It
excludes 0 exactly where the absolute interval does, for the fixed horizon, the confidence sequence and a
group-sequential look alike. The delta method's lacks that property (on GrowthBook's own test data it gives
p = 0.062 where the absolute test gives 0.020) and stands here for comparison only.

The lift is divided by the absolute value of the baseline, so that with a negative baseline (a loss) a higher
treatment is still a positive lift.
"""

from __future__ import annotations

import math

from ag2_marketing_tools.statistics.effects import Effect
from ag2_marketing_tools.statistics.inference import Alternative, Inference, Interval, t_inference, undefined

FIELLER = "Fieller's interval"
NO_BASELINE = "The control's value is zero, so a relative change has no meaning."
BASELINE_TOUCHES_ZERO = (
    "The control's value cannot be told from zero at this level, so a relative interval does not exist."
)


def relative_lift(effect: Effect, verdict: Inference) -> Inference:
    """Return the lift with Fieller's interval at the verdict's critical value, and the verdict's p-value.

    Args:
        effect: Difference and baseline.
        verdict: What a procedure said of this very effect, on the absolute scale, against a null of 0.

    Where the baseline is 0 there is no estimate; where its own interval reaches 0 there is an estimate but
    no interval. Either way the reason is given, and the absolute verdict stands.

    Source: Fieller (1954), Some problems in interval estimation, J. R. Stat. Soc. B 16.
    """
    if effect.difference is None or not effect.baseline:
        return undefined(FIELLER, effect.reason or NO_BASELINE)
    estimate = effect.difference / abs(effect.baseline)
    if not math.isfinite(estimate):  # a baseline that is 0 but for rounding
        return undefined(FIELLER, NO_BASELINE)
    if verdict.interval is None or verdict.critical_value is None:
        return undefined(
            FIELLER, verdict.reason or "The absolute verdict has no interval in standard errors.", estimate
        )
    bounds = fieller_bounds(effect, verdict.critical_value)
    if bounds is None:
        return undefined(FIELLER, BASELINE_TOUCHES_ZERO, estimate)
    interval = Interval(
        None if verdict.alternative == "less" else bounds[0],
        None if verdict.alternative == "greater" else bounds[1],
        verdict.interval.confidence,
    )
    return Inference(
        FIELLER,
        estimate,
        interval=_agreeing(interval, verdict.interval),
        p_value=verdict.p_value,
        critical_value=verdict.critical_value,
        alternative=verdict.alternative,
    )


def fieller_bounds(effect: Effect, critical_value: float) -> tuple[float, float] | None:
    """Return the lifts between which (difference - lift * |baseline|) lies within `critical_value` errors.

    `None` where the set is unbounded: the baseline itself lies within that many errors of 0.
    """
    if (
        effect.difference is None
        or effect.difference_variance is None
        or not effect.baseline
        or effect.baseline_variance is None
        or effect.covariance is None
    ):
        return None
    sign = math.copysign(1.0, effect.baseline)
    per_baseline = critical_value / abs(effect.baseline)
    r = math.sqrt(effect.baseline_variance) * per_baseline
    if r >= 1.0:
        return None
    # In units of the baseline: (1 - g) x^2 - 2 (d - k) x + (d^2 - v) = 0
    g, d = r * r, effect.difference / abs(effect.baseline)
    k = sign * (effect.covariance * per_baseline) * per_baseline
    v = (math.sqrt(effect.difference_variance) * per_baseline) ** 2
    half = math.sqrt(max(0.0, (d - k) ** 2 - (1.0 - g) * (d * d - v)))
    outer = (d - k) + math.copysign(half, d - k)
    if outer == 0.0:
        return 0.0, 0.0
    pair = outer / (1.0 - g), (d - math.sqrt(v)) * (d + math.sqrt(v)) / outer
    return min(pair), max(pair)


def _agreeing(interval: Interval, absolute: Interval) -> Interval:
    """Hold the lift's interval to the absolute one's side of 0, which rounding may have moved it across."""
    return interval.reaching(0.0) if absolute.contains(0.0) else interval.leaving(0.0)


def delta_method(
    effect: Effect,
    *,
    confidence: float = 0.95,
    alternative: Alternative = "two-sided",
    baseline_covariance: bool = True,
) -> Inference:
    """Return the lift as estimate and symmetric interval by the delta method: for comparison with others.

    Its verdict can contradict the absolute one; decide by `relative_lift`.

    Args:
        effect: Difference and baseline.
        confidence: Level of the interval.
        alternative: Which tails count.
        baseline_covariance: Leave out the covariance of an *adjusted* with the raw baseline, as some do.

    Source: Deng, Knoblich and Lu (2018), Applying the delta method in metric analytics, KDD '18.
    """
    method = "delta method on the relative scale"
    if effect.difference is None or not effect.baseline:
        return undefined(method, effect.reason or NO_BASELINE)
    baseline = effect.baseline
    estimate = effect.difference / abs(baseline)
    if not math.isfinite(estimate):
        return undefined(method, NO_BASELINE)
    if effect.difference_variance is None or effect.baseline_variance is None:
        return undefined(method, effect.reason or NO_BASELINE, estimate)
    covariance = (effect.covariance or 0.0) if baseline_covariance else 0.0
    slope = effect.difference / baseline
    variance = effect.difference_variance + slope * (slope * effect.baseline_variance - 2.0 * covariance)
    return t_inference(
        method,
        estimate,
        math.sqrt(max(0.0, variance)) / abs(baseline),
        effect.degrees_of_freedom,
        confidence=confidence,
        alternative=alternative,
    )

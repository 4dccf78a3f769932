"""CUPED: the metric, less what each user's own past already told.

The covariate is the same metric in a window strictly before exposure, 0 for users without a past (report
their share). theta is pooled over all arms, so that no arm's own fluctuation moves its adjustment. The
relative effect is taken over the control's *raw* value, with the covariance of adjusted and raw in it.

Source: Deng, Xu, Kohavi and Walker (2013), Improving the sensitivity of online controlled experiments by
utilizing pre-experiment data, WSDM '13.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce

from ag2_marketing_tools.statistics.effects import Effect, difference_of_means, difference_with_baseline
from ag2_marketing_tools.statistics.inference import Inference
from ag2_marketing_tools.statistics.means import welch
from ag2_marketing_tools.statistics.moments import JointMoments, Moments
from ag2_marketing_tools.statistics.ratios import ratio_weights

METHOD = "CUPED, Welch's t"
_COLLINEAR = 1e-9
RATIO_METHOD = "CUPED on a ratio (delta method), Welch's t"


@dataclass(frozen=True, slots=True)
class Adjusted:
    """One arm after adjustment: what is compared, the raw values, and the covariance of their means."""

    adjusted: Moments
    raw: Moments
    covariance_of_means: float


def theta(arms: Sequence[JointMoments]) -> float | None:
    """Return the pooled slope of the metric (variable 0) on the covariate (variable 1).

    All units of all arms count as one group. `None` where the covariate does not vary.
    """
    pooled = reduce(JointMoments.merge, arms)
    spread = pooled.products[1][1]
    return pooled.products[0][1] / spread if spread > 0.0 else None


def adjust(arm: JointMoments, slope: float, *, centre: float = 0.0) -> Adjusted:
    """Return an arm's metric minus slope * (covariate - centre), user by user.

    Args:
        arm: Per user, the metric and the covariate.
        slope: `theta` of all arms.
        centre: Mean of the covariate over all arms keeps adjusted means on the metric's own scale; effects do
            not depend on it.
    """
    weights = (1.0, -slope)
    moments = arm.linear(weights)
    moments = replace(moments, mean=moments.mean + slope * centre)
    return Adjusted(moments, arm.variable(0), _covariance_of_means(arm, weights, (1.0, 0.0)))


def cuped_difference(
    treatment: JointMoments, control: JointMoments, others: Sequence[JointMoments] = ()
) -> Effect:
    """Return the adjusted effect on a mean, beside the control's raw mean as baseline.

    Args:
        treatment: Per user, the metric and its covariate.
        control: The same of the control.
        others: The experiment's other arms: theta is pooled over them too.

    A covariate that does not vary leaves the plain effect, named Welch's t.
    """
    slope = theta((treatment, control, *others))
    if slope is None:
        return difference_of_means(treatment.variable(0), control.variable(0))
    return _difference(adjust(treatment, slope), adjust(control, slope), METHOD)


def thetas(arms: Sequence[JointMoments]) -> tuple[float, ...]:
    """Return the pooled slopes of the metric (variable 0) on several covariates (variables 1 on), taken together.

    All units of all arms count as one group. A covariate that does not vary, or that the others determine, has
    slope 0.

    Source: Lin (2013), Agnostic notes on regression adjustments to experimental data, Ann. Appl. Stat. 7.
    """
    products = reduce(JointMoments.merge, arms).products
    size = range(1, len(products))
    return tuple(
        _least_squares([[products[i][j] for j in size] for i in size], [products[i][0] for i in size])
    )


def cuped_by_several(
    treatment: JointMoments, control: JointMoments, others: Sequence[JointMoments] = ()
) -> Effect:
    """Return the effect on a mean adjusted by several covariates, beside the control's raw mean as baseline.

    Args:
        treatment: Per user, the metric (variable 0) and its covariates, all from before exposure.
        control: The same of the control.
        others: The experiment's other arms: the slopes are pooled over them too.

    Covariates that tell nothing leave the plain effect, named Welch's t.
    """
    slopes = thetas((treatment, control, *others))
    if not any(slopes):
        return difference_of_means(treatment.variable(0), control.variable(0))
    weights = (1.0, *(-slope for slope in slopes))
    raw = (1.0, *(0.0 for _ in slopes))
    sides = [
        Adjusted(arm.linear(weights), arm.variable(0), _covariance_of_means(arm, weights, raw))
        for arm in (treatment, control)
    ]
    return _difference(sides[0], sides[1], METHOD)


def cuped_ratio_difference(
    treatment: JointMoments, control: JointMoments, others: Sequence[JointMoments] = ()
) -> Effect:
    """Return the adjusted effect on a ratio, beside the control's raw ratio as baseline.

    Args:
        treatment: Per user: numerator, denominator, and both in the period before (variables 0 to 3).
        control: The same of the control.
        others: The experiment's other arms.

    A denominator of 0 in the period itself gives an effect with its reason; in the period before, the plain
    ratio's effect.
    """
    slope = _ratio_theta((treatment, control, *others))
    arms = [_adjusted_ratio(arm, slope) for arm in (treatment, control)]
    if arms[0] is None or arms[1] is None:
        return Effect(
            RATIO_METHOD, treatment.count + control.count, None, reason="An arm's denominator sums to zero."
        )
    return _difference(arms[0], arms[1], RATIO_METHOD)


def imbalance_before(
    treatment: JointMoments, control: JointMoments, *, confidence: float = 0.95
) -> Inference:
    """Compare the covariate itself: randomised arms do not differ before exposure.

    A rejection points to a broken randomisation or a covariate that is not from before exposure; the
    adjusted effect is then not to be trusted.
    """
    return welch(treatment.variable(1), control.variable(1), confidence=confidence)


def _ratio_theta(arms: Sequence[JointMoments]) -> float:
    """Pooled slope of the linearised ratio on that of the period before, each linearised within its own arm."""
    shared = spread = 0.0
    for arm in arms:
        after, before = ratio_weights(arm, 0, 1), ratio_weights(arm, 2, 3)
        if after is None or before is None:
            return 0.0
        shared += (arm.covariance(after, before) or 0.0) * (arm.count - 1)
        spread += arm.linear(before).squares
    return shared / spread if spread > 0.0 else 0.0


def _adjusted_ratio(arm: JointMoments, slope: float) -> Adjusted | None:
    after = ratio_weights(arm, 0, 1)
    before = ratio_weights(arm, 2, 3) if slope else (0.0,) * len(arm.means)
    if after is None or before is None:
        return None
    weights = [a - slope * b for a, b in zip(after, before, strict=True)]
    ratio = arm.means[0] / arm.means[1]
    mean = ratio - (slope * arm.means[2] / arm.means[3] if slope else 0.0)
    return Adjusted(
        replace(arm.linear(weights), mean=mean),
        replace(arm.linear(after), mean=ratio),
        _covariance_of_means(arm, weights, after),
    )


def _difference(treatment: Adjusted, control: Adjusted, method: str) -> Effect:
    effect = difference_of_means(treatment.adjusted, control.adjusted, method=method)
    return difference_with_baseline(effect, control.raw, control.covariance_of_means)


def _covariance_of_means(arm: JointMoments, left: Sequence[float], right: Sequence[float]) -> float:
    covariance = arm.covariance(left, right)
    return 0.0 if covariance is None else covariance / arm.count


def _least_squares(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Solve the normal equations by Cholesky's factors; a covariate with nothing of its own gets slope 0."""
    size = len(matrix)
    factor = [[0.0] * size for _ in range(size)]
    half = [0.0] * size
    kept = [False] * size
    for i in range(size):
        for j in range(i):
            if kept[j]:
                inner = math.fsum(factor[i][k] * factor[j][k] for k in range(j))
                factor[i][j] = (matrix[i][j] - inner) / factor[j][j]
        own = matrix[i][i] - math.fsum(value * value for value in factor[i][:i])
        kept[i] = own > _COLLINEAR * matrix[i][i] and matrix[i][i] > 0.0
        if kept[i]:
            factor[i][i] = math.sqrt(own)
            half[i] = (right[i] - math.fsum(factor[i][k] * half[k] for k in range(i))) / factor[i][i]
    slopes = [0.0] * size
    for i in reversed(range(size)):
        if kept[i]:
            later = math.fsum(factor[k][i] * slopes[k] for k in range(i + 1, size))
            slopes[i] = (half[i] - later) / factor[i][i]
    return slopes

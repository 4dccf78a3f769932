"""A difference between two arms with all that any scale or procedure needs to judge it.

Whatever the metric (mean, ratio, adjusted by a covariate, quantile), it ends as one `Effect`: the
difference, the baseline it is compared with, and their variances and covariance. The fixed-horizon test
stands here; `sequential` and `group_sequential` judge the same `Effect` while data still arrive, and
`relative` turns any of these verdicts into a share of the baseline.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from ag2_marketing_tools.statistics.inference import (
    Alternative,
    Inference,
    checked_confidence,
    t_inference,
    undefined,
)
from ag2_marketing_tools.statistics.moments import Moments

NO_UNITS = "An arm has fewer than two units, so its spread is unknown."
NO_SPREAD = "The values do not vary in either arm, as far as their sums tell, so their error is unknown."


@dataclass(frozen=True, slots=True)
class Effect:
    """Treatment minus control, in the metric's unit, beside the control's own value.

    `difference_variance` and `baseline_variance` are squared standard errors; `covariance` is that of the
    difference and the baseline. `degrees_of_freedom` is `None` where the normal is used. `count` is the
    number of units in both arms. `pooled_variance` is what `difference_variance` would be if all units had one
    spread. Where `difference_variance` is `None`, `reason` says why, and no procedure gives a p-value.
    """

    method: str
    count: int
    difference: float | None
    difference_variance: float | None = None
    baseline: float | None = None
    baseline_variance: float | None = None
    covariance: float | None = None
    degrees_of_freedom: float | None = None
    reason: str | None = None
    pooled_variance: float | None = None

    @property
    def cautious_factor(self) -> float:
        """Times the standard error is to be taken where data may be few: at least 1.

        A small arm in which nothing has happened yet seems to have no spread, so that its difference from a large one
        looks certain. While one may look at any time, the spread of all units together is the least to go by.
        """
        if not self.difference_variance or self.pooled_variance is None:
            return 1.0
        return math.sqrt(max(1.0, self.pooled_variance / self.difference_variance))

    @property
    def standard_error(self) -> float | None:
        """Of the difference; `None` with `reason` where unknown."""
        return None if self.difference_variance is None else math.sqrt(self.difference_variance)


def welch_degrees_of_freedom(treatment: Moments, control: Moments) -> float | None:
    """Effective degrees of freedom of two means with unequal variances; `None` where undefined.

    Source: Welch (1947), The generalization of "Student's" problem when several different population
    variances are involved, Biometrika 34; Satterthwaite (1946), Biometrics Bulletin 2.
    """
    a, b = treatment.variance_of_mean, control.variance_of_mean
    if a is None or b is None or a + b <= 0.0:
        return None
    share, other = a / (a + b), b / (a + b)
    return 1.0 / (share * share / (treatment.count - 1) + other * other / (control.count - 1))


def difference_of_means(treatment: Moments, control: Moments, *, method: str = "Welch's t") -> Effect:
    """Return the effect on a mean per unit, in the metric's unit, with Welch's degrees of freedom.

    An empty arm, one with a single unit, or no spread in either arm gives an `Effect` with its reason.
    """
    count = treatment.count + control.count
    if not treatment.count or not control.count:
        return Effect(method, count, None, reason="An arm has no units.")
    difference = treatment.mean - control.mean
    a, b = treatment.variance_of_mean, control.variance_of_mean
    if a is None or b is None:
        return Effect(method, count, difference, baseline=control.mean, reason=NO_UNITS)
    if a + b <= 0.0 or not math.isfinite(a + b):
        return Effect(method, count, difference, baseline=control.mean, reason=NO_SPREAD)
    return Effect(
        method,
        count,
        difference,
        a + b,
        control.mean,
        b,
        -b,
        welch_degrees_of_freedom(treatment, control),
        pooled_variance=(treatment.squares + control.squares)
        / (count - 2)
        * (1.0 / treatment.count + 1.0 / control.count),
    )


def difference_with_baseline(effect: Effect, baseline: Moments, covariance_of_means: float) -> Effect:
    """Return the effect with another baseline: the raw control mean beside an adjusted difference.

    Args:
        effect: The adjusted difference.
        baseline: The control's raw values.
        covariance_of_means: Covariance of the *adjusted* and the raw control mean (squared unit of the mean).
    """
    if effect.difference_variance is None:
        return replace(effect, baseline=baseline.mean if baseline.count else None)
    return replace(
        effect,
        baseline=baseline.mean,
        baseline_variance=baseline.variance_of_mean,
        covariance=-covariance_of_means,
    )


def fixed_horizon(
    effect: Effect,
    *,
    confidence: float = 0.95,
    alternative: Alternative = "two-sided",
    null: float = 0.0,
) -> Inference:
    """Judge an effect once, at a sample size settled beforehand; looking earlier voids the error rate.

    Args:
        effect: What was measured.
        confidence: Level of the interval; two-sided unless `alternative` says otherwise.
        alternative: "greater" asks whether the treatment is higher than `null`, "less" whether it is lower.
        null: Difference under the null hypothesis; a non-inferiority margin is given here.

    Source: Student (1908), Biometrika 6; Welch (1947), Biometrika 34.
    """
    checked_confidence(confidence)
    if effect.difference is None or effect.standard_error is None:
        return undefined(effect.method, effect.reason or NO_SPREAD, effect.difference)
    return t_inference(
        effect.method,
        effect.difference,
        effect.standard_error,
        effect.degrees_of_freedom,
        confidence=confidence,
        alternative=alternative,
        null=null,
    )

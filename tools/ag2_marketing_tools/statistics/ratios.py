"""Ratio metrics (clicks per session, revenue per order) where the unit of randomisation is the user.

Numerator and denominator both vary from user to user, so the ratio is linearised at its own value: user i
counts as (numerator_i - ratio * denominator_i) / mean denominator. The variance of the mean of these is the
delta method's, with the covariance in it; treating events as independent units instead was measured to
reject 14 % of true null hypotheses at a nominal 5 %.

Source: Deng, Knoblich and Lu (2018), Applying the delta method in metric analytics, KDD '18.
"""

from __future__ import annotations

from ag2_marketing_tools.statistics.effects import Effect, difference_of_means
from ag2_marketing_tools.statistics.moments import JointMoments, Moments

METHOD = "delta method for a ratio, Welch's t"


def linearised_ratio(arm: JointMoments) -> Moments | None:
    """Return the ratio as the mean of linearised users; `None` where the denominator's sum is 0.

    Args:
        arm: Per user, variable 0 is the numerator and variable 1 the denominator.
    """
    weights = ratio_weights(arm, 0, 1)
    if weights is None:
        return None
    return Moments(arm.count, arm.means[0] / arm.means[1], arm.linear(weights).squares)


def ratio_weights(arm: JointMoments, numerator: int, denominator: int) -> tuple[float, ...] | None:
    """Return the weights that linearise one ratio among an arm's variables; `None` if its denominator is 0."""
    if not arm.count or arm.means[denominator] == 0.0:
        return None
    per_unit = 1.0 / arm.means[denominator]
    weights = [0.0] * len(arm.means)
    weights[numerator] += per_unit
    weights[denominator] -= per_unit * arm.means[numerator] * per_unit
    return tuple(weights)


def difference_of_ratios(treatment: JointMoments, control: JointMoments) -> Effect:
    """Return the effect on a ratio of two sums, with users as units.

    Args:
        treatment: Per user, numerator and denominator.
        control: The same of the control.

    A denominator that sums to 0 in an arm gives an `Effect` with its reason.
    """
    a, b = linearised_ratio(treatment), linearised_ratio(control)
    if a is None or b is None:
        return Effect(
            METHOD, treatment.count + control.count, None, reason="An arm's denominator sums to zero."
        )
    return difference_of_means(a, b, method=METHOD)

"""Quantile metrics (the 90th percentile of load time) with an interval that supposes no distribution.

The interval of one arm runs between two order statistics whose ranks depend on the binomial distribution alone.
Arms are compared through the standard error that this interval implies. Where several values come from one
user, `clustered_ranks` widens the interval by the users' own variation.

Sources: Hahn and Meeker (1991), Statistical Intervals, section 5.2; Deng, Knoblich and Lu (2018), Applying the
delta method in metric analytics, KDD '18, section 4 (outer interval for clustered values).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.statistics.distributions import binomial_cdf, normal_upper_quantile
from ag2_marketing_tools.statistics.effects import Effect
from ag2_marketing_tools.statistics.inference import checked_confidence, checked_share
from ag2_marketing_tools.statistics.moments import JointMoments

METHOD = "difference of quantiles, order-statistic intervals"


@dataclass(frozen=True, slots=True)
class Ranks:
    """Ranks (1 is the smallest value) of a quantile and of its interval's ends.

    `lower` or `upper` is `None` where there are too few values for a bound at the level asked for.
    """

    quantile: int
    lower: int | None
    upper: int | None


@dataclass(frozen=True, slots=True)
class QuantileEstimate:
    """One arm's quantile with the two order statistics around it, in the metric's unit."""

    count: int
    quantile: float
    lower: float | None
    upper: float | None
    confidence: float = 0.95

    @property
    def standard_error(self) -> float | None:
        """The one that the interval implies, with divisor n as GrowthBook takes it; `None` without both bounds."""
        if self.lower is None or self.upper is None:
            return None
        z = normal_upper_quantile(0.5 * (1.0 - self.confidence))
        return (self.upper - self.lower) / (2.0 * z) * math.sqrt(1.0 - 1.0 / self.count)


def quantile_ranks(count: int, share: float, *, confidence: float = 0.95) -> Ranks:
    """Return the ranks of a quantile and of its distribution-free interval, which covers at least `confidence`.

    Args:
        count: Number of independent values.
        share: Which quantile, as 0.9.
        confidence: Level; each tail has at most half of the rest.

    Raises:
        InvalidInput: No values, or a share or level not strictly between 0 and 1.
    """
    tail = 0.5 * (1.0 - checked_confidence(confidence))
    checked_share("Quantile", share)
    if count < 1:
        raise InvalidInput("A quantile needs at least one value.")
    # The value of rank r lies at or below the quantile with P(X >= r), above it with P(X <= r - 1).
    below = _largest(lambda r: binomial_cdf(r - 1, count, share) <= tail, count)
    above = _largest(lambda r: binomial_cdf(r - 1, count, share) < 1.0 - tail, count) + 1
    return Ranks(_nearest_rank(count, share), below or None, above if above <= count else None)


def clustered_ranks(users: JointMoments, share: float, *, confidence: float = 0.95) -> Ranks:
    """Return ranks as `quantile_ranks` does, for values that cluster within users.

    Args:
        users: Per user: how many of the user's values lie at or below the quantile (variable 0), and how many
            values there are (variable 1).
        share: Which quantile.
        confidence: Level.

    Raises:
        InvalidInput: Fewer than two users, or no values.
    """
    z = normal_upper_quantile(0.5 * (1.0 - checked_confidence(confidence)))
    checked_share("Quantile", share)
    values = round(users.count * users.means[1])
    if users.count < 2 or values < 1:
        raise InvalidInput("A clustered quantile needs values of at least two users.")
    per_value = 1.0 / users.means[1]
    deviation = users.linear((per_value, -per_value * users.means[0] * per_value))
    half = z * math.sqrt(deviation.variance_of_mean or 0.0)
    lower, upper = math.floor(values * (share - half)), math.ceil(values * (share + half)) + 1
    return Ranks(
        _nearest_rank(values, share), lower if lower >= 1 else None, upper if upper <= values else None
    )


def estimate_quantile(
    ascending: Sequence[float], share: float, *, confidence: float = 0.95, ranks: Ranks | None = None
) -> QuantileEstimate:
    """Return a quantile and its interval from values sorted upwards.

    `ranks` replaces those of independent values, as `clustered_ranks` gives them.
    """
    ranks = ranks or quantile_ranks(len(ascending), share, confidence=confidence)
    return QuantileEstimate(
        len(ascending),
        ascending[ranks.quantile - 1],
        None if ranks.lower is None else ascending[ranks.lower - 1],
        None if ranks.upper is None else ascending[ranks.upper - 1],
        confidence,
    )


def difference_of_quantiles(treatment: QuantileEstimate, control: QuantileEstimate) -> Effect:
    """Return the effect on a quantile, in the metric's unit, judged by the normal distribution."""
    count = treatment.count + control.count
    difference = treatment.quantile - control.quantile
    a, b = treatment.standard_error, control.standard_error
    if a is None or b is None:
        reason = "An arm has too few values for an interval of this quantile."
        return Effect(METHOD, count, difference, baseline=control.quantile, reason=reason)
    if a <= 0.0 or b <= 0.0:
        reason = "The values around the quantile are equal in an arm, so its error is unknown."
        return Effect(METHOD, count, difference, baseline=control.quantile, reason=reason)
    return Effect(METHOD, count, difference, a * a + b * b, control.quantile, b * b, -b * b)


def _nearest_rank(count: int, share: float) -> int:
    return min(count, max(1, math.ceil(count * share - 1e-9)))


def _largest(holds: Callable[[int], bool], count: int) -> int:
    """The largest rank from 1 to `count` for which a condition that fails from some rank on still holds; 0 if none."""
    low, high = 0, count
    while low < high:
        middle = (low + high + 1) // 2
        if holds(middle):
            low = middle
        else:
            high = middle - 1
    return low

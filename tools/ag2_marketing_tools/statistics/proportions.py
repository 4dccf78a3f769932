"""Proportions: one, and the difference of two by intervals in closed form.

To decide between two arms use `two_proportions`, which tests them and gives intervals that agree with the test.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.statistics.distributions import beta_quantile
from ag2_marketing_tools.statistics.effects import NO_UNITS, Effect, welch_degrees_of_freedom
from ag2_marketing_tools.statistics.inference import Interval, checked_confidence, critical_t
from ag2_marketing_tools.statistics.moments import Moments


@dataclass(frozen=True, slots=True)
class Proportion:
    """Units that did something, out of all units exposed."""

    successes: int
    trials: int

    def __post_init__(self) -> None:
        if self.trials < 0 or not 0 <= self.successes <= self.trials:
            raise InvalidInput(
                f"{self.successes} successes of {self.trials} trials are impossible.",
                remedy="Count each unit once: a proportion has at most one success per unit.",
            )

    @property
    def rate(self) -> float | None:
        """Share of successes; `None` without trials."""
        return self.successes / self.trials if self.trials else None

    def moments(self) -> Moments:
        """Return the moments of the 0/1 values."""
        if not self.trials:
            return Moments(0, 0.0, 0.0)
        failures = self.trials - self.successes
        return Moments(self.trials, self.successes / self.trials, self.successes * failures / self.trials)


def wilson(proportion: Proportion, *, confidence: float = 0.95) -> Interval | None:
    """Return Wilson's score interval of one proportion; `None` without trials.

    Source: Wilson (1927), Probable inference, the law of succession, and statistical inference, J. Am. Stat.
    Assoc. 22; Newcombe (1998), Stat. Med. 17:857, method 3.
    """
    if not proportion.trials:
        checked_confidence(confidence)
        return None
    return Interval(*wilson_bounds(proportion, critical_t(confidence, None, "two-sided")), confidence)


def wilson_bounds(proportion: Proportion, z: float) -> tuple[float, float]:
    """Return Wilson's bounds at `z` standard errors; exactly 0 and 1 at no and at full success."""
    x, n = proportion.successes, proportion.trials
    centre = x + 0.5 * z * z
    half = z * math.sqrt(x * (n - x) / n + 0.25 * z * z)
    lower = 0.0 if x == 0 else (centre - half) / (n + z * z)
    return lower, 1.0 if x == n else (centre + half) / (n + z * z)


def wilson_corrected_bounds(proportion: Proportion, z: float) -> tuple[float, float]:
    """Return Wilson's bounds with continuity correction: the rates that lie `z` errors from x -/+ 1/2.

    Source: Newcombe (1998), Stat. Med. 17:857, method 4.
    """
    x, n = proportion.successes, proportion.trials
    return (
        0.0 if x == 0 else _wilson_end(x - 0.5, n, -z),
        1.0 if x == n else _wilson_end(x + 0.5, n, z),
    )


def _wilson_end(x: float, n: int, z: float) -> float:
    end = (x + 0.5 * z * z + z * math.sqrt(x * (n - x) / n + 0.25 * z * z)) / (n + z * z)
    return min(max(end, 0.0), 1.0)


def clopper_pearson(proportion: Proportion, *, confidence: float = 0.95) -> Interval | None:
    """Return the exact (conservative) interval of one proportion; `None` without trials.

    Source: Clopper and Pearson (1934), The use of confidence or fiducial limits, Biometrika 26.
    """
    tail = 0.5 * (1.0 - checked_confidence(confidence))
    x, n = proportion.successes, proportion.trials
    if not n:
        return None
    lower = 0.0 if x == 0 else beta_quantile(tail, x, n - x + 1)
    return Interval(lower, 1.0 if x == n else 1.0 - beta_quantile(tail, n - x, x + 1), confidence)


def newcombe(treatment: Proportion, control: Proportion, *, confidence: float = 0.95) -> Interval | None:
    """Return Newcombe's hybrid score interval of the difference (method 10); `None` if an arm has no trials.

    Source: Newcombe (1998), Interval estimation for the difference between independent proportions, Stat.
    Med. 17:873.
    """
    z = critical_t(confidence, None, "two-sided")
    if not treatment.trials or not control.trials:
        return None
    return Interval(*newcombe_bounds(treatment, control, z), confidence)


def newcombe_bounds(treatment: Proportion, control: Proportion, z: float) -> tuple[float, float]:
    """Return the bounds of Newcombe's method 10 at `z` standard errors."""
    p, q = treatment.successes / treatment.trials, control.successes / control.trials
    (p_low, p_high), (q_low, q_high) = wilson_bounds(treatment, z), wilson_bounds(control, z)
    return p - q - math.hypot(p - p_low, q_high - q), p - q + math.hypot(p_high - p, q - q_low)


def wald(treatment: Proportion, control: Proportion, *, confidence: float = 0.95) -> Interval | None:
    """Return the textbook interval with unpooled variance, for comparison: it is too short in small samples.

    `None` if an arm has no trials; of no width where neither arm varies.
    """
    z = critical_t(confidence, None, "two-sided")
    p, q = treatment.rate, control.rate
    if p is None or q is None:
        return None
    half = z * math.sqrt(p * (1.0 - p) / treatment.trials + q * (1.0 - q) / control.trials)
    return Interval(p - q - half, p - q + half, confidence)


def agresti_caffo(treatment: Proportion, control: Proportion, *, confidence: float = 0.95) -> Interval | None:
    """Return the Wald interval after one success and one failure were added to each arm, within -1 and 1.

    Source: Agresti and Caffo (2000), Simple and effective confidence intervals for proportions, Am. Stat. 54.
    """
    a, b = (Proportion(arm.successes + 1, arm.trials + 2) for arm in (treatment, control))
    interval = wald(a, b, confidence=confidence)
    if interval is None or interval.lower is None or interval.upper is None:
        return None
    return Interval(max(-1.0, interval.lower), min(1.0, interval.upper), confidence)


def katz_log_ratio(
    treatment: Proportion, control: Proportion, *, confidence: float = 0.95
) -> Interval | None:
    """Return Katz's interval of the ratio treatment / control, for comparison; `None` if an arm has no success.

    Source: Katz, Baptista, Azen and Pike (1978), Obtaining confidence intervals for the risk ratio in cohort
    studies, Biometrics 34.
    """
    z = critical_t(confidence, None, "two-sided")
    if not treatment.successes or not control.successes:
        return None
    p, q = treatment.successes / treatment.trials, control.successes / control.trials
    spread = z * math.sqrt((1.0 - p) / treatment.successes + (1.0 - q) / control.successes)
    return Interval(p / q * math.exp(-spread), p / q * math.exp(spread), confidence)


def difference_of_proportions(treatment: Proportion, control: Proportion) -> Effect:
    """Return the effect on a proportion with unpooled variances p (1 - p) / n, for sequential procedures.

    Its degrees of freedom are Welch's, as GrowthBook and PostHog take them; for a fixed horizon
    `compare_proportions` is the better test. An arm without trials, or no variation in either, gives an
    effect with its reason.
    """
    method = "difference of proportions, unpooled variance"
    count = treatment.trials + control.trials
    p, q = treatment.rate, control.rate
    if p is None or q is None:
        return Effect(method, count, None, reason="An arm has no units.")
    if treatment.trials < 2 or control.trials < 2:
        return Effect(method, count, p - q, baseline=q, reason=NO_UNITS)
    a, b = p * (1.0 - p) / treatment.trials, q * (1.0 - q) / control.trials
    if a + b <= 0.0:
        return Effect(method, count, p - q, baseline=q, reason="Neither arm varies: all or none succeeded.")
    spreads = [
        Moments(arm.trials, 0.0, variance * arm.trials * (arm.trials - 1))
        for arm, variance in ((treatment, a), (control, b))
    ]
    within = (a * treatment.trials**2 + b * control.trials**2) / count
    return Effect(
        method,
        count,
        p - q,
        a + b,
        q,
        b,
        -b,
        welch_degrees_of_freedom(*spreads),
        pooled_variance=within * (1.0 / treatment.trials + 1.0 / control.trials),
    )


def smallest_expected_count(treatment: Proportion, control: Proportion) -> float:
    """Return the smallest of the four counts that equal proportions would lead one to expect.

    Below 5 the large-sample tests are not used (Cochran 1954, Some methods for strengthening the common
    chi-square tests, Biometrics 10).
    """
    trials = treatment.trials + control.trials
    if not trials:
        return 0.0
    successes = treatment.successes + control.successes
    return min(treatment.trials, control.trials) * min(successes, trials - successes) / trials

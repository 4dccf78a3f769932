"""Two proportions when few succeeded, or few failed: an exact test, and intervals that agree with it.

The test is Fisher's. The interval of the difference is Newcombe's (method 10) and that of the ratio Donner and
Zou's, built from the same Wilson limits: one excludes "no effect" exactly where the other does. Fisher's
test is the more cautious one and it decides: where it does not reject, both intervals are extended to "no
effect", which can only raise their coverage; should it reject where they reach "no effect" (no case was
found at 95 %), they end there.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from ag2_marketing_tools.statistics.distributions import log_choose
from ag2_marketing_tools.statistics.inference import (
    Alternative,
    Inference,
    Interval,
    critical_t,
    undefined,
)
from ag2_marketing_tools.statistics.proportions import (
    Proportion,
    newcombe_bounds,
    wilson_bounds,
)
from ag2_marketing_tools.statistics.score import NO_CONTROL_SUCCESS, NO_TRIALS

METHOD = "Fisher's exact test, Newcombe's interval"
RATIO_METHOD = "Fisher's exact test, Donner-Zou interval of the ratio"
_TIES = 1.0 + 1e-7


@dataclass(frozen=True, slots=True)
class SmallSample:
    """Both scales of one comparison, with the exact test's p-value."""

    difference: Inference
    ratio: Inference


def fisher_exact(
    treatment: Proportion, control: Proportion, *, alternative: Alternative = "two-sided"
) -> float | None:
    """Return the p-value of Fisher's exact test; `None` if an arm has no trials.

    Two-sided: the probability of all tables that are no likelier than the observed one, so it is not twice the
    one-sided p-value.

    Source: Fisher (1935), The logic of inductive inference, J. R. Stat. Soc. 98; Irwin (1935), Metron 12.
    """
    if not treatment.trials or not control.trials:
        return None
    n, m, x = treatment.trials, control.trials, treatment.successes
    successes = x + control.successes
    if alternative == "less":
        return fisher_exact(Proportion(n - x, n), Proportion(m - control.successes, m), alternative="greater")
    low, high = max(0, successes - m), min(n, successes)
    total = log_choose(n + m, successes)

    def chance(k: int) -> float:
        return math.exp(log_choose(n, k) + log_choose(m, successes - k) - total)

    if alternative == "greater":
        return min(1.0, math.fsum(chance(k) for k in range(x, high + 1)))
    limit = chance(x) * _TIES
    return min(1.0, math.fsum(p for p in map(chance, range(low, high + 1)) if p <= limit))


def donner_zou_bounds(treatment: Proportion, control: Proportion, z: float) -> tuple[float, float | None]:
    """Return the bounds of the ratio treatment / control from Wilson's limits; `None` where it is open.

    Source: Donner and Zou (2012), Closed-form confidence intervals for functions of the normal mean and
    standard deviation, Stat. Methods Med. Res. 21 (MOVER-R).
    """
    p, q = treatment.successes / treatment.trials, control.successes / control.trials
    (p_low, p_high), (q_low, q_high) = wilson_bounds(treatment, z), wilson_bounds(control, z)
    product = p * q
    a, c = q_high * (2.0 * q - q_high), p_low * (2.0 * p - p_low)
    below = product + math.sqrt(max(0.0, product * product - a * c))
    lower = c / below if below > 0.0 else 0.0
    a, c = q_low * (2.0 * q - q_low), p_high * (2.0 * p - p_high)
    if a <= 0.0:
        return lower, None
    return lower, (product + math.sqrt(max(0.0, product * product - a * c))) / a


def small_sample(
    treatment: Proportion,
    control: Proportion,
    *,
    confidence: float = 0.95,
    alternative: Alternative = "two-sided",
) -> SmallSample:
    """Compare two proportions of few successes or failures, on both scales.

    An arm without trials gives reasons instead. A control without successes has no ratio, only a lower bound.
    """
    z = critical_t(confidence, None, alternative)
    p_value = fisher_exact(treatment, control, alternative=alternative)
    if p_value is None:
        return SmallSample(undefined(METHOD, NO_TRIALS), undefined(RATIO_METHOD, NO_TRIALS))
    difference = _open(*newcombe_bounds(treatment, control, z), confidence, alternative)
    ratio = _open(*donner_zou_bounds(treatment, control, z), confidence, alternative)
    p, q = treatment.successes / treatment.trials, control.successes / control.trials
    settle = Interval.reaching if p_value >= 1.0 - confidence else Interval.leaving
    difference, ratio = settle(difference, 0.0), settle(ratio, 1.0)
    return SmallSample(
        Inference(METHOD, p - q, interval=difference, p_value=p_value, alternative=alternative),
        Inference(
            RATIO_METHOD,
            p / q if q > 0.0 else None,
            interval=ratio,
            p_value=p_value,
            alternative=alternative,
            reason=None if q > 0.0 else NO_CONTROL_SUCCESS,
        ),
    )


def _open(lower: float, upper: float | None, confidence: float, alternative: Alternative) -> Interval:
    return Interval(
        None if alternative == "less" else lower, None if alternative == "greater" else upper, confidence
    )

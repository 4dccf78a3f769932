"""Always-valid inference: an interval and a p-value that hold however often one looks.

The asymptotic confidence sequence covers the true effect at *every* sample size at once with the given
probability, so an experiment may be stopped whenever its interval leaves 0. The price is an interval about
1.6 times as wide as the fixed-horizon one.

Sources: Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas (2024), Time-uniform central limit theory and
asymptotic confidence sequences, Annals of Statistics 52(6); Robbins (1970), Statistical methods related to
the law of the iterated logarithm, Ann. Math. Stat. 41; Howard, Ramdas, McAuliffe and Sekhon (2021),
Time-uniform, nonparametric, nonasymptotic confidence sequences, Annals of Statistics 49(2).
"""

from __future__ import annotations

import math
from dataclasses import replace

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.statistics.effects import NO_SPREAD, Effect
from ag2_marketing_tools.statistics.inference import (
    Alternative,
    Inference,
    checked_confidence,
    two_bounds,
    undefined,
)

METHOD = "asymptotic confidence sequence (always valid)"
TIGHTEST_AT = 5_000
"""Units in both arms at which the sequence is tightest unless told otherwise, as at GrowthBook and Eppo."""


def confidence_sequence(
    effect: Effect,
    *,
    confidence: float = 0.95,
    alternative: Alternative = "two-sided",
    tightest_at: float = TIGHTEST_AT,
    tuned_for: float | None = None,
) -> Inference:
    """Judge an effect at any time, as often as wanted, before or after any sample size.

    Args:
        effect: What was measured up to now, in both arms together `effect.count` units.
        confidence: Probability that the whole sequence of intervals covers the effect.
        alternative: One-sided sequences have one bound.
        tightest_at: Number of units at which the interval is narrowest; fix it before the experiment.
        tuned_for: Level for which that holds, where it is another than `confidence`: with one tuning the p-value is
            the same at every level, as adjustments for several comparisons need it.

    The p-value is the level at which the sequence just reaches 0, at most 1; it may be read at any time. The standard
    error is never taken for less than that of all units together (`Effect.cautious_factor`): with arms of 10 % and
    90 % and few conversions, the sequence was simulated to err in up to 74 % of experiments without that and in less
    than 1 % with it. The critical value counts the effect's own standard errors, the caution included.

    Raises:
        InvalidInput: A level or a tuning that is not positive.
    """
    checked_confidence(confidence)
    if effect.difference is None or effect.standard_error is None:
        return undefined(METHOD, effect.reason or NO_SPREAD, effect.difference)
    factor = effect.cautious_factor
    answer = sequence_inference(
        effect.difference,
        factor * effect.standard_error,
        effect.count,
        confidence=confidence,
        alternative=alternative,
        tightest_at=tightest_at,
        tuned_for=tuned_for,
    )
    if answer.critical_value is None:
        return answer
    return replace(
        answer,
        statistic=effect.difference / effect.standard_error,
        standard_error=effect.standard_error,
        critical_value=factor * answer.critical_value,
    )


def sequence_inference(
    estimate: float,
    standard_error: float,
    count: int,
    *,
    confidence: float = 0.95,
    alternative: Alternative = "two-sided",
    tightest_at: float = TIGHTEST_AT,
    tuned_for: float | None = None,
) -> Inference:
    """Return the confidence sequence's answer for any asymptotically normal estimate of `count` units."""
    alpha = 1.0 - checked_confidence(confidence)
    if not 0.0 < standard_error < math.inf:
        return undefined(METHOD, NO_SPREAD, estimate)
    tuned = alpha if tuned_for is None else 1.0 - checked_confidence(tuned_for)
    mixing = count * mixing_variance(tuned if alternative == "two-sided" else 2.0 * tuned, tightest_at)
    statistic = estimate / standard_error
    critical = critical_value(alpha, mixing, alternative)
    return Inference(
        METHOD,
        estimate,
        interval=two_bounds(estimate, critical * standard_error, confidence, alternative),
        p_value=_always_valid_p(statistic, mixing, alternative),
        statistic=statistic,
        standard_error=standard_error,
        critical_value=critical,
        alternative=alternative,
    )


def mixing_variance(alpha: float, tightest_at: float) -> float:
    """Return the variance of the mixing normal, per unit, with which the sequence is tightest at that size.

    The closed form of Waudby-Smith et al. (2024), appendix B.2: (-2 log alpha + log(1 - 2 log alpha)) / units.
    """
    if not 0.0 < alpha < 1.0 or not tightest_at > 0.0:
        raise InvalidInput(f"Alpha {alpha!r} and tuning {tightest_at!r} must be positive, alpha below 1.")
    return (-2.0 * math.log(alpha) + math.log1p(-2.0 * math.log(alpha))) / tightest_at


def critical_value(alpha: float, mixing: float, alternative: Alternative) -> float:
    """Return the sequence's half width in standard errors.

    Args:
        alpha: Probability that any interval of the sequence misses.
        mixing: Number of units times the mixing variance.
        alternative: A one-sided sequence mixes over effects of its own sign alone (appendix B.1).
    """
    if alternative == "two-sided":
        evidence = 0.5 * math.log1p(mixing) - math.log(alpha)
    else:
        evidence = math.log1p(math.sqrt(1.0 + mixing) / (2.0 * alpha))
    return math.sqrt(2.0 * (1.0 + 1.0 / mixing) * evidence)


def normal_mixture_bound(variance: float, alpha: float, tuning: float) -> float:
    """Return the two-sided normal mixture boundary of a sum with variance process `variance`.

    Args:
        variance: Intrinsic time (accumulated variance), in the squared unit of the sum.
        alpha: Crossing probability over all times.
        tuning: rho, in the same unit as `variance`; see `normal_mixture_tuning`.

    Source: Howard et al. (2021), eq. 14.
    """
    return math.sqrt((variance + tuning) * (math.log1p(variance / tuning) - 2.0 * math.log(alpha)))


def normal_mixture_tuning(best_at: float, alpha: float) -> float:
    """Return the rho with which `normal_mixture_bound` is about tightest at an accumulated variance.

    Source: Howard et al. (2021), section 3.5 (closed-form approximation).
    """
    return best_at / (math.log1p(-2.0 * math.log(alpha)) - 2.0 * math.log(alpha))


def log_normal_mixture(total: float, variance: float, tuning: float) -> float:
    """Return the logarithm of the two-sided normal mixture supermartingale at a sum and its variance."""
    return 0.5 * math.log(tuning / (variance + tuning)) + total * total / (2.0 * (variance + tuning))


def _always_valid_p(statistic: float, mixing: float, alternative: Alternative) -> float:
    """The alpha at which the half width equals the estimate, at most 1 (Johari et al. 2022, Always valid inference)."""
    evidence = 0.5 * statistic**2 * mixing / (1.0 + mixing)
    if alternative == "two-sided":
        return min(1.0, math.exp(0.5 * math.log1p(mixing) - evidence))
    if evidence == 0.0 or (statistic > 0.0) != (alternative == "greater"):
        return 1.0
    # sqrt(1 + mixing) / (2 (e^evidence - 1)), written so that e^evidence does not overflow
    return min(1.0, 0.5 * math.sqrt(1.0 + mixing) * math.exp(-evidence) / -math.expm1(-evidence))

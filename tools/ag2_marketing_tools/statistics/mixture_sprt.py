"""The mixture sequential probability ratio test: always valid, with the mixing set on the effect's own scale.

Its likelihood ratio averages over effects that are normal about the null with a given variance, the size of
effects that an organisation usually sees. `sequential` sets the mixing by a number of units instead; at
mixing variance = tuning variance * squared standard error the two are one.

Source: Johari, Koomen, Pekelis and Walsh (2022), Always valid inference: continuous monitoring of A/B tests,
Operations Research 70(3); Robbins (1970), Ann. Math. Stat. 41.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.statistics.effects import NO_SPREAD, Effect
from ag2_marketing_tools.statistics.inference import (
    Inference,
    Interval,
    checked_confidence,
    two_bounds,
    undefined,
)

METHOD = "mixture sequential probability ratio test (always valid)"


def mixture_sprt(
    effect: Effect, mixing_variance: float, *, confidence: float = 0.95, null: float = 0.0
) -> Inference:
    """Judge an effect at any time by the two-sided mixture test.

    Args:
        effect: What was measured up to now.
        mixing_variance: Variance of the mixing normal, in the squared unit of the effect; fix it beforehand.
        confidence: Level of the interval, of which the whole sequence covers the effect.
        null: Difference supposed.

    The p-value is 1 over the likelihood ratio, at most 1; the smallest one so far (`running`) is valid too. The
    standard error is taken as cautiously as by `sequential.confidence_sequence`.

    Raises:
        InvalidInput: A mixing variance that is not positive, or a level outside 0 to 1.
    """
    alpha = 1.0 - checked_confidence(confidence)
    if not 0.0 < mixing_variance < math.inf:
        raise InvalidInput(f"A mixing variance of {mixing_variance!r} is not positive.")
    if effect.difference is None or effect.difference_variance is None:
        return undefined(METHOD, effect.reason or NO_SPREAD, effect.difference)
    error = math.sqrt(effect.difference_variance)
    factor = effect.cautious_factor
    variance = effect.difference_variance * factor * factor
    both = variance + mixing_variance
    gap = effect.difference - null
    log_ratio = log_likelihood_ratio(gap, variance, mixing_variance)
    critical = factor * math.sqrt(
        both / mixing_variance * (math.log(both / variance) - 2.0 * math.log(alpha))
    )
    return Inference(
        METHOD,
        effect.difference,
        interval=two_bounds(effect.difference, critical * error, confidence, "two-sided"),
        p_value=min(1.0, math.exp(-log_ratio)) if log_ratio > 0.0 else 1.0,
        statistic=gap / error,
        standard_error=error,
        critical_value=critical,
    )


def log_likelihood_ratio(gap: float, variance: float, mixing_variance: float) -> float:
    """Return the logarithm of the mixture likelihood ratio of an estimate that lies `gap` from the null.

    Args:
        gap: Estimate minus null.
        variance: Squared standard error of the estimate, positive.
        mixing_variance: Of the mixing normal.
    """
    both = variance + mixing_variance
    return 0.5 * math.log(variance / both) + gap * (gap / variance) * (mixing_variance / (2.0 * both))


def running(verdicts: Iterable[Inference]) -> list[Inference]:
    """Return each look's answer with all looks before in it: the smallest p-value, the intersection of intervals.

    Only for always-valid answers, given in the order of time, all by one method with settings fixed beforehand. An
    intersection that is empty (possible with probability alpha, or where the effect drifts) leaves the interval of
    the look alone, with the reason.
    """
    answers = list[Inference]()
    least: float | None = None
    common: Interval | None = None
    for verdict in verdicts:
        if verdict.p_value is not None:
            least = verdict.p_value if least is None else min(least, verdict.p_value)
        if verdict.interval is None or verdict.p_value is None:
            answers.append(replace(verdict, p_value=least) if least is not None else verdict)
            continue
        met = verdict.interval if common is None else _intersection(common, verdict.interval)
        if met is None:
            answers.append(replace(verdict, p_value=least, reason=_APART))
            continue
        common = met
        answers.append(replace(verdict, p_value=least, interval=met))
    return answers


_APART = "This look's interval does not meet those before: the effect may have changed over time."


def _intersection(first: Interval, second: Interval) -> Interval | None:
    lows = [bound for bound in (first.lower, second.lower) if bound is not None]
    highs = [bound for bound in (first.upper, second.upper) if bound is not None]
    low, high = max(lows, default=None), min(highs, default=None)
    if low is not None and high is not None and low > high:
        return None
    return Interval(low, high, second.confidence)

"""Always-valid inference for shares with few successes, where the asymptotic sequence may not be trusted.

The evidence against a pair of rates is the likelihood under a mixture of rates, one for each arm, over the highest
likelihood that the pair's hypothesis allows. Under the hypothesis it is a test martingale's lower bound, so it
exceeds 1 / alpha at any time with probability at most alpha, for every sample size and every rate: no
approximation. The mixture is Jeffreys's (a beta prior with 1/2 and 1/2).

Sources: Wasserman, Ramdas and Balakrishnan (2020), Universal inference, PNAS 117(29), section 7; Robbins (1970),
Statistical methods related to the law of the iterated logarithm, Ann. Math. Stat. 41 (mixtures).
"""

from __future__ import annotations

import math
from collections.abc import Callable

from ag2_marketing_tools.statistics.inference import Inference, Interval, undefined
from ag2_marketing_tools.statistics.proportions import Proportion
from ag2_marketing_tools.statistics.roots import root
from ag2_marketing_tools.statistics.score import NO_CONTROL_SUCCESS, NO_TRIALS, restricted_rates

METHOD = "exact mixture sequence of two shares (always valid)"
_FAR = 1e9
_LOWEST_LOG_RATIO = -60.0


def share_sequence(
    treatment: Proportion, control: Proportion, *, alpha: float
) -> tuple[Inference, Inference]:
    """Judge two shares at any time: the difference, and the relative lift, by one and the same evidence.

    Both intervals leave "no effect" out exactly where the p-value is below `alpha`.
    """
    if not treatment.trials or not control.trials:
        return undefined(METHOD, NO_TRIALS), undefined(METHOD, NO_TRIALS)
    p, q = treatment.successes / treatment.trials, control.successes / control.trials
    mixture, limit = _log_mixture(treatment) + _log_mixture(control), -math.log(alpha)

    def of_difference(difference: float) -> float:
        a, b = restricted_rates(treatment, control, difference)
        return mixture - _log_likelihood(treatment, a) - _log_likelihood(control, b)

    def of_ratio(log_ratio: float) -> float:
        ratio = math.exp(log_ratio)
        b = _restricted_control_rate(treatment, control, ratio)
        return mixture - _log_likelihood(treatment, min(1.0, ratio * b)) - _log_likelihood(control, b)

    at_null = of_difference(0.0)
    p_value = min(1.0, math.exp(-at_null)) if at_null > 0.0 else 1.0
    low, high = (_bound(of_difference, limit, p - q, end) for end in (-1.0, 1.0))
    bounds = Interval(low, high, 1.0 - alpha)
    lift = Interval(*_lift_bounds(of_ratio, limit, p, q), 1.0 - alpha)
    settle = Interval.leaving if p_value < alpha else Interval.reaching
    return (
        Inference(METHOD, p - q, interval=settle(bounds, 0.0), p_value=p_value),
        Inference(
            METHOD,
            p / q - 1.0 if q else None,
            interval=settle(lift, 0.0),
            p_value=p_value,
            reason=None if q else NO_CONTROL_SUCCESS,
        ),
    )


def rate_sequence(arm: Proportion, *, alpha: float) -> tuple[float, float] | None:
    """Return the bounds of one arm's rate that hold at every sample size; `None` without units."""
    if not arm.trials:
        return None
    rate, mixture, limit = arm.successes / arm.trials, _log_mixture(arm), -math.log(alpha)

    def evidence(value: float) -> float:
        return mixture - _log_likelihood(arm, value)

    return _bound(evidence, limit, rate, 0.0), _bound(evidence, limit, rate, 1.0)


def _lift_bounds(
    evidence: Callable[[float], float], limit: float, p: float, q: float
) -> tuple[float, float | None]:
    centre = math.log(p / q) if p and q else 0.0
    lower = -1.0
    if p:
        lower = math.expm1(_bound(evidence, limit, centre if q else -_LOWEST_LOG_RATIO, _LOWEST_LOG_RATIO))
    if not q:
        return lower, None
    return lower, math.expm1(_bound(evidence, limit, centre if p else _LOWEST_LOG_RATIO, -_LOWEST_LOG_RATIO))


def _bound(evidence: Callable[[float], float], limit: float, inside: float, end: float) -> float:
    """Where the evidence reaches the limit between a value inside and an end of the scale, else the end."""
    if inside == end or evidence(end) <= limit:
        return end
    return root(lambda value: evidence(value) - limit, inside, end, tolerance=1e-12)


def _log_mixture(arm: Proportion) -> float:
    a, b = arm.successes + 0.5, arm.trials - arm.successes + 0.5
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b) - math.log(math.pi)


def _log_likelihood(arm: Proportion, rate: float) -> float:
    failures = arm.trials - arm.successes
    if (arm.successes and rate <= 0.0) or (failures and rate >= 1.0):
        return -_FAR
    return (arm.successes * math.log(rate) if arm.successes else 0.0) + (
        failures * math.log1p(-rate) if failures else 0.0
    )


def _restricted_control_rate(treatment: Proportion, control: Proportion, ratio: float) -> float:
    """The control's most likely rate where the treatment's is `ratio` times it (Koopman 1984, Biometrics 40)."""
    n, m, x, y = treatment.trials, control.trials, treatment.successes, control.successes
    b = n * ratio + x + m + y * ratio
    term = math.sqrt(max(0.0, b * b - 4.0 * (n + m) * ratio * (x + y)))
    return min(2.0 * (x + y) / (b + term), 1.0, 1.0 / ratio)

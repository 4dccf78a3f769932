"""Other intervals of the difference of two proportions, to compare with what other tools report.

None of them decides an experiment (`two_proportions` does). The numbers are those of Newcombe (1998), Interval
estimation for the difference between independent proportions: comparison of eleven methods, Stat. Med. 17:873,
where methods 1 (`proportions.wald`), 5 and 6 (`score.score_difference`) and 10 (`proportions.newcombe`) stand
elsewhere, as does the exact one (`unconditional`). Each is `None` where an arm has no trials.
"""

from __future__ import annotations

import math

from ag2_marketing_tools.statistics.distributions import normal_upper_quantile
from ag2_marketing_tools.statistics.inference import Interval, checked_confidence
from ag2_marketing_tools.statistics.proportions import Proportion, wilson_corrected_bounds
from ag2_marketing_tools.statistics.roots import root
from ag2_marketing_tools.statistics.score import restricted_rates


def wald_corrected(
    treatment: Proportion, control: Proportion, *, confidence: float = 0.95
) -> Interval | None:
    """Return Wald's interval with the continuity correction (1/n + 1/m) / 2 (method 2), within -1 and 1.

    Source: Fleiss (1981), Statistical Methods for Rates and Proportions, section 2.3.
    """
    z = _z(confidence)
    if not treatment.trials or not control.trials:
        return None
    p, q, half = _wald(treatment, control, z)
    return _within(p - q, half + 0.5 * (1.0 / treatment.trials + 1.0 / control.trials), confidence)


def hauck_anderson(
    treatment: Proportion, control: Proportion, *, confidence: float = 0.95
) -> Interval | None:
    """Return Wald's interval with divisors n - 1 and the correction 1 / (2 min(n, m)), within -1 and 1.

    `None` also where an arm has one trial alone.

    Source: Hauck and Anderson (1986), A comparison of large-sample confidence interval methods for the difference of
    two binomial probabilities, Am. Stat. 40.
    """
    z = _z(confidence)
    n, m = treatment.trials, control.trials
    if n < 2 or m < 2:
        return None
    p, q = treatment.successes / n, control.successes / m
    half = z * math.sqrt(p * (1.0 - p) / (n - 1) + q * (1.0 - q) / (m - 1))
    return _within(p - q, half + 0.5 / min(n, m), confidence)


def haldane(treatment: Proportion, control: Proportion, *, confidence: float = 0.95) -> Interval | None:
    """Return Beal's interval about the mean rate as observed (method 3).

    Source: Beal (1987), Asymptotic confidence intervals for the difference between two binomial parameters,
    Biometrics 43.
    """
    return _beal(treatment, control, confidence, 0.0)


def jeffreys_perks(
    treatment: Proportion, control: Proportion, *, confidence: float = 0.95
) -> Interval | None:
    """Return Beal's interval about the mean rate after half a success and half a failure more (method 4).

    Source: Beal (1987), Biometrics 43.
    """
    return _beal(treatment, control, confidence, 0.5)


def profile_likelihood(
    treatment: Proportion, control: Proportion, *, confidence: float = 0.95
) -> Interval | None:
    """Return the differences whose best likelihood lies within z squared / 2 of the highest (method 7).

    Source: Newcombe (1998), Stat. Med. 17:873; Miettinen and Nurminen (1985), Stat. Med. 4.
    """
    allowed = 0.5 * _z(confidence) ** 2
    if not treatment.trials or not control.trials:
        return None
    estimate = treatment.successes / treatment.trials - control.successes / control.trials
    best = _log_likelihood(treatment, control, estimate)

    def excess(difference: float) -> float:
        return best - _log_likelihood(treatment, control, difference) - allowed

    def bound(end: float) -> float:
        if estimate == end or excess(end) <= 0.0:
            return end
        return root(excess, estimate, end)

    return Interval(bound(-1.0), bound(1.0), confidence)


def newcombe_corrected(
    treatment: Proportion, control: Proportion, *, confidence: float = 0.95
) -> Interval | None:
    """Return the hybrid of Wilson's intervals with continuity correction (method 11)."""
    z = _z(confidence)
    if not treatment.trials or not control.trials:
        return None
    p, q = treatment.successes / treatment.trials, control.successes / control.trials
    p_low, p_high = wilson_corrected_bounds(treatment, z)
    q_low, q_high = wilson_corrected_bounds(control, z)
    lower, upper = math.hypot(p - p_low, q_high - q), math.hypot(p_high - p, q - q_low)
    return Interval(max(-1.0, p - q - lower), min(1.0, p - q + upper), confidence)


def _beal(treatment: Proportion, control: Proportion, confidence: float, added: float) -> Interval | None:
    z = _z(confidence)
    n, m = treatment.trials, control.trials
    if not n or not m:
        return None
    a, b = (treatment.successes + added) / (n + 2.0 * added), (control.successes + added) / (m + 2.0 * added)
    difference = treatment.successes / n - control.successes / m
    mean, u, v = 0.5 * (a + b), 0.25 * (1.0 / n + 1.0 / m), 0.25 * (1.0 / n - 1.0 / m)
    divisor = 1.0 + z * z * u
    centre = (difference + z * z * v * (1.0 - 2.0 * mean)) / divisor
    spread = (
        u * (4.0 * mean * (1.0 - mean) - difference**2)
        + 2.0 * v * (1.0 - 2.0 * mean) * difference
        + 4.0 * (z * u) ** 2 * (1.0 - mean) * mean
        + (z * v * (1.0 - 2.0 * mean)) ** 2
    )
    return _within(centre, z / divisor * math.sqrt(max(0.0, spread)), confidence)


def _log_likelihood(treatment: Proportion, control: Proportion, difference: float) -> float:
    """The highest logarithm of the likelihood among rates that differ by so much."""
    p, q = restricted_rates(treatment, control, difference)
    return _log_binomial(treatment, p) + _log_binomial(control, q)


def _log_binomial(arm: Proportion, rate: float) -> float:
    failures = arm.trials - arm.successes
    if (arm.successes and rate <= 0.0) or (failures and rate >= 1.0):
        return -1e300
    hits = arm.successes * math.log(rate) if arm.successes else 0.0
    return hits + (failures * math.log1p(-rate) if failures else 0.0)


def _wald(treatment: Proportion, control: Proportion, z: float) -> tuple[float, float, float]:
    n, m = treatment.trials, control.trials
    p, q = treatment.successes / n, control.successes / m
    return p, q, z * math.sqrt(p * (1.0 - p) / n + q * (1.0 - q) / m)


def _within(centre: float, half: float, confidence: float) -> Interval:
    return Interval(max(-1.0, centre - half), min(1.0, centre + half), confidence)


def _z(confidence: float) -> float:
    return normal_upper_quantile(0.5 * (1.0 - checked_confidence(confidence)))

"""Score tests and intervals of two proportions: difference and risk ratio from one family.

The statistic compares the observed difference with the one supposed, in standard errors taken where the
supposition holds (restricted maximum likelihood, in closed form). Its intervals are the values that the test
does not reject, found by bounded root finding. At "no effect" the statistics of difference and ratio are
the same number, so the two intervals and the p-value always agree.

Sources: Miettinen and Nurminen (1985), Comparative analysis of two rates, Stat. Med. 4; Mee (1984), Biometrics
40 and Farrington and Manning (1990), Stat. Med. 9 (without the factor N / (N - 1)); Koopman (1984), Confidence
intervals for the ratio of two binomial proportions, Biometrics 40. statsmodels 0.15 inverts another
restricted estimate for the difference (statsmodels#10269), so it does not agree.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.statistics.inference import (
    Alternative,
    Inference,
    Interval,
    critical_t,
    tail_probability,
    undefined,
)
from ag2_marketing_tools.statistics.proportions import Proportion
from ag2_marketing_tools.statistics.roots import root

DIFFERENCE = "score test, Miettinen-Nurminen interval"
RATIO = "score test, Miettinen-Nurminen interval of the ratio"
NO_TRIALS = "An arm has no units."
NO_VARIATION = "Neither arm varies: all or none succeeded, so the score test has no statistic."
NO_CONTROL_SUCCESS = "The control has no success, so a relative change has no value; its lower bound may."
_FAR = 1e300
_POLISH = 1e-6  # a larger step leaves the root, at a place where two roots meet


def score_difference(
    treatment: Proportion,
    control: Proportion,
    *,
    confidence: float = 0.95,
    alternative: Alternative = "two-sided",
    null: float = 0.0,
    bias_corrected: bool = True,
) -> Inference:
    """Test the difference of two proportions against `null` and give its interval.

    Args:
        treatment: Successes and trials.
        control: Successes and trials.
        confidence: Level of the interval.
        alternative: Tails.
        null: Difference supposed; a non-inferiority margin is given here (Farrington and Manning).
        bias_corrected: The variance times N / (N - 1), as Miettinen and Nurminen; without it Mee's interval.

    Raises:
        InvalidInput: A level or null outside its range.
    """
    if not -1.0 < null < 1.0:
        raise InvalidInput(f"A difference of proportions of {null!r} is not between -1 and 1.")
    critical = critical_t(confidence, None, alternative)
    if not treatment.trials or not control.trials:
        return undefined(DIFFERENCE, NO_TRIALS)
    estimate = treatment.successes / treatment.trials - control.successes / control.trials
    correction = _correction(treatment, control, bias_corrected=bias_corrected)

    def statistic(difference: float) -> float:
        return score_statistic(treatment, control, difference, correction)

    lower = _bound(statistic, critical, estimate, -1.0)
    upper = _bound(statistic, -critical, estimate, 1.0)
    method = DIFFERENCE if bias_corrected else "score test, Mee-Farrington-Manning interval"
    z = statistic(null) if null or _varies(treatment, control) else None
    return _answer(method, estimate, (lower, upper), z, confidence, alternative)


def score_ratio(
    treatment: Proportion,
    control: Proportion,
    *,
    confidence: float = 0.95,
    alternative: Alternative = "two-sided",
    null: float = 1.0,
    bias_corrected: bool = True,
) -> Inference:
    """Test whether the ratio treatment / control is `null` and give its interval (relative lift is ratio - 1).

    Without `bias_corrected` it is Koopman's interval. A control without successes has no ratio, only a
    lower bound, with the reason; the upper bound is then open. A margin as a share of the control is given as `null`.
    """
    if not 0.0 < null < math.inf:
        raise InvalidInput(f"A ratio of proportions of {null!r} is not positive.")
    critical = critical_t(confidence, None, alternative)
    if not treatment.trials or not control.trials:
        return undefined(RATIO, NO_TRIALS)
    correction = _correction(treatment, control, bias_corrected=bias_corrected)
    p, q = treatment.successes / treatment.trials, control.successes / control.trials

    def statistic(log_ratio: float) -> float:
        return _ratio_statistic(treatment, control, math.exp(log_ratio), correction)

    centre = math.log(p / q) if p > 0.0 and q > 0.0 else 0.0
    lower = _log_bound(statistic, critical, centre, -1.0) if p > 0.0 else 0.0
    upper = _log_bound(statistic, -critical, centre, 1.0) if q > 0.0 else None
    z = statistic(math.log(null)) if null != 1.0 or _varies(treatment, control) else None
    return _answer(RATIO, p / q if q > 0.0 else None, (lower, upper), z, confidence, alternative)


def pooled_z(
    treatment: Proportion, control: Proportion, *, alternative: Alternative = "two-sided", yates: bool = False
) -> Inference:
    """Return the textbook z test with pooled variance (its square is Pearson's chi-square of the 2 x 2 table).

    Args:
        treatment: Successes and trials.
        control: Successes and trials.
        alternative: Tails.
        yates: With the continuity correction, as R's `prop.test` does unless told otherwise.

    Source: Pearson (1900), Phil. Mag. 50; Yates (1934), Suppl. J. R. Stat. Soc. 1.
    """
    method = "pooled z" + (", Yates' correction" if yates else "")
    if not treatment.trials or not control.trials:
        return undefined(method, NO_TRIALS)
    n, m = treatment.trials, control.trials
    difference = treatment.successes / n - control.successes / m
    pooled = (treatment.successes + control.successes) / (n + m)
    variance = pooled * (1.0 - pooled) * (1.0 / n + 1.0 / m)
    if variance <= 0.0:
        return undefined(method, NO_VARIATION, difference)
    correction = min(abs(difference), 0.5 * (1.0 / n + 1.0 / m)) if yates else 0.0
    z = math.copysign(abs(difference) - correction, difference) / math.sqrt(variance)
    return Inference(
        method,
        difference,
        p_value=tail_probability(z, None, alternative),
        statistic=z,
        standard_error=math.sqrt(variance),
        alternative=alternative,
    )


def restricted_rates(treatment: Proportion, control: Proportion, difference: float) -> tuple[float, float]:
    """Return the most likely rates among those that differ by `difference` (Miettinen and Nurminen, appendix)."""
    n, m, y = treatment.trials, control.trials, control.successes
    total, successes = n + m, treatment.successes + y
    a2 = ((n + 2 * m) * difference - total - successes) / total
    a1 = ((m * difference - total - 2 * y) * difference + successes) / total
    a0 = y * difference * (1.0 - difference) / total
    third = a2 / 3.0
    q = third**3 - a1 * third / 2.0 + a0 / 2.0
    radius = math.sqrt(max(0.0, third * third - a1 / 3.0))
    p = math.copysign(radius, q)
    ratio = min(1.0, max(-1.0, q / p**3)) if radius > 1e-100 else 1.0
    rate = 2.0 * p * math.cos((math.pi + math.acos(ratio)) / 3.0) - third
    for _ in range(2):  # Newton on the cubic: the closed form loses digits where both rates are tiny
        slope = (3.0 * rate + 2.0 * a2) * rate + a1
        step = (((rate + a2) * rate + a1) * rate + a0) / slope if slope else 0.0
        rate -= step if abs(step) < _POLISH else 0.0
    rate = min(max(rate, 0.0, -difference), 1.0, 1.0 - difference)
    return rate + difference, rate


def score_statistic(
    treatment: Proportion, control: Proportion, difference: float, correction: float = 1.0
) -> float:
    """Return the observed minus the supposed difference, in standard errors where the supposition holds.

    `correction` multiplies the variance; both arms need trials.
    """
    p, q = restricted_rates(treatment, control, difference)
    variance = p * (1.0 - p) / treatment.trials + q * (1.0 - q) / control.trials
    gap = treatment.successes / treatment.trials - control.successes / control.trials - difference
    return _standardised(gap, variance * correction)


def _ratio_statistic(treatment: Proportion, control: Proportion, ratio: float, correction: float) -> float:
    n, m = treatment.trials, control.trials
    x, y = treatment.successes, control.successes
    b = n * ratio + x + m + y * ratio
    root_term = math.sqrt(max(0.0, b * b - 4.0 * (n + m) * ratio * (x + y)))
    q = min(2.0 * (x + y) / (b + root_term), 1.0, 1.0 / ratio)
    p = min(ratio * q, 1.0)
    variance = p * (1.0 - p) / n + ratio * ratio * q * (1.0 - q) / m
    return _standardised(x / n - ratio * y / m, variance * correction)


def _standardised(gap: float, variance: float) -> float:
    """Gap in standard errors; far out where a gap has no variance, 0 where there is neither."""
    if gap == 0.0:
        return 0.0
    return gap / math.sqrt(variance) if variance > 0.0 else math.copysign(_FAR, gap)


def _correction(treatment: Proportion, control: Proportion, *, bias_corrected: bool) -> float:
    total = treatment.trials + control.trials
    return total / (total - 1) if bias_corrected and total > 1 else 1.0


def _bound(statistic: Callable[[float], float], level: float, estimate: float, end: float) -> float:
    """Where the falling statistic reaches `level` between the estimate and `end` of the scale, else the end."""
    if estimate == end or (statistic(end) - level) * (end - estimate) >= 0.0:
        return end
    return root(lambda value: statistic(value) - level, estimate, end)


def _log_bound(
    statistic: Callable[[float], float], level: float, centre: float, direction: float
) -> float | None:
    """The ratio at which the statistic reaches `level`, sought outwards from the estimate's logarithm."""
    near, step = centre, direction
    if (statistic(near) - level) * direction < 0.0:  # an estimate at an end of the scale: seek inwards first
        step = -direction
    far = near + step
    while (statistic(far) > level) == (statistic(near) > level):
        near, step = far, 2.0 * step
        far = near + step
        if abs(far) > 600.0:
            return 0.0 if direction < 0.0 else None
    return math.exp(root(lambda value: statistic(value) - level, near, far))


def _answer(
    method: str,
    estimate: float | None,
    bounds: tuple[float | None, float | None],
    z: float | None,
    confidence: float,
    alternative: Alternative,
) -> Inference:
    """Put the interval together with the test's p-value, or the reason why there is none."""
    interval = Interval(
        None if alternative == "less" else bounds[0],
        None if alternative == "greater" else bounds[1],
        confidence,
    )
    reasons = [NO_VARIATION] if z is None else []
    reasons += [NO_CONTROL_SUCCESS] if estimate is None else []
    return Inference(
        method,
        estimate,
        interval=interval,
        p_value=None if z is None else tail_probability(z, None, alternative),
        statistic=z,
        alternative=alternative,
        reason=" ".join(reasons) or None,
    )


def _varies(treatment: Proportion, control: Proportion) -> bool:
    return 0 < treatment.successes + control.successes < treatment.trials + control.trials

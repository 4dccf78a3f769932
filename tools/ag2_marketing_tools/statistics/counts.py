"""Event rates (events per unit of exposure) whose counts are Poisson.

Events of the same user cluster, so most metrics of an experiment are *not* Poisson: use the mean per user.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.statistics.distributions import (
    binomial_cdf,
    binomial_tail,
    binomial_two_sided,
    chi_square_tail,
    chi_square_upper_quantile,
    log_poisson,
    poisson_cdf,
    poisson_tail,
)
from ag2_marketing_tools.statistics.inference import (
    Alternative,
    Inference,
    Interval,
    checked_confidence,
    tail_probability,
    undefined,
)
from ag2_marketing_tools.statistics.one_proportion import exact_proportion
from ag2_marketing_tools.statistics.proportions import Proportion

METHOD = "exact conditional test of two Poisson rates"
ONE_RATE = "exact test of one Poisson rate"
_NO_EVENTS = "There are no events in either arm."
_NO_CONTROL_EVENTS = "The control has no events, so the ratio has no value."
_TIES = 1e-7
_NEGLIGIBLE = 1e-18


@dataclass(frozen=True, slots=True)
class EventRate:
    """Events, and the exposure (days, sessions) in which they happened."""

    events: int
    exposure: float

    def __post_init__(self) -> None:
        if self.events < 0 or not 0.0 < self.exposure < math.inf:
            raise InvalidInput(f"{self.events} events in an exposure of {self.exposure!r} are impossible.")


def compare_event_rates(
    treatment: EventRate,
    control: EventRate,
    *,
    confidence: float = 0.95,
    alternative: Alternative = "two-sided",
    null: float = 1.0,
) -> Inference:
    """Compare two Poisson rates: estimate and interval of the ratio treatment / control.

    Given their sum, the treatment's events are binomial; the two-sided p-value adds all outcomes that are no
    likelier than the observed one. Without events there is no answer, without control events no ratio.

    Args:
        treatment: Events and exposure.
        control: Events and exposure.
        confidence: Level of the interval.
        alternative: Tails; the interval is open on the side not asked about.
        null: Ratio supposed.

    Source: Przyborowski and Wilenski (1940), Homogeneity of results in testing samples from Poisson series,
    Biometrika 31. R's `poisson.test` gives the same.
    """
    _check_ratio(null)
    total = treatment.events + control.events
    if not total:
        checked_confidence(confidence)
        return undefined(METHOD, _NO_EVENTS)
    scale = control.exposure / treatment.exposure
    share = null * treatment.exposure / (null * treatment.exposure + control.exposure)
    exact = exact_proportion(
        Proportion(treatment.events, total), share, confidence=confidence, alternative=alternative
    )
    interval = exact.interval
    return Inference(
        METHOD,
        treatment.events / control.events * scale if control.events else None,
        interval=None
        if interval is None
        else Interval(_odds(interval.lower, scale), _odds(interval.upper, scale), confidence),
        p_value=_conditional_p(treatment.events, total, share, alternative),
        alternative=alternative,
        reason=None if control.events else _NO_CONTROL_EVENTS,
    )


def one_event_rate(
    rate: EventRate,
    null: float = 1.0,
    *,
    confidence: float = 0.95,
    alternative: Alternative = "two-sided",
) -> Inference:
    """Test one Poisson rate (events per unit of exposure) against a given one, with Garwood's exact interval.

    Source: Garwood (1936), Fiducial limits for the Poisson distribution, Biometrika 28. R's `poisson.test` gives the
    same.
    """
    _check_ratio(null)
    alpha = 1.0 - checked_confidence(confidence)
    tail = 0.5 * alpha if alternative == "two-sided" else alpha
    x, mean = rate.events, null * rate.exposure
    lower = 0.5 * chi_square_upper_quantile(1.0 - tail, 2.0 * x) / rate.exposure if x else 0.0
    upper = 0.5 * chi_square_upper_quantile(tail, 2.0 * (x + 1)) / rate.exposure
    return Inference(
        ONE_RATE,
        x / rate.exposure,
        interval=Interval(
            None if alternative == "less" else lower, None if alternative == "greater" else upper, confidence
        ),
        p_value=_poisson_p(x, mean, alternative),
        alternative=alternative,
    )


def score_event_rates(
    treatment: EventRate, control: EventRate, *, alternative: Alternative = "two-sided", null: float = 1.0
) -> Inference:
    """Compare two Poisson rates by the score test, for many events (no interval).

    Source: Gu, Ng, Tang and Schucany (2008), Testing the ratio of two Poisson rates, Biometrical Journal 50 (W3).
    """
    method = "score test of two Poisson rates"
    _check_ratio(null)
    total = treatment.events + control.events
    if not total:
        return undefined(method, _NO_EVENTS)
    share = null * treatment.exposure / control.exposure
    z = (treatment.events - control.events * share) / math.sqrt(total * share)
    ratio = treatment.events / control.events / share * null if control.events else None
    return Inference(
        method,
        ratio,
        p_value=tail_probability(z, None, alternative),
        statistic=z,
        alternative=alternative,
        reason=None if control.events else _NO_CONTROL_EVENTS,
    )


def unconditional_event_rates_p(
    treatment: EventRate, control: EventRate, *, alternative: Alternative = "two-sided", null: float = 1.0
) -> float | None:
    """Return the p-value of the E-test, less conservative than the conditional one; `None` without events.

    The observed score statistic is held against its distribution at the estimated common rate.

    Source: Krishnamoorthy and Thomson (2004), A more powerful test for comparing two Poisson means, J. Stat. Plan.
    Inference 119; with the score statistic as Gu et al. (2008).
    """
    _check_ratio(null)
    total = treatment.events + control.events
    if not total:
        return None
    share = null * treatment.exposure / control.exposure
    base = total / (1.0 + share)

    def statistic(x: int, y: int) -> float:
        z = (x - y * share) / math.sqrt((x + y) * share) if x + y else 0.0
        return abs(z) if alternative == "two-sided" else (z if alternative == "greater" else -z)

    limit = statistic(treatment.events, control.events) - _TIES
    columns = _likely(base)
    return min(
        1.0,
        math.fsum(
            chance * weight
            for x, chance in _likely(base * share)
            for y, weight in columns
            if statistic(x, y) >= limit
        ),
    )


def equal_event_rates(arms: list[EventRate]) -> tuple[float, int, float] | None:
    """Return statistic, degrees of freedom and p-value of one common rate of several arms; `None` without events.

    Source: Pearson (1900), Phil. Mag. 50; expected counts in proportion to exposure.
    """
    events, exposure = sum(arm.events for arm in arms), math.fsum(arm.exposure for arm in arms)
    if not events or len(arms) < 2:
        return None
    statistic = math.fsum(
        (arm.events - events * arm.exposure / exposure) ** 2 / (events * arm.exposure / exposure)
        for arm in arms
    )
    return statistic, len(arms) - 1, chi_square_tail(statistic, len(arms) - 1)


def _odds(share: float | None, scale: float) -> float | None:
    return None if share is None or share >= 1.0 else share / (1.0 - share) * scale


def _conditional_p(events: int, total: int, share: float, alternative: Alternative) -> float:
    if alternative == "greater":
        return binomial_tail(events, total, share)
    if alternative == "less":
        return binomial_cdf(events, total, share)
    return binomial_two_sided(events, total, share)


def _poisson_p(events: int, mean: float, alternative: Alternative) -> float:
    """Exact p-value; two-sided: of all counts no likelier than the observed one."""
    if alternative == "greater":
        return poisson_tail(events, mean)
    if alternative == "less":
        return poisson_cdf(events, mean)
    limit = log_poisson(events, mean) + _TIES
    if events < mean:
        other = math.ceil(mean)
        step = 1
        while log_poisson(other + step, mean) > limit:
            step *= 2
        low, high = other, other + step
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if log_poisson(middle, mean) <= limit else (middle + 1, high)
        return min(1.0, poisson_cdf(events, mean) + poisson_tail(low, mean))
    low, high = 0, min(events, math.floor(mean) + 1)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if log_poisson(middle, mean) <= limit else (low, middle)
    return min(1.0, poisson_cdf(low - 1, mean) + poisson_tail(events, mean))


def _likely(mean: float) -> list[tuple[int, float]]:
    """Counts of a Poisson distribution that are not negligible, with their probabilities."""
    reach = 9.0 * math.sqrt(mean) + 20.0
    counts = range(max(0, math.floor(mean - reach)), math.ceil(mean + reach) + 1)
    pairs = ((count, math.exp(log_poisson(count, mean))) for count in counts)
    return [(count, chance) for count, chance in pairs if chance > _NEGLIGIBLE]


def _check_ratio(null: float) -> None:
    if not 0.0 < null < math.inf:
        raise InvalidInput(f"A rate or ratio of {null!r} is not positive.")

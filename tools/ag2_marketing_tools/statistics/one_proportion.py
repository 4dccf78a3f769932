"""One proportion: exact tests, and the intervals that other tools report beside Wilson's.

Newcombe (1998), Two-sided confidence intervals for the single proportion: comparison of seven methods, Stat. Med.
17:857, numbers them; method 3 is `proportions.wilson`, method 5 `proportions.clopper_pearson`. Each interval is
`None` without trials.
"""

from __future__ import annotations

import math

from ag2_marketing_tools.statistics.distributions import (
    beta_quantile,
    binomial_cdf,
    binomial_tail,
    binomial_two_sided,
    normal_upper_quantile,
)
from ag2_marketing_tools.statistics.inference import (
    Alternative,
    Inference,
    Interval,
    checked_confidence,
    checked_share,
    undefined,
)
from ag2_marketing_tools.statistics.proportions import Proportion, wilson_corrected_bounds
from ag2_marketing_tools.statistics.roots import root

EXACT = "exact binomial test, Clopper-Pearson interval"


def exact_proportion(
    proportion: Proportion,
    rate: float,
    *,
    confidence: float = 0.95,
    alternative: Alternative = "two-sided",
) -> Inference:
    """Test one proportion against a given rate exactly, with Clopper and Pearson's interval.

    Two-sided: the probability of all counts that are no likelier than the observed one. R's `binom.test` gives the
    same.

    Source: Clopper and Pearson (1934), Biometrika 26; Conover (1971), Practical Nonparametric Statistics.
    """
    checked_share("Rate", rate)
    tail = 1.0 - checked_confidence(confidence)
    tail = 0.5 * tail if alternative == "two-sided" else tail
    x, n = proportion.successes, proportion.trials
    if not n:
        return undefined(EXACT, "There are no units.")
    if alternative == "two-sided":
        p_value = binomial_two_sided(x, n, rate)
    else:
        p_value = binomial_tail(x, n, rate) if alternative == "greater" else binomial_cdf(x, n, rate)
    lower = 0.0 if x == 0 else beta_quantile(tail, x, n - x + 1)
    upper = 1.0 if x == n else 1.0 - beta_quantile(tail, n - x, x + 1)
    return Inference(
        EXACT,
        x / n,
        interval=Interval(
            None if alternative == "less" else lower, None if alternative == "greater" else upper, confidence
        ),
        p_value=p_value,
        alternative=alternative,
    )


def wald_interval(
    proportion: Proportion, *, confidence: float = 0.95, corrected: bool = False
) -> Interval | None:
    """Return the textbook interval (method 1), or the one with continuity correction (method 2), within 0 and 1."""
    z = _z(confidence)
    x, n = proportion.successes, proportion.trials
    if not n:
        return None
    rate = x / n
    half = z * math.sqrt(rate * (1.0 - rate) / n) + (0.5 / n if corrected else 0.0)
    return Interval(max(0.0, rate - half), min(1.0, rate + half), confidence)


def wilson_corrected(proportion: Proportion, *, confidence: float = 0.95) -> Interval | None:
    """Return Wilson's interval with continuity correction (method 4), as R's `prop.test` reports."""
    z = _z(confidence)
    if not proportion.trials:
        return None
    return Interval(*wilson_corrected_bounds(proportion, z), confidence)


def mid_p_interval(proportion: Proportion, *, confidence: float = 0.95) -> Interval | None:
    """Return the rates whose tails, with the observed count half in them, hold enough (method 6)."""
    tail = 0.5 * (1.0 - checked_confidence(confidence))
    x, n = proportion.successes, proportion.trials
    if not n:
        return None

    def upper_tail(rate: float) -> float:
        return 0.5 * (binomial_tail(x, n, rate) + binomial_tail(x + 1, n, rate)) - tail

    def lower_tail(rate: float) -> float:
        return 0.5 * (binomial_cdf(x, n, rate) + binomial_cdf(x - 1, n, rate)) - tail

    lower = 0.0 if x == 0 else root(upper_tail, 0.0, x / n)
    return Interval(lower, 1.0 if x == n else root(lower_tail, x / n, 1.0), confidence)


def likelihood_interval(proportion: Proportion, *, confidence: float = 0.95) -> Interval | None:
    """Return the rates whose log likelihood lies within z squared / 2 of the highest (method 7)."""
    allowed = 0.5 * _z(confidence) ** 2
    x, n = proportion.successes, proportion.trials
    if not n:
        return None

    def log_likelihood(rate: float) -> float:
        hits = x * math.log(rate) if x else 0.0
        return hits + ((n - x) * math.log1p(-rate) if x < n else 0.0)

    best = log_likelihood(x / n)

    def excess(rate: float) -> float:
        return best - log_likelihood(rate) - allowed

    tiny = 1e-300
    lower = 0.0 if x == 0 else root(excess, tiny, x / n)
    upper = 1.0 if x == n else root(excess, x / n, math.nextafter(1.0, 0.0))
    return Interval(lower, upper, confidence)


def agresti_coull(proportion: Proportion, *, confidence: float = 0.95) -> Interval | None:
    """Return Wald's interval after z squared / 2 successes and failures were added, within 0 and 1.

    Source: Agresti and Coull (1998), Approximate is better than "exact" for interval estimation of binomial
    proportions, Am. Stat. 52.
    """
    z = _z(confidence)
    if not proportion.trials:
        return None
    n = proportion.trials + z * z
    centre = (proportion.successes + 0.5 * z * z) / n
    half = z * math.sqrt(centre * (1.0 - centre) / n)
    return Interval(max(0.0, centre - half), min(1.0, centre + half), confidence)


def credible_interval(
    proportion: Proportion, *, prior: tuple[float, float] = (0.5, 0.5), confidence: float = 0.95
) -> Interval:
    """Return the central interval of a rate's beta posterior; by default with Jeffreys' prior.

    Args:
        proportion: Successes and trials; without trials it is the prior's own interval.
        prior: The two parameters of the beta prior, positive.
        confidence: Probability within.

    Source: Brown, Cai and DasGupta (2001), Interval estimation for a binomial proportion, Statistical Science 16.
    """
    tail = 0.5 * (1.0 - checked_confidence(confidence))
    a, b = prior[0] + proportion.successes, prior[1] + proportion.trials - proportion.successes
    return Interval(beta_quantile(tail, a, b), 1.0 - beta_quantile(tail, b, a), confidence)


def _z(confidence: float) -> float:
    return normal_upper_quantile(0.5 * (1.0 - checked_confidence(confidence)))

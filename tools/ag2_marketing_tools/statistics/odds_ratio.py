"""The odds ratio of a 2 x 2 table with its exact interval, and the mid-p version of Fisher's test.

Given its margins, the count of one cell follows Fisher's non-central hypergeometric distribution, whose
parameter is the odds ratio: the estimate maximises its likelihood, the interval holds the odds ratios that
neither tail rejects. R's `fisher.test` gives the same.

Sources: Fisher (1935), The logic of inductive inference, J. R. Stat. Soc. 98; Cornfield (1956), A statistical
problem arising from retrospective studies, Proc. 3rd Berkeley Symposium 4; Lancaster (1961), Significance tests in
discrete distributions, J. Am. Stat. Assoc. 56 (mid-p).
"""

from __future__ import annotations

import math
from collections.abc import Callable

from ag2_marketing_tools.statistics.distributions import log_choose
from ag2_marketing_tools.statistics.inference import (
    Alternative,
    Inference,
    Interval,
    checked_confidence,
    undefined,
)
from ag2_marketing_tools.statistics.proportions import Proportion
from ag2_marketing_tools.statistics.roots import root
from ag2_marketing_tools.statistics.score import NO_TRIALS, NO_VARIATION
from ag2_marketing_tools.statistics.small_samples import fisher_exact

METHOD = "conditional odds ratio, Fisher's exact test"
_FARTHEST = 700.0
_TIES = 1e-7


class _Table:
    """The treatment's successes, given the margins."""

    def __init__(self, treatment: Proportion, control: Proportion) -> None:
        successes = treatment.successes + control.successes
        self.observed = treatment.successes
        self.low = max(0, successes - control.trials)
        self.high = min(treatment.trials, successes)
        self._logs = [
            log_choose(treatment.trials, k) + log_choose(control.trials, successes - k)
            for k in range(self.low, self.high + 1)
        ]

    def chances(self, log_odds: float) -> list[float]:
        """Probability of each possible count at an odds ratio."""
        logs = [log + k * log_odds for k, log in enumerate(self._logs, self.low)]
        top = max(logs)
        weights = [math.exp(log - top) for log in logs]
        total = math.fsum(weights)
        return [weight / total for weight in weights]

    def mean(self, log_odds: float) -> float:
        return math.fsum(k * chance for k, chance in enumerate(self.chances(log_odds), self.low))

    def tail(self, log_odds: float, *, upper: bool) -> float:
        """Probability of the observed count or more, or or less."""
        place, chances = self.observed - self.low, self.chances(log_odds)
        return math.fsum(chances[place:] if upper else chances[: place + 1])


def odds_ratio(
    treatment: Proportion,
    control: Proportion,
    *,
    confidence: float = 0.95,
    alternative: Alternative = "two-sided",
) -> Inference:
    """Return the odds ratio treatment / control: conditional estimate, exact interval, Fisher's p-value.

    Args:
        treatment: Successes and trials.
        control: Successes and trials.
        confidence: Level of the interval, which covers at least that.
        alternative: Tails; the interval is open on the side not asked about.

    Where the estimate is infinite it is `None`, with the reason, beside its lower bound.
    """
    tail = 1.0 - checked_confidence(confidence)
    tail = 0.5 * tail if alternative == "two-sided" else tail
    if not treatment.trials or not control.trials:
        return undefined(METHOD, NO_TRIALS)
    table = _Table(treatment, control)
    if table.low == table.high:
        return undefined(METHOD, NO_VARIATION)
    lower = upper = None
    if alternative != "less":
        lower = 0.0 if table.observed == table.low else _solved(lambda x: table.tail(x, upper=True) - tail)
    if alternative != "greater" and table.observed < table.high:
        upper = _solved(lambda x: tail - table.tail(x, upper=False))
    estimate: float | None = None
    if table.observed < table.high:
        estimate = 0.0 if table.observed == table.low else _solved(lambda x: table.mean(x) - table.observed)
    return Inference(
        METHOD,
        estimate,
        interval=Interval(lower, upper, confidence),
        p_value=fisher_exact(treatment, control, alternative=alternative),
        alternative=alternative,
        reason=None if estimate is not None else "One cell is empty, so the odds ratio has no finite value.",
    )


def fisher_mid_p(
    treatment: Proportion, control: Proportion, *, alternative: Alternative = "two-sided"
) -> float | None:
    """Return Fisher's p-value less half the probability of what is as extreme as observed, no more.

    `None` if an arm has no trials. It errs a little more often than alpha at some rates, but far closer to it than
    the exact test. Two-sided, all tables that are just as likely as the observed one count half.
    """
    exact = fisher_exact(treatment, control, alternative=alternative)
    if exact is None:
        return None
    table = _Table(treatment, control)
    chances = table.chances(0.0)
    observed = chances[table.observed - table.low]
    ties = [chance for chance in chances if abs(chance - observed) <= _TIES * observed]
    return exact - 0.5 * (math.fsum(ties) if alternative == "two-sided" else observed)


def _solved(rising: Callable[[float], float]) -> float:
    """The odds ratio at which a rising function of its logarithm is 0."""
    return math.exp(root(rising, -_FARTHEST, _FARTHEST, tolerance=1e-12))

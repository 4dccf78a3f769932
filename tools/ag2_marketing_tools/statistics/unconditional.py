"""Exact tests and intervals of two proportions that do not fix the number of successes.

Every outcome of the two arms is ordered by a score statistic; a tail's probability is the highest that any pair of
rates with the supposed difference gives it. Less conservative than Fisher's test, and far slower: for small arms.

Sources: Chan and Zhang (1999), Test-based exact confidence intervals for the difference of two binomial
proportions, Biometrics 55; Suissa and Shuster (1985), Exact unconditional sample sizes for the 2 x 2 binomial trial,
J. R. Stat. Soc. A 148; Santner and Snell (1980), Small-sample confidence intervals for p1 - p2 and p1 / p2 in 2 x 2
contingency tables, J. Am. Stat. Assoc. 75 (`by_score=False`).
"""

from __future__ import annotations

import math
from typing import Any

from ag2_marketing_tools.statistics.distributions import numpy, special
from ag2_marketing_tools.statistics.inference import (
    Alternative,
    Interval,
    checked_confidence,
)
from ag2_marketing_tools.statistics.proportions import Proportion
from ag2_marketing_tools.statistics.roots import root
from ag2_marketing_tools.statistics.score import restricted_rates, score_statistic

MOST_OUTCOMES = 10_000
"""Outcomes ((n + 1) times (m + 1)) up to which these methods answer, which then may take seconds."""
_GRID = 200
_TIES = 1e-9
_TOLERANCE = 1e-6


def suissa_shuster(
    treatment: Proportion, control: Proportion, *, alternative: Alternative = "two-sided"
) -> float | None:
    """Return the exact unconditional p-value of equal proportions, ordered by the pooled z statistic.

    `None` if an arm has no trials or the outcomes are more than `MOST_OUTCOMES`.
    """
    if not _answerable(treatment, control):
        return None
    if alternative == "less":
        treatment, control = control, treatment
    np = numpy()
    n, m = treatment.trials, control.trials
    x, y = np.arange(n + 1)[:, None], np.arange(m + 1)[None, :]
    pooled = (x + y) / (n + m)
    variance = pooled * (1.0 - pooled) * (1.0 / n + 1.0 / m)
    z = np.where(variance > 0.0, (x / n - y / m) / np.sqrt(np.where(variance > 0.0, variance, 1.0)), 0.0)
    z = np.abs(z) if alternative == "two-sided" else z
    extreme = z >= z[treatment.successes, control.successes] - _TIES
    return _highest(extreme, 0.0)


def chan_zhang(
    treatment: Proportion, control: Proportion, *, confidence: float = 0.95, by_score: bool = True
) -> Interval | None:
    """Return the differences that neither of two exact one-sided tests rejects: coverage of at least `confidence`.

    Args:
        treatment: Successes and trials.
        control: Successes and trials.
        confidence: Level; half of the rest in each tail.
        by_score: Order outcomes by the score statistic at each difference (Chan and Zhang), else by the difference
            of the observed shares alone (Santner and Snell), which is more conservative.

    `None` if an arm has no trials or the outcomes are more than `MOST_OUTCOMES`.
    """
    tail = 0.5 * (1.0 - checked_confidence(confidence))
    if not _answerable(treatment, control):
        return None
    lower = _lower_bound(treatment, control, tail, by_score=by_score)
    upper = -_lower_bound(control, treatment, tail, by_score=by_score)
    return Interval(lower, upper, confidence)


def profile_exact(
    treatment: Proportion, control: Proportion, *, confidence: float = 0.95, mid_p: bool = False
) -> Interval | None:
    """Return the differences whose tails hold enough at their likeliest pair of rates.

    With `mid_p` outcomes of just the observed difference count half. `None` as for `chan_zhang`.

    Source: Newcombe (1998), Interval estimation for the difference between independent proportions, Stat. Med. 17:873,
    methods 8 and 9.
    """
    tail = 0.5 * (1.0 - checked_confidence(confidence))
    if not _answerable(treatment, control):
        return None
    lower = _profile_bound(treatment, control, tail, 0.5 if mid_p else 1.0)
    upper = -_profile_bound(control, treatment, tail, 0.5 if mid_p else 1.0)
    return Interval(lower, upper, confidence)


def _profile_bound(treatment: Proportion, control: Proportion, tail: float, share_of_ties: float) -> float:
    np = numpy()
    n, m = treatment.trials, control.trials
    observed = treatment.successes / n - control.successes / m
    gaps = np.arange(n + 1)[:, None] / n - np.arange(m + 1)[None, :] / m - observed
    weights = np.where(gaps > _TIES, 1.0, np.where(gaps < -_TIES, 0.0, share_of_ties))

    def excess(difference: float) -> float:
        p, q = restricted_rates(treatment, control, difference)
        chances = _binomials(n, np.array([p]))[0][:, None] * _binomials(m, np.array([q]))[0][None, :]
        return float(np.sum(weights * chances)) - tail

    if observed <= -1.0 or excess(-1.0) >= 0.0:
        return -1.0
    return root(excess, -1.0, observed, tolerance=1e-9)


def _lower_bound(treatment: Proportion, control: Proportion, tail: float, *, by_score: bool) -> float:
    """The largest difference such that no smaller one gives the observed outcome or above more than `tail`."""
    low, high = -1.0, treatment.successes / treatment.trials - control.successes / control.trials

    def rejected(difference: float) -> bool:
        extreme = _above(treatment, control, difference, by_score=by_score)
        return _highest(extreme, difference) <= tail

    if not rejected(low + _TOLERANCE):
        return -1.0
    while high - low > _TOLERANCE:
        middle = 0.5 * (low + high)
        low, high = (middle, high) if rejected(middle) else (low, middle)
    return 0.5 * (low + high)


def _above(treatment: Proportion, control: Proportion, difference: float, *, by_score: bool) -> Any:
    """Outcomes whose statistic against `difference` is at least the observed one's."""
    np = numpy()
    n, m = treatment.trials, control.trials
    if by_score:
        rows = [
            [score_statistic(Proportion(x, n), Proportion(y, m), difference) for y in range(m + 1)]
            for x in range(n + 1)
        ]
        z = np.array(rows)
    else:
        z = np.arange(n + 1)[:, None] / n - np.arange(m + 1)[None, :] / m
    return z >= z[treatment.successes, control.successes] - _TIES


def _highest(extreme: Any, difference: float) -> float:
    """The highest probability of a set of outcomes over all pairs of rates that differ by `difference`."""
    np = numpy()
    low, high = max(0.0, -difference), min(1.0, 1.0 - difference)
    best, width = low, high - low
    top = 0.0
    for _ in range(3):  # a grid over the whole range, then twice about its best point
        rates = np.clip(np.linspace(best - width, best + width, 2 * _GRID + 1), low, high)
        chances = _probabilities(extreme, np.unique(rates), difference)
        place = int(np.argmax(chances))
        best, top = float(np.unique(rates)[place]), max(top, float(chances[place]))
        width /= _GRID / 2
    return min(1.0, top)


def _probabilities(extreme: Any, rates: Any, difference: float) -> Any:
    """Probability of a set of outcomes at each control rate."""
    np = numpy()
    n, m = extreme.shape[0] - 1, extreme.shape[1] - 1
    x = _binomials(n, np.clip(rates + difference, 0.0, 1.0))
    y = _binomials(m, rates)
    return np.einsum("ri,ij,rj->r", x, extreme.astype(float), y, optimize=True)


def _binomials(trials: int, rates: Any) -> Any:
    """Binomial probabilities, one row per rate."""
    np = numpy()
    k = np.arange(trials + 1)
    log = special().xlogy(k, rates[:, None]) + special().xlog1py(trials - k, -rates[:, None])
    choose = math.lgamma(trials + 1) - special().gammaln(k + 1) - special().gammaln(trials - k + 1)
    return np.exp(log + choose)


def _answerable(treatment: Proportion, control: Proportion) -> bool:
    outcomes = (treatment.trials + 1) * (control.trials + 1)
    return bool(treatment.trials and control.trials) and outcomes <= MOST_OUTCOMES

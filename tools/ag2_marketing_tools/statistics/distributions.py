"""Tails and quantiles of the distributions that tests need, each accurate far out.

Upper tails are survival functions and upper quantiles take the tail's own probability, so that nothing is
ever the difference of 1 and a number close to 1 (2 * (1 - cdf) is exactly 0 beyond 8.3 standard errors).
This is the only module that knows scipy, and it loads `scipy.special` when first used.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any

_ROOT_TWO = math.sqrt(2.0)
_ROOT_TWO_PI = math.sqrt(2.0 * math.pi)


@cache
def special() -> Any:
    """`scipy.special`, imported on first use; its functions are typed where they are wrapped below."""
    from scipy import special as functions  # type: ignore[import-untyped]

    return functions


def normal_density(z: float) -> float:
    """Density of the standard normal distribution at `z`."""
    return math.exp(-0.5 * z * z) / _ROOT_TWO_PI


def normal_tail(z: float) -> float:
    """P(Z >= z) of a standard normal Z; keeps its digits to z = 37, where a double ends."""
    return 0.5 * math.erfc(z / _ROOT_TWO)


def normal_upper_quantile(tail: float) -> float:
    """The z with P(Z >= z) = `tail`, 0 < tail < 1."""
    return -float(special().ndtri(tail))


def t_tail(t: float, degrees_of_freedom: float | None) -> float:
    """P(T >= t) of Student's t; `None` degrees of freedom stand for the normal limit."""
    if degrees_of_freedom is None:
        return normal_tail(t)
    return float(special().stdtr(degrees_of_freedom, -t))


def t_upper_quantile(tail: float, degrees_of_freedom: float | None) -> float:
    """The t with P(T >= t) = `tail`, 0 < tail < 1; `None` degrees of freedom stand for the normal limit."""
    if degrees_of_freedom is None:
        return normal_upper_quantile(tail)
    return -float(special().stdtrit(degrees_of_freedom, tail))


def noncentral_t_tail(t: float, degrees_of_freedom: float, noncentrality: float) -> float:
    """P(T >= t) of the non-central t, as the lower tail of its mirror image."""
    return float(special().nctdtr(degrees_of_freedom, -noncentrality, -t))


def chi_square_tail(statistic: float, degrees_of_freedom: float) -> float:
    """P(X >= statistic) of chi-square."""
    return float(special().chdtrc(degrees_of_freedom, statistic))


def binomial_cdf(successes: int, trials: int, rate: float) -> float:
    """P(X <= successes) of a binomial X; 0 below 0, 1 from `trials` on."""
    if successes < 0:
        return 0.0
    if successes >= trials:
        return 1.0
    return float(special().betaincc(successes + 1, trials - successes, rate))


def binomial_tail(successes: int, trials: int, rate: float) -> float:
    """P(X >= successes) of a binomial X."""
    if successes <= 0:
        return 1.0
    if successes > trials:
        return 0.0
    return float(special().betainc(successes, trials - successes + 1, rate))


def beta_cdf(value: float, a: float, b: float) -> float:
    """P(X <= value) of a beta distribution; 0 below 0 and 1 above 1."""
    return float(special().betainc(a, b, min(max(value, 0.0), 1.0)))


def beta_quantile(probability: float, a: float, b: float) -> float:
    """The value below which a beta distribution holds `probability`."""
    return float(special().betaincinv(a, b, probability))


def log_choose(n: int, k: int) -> float:
    """Logarithm of the binomial coefficient."""
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)

"""Tails and quantiles of the distributions that tests need, each accurate far out.

Upper tails are survival functions and upper quantiles take the tail's own probability, so that nothing is
ever the difference of 1 and a number close to 1 (2 * (1 - cdf) is exactly 0 beyond 8.3 standard errors).
This is the only module that knows scipy, and it loads `scipy.special` when first used.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any

_ROOT_TWO = math.sqrt(2.0)
_ROOT_TWO_PI = math.sqrt(2.0 * math.pi)
_TIES = 1e-7
_FEW, _VERY_MANY = 200, 1_000_000


@cache
def special() -> Any:
    """`scipy.special`, imported on first use; its functions are typed where they are wrapped below."""
    from scipy import special as functions  # type: ignore[import-untyped]

    return functions


@cache
def numpy() -> Any:
    """Numpy, which scipy brings, imported on first use: for the few methods that go through large tables."""
    import numpy as arrays

    return arrays


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
    """P(T >= t) of the non-central t, as the lower tail of its mirror image.

    Where scipy's series has no answer (NaN, far out in the tail that the effect does not point to), the normal tail
    is averaged over the distribution of the standard deviation (from 1 degree on, to within 1e-8).
    """
    tail = float(special().nctdtr(degrees_of_freedom, -noncentrality, -t))
    return tail if math.isfinite(tail) else _averaged_tail(t, degrees_of_freedom, noncentrality)


def _averaged_tail(t: float, degrees_of_freedom: float, noncentrality: float) -> float:
    half = 0.5 * degrees_of_freedom
    low, high = (
        math.sqrt(float(special().chdtri(degrees_of_freedom, tail)) / degrees_of_freedom)
        for tail in (1.0 - 1e-12, 1e-12)
    )
    places, weights = special().roots_legendre(200)
    total = 0.0
    for place, weight in zip(places.tolist(), weights.tolist(), strict=True):
        ratio = low + 0.5 * (1.0 + place) * (high - low)
        log_density = 2.0 * half * math.log(ratio) - half * ratio * ratio + half * math.log(half)
        density = 2.0 / ratio * math.exp(log_density - math.lgamma(half))
        total += 0.5 * (high - low) * weight * density * normal_tail(t * ratio - noncentrality)
    return min(1.0, max(0.0, total))


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


def binomial_two_sided(successes: int, trials: int, rate: float) -> float:
    """P of all counts of a binomial X that are no likelier than `successes`, by its two tails."""
    mean = trials * rate
    limit = _log_binomial(successes, trials, rate) + _TIES
    if successes == mean:
        return 1.0
    if successes < mean:
        end = _first(lambda k: _log_binomial(k, trials, rate) <= limit, math.ceil(mean), trials + 1)
        other = binomial_tail(end, trials, rate)
        return min(1.0, binomial_cdf(successes, trials, rate) + other)
    end = _first(lambda k: _log_binomial(k, trials, rate) > limit, 0, math.floor(mean) + 1)
    return min(1.0, binomial_cdf(end - 1, trials, rate) + binomial_tail(successes, trials, rate))


def _first(holds: Callable[[int], bool], low: int, high: int) -> int:
    """The first number from `low` on for which a condition holds that holds from some number on; `high` if none."""
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low


def _log_binomial(successes: int, trials: int, rate: float) -> float:
    if not 0 <= successes <= trials:
        return -math.inf
    failures = trials - successes
    return log_choose(trials, successes) + successes * math.log(rate) + failures * math.log1p(-rate)


def beta_cdf(value: float, a: float, b: float) -> float:
    """P(X <= value) of a beta distribution; 0 below 0 and 1 above 1."""
    return float(special().betainc(a, b, min(max(value, 0.0), 1.0)))


def beta_quantile(probability: float, a: float, b: float) -> float:
    """The value below which a beta distribution holds `probability`."""
    return float(special().betaincinv(a, b, probability))


def chi_square_upper_quantile(tail: float, degrees_of_freedom: float) -> float:
    """The value with P(X >= value) = `tail` of chi-square."""
    return float(special().chdtri(degrees_of_freedom, tail))


def poisson_cdf(events: int, mean: float) -> float:
    """P(X <= events) of a Poisson X; 0 below 0."""
    return float(special().pdtr(events, mean)) if events >= 0 else 0.0


def poisson_tail(events: int, mean: float) -> float:
    """P(X >= events) of a Poisson X."""
    return float(special().pdtrc(events - 1, mean)) if events > 0 else 1.0


def log_poisson(events: int, mean: float) -> float:
    """Logarithm of P(X = events) of a Poisson X with a positive mean."""
    return events * math.log(mean) - mean - math.lgamma(events + 1)


def log_choose(n: int, k: int) -> float:
    """Logarithm of the binomial coefficient; of few out of very many by its factors, which keep their digits."""
    few = min(k, n - k)
    if few <= _FEW and n > _VERY_MANY:
        return math.fsum(math.log((n - i) / (i + 1)) for i in range(few))
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)

"""Curves that a sum of independent terms crosses at any time with at most a given probability.

`sequential.normal_mixture_bound` is the two-sided one that experiments use; these are its relatives of the same
paper, for one side, for sums with heavier tails, and with the growth of the law of the iterated logarithm.

Source: Howard, Ramdas, McAuliffe and Sekhon (2021), Time-uniform, nonparametric, nonasymptotic confidence
sequences, Annals of Statistics 49(2). Variance (intrinsic time) is accumulated, in the squared unit of the sum.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.statistics.distributions import normal_tail, special
from ag2_marketing_tools.statistics.inference import checked_share
from ag2_marketing_tools.statistics.roots import root
from ag2_marketing_tools.statistics.sequential import normal_mixture_tuning


def one_sided_tuning(best_at: float, alpha: float) -> float:
    """Return the rho with which the one-sided mixtures are about tightest at an accumulated variance."""
    return normal_mixture_tuning(best_at, 2.0 * alpha)


def log_one_sided_normal_mixture(total: float, variance: float, tuning: float) -> float:
    """Return the logarithm of the normal mixture over positive effects at a sum and its variance (section 3.2)."""
    both = variance + tuning
    share = normal_tail(-total / math.sqrt(both))
    return 0.5 * math.log(4.0 * tuning / both) + total * total / (2.0 * both) + math.log(max(share, 1e-300))


def one_sided_normal_mixture_bound(variance: float, alpha: float, tuning: float) -> float:
    """Return the sum that the one-sided normal mixture reaches with probability `alpha` over all times."""
    checked_share("Alpha", alpha)
    line = -math.log(alpha)
    return _first_above(lambda total: log_one_sided_normal_mixture(total, variance, tuning) - line, variance)


def log_gamma_exponential_mixture(total: float, variance: float, tuning: float, scale: float) -> float:
    """Return the logarithm of the gamma-exponential mixture, for terms with exponential tails (proposition 9).

    Args:
        total: The sum.
        variance: Intrinsic time.
        tuning: rho, see `one_sided_tuning`.
        scale: c of the sub-exponential (or sub-gamma) terms, positive, in the unit of the sum.
    """
    functions, square = special(), scale * scale
    a, b, x = tuning / square, variance / square, (scale * total + variance) / square
    leading = a * math.log(a) - math.lgamma(a) - math.log(float(functions.gammainc(a, a)))
    inner = math.lgamma(a + b) + math.log(max(float(functions.gammainc(a + b, x + a)), 1e-300))
    return leading + inner - (a + b) * math.log(x + a) + x


def gamma_exponential_mixture_bound(variance: float, alpha: float, tuning: float, scale: float) -> float:
    """Return the sum that the gamma-exponential mixture reaches with probability `alpha` over all times."""
    checked_share("Alpha", alpha)
    line = -math.log(alpha)
    return _first_above(
        lambda total: log_gamma_exponential_mixture(total, variance, tuning, scale) - line, variance
    )


def polynomial_stitching_bound(
    variance: float,
    alpha: float,
    *,
    start: float,
    scale: float = 0.0,
    exponent: float = 1.4,
    spacing: float = 2.0,
) -> float:
    """Return the stitched boundary, which grows as the square root of variance times log log variance (theorem 1).

    Args:
        variance: Intrinsic time.
        alpha: Crossing probability over all times, one side.
        start: Intrinsic time from which the boundary is meant; it is flat before.
        scale: c of sub-gamma terms; 0 for sub-Gaussian ones.
        exponent: s, above 1: how the error is spread over epochs.
        spacing: eta, above 1: the ratio of one epoch to the next.
    """
    checked_share("Alpha", alpha)
    if not (start > 0.0 and exponent > 1.0 and spacing > 1.0):
        raise InvalidInput("The start must be positive, exponent and spacing above 1.")
    time = max(variance, start)
    zeta = float(special().zeta(exponent))
    level = exponent * math.log(math.log(spacing * time / start))
    level += math.log(zeta / (alpha * math.log(spacing) ** exponent))
    first = (spacing**0.25 + spacing**-0.25) / math.sqrt(2.0)
    second = 0.5 * (math.sqrt(spacing) + 1.0) * scale * level
    return math.sqrt(first * first * time * level + second * second) + second


def _first_above(log_mixture: Callable[[float], float], variance: float) -> float:
    """Where a mixture that grows with the sum crosses its line."""
    high = math.sqrt(variance) + 1.0
    while log_mixture(high) < 0.0:
        high *= 2.0
    return root(log_mixture, 0.0, high, tolerance=1e-10)

"""How fast looks may spend an error probability: functions of the share of the information.

Each takes the error of one side and a share of the planned information, and returns what is spent by then; it
rises from 0 to the whole error. The families return the same function for the same parameter.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.statistics.distributions import normal_tail, normal_upper_quantile

Spending = Callable[[float, float], float]


def pocock_spending(alpha: float, fraction: float) -> float:
    """Return the error spent by a share of the information, after Pocock's bounds.

    Source: Lan and DeMets (1983), Discrete sequential boundaries for clinical trials, Biometrika 70.
    """
    return alpha * math.log1p((math.e - 1.0) * _held(fraction))


def obrien_fleming_spending(alpha: float, fraction: float) -> float:
    """Return the one-sided error spent by a share of the information, after O'Brien and Fleming's bounds.

    Source: Lan and DeMets (1983), Biometrika 70.
    """
    if fraction <= 0.0:
        return 0.0
    return 2.0 * normal_tail(normal_upper_quantile(0.5 * alpha) / math.sqrt(_held(fraction)))


@lru_cache(maxsize=64)
def hwang_shih_decani_spending(gamma: float) -> Spending:
    """Return a spending function of the truncated exponential family.

    Args:
        gamma: -4 is close to O'Brien and Fleming's bounds, 1 to Pocock's, 0 spends evenly.

    Source: Hwang, Shih and De Cani (1990), Group sequential designs using a family of type I error probability
    spending functions, Stat. Med. 9.
    """
    if not math.isfinite(gamma):
        raise InvalidInput(f"Gamma {gamma!r} is not a finite number.")

    def spent(alpha: float, fraction: float) -> float:
        share = _held(fraction)
        return alpha * (share if gamma == 0.0 else math.expm1(-gamma * share) / math.expm1(-gamma))

    return spent


@lru_cache(maxsize=64)
def kim_demets_spending(power: float) -> Spending:
    """Return a spending function of the power family, alpha * share ** power.

    Args:
        power: Above 0; 1 spends evenly, 3 is close to O'Brien and Fleming's bounds.

    Source: Kim and DeMets (1987), Design and analysis of group sequential tests based on the type I error
    spending rate function, Biometrika 74.
    """
    if not 0.0 < power < math.inf:
        raise InvalidInput(f"A power of {power!r} is not positive.")

    def spent(alpha: float, fraction: float) -> float:
        return float(alpha * _held(fraction) ** power)

    return spent


def _held(fraction: float) -> float:
    return min(1.0, max(0.0, fraction))

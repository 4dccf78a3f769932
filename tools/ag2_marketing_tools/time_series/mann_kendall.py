"""Is there a trend at all? Mann and Kendall's test on ranks, with ties, autocorrelation and seasons.

Mann (1945), Nonparametric tests against trend, Econometrica 13; Kendall (1975), Rank Correlation Methods (ties, and
the exact distribution); Hirsch, Slack and Smith (1982), Water Resources Research 18 (seasons); Hamed and Rao (1998), A
modified Mann-Kendall trend test for autocorrelated data, Journal of Hydrology 204 (variance).

Hamed and Rao's own choice of lags rejects 7 to 10 % of series without trend or autocorrelation at a nominal 5 %, and
more than 20 % at a lag-1 autocorrelation of 0.5 (24 values). The default here keeps their factor, but reckons it from
the lag-1 autocorrelation alone, freed from the bias that removing a line brings (Marriott and Pope 1954, Bias in the
estimation of autocorrelations, Biometrika 41), and never lets it shrink the variance: see `benchmarks/`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ag2_marketing_tools.statistics.distributions import normal_tail, normal_upper_quantile, numpy
from ag2_marketing_tools.time_series.facts import rule, whole

Array = Any
Autocorrelation = Literal["lag-1", "hamed-rao", "none"]


@dataclass(frozen=True, slots=True)
class MannKendall:
    """The test's answer: S, its variance, z with continuity correction, two-sided p, and how it was reckoned."""

    score: float
    variance: float
    z: float
    p_value: float
    tau: float
    method: str
    factor: float = 1.0


def score(values: Sequence[float]) -> float:
    """Return S: pairs that rise minus pairs that fall."""
    np = numpy()
    x = np.asarray(values, dtype=float)
    return float(sum(int(np.sign(x[i + 1 :] - x[i]).sum()) for i in range(len(x) - 1)))


def variance_of_score(values: Sequence[float]) -> float:
    """Return the variance of S without trend, with Kendall's correction for ties."""
    n = len(values)
    ties = sum(t * (t - 1) * (2 * t + 5) for t in Counter(values).values())
    return (n * (n - 1) * (2 * n + 5) - ties) / 18.0


def exact_p(values_score: float, n: int) -> float:
    """Return the two-sided p of S among all orders of `n` distinct values (Kendall 1975, by inversions)."""
    counts = [1]
    for size in range(2, n + 1):
        longer = [0] * (len(counts) + size - 1)
        for inversions, ways in enumerate(counts):
            for more in range(size):
                longer[inversions + more] += ways
        counts = longer
    pairs = n * (n - 1) // 2
    few = round((pairs - abs(values_score)) / 2)
    return min(1.0, 2.0 * sum(counts[: few + 1]) / math.factorial(n))


def autocorrelations(values: Array) -> Array:
    """Return the autocorrelations of all lags from 1 on (divisor n, as usual)."""
    np = numpy()
    x = values - values.mean()
    total = float((x * x).sum())
    n = len(x)
    if total <= 0.0:
        return np.zeros(max(0, n - 1))
    size = 1 << (2 * n - 1).bit_length()
    spectrum = np.fft.rfft(x, size)
    return np.fft.irfft(spectrum * np.conj(spectrum), size)[1:n] / total


def ranks(values: Array) -> Array:
    """Return ranks from 1 on; ties have their mean rank."""
    np = numpy()
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    return (last - 0.5 * (count - 1))[place]


def variance_factor(residuals: Array, autocorrelation: Autocorrelation) -> float:
    """Return what the variance of S is multiplied by for autocorrelation of the detrended values' ranks."""
    np, n = numpy(), len(residuals)
    if autocorrelation == "none" or n < 5:
        return 1.0
    digits = 12 - math.ceil(math.log10(float(abs(residuals).max()) or 1.0))
    r = autocorrelations(ranks(np.round(residuals, digits)))  # what differs by rounding alone is a tie
    lag = np.arange(1, n)
    weights = 2.0 * (n - lag) * (n - lag - 1) * (n - lag - 2) / (n * (n - 1) * (n - 2))
    if autocorrelation == "hamed-rao":
        significant = abs(r) > normal_upper_quantile(0.025) / math.sqrt(n)
        return 1.0 + float((weights * r * significant).sum())
    lag_1 = min(max((n * float(r[0]) + 2.0) / (n - 4), 0.0), rule("trend", "most_autocorrelation"))
    return 1.0 + float((weights * lag_1**lag).sum())


def mann_kendall(
    values: Sequence[float], *, residuals: Array | None = None, autocorrelation: Autocorrelation = "lag-1"
) -> MannKendall:
    """Test values in order of time for a monotone trend.

    Args:
        values: At least two.
        residuals: The values without their trend line (Sen's), for the autocorrelation; None: none is looked for.
        autocorrelation: How it enlarges the variance: `lag-1` (see the module), `hamed-rao` as published, or `none`.
    """
    n, s = len(values), score(values)
    factor = 1.0 if residuals is None else variance_factor(residuals, autocorrelation)
    method = _method(autocorrelation if residuals is not None else "none")
    plain = variance_of_score(values)
    if factor == 1.0 and n <= whole("trend", "exact_up_to") and len(set(values)) == n:
        z = _z(s, plain)
        return MannKendall(s, plain, z, exact_p(s, n), 2.0 * s / (n * (n - 1)), f"{method}, exact")
    return _answer(s, plain, factor, 0.5 * n * (n - 1), method)


def seasonal_mann_kendall(
    phases: Sequence[Sequence[float]],
    *,
    residuals: Array | None = None,
    autocorrelation: Autocorrelation = "lag-1",
) -> MannKendall:
    """Test the values of each phase of the season (all Januaries, all Februaries, …) for a trend that they share.

    Args:
        phases: Of each phase its values in order of time; S and its variance are summed over them.
        residuals: All values without season and trend, in order of time, for the autocorrelation.
        autocorrelation: As in `mann_kendall`; phases are independent of each other with `none`.
    """
    s = sum(score(phase) for phase in phases)
    plain = sum(variance_of_score(phase) for phase in phases)
    factor = 1.0 if residuals is None else variance_factor(residuals, autocorrelation)
    pairs = sum(0.5 * len(phase) * (len(phase) - 1) for phase in phases)
    method = f"seasonal {_method(autocorrelation if residuals is not None else 'none')}"
    return _answer(s, plain, factor, pairs, method)


def _answer(s: float, plain: float, factor: float, pairs: float, method: str) -> MannKendall:
    variance = plain * factor if factor > 0.0 else plain
    z = _z(s, variance)
    p = min(1.0, 2.0 * normal_tail(abs(z)))
    return MannKendall(s, variance, z, p, s / pairs if pairs else 0.0, method, factor)


def _z(s: float, variance: float) -> float:
    if variance <= 0.0 or s == 0.0:
        return 0.0
    return (s - math.copysign(1.0, s)) / math.sqrt(variance)


def _method(autocorrelation: Autocorrelation) -> str:
    return {
        "none": "Mann-Kendall",
        "hamed-rao": "Mann-Kendall, variance by Hamed and Rao",
        "lag-1": "Mann-Kendall, variance enlarged for autocorrelation",
    }[autocorrelation]

"""The error of one mean from its own observations, by resampling them.

Bias-corrected and accelerated (BCa) percentiles: Efron (1987), Better bootstrap confidence intervals, J. Am. Stat.
Assoc. 82. Resamples of n values spread by (n - 1) / n too little, and their percentiles follow the normal instead of
Student's t; the tails are widened for both: Hesterberg (2015), What teachers should know about the bootstrap, The
American Statistician 69 ("expanded percentiles").
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ag2_marketing_tools.comparison.evidence import Array, Evidence
from ag2_marketing_tools.comparison.facts import rules
from ag2_marketing_tools.statistics.distributions import normal_tail, numpy, special, t_tail, t_upper_quantile

_CELLS_AT_ONCE = 2_000_000


@dataclass(frozen=True)
class BootstrapEvidence:
    """The mean of `observations` with the sorted means of its resamples; arrays of one place."""

    resampled: Array
    units: int
    bias: float
    acceleration: float
    method: str = "bootstrap, BCa with widened tails"

    def bounds(self, error_rate: float) -> tuple[Array, Array]:
        """Return the BCa percentiles of the resampled means."""
        np = numpy()
        t = t_upper_quantile(0.5 * error_rate, float(self.units - 1))
        ends = [self._quantile(self._bent(sign * t * self._widening)) for sign in (-1.0, 1.0)]
        return np.array([ends[0]]), np.array([ends[1]])

    def above(self, level: float) -> Array:
        """Return the one-sided error rate at which the lower bound would just reach the level."""
        return numpy().array([t_tail(-self._straight(level), float(self.units - 1))])

    def below(self, level: float) -> Array:
        """Return the one-sided error rate at which the upper bound would just reach the level."""
        return numpy().array([t_tail(self._straight(level), float(self.units - 1))])

    def take(self, chosen: Array) -> Evidence:
        """Return itself: there is one place."""
        return self

    @property
    def _widening(self) -> float:
        return math.sqrt(self.units / (self.units - 1))

    def _bent(self, z: float) -> float:
        """The share of resamples below the BCa bound that lies `z` normal errors from the middle."""
        shifted = self.bias + z
        rest = 1.0 - self.acceleration * shifted
        if rest <= 0.0:
            return 1.0 if shifted > 0.0 else 0.0
        return 1.0 - normal_tail(self.bias + shifted / rest)

    def _straight(self, level: float) -> float:
        """The inverse: how many errors of Student's t the level lies from the middle."""
        total = len(self.resampled)
        below = float(numpy().searchsorted(self.resampled, level, side="left"))
        up_to = float(numpy().searchsorted(self.resampled, level, side="right"))
        share = min(max(0.5 * (below + up_to), 0.5), total - 0.5) / total
        bent = float(special().ndtri(share)) - self.bias
        rest = 1.0 + self.acceleration * bent
        shifted = bent / rest if rest > 0.0 else math.copysign(math.inf, bent)
        return (shifted - self.bias) / self._widening

    def _quantile(self, share: float) -> float:
        return float(numpy().quantile(self.resampled, min(max(share, 0.0), 1.0)))


def resampled(observations: Sequence[float], *, seed: int) -> BootstrapEvidence:
    """Resample observations; the same observations in any order and the same seed give the same evidence.

    Args:
        observations: At least two that are not all the same.
        seed: Of the generator.
    """
    np = numpy()
    values = np.sort(np.asarray(observations, dtype=float))
    n, times = len(values), rules().resamples
    rng = np.random.default_rng(seed)
    rows = max(1, _CELLS_AT_ONCE // n)
    parts = [
        values[rng.integers(0, n, size=(min(rows, times - start), n))].mean(axis=1)
        for start in range(0, times, rows)
    ]
    means = np.sort(np.concatenate(parts))
    mean = float(values.mean())
    deviations = values - mean
    spread = float((deviations**2).sum())
    acceleration = float((deviations**3).sum()) / (6.0 * spread**1.5)
    share = (float((means < mean).sum()) + 0.5 * float((means == mean).sum())) / times
    bias = float(special().ndtri(min(max(share, 0.5 / times), 1.0 - 0.5 / times)))
    return BootstrapEvidence(means, n, bias, acceleration)

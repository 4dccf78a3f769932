"""The score process of an experiment with planned looks, and the probability that it crosses a bound.

Recursive numerical integration over the continuation region, with Gauss-Legendre nodes: Armitage, McPherson and
Rowe (1969), Repeated significance tests on accumulating data, J. R. Stat. Soc. A 132; Jennison and Turnbull
(2000), Group Sequential Methods, chapter 19. Information is a share of the planned one; `drift` is the expected
z value at full information (0 under no effect).
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any, Literal

from ag2_marketing_tools.statistics.distributions import numpy, special

Sides = Literal[1, 2]
FARTHEST = 12.0
"""Standard errors beyond which nothing is integrated."""
_MOST_NODES = 400
_ROOT_TWO_PI = math.sqrt(2.0 * math.pi)


@lru_cache(maxsize=64)
def _nodes(count: int) -> tuple[Any, Any]:
    places, weights = special().roots_legendre(count)
    return places, weights


class ScoreProcess:
    """The process that has not yet crossed a bound: its density at nodes of the last look."""

    def __init__(self, sides: Sides, drift: float = 0.0) -> None:
        np = numpy()
        self._sides = sides
        self._drift = drift
        self._information = 0.0
        self._scores, self._masses = np.zeros(1), np.ones(1)

    def beyond(self, information: float, z: float) -> float:
        """Probability of reaching `z` or more at the next look, without a crossing before."""
        return self._tail(information, z, 1.0)

    def below(self, information: float, z: float) -> float:
        """Probability of `z` or less at the next look, without a crossing before."""
        return self._tail(information, -z, -1.0)

    def crossing(self, information: float, bound: float) -> float:
        """Probability of crossing `bound` (on either of the sides) at the next look, not before."""
        upper = self.beyond(information, bound)
        return upper if self._sides == 1 else upper + self.below(information, -bound)

    def advance(self, information: float, bound: float) -> None:
        """Go on to that look, keeping what did not cross."""
        np = numpy()
        gain = information - self._information
        step, scale = math.sqrt(gain), math.sqrt(information)
        centre = self._drift * information
        low_end, high_end = centre - FARTHEST * scale, centre + FARTHEST * scale
        high = min(bound * scale, high_end)
        low = max(-bound * scale, low_end) if self._sides == 2 else low_end
        if high <= low:  # nobody is left on this side of the bound
            self._scores, self._masses, self._information = np.zeros(1), np.zeros(1), information
            return
        count = min(_MOST_NODES, max(32, math.ceil(2.5 * (high - low) / step)))
        places, weights = _nodes(count)
        half = 0.5 * (high - low)
        scores = 0.5 * (high + low) + half * places
        gaps = (scores[:, None] - self._scores[None, :] - self._drift * gain) / step
        density = np.exp(-0.5 * gaps * gaps) @ self._masses / (step * _ROOT_TWO_PI)
        self._scores, self._masses, self._information = scores, density * weights * half, information

    def _tail(self, information: float, z: float, sign: float) -> float:
        gain = information - self._information
        step = math.sqrt(gain)
        gaps = (z * math.sqrt(information) - sign * (self._scores + self._drift * gain)) / step
        return float(special().ndtr(-gaps) @ self._masses)

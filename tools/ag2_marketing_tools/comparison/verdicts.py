"""From a figure and its error to a position: the claim that the figure makes, and whether its error allows it.

The stated rate of false verdicts: a figure whose true value does not lead (does not lag) is called so with a
probability of at most half of it, since each claim is tested one-sided at half of it; twice that probability is the
p-value. Saying "competitive" needs both: not below the floor, not at the ceiling.
"""

from __future__ import annotations

from ag2_marketing_tools.comparison.evidence import Array, Evidence
from ag2_marketing_tools.comparison.model import Position
from ag2_marketing_tools.comparison.scale import RESOLUTION, Scale
from ag2_marketing_tools.statistics.distributions import numpy

POSITIONS: tuple[Position, ...] = ("unmeasured", "lagging", "competitive", "leading", "inconclusive")
"""Positions by their code in arrays."""
UNMEASURED, LAGGING, COMPETITIVE, LEADING, INCONCLUSIVE = range(5)


def at_least(turned: Array, mark: float) -> Array:
    """Say which turned figures reach a mark, apart from rounding."""
    return turned >= mark - RESOLUTION * abs(mark)


def claims(turned: Array, scale: Scale) -> Array:
    """Return the codes of the positions at which figures stand by themselves."""
    np = numpy()
    if scale.floor is None or scale.ceiling is None:
        return np.full(np.shape(turned), INCONCLUSIVE, dtype=np.int8)
    above_floor = at_least(turned, scale.mark(scale.floor))
    leads = at_least(turned, scale.mark(scale.ceiling))
    return np.where(leads, LEADING, np.where(above_floor, COMPETITIVE, LAGGING)).astype(np.int8)


def better(evidence: Evidence, scale: Scale, mark: float) -> Array:
    """Return one-sided p-values for "the true figure is better than the mark"."""
    if scale.direction == "target":
        centre = scale.centre or 0.0
        return numpy().maximum(evidence.above(centre + mark), evidence.below(centre - mark))
    return evidence.below(-mark) if scale.direction == "lower" else evidence.above(mark)


def worse(evidence: Evidence, scale: Scale, mark: float) -> Array:
    """Return one-sided p-values for "the true figure is worse than the mark"."""
    if scale.direction == "target":
        centre = scale.centre or 0.0
        return numpy().minimum(evidence.above(centre - mark), evidence.below(centre + mark))
    return evidence.above(-mark) if scale.direction == "lower" else evidence.below(mark)


def p_values(evidence: Evidence, claim: Array, scale: Scale) -> Array:
    """Return the two-sided p-values of the claims; NaN where there is no claim."""
    np = numpy()
    p = np.full(claim.shape, np.nan)
    if scale.floor is None or scale.ceiling is None:
        return p
    floor, ceiling = scale.mark(scale.floor), scale.mark(scale.ceiling)
    for code in (LAGGING, COMPETITIVE, LEADING):
        chosen = np.flatnonzero(claim == code)
        if not len(chosen):
            continue
        part = evidence.take(chosen)
        if code == LAGGING:
            one_sided = worse(part, scale, floor)
        elif code == LEADING:
            one_sided = better(part, scale, ceiling)
        else:
            one_sided = np.maximum(better(part, scale, floor), worse(part, scale, ceiling))
        p[chosen] = np.minimum(1.0, 2.0 * one_sided)
    return p


def decided(claim: Array, p: Array, error_rate: float) -> Array:
    """Return the codes of the positions: the claim where it has no p-value or a small one, else inconclusive."""
    np = numpy()
    return np.where(np.isnan(p) | (p <= error_rate), claim, INCONCLUSIVE).astype(np.int8)


def turned_ends(lower: float, upper: float, scale: Scale) -> tuple[float, float]:
    """Return the worst and the best end of an interval on the scale on which more is better."""
    ends = sorted((float(scale.turned(lower)), float(scale.turned(upper))))
    if scale.direction == "target" and scale.centre is not None and lower <= scale.centre <= upper:
        return ends[0], 0.0
    return ends[0], ends[1]


def possible(worst: float, best: float, scale: Scale) -> tuple[Position, ...]:
    """Return the positions that an interval on the turned scale reaches, from the worst."""
    if scale.floor is None or scale.ceiling is None:
        return ()
    first, last = (int(claims(numpy().array([end]), scale)[0]) for end in (worst, best))
    allowed = POSITIONS[first : last + 1]
    same = scale.mark(scale.floor) == scale.mark(scale.ceiling)
    return tuple(position for position in allowed if not (same and position == "competitive"))

"""Does the effect hold from day to day and from segment to segment?

Warnings beside the verdict, not verdicts: an effect that fades (novelty) or grows (learning), differs between
weekdays and weekends, differs between segments, or points one way overall and the other way within every
segment (Simpson's paradox, which a change of allocation over time produces).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.statistics.distributions import chi_square_tail
from ag2_marketing_tools.statistics.effects import Effect
from ag2_marketing_tools.statistics.inference import Inference, t_inference, undefined


@dataclass(frozen=True, slots=True)
class Heterogeneity:
    """Whether several effects differ by more than chance, and their inverse-variance mean.

    `statistic` is Cochran's Q. `None` figures have a `reason`.
    """

    combined: Inference
    statistic: float | None
    degrees_of_freedom: int | None
    p_value: float | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Simpson:
    """Effect of all units together beside the stratified one; `reversed_sign` where they contradict."""

    pooled: float
    stratified: float
    reversed_sign: bool
    every_stratum_opposes: bool


def heterogeneity(effects: Sequence[Effect], *, confidence: float = 0.95) -> Heterogeneity:
    """Combine the effects of strata (days, segments, phases) and test whether they are one effect.

    Strata without a standard error take no part.

    Source: Cochran (1954), The combination of estimates from different experiments, Biometrics 10.
    """
    method = "inverse-variance mean of strata"
    known = _known(effects)
    if not known:
        return Heterogeneity(undefined(method, _NOTHING), None, None, None, _NOTHING)
    weights = [1.0 / variance for _, variance in known]
    total = math.fsum(weights)
    mean = math.fsum(weight * value for weight, (value, _) in zip(weights, known, strict=True)) / total
    combined = t_inference(method, mean, total**-0.5, None, confidence=confidence)
    if len(known) < 2:
        return Heterogeneity(combined, None, None, None, "Only one stratum has an effect with an error.")
    statistic = math.fsum((value - mean) ** 2 / variance for value, variance in known)
    degrees = len(known) - 1
    return Heterogeneity(combined, statistic, degrees, chi_square_tail(statistic, degrees))


def trend(days: Sequence[float], effects: Sequence[Effect], *, confidence: float = 0.95) -> Inference:
    """Return the change of the effect per day, by weighted least squares on daily effects.

    A shrinking effect points to novelty, a growing one to learning. Each day's effect must come from users
    first exposed, or observed, on that day alone, so that the days are independent.

    Args:
        days: Day numbers.
        effects: One per day.
        confidence: Level.

    Source: Fixed-effect meta-regression, Thompson and Sharp (1999), Stat. Med. 18.
    """
    method = "weighted regression of the daily effect on the day"
    if len(days) != len(effects):
        raise InvalidInput("Each day needs one effect.")
    known = [
        (day, effect.difference, 1.0 / effect.difference_variance)
        for day, effect in zip(days, effects, strict=True)
        if effect.difference is not None and effect.difference_variance
    ]
    total = math.fsum(weight for _, _, weight in known)
    if len({day for day, _, _ in known}) < 3:
        return undefined(method, "Fewer than three days have an effect with an error.")
    centre = math.fsum(weight * day for day, _, weight in known) / total
    spread = math.fsum(weight * (day - centre) ** 2 for day, _, weight in known)
    slope = math.fsum(weight * (day - centre) * value for day, value, weight in known) / spread
    return t_inference(method, slope, spread**-0.5, None, confidence=confidence)


def contrast(first: Effect, second: Effect, *, confidence: float = 0.95) -> Inference:
    """Return how much the effect of one stratum exceeds that of another (weekdays and weekends, say)."""
    method = "difference between the effects of two strata"
    known = _known((first, second))
    if len(known) < 2:
        return undefined(method, _NOTHING)
    (a, v), (b, w) = known
    return t_inference(method, a - b, math.sqrt(v + w), None, confidence=confidence)


def simpson(pooled: Effect, strata: Sequence[Effect]) -> Simpson | None:
    """Hold the effect of all units together against the strata's, weighted by their number of units.

    `None` where an effect is missing.

    Source: Simpson (1951), The interpretation of interaction in contingency tables, J. R. Stat. Soc. B 13.
    """
    values = [(stratum.difference, stratum.count) for stratum in strata if stratum.difference is not None]
    units = sum(count for _, count in values)
    if pooled.difference is None or not units:
        return None
    mean = math.fsum(value * count for value, count in values) / units
    return Simpson(
        pooled.difference,
        mean,
        pooled.difference * mean < 0.0,
        all(pooled.difference * value < 0.0 for value, _ in values),
    )


_NOTHING = "No stratum has an effect with an error."


def _known(effects: Sequence[Effect]) -> list[tuple[float, float]]:
    return [
        (effect.difference, effect.difference_variance)
        for effect in effects
        if effect.difference is not None and effect.difference_variance
    ]

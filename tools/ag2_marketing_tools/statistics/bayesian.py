"""The Bayesian answer: probability to be best, expected loss of choosing an arm, credible intervals.

All by closed form or by deterministic quadrature, no draws. The prior is always part of the answer. A flat
prior does not protect against looking early: for that use `sequential`.

Expected loss is what choosing an arm costs on average against the truly best one, in the metric's unit
(Stucchi 2015, Bayesian A/B testing at VWO; Berger 1985, Statistical Decision Theory and Bayesian Analysis).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.statistics.distributions import (
    beta_cdf,
    normal_density,
    normal_tail,
    normal_upper_quantile,
    special,
)
from ag2_marketing_tools.statistics.inference import Inference, Interval, checked_confidence
from ag2_marketing_tools.statistics.proportions import Proportion

_CUTS = (0.0, 1.25, 2.5, 4.0, 6.0, 9.0, 14.0, 22.0, 34.0)
_LEAST_PRIOR = 0.5
_NODES = 16


@dataclass(frozen=True, slots=True)
class NormalPrior:
    """What is believed of an effect beforehand: its mean and variance, on the scale of the effect."""

    mean: float
    variance: float

    def __post_init__(self) -> None:
        if not self.variance > 0.0 or not math.isfinite(self.mean):
            raise InvalidInput(f"A prior of mean {self.mean!r} and variance {self.variance!r} is none.")


@dataclass(frozen=True, slots=True)
class EffectPosterior:
    """What is believed of an effect after the data; `None` figures with a `reason` where there is no posterior.

    `chance_to_win` is the probability that the effect is positive, `loss_of_control` and `loss_of_treatment`
    what choosing that arm costs on average, in the effect's unit. `prior` is `None` for the flat one.
    """

    prior: NormalPrior | None
    estimate: float | None
    standard_deviation: float | None = None
    interval: Interval | None = None
    chance_to_win: float | None = None
    loss_of_control: float | None = None
    loss_of_treatment: float | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ArmChances:
    """One arm among several: probability to be best, and expected loss of choosing it, in the metric's unit."""

    mean: float
    chance_to_be_best: float
    expected_loss: float


def effect_posterior(
    effect: Inference,
    *,
    prior: NormalPrior | None = None,
    confidence: float = 0.95,
    higher_is_better: bool = True,
) -> EffectPosterior:
    """Return the posterior of an estimated effect, taken as normal with its standard error.

    Args:
        effect: An estimate and its standard error, on the absolute or the relative (delta method) scale.
        prior: On the same scale; flat if left out.
        confidence: Probability within the credible interval.
        higher_is_better: Whether winning means a positive effect.

    Source: Gelman et al. (2013), Bayesian Data Analysis, section 2.5.
    """
    if effect.estimate is None or effect.standard_error is None:
        return EffectPosterior(
            prior, effect.estimate, reason=effect.reason or "The effect has no standard error."
        )
    mean, variance = effect.estimate, effect.standard_error**2
    if prior is not None:
        precision = 1.0 / variance + 1.0 / prior.variance
        mean, variance = (mean / variance + prior.mean / prior.variance) / precision, 1.0 / precision
    deviation = math.sqrt(variance)
    half = normal_upper_quantile(0.5 * (1.0 - checked_confidence(confidence))) * deviation
    sign = 1.0 if higher_is_better else -1.0
    return EffectPosterior(
        prior,
        mean,
        deviation,
        Interval(mean - half, mean + half, confidence),
        normal_tail(-sign * mean / deviation),
        _mean_excess(sign * mean, deviation),
        _mean_excess(-sign * mean, deviation),
    )


def best_of_proportions(
    arms: Sequence[Proportion], *, prior: tuple[float, float] = (1.0, 1.0), higher_is_better: bool = True
) -> list[ArmChances]:
    """Return each arm's chance to have the best rate, with a beta prior for every arm.

    Args:
        arms: Successes and trials; an arm without trials keeps its prior.
        prior: Its two parameters, (1, 1) is the uniform distribution, (0.5, 0.5) Jeffreys's.
        higher_is_better: Whether the highest rate is the best.
    """
    if min(prior) < _LEAST_PRIOR:
        raise InvalidInput(f"A beta prior of {prior!r} needs two numbers of at least {_LEAST_PRIOR}.")
    shapes = [(prior[0] + arm.successes, prior[1] + arm.trials - arm.successes) for arm in arms]
    if not higher_is_better:
        shapes = [(b, a) for a, b in shapes]
    posteriors = [_beta(a, b) for a, b in shapes]
    chances = _chances(posteriors, _squared_sine, _arcsine)
    if higher_is_better:
        return chances
    return [ArmChances(1.0 - arm.mean, arm.chance_to_be_best, arm.expected_loss) for arm in chances]


def best_of_means(
    means: Sequence[float], standard_errors: Sequence[float], *, higher_is_better: bool = True
) -> list[ArmChances]:
    """Return each arm's chance to have the best mean, with flat priors and normal posteriors.

    Args:
        means: Per arm, in the metric's unit.
        standard_errors: Of these means; positive.
        higher_is_better: Whether the highest mean is the best.
    """
    if len(means) != len(standard_errors) or any(not error > 0.0 for error in standard_errors):
        raise InvalidInput("Each mean needs a positive standard error.")
    sign = 1.0 if higher_is_better else -1.0
    pairs = zip(means, standard_errors, strict=True)
    normals = [_normal(sign * mean, error) for mean, error in pairs]
    chances = _chances(normals, _same, float)
    return [ArmChances(sign * arm.mean, arm.chance_to_be_best, arm.expected_loss) for arm in chances]


def _mean_excess(mean: float, deviation: float) -> float:
    """E[max(X, 0)] of a normal X; far below 0 by the tail's expansion, which does not cancel."""
    z = mean / deviation
    if z < -8.0:
        return deviation * normal_density(z) / (z * z) * (1.0 - 3.0 / (z * z) + 15.0 / z**4)
    return max(0.0, mean * normal_tail(-z) + deviation * normal_density(z))


@dataclass(frozen=True, slots=True)
class _Posterior:
    mean: float
    deviation: float
    lowest: float
    highest: float
    density: Callable[[float], float]
    cdf: Callable[[float], float]


def _normal(mean: float, deviation: float) -> _Posterior:
    return _Posterior(
        mean,
        deviation,
        -math.inf,
        math.inf,
        lambda x: normal_density((x - mean) / deviation) / deviation,
        lambda x: normal_tail((mean - x) / deviation),
    )


def _beta(a: float, b: float) -> _Posterior:
    log_scale = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)

    def density(x: float) -> float:
        if not 0.0 < x < 1.0:
            return 0.0
        return math.exp(log_scale + (a - 1.0) * math.log(x) + (b - 1.0) * math.log1p(-x))

    deviation = math.sqrt(a * b / (a + b + 1.0)) / (a + b)
    return _Posterior(a / (a + b), deviation, 0.0, 1.0, density, lambda x: beta_cdf(x, a, b))


@lru_cache(maxsize=1)
def _unit_nodes() -> tuple[tuple[float, float], ...]:
    """Gauss-Legendre nodes and weights on 0 to 1."""
    places, weights = special().roots_legendre(_NODES)
    return tuple((0.5 * (1.0 + x), 0.5 * w) for x, w in zip(places.tolist(), weights.tolist(), strict=True))


def _same(place: float) -> tuple[float, float]:
    return place, 1.0


def _squared_sine(angle: float) -> tuple[float, float]:
    """A share and its derivative by the angle: no beta density with parameters from 0.5 on has a pole there."""
    return math.sin(angle) ** 2, math.sin(2.0 * angle)


def _arcsine(share: float) -> float:
    return math.asin(math.sqrt(share))


def _chances(
    posteriors: Sequence[_Posterior],
    value_at: Callable[[float], tuple[float, float]],
    place_of: Callable[[float], float],
) -> list[ArmChances]:
    """Integrate over the line, in panels cut where any posterior bends.

    P(i is best) = integral of f_i times the others' F; the loss of choosing i = integral of F_i times
    (1 - product of the others' F), the mean shortfall below the best of the others.
    """
    if len(posteriors) < 2:
        raise InvalidInput("The best of several needs at least two arms.")
    cuts = {
        place_of(min(max(arm.mean + sign * cut * arm.deviation, arm.lowest), arm.highest))
        for arm in posteriors
        for cut in _CUTS
        for sign in (-1.0, 1.0)
    }
    best, loss = [0.0] * len(posteriors), [0.0] * len(posteriors)
    for low, high in pairwise(sorted(cuts)):
        for place, share in _unit_nodes():
            x, slope = value_at(low + place * (high - low))
            weight = share * (high - low) * slope
            below = [arm.cdf(x) for arm in posteriors]
            for i, arm in enumerate(posteriors):
                others = math.prod(below[:i] + below[i + 1 :])
                best[i] += weight * arm.density(x) * others
                loss[i] += weight * below[i] * (1.0 - others)
    total = math.fsum(best)
    return [
        ArmChances(arm.mean, chance / total, shortfall)
        for arm, chance, shortfall in zip(posteriors, best, loss, strict=True)
    ]

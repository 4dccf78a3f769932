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
from functools import cache, lru_cache
from typing import Any

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.statistics.distributions import (
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
    """An arm's posterior; its density and cdf take and return arrays."""

    mean: float
    deviation: float
    lowest: float
    highest: float
    density: Callable[[Any], Any]
    cdf: Callable[[Any], Any]


@cache
def _numpy() -> Any:
    """Numpy, which scipy brings, imported on first use."""
    import numpy as np

    return np


def _normal(mean: float, deviation: float) -> _Posterior:
    scale = 1.0 / (deviation * math.sqrt(2.0 * math.pi))
    return _Posterior(
        mean,
        deviation,
        -math.inf,
        math.inf,
        lambda x: scale * _numpy().exp(-0.5 * ((x - mean) / deviation) ** 2),
        lambda x: special().ndtr((x - mean) / deviation),
    )


def _beta(a: float, b: float) -> _Posterior:
    log_scale = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)

    def density(x: Any) -> Any:
        inside = (x > 0.0) & (x < 1.0)
        held = _numpy().where(inside, x, 0.5)
        logs = log_scale + (a - 1.0) * _numpy().log(held) + (b - 1.0) * _numpy().log1p(-held)
        return _numpy().where(inside, _numpy().exp(logs), 0.0)

    deviation = math.sqrt(a * b / (a + b + 1.0)) / (a + b)
    return _Posterior(a / (a + b), deviation, 0.0, 1.0, density, lambda x: special().betainc(a, b, x))


@lru_cache(maxsize=1)
def _unit_nodes() -> tuple[Any, Any]:
    """Gauss-Legendre nodes and weights on 0 to 1."""
    places, weights = special().roots_legendre(_NODES)
    return 0.5 * (1.0 + places), 0.5 * weights


def _same(places: Any) -> tuple[Any, Any]:
    return places, _numpy().ones_like(places)


def _squared_sine(angles: Any) -> tuple[Any, Any]:
    """A share and its derivative by the angle: no beta density with parameters from 0.5 on has a pole there."""
    return _numpy().sin(angles) ** 2, _numpy().sin(2.0 * angles)


def _arcsine(share: float) -> float:
    return math.asin(math.sqrt(share))


def _chances(
    posteriors: Sequence[_Posterior],
    value_at: Callable[[Any], tuple[Any, Any]],
    place_of: Callable[[float], float],
) -> list[ArmChances]:
    """Integrate over the line, in panels cut where any posterior bends.

    P(i is best) = integral of f_i times the others' F; the loss of choosing i = integral of F_i times
    (1 - product of the others' F), the mean shortfall below the best of the others.
    """
    if len(posteriors) < 2:
        raise InvalidInput("The best of several needs at least two arms.")
    cuts = _numpy().array(
        sorted(
            {
                place_of(min(max(arm.mean + sign * cut * arm.deviation, arm.lowest), arm.highest))
                for arm in posteriors
                for cut in _CUTS
                for sign in (-1.0, 1.0)
            }
        )
    )
    nodes, shares = _unit_nodes()
    widths = cuts[1:] - cuts[:-1]
    x, slopes = value_at((cuts[:-1, None] + nodes[None, :] * widths[:, None]).ravel())
    weights = (widths[:, None] * shares[None, :]).ravel() * slopes
    below = [arm.cdf(x) for arm in posteriors]
    best, loss = [], []
    for i, arm in enumerate(posteriors):
        others = math.prod(below[:i] + below[i + 1 :])
        best.append(float(weights @ (arm.density(x) * others)))
        loss.append(float(weights @ (below[i] * (1.0 - others))))
    total = math.fsum(best)
    return [
        ArmChances(arm.mean, chance / total, shortfall)
        for arm, chance, shortfall in zip(posteriors, best, loss, strict=True)
    ]

"""What each variant has in a metric, with its own interval, and what a prior and the data say of it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ag2_marketing_tools.experiments.analysis.arms import Cells, moments_of, proportion_of
from ag2_marketing_tools.experiments.analysis.judging import Shares, Subject
from ag2_marketing_tools.experiments.analysis.measures import Spot, spot_of
from ag2_marketing_tools.experiments.analysis.monitoring import Reading
from ag2_marketing_tools.experiments.analysis.small_sequence import rate_sequence
from ag2_marketing_tools.experiments.analysis.thresholds import thresholds
from ag2_marketing_tools.experiments.metrics import Kind
from ag2_marketing_tools.experiments.model import Experiment, ExperimentMetric
from ag2_marketing_tools.experiments.suffstats.model import Cell
from ag2_marketing_tools.statistics.bayesian import (
    ArmChances,
    best_of_means,
    best_of_proportions,
    effect_posterior,
)
from ag2_marketing_tools.statistics.inference import Inference, critical_t
from ag2_marketing_tools.statistics.proportions import Proportion, wilson, wilson_bounds
from ag2_marketing_tools.statistics.sequential import critical_value


@dataclass(frozen=True, slots=True)
class Value:
    """One variant's value with its interval, in the metric's unit."""

    value: float | None
    low: float | None = None
    high: float | None = None
    deviation: float | None = None
    successes: int | None = None
    reason: str | None = None


def value_of(cell: Cell | None, kind: Kind, reading: Reading) -> Value:
    """Return what one variant has; its interval is of the reading's procedure, at the test's own level."""
    if cell is None or (not cell.users and kind != "quantile"):
        return Value(None, reason="An arm has no units.")
    if kind == "binary":
        return _share(proportion_of(cell), reading)
    if kind == "quantile":
        return _spot(spot_of(cell.quantile), cell.users, reading)
    moments = moments_of(cell, kind)
    if moments is None:
        return Value(None, reason="An arm's denominator sums to zero.")
    variance = moments.variance_of_mean
    if variance is None:
        return Value(moments.mean, reason="An arm has fewer than two units, so its spread is unknown.")
    half = _critical(reading, moments.count, float(moments.count - 1)) * math.sqrt(variance)
    deviation = math.sqrt(moments.variance or 0.0)
    if not math.isfinite(half):
        return Value(moments.mean, deviation=deviation)
    return Value(moments.mean, moments.mean - half, moments.mean + half, deviation)


def _critical(reading: Reading, count: int, degrees: float | None) -> float:
    """Standard errors between a value and its bounds; infinite where nothing is read yet."""
    if reading.mode == "fixed":
        return critical_t(reading.confidence, degrees, "two-sided")
    if reading.looks is not None:
        bound = reading.looks.bound(reading.alpha, 2)
        return math.inf if bound is None else bound
    return critical_value(reading.alpha, count * reading.mixing, "two-sided")


def _share(arm: Proportion, reading: Reading) -> Value:
    rate = arm.successes / arm.trials
    deviation = math.sqrt(rate * (1.0 - rate))
    bounds: tuple[float | None, float | None] = (None, None)
    if reading.mode == "fixed":
        found = wilson(arm, confidence=reading.confidence)
        bounds = (None, None) if found is None else (found.lower, found.upper)
    elif reading.looks is not None:
        bound = reading.looks.bound(reading.alpha, 2)
        bounds = (None, None) if bound is None else wilson_bounds(arm, bound)
    elif min(arm.successes, arm.trials - arm.successes) < thresholds().asymptotic_rate_count:
        bounds = rate_sequence(arm, alpha=reading.alpha) or bounds
    else:
        half = _critical(reading, arm.trials, None) * deviation / math.sqrt(arm.trials)
        bounds = rate - half, rate + half
    return Value(rate, *bounds, deviation=deviation, successes=arm.successes)


def _spot(spot: Spot, users: int, reading: Reading) -> Value:
    if spot.value is None or spot.standard_error is None:
        return Value(spot.value, reason=spot.reason)
    half = _critical(reading, users, None) * spot.standard_error
    if not math.isfinite(half):
        return Value(spot.value)
    return Value(spot.value, spot.value - half, spot.value + half)


def chances(experiment: Experiment, metric: ExperimentMetric, cells: Cells) -> Mapping[str, ArmChances]:
    """Return each variant's chance to be best, by its id; none where a variant's value has no error.

    Shares have a uniform prior; their posterior is taken as normal where it is close to one. Other metrics have
    flat priors and normal posteriors. Users' past is not used here; variants without users take no part.
    """
    kind, higher = metric.definition.kind, metric.definition.direction == "higher"
    own = {variant.id: cells.get((variant.id, metric.name)) for variant in experiment.variants}
    arms = {name: cell for name, cell in own.items() if cell is not None and cell.users}
    if len(arms) < 2:
        return {}
    if kind == "binary":
        found = _chances_of_shares([proportion_of(cell) for cell in arms.values()], higher=higher)
        return dict(zip(arms, found, strict=True))
    means, errors = [], []
    for cell in arms.values():
        mean, error = _mean_and_error(cell, kind)
        if mean is None or not error:
            return {}
        means.append(mean)
        errors.append(error)
    return dict(zip(arms, best_of_means(means, errors, higher_is_better=higher), strict=True))


def _chances_of_shares(arms: Sequence[Proportion], *, higher: bool) -> list[ArmChances]:
    least = min(min(arm.successes, arm.trials - arm.successes) for arm in arms)
    if least < thresholds().normal_posterior_count:
        return best_of_proportions(arms, higher_is_better=higher)
    means = [(arm.successes + 1) / (arm.trials + 2) for arm in arms]
    errors = [
        math.sqrt(mean * (1.0 - mean) / (arm.trials + 3)) for mean, arm in zip(means, arms, strict=True)
    ]
    return best_of_means(means, errors, higher_is_better=higher)


def _mean_and_error(cell: Cell | None, kind: Kind) -> tuple[float | None, float | None]:
    if cell is None:
        return None, None
    if kind == "quantile":
        spot = spot_of(cell.quantile)
        return spot.value, spot.standard_error
    moments = moments_of(cell, kind)
    if moments is None or moments.variance_of_mean is None:
        return None, None
    return moments.mean, math.sqrt(moments.variance_of_mean)


def chance_to_win(subject: Subject, *, higher: bool) -> float | None:
    """Return the probability, with a flat prior, that the treatment is better than the control."""
    effect = subject.effect() if isinstance(subject, Shares) else subject
    if effect.difference is None or not effect.difference_variance:
        return None
    found = Inference(effect.method, effect.difference, standard_error=math.sqrt(effect.difference_variance))
    return effect_posterior(found, higher_is_better=higher).chance_to_win

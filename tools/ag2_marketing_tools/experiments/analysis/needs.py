"""How many users each metric of a test needs, and the test as a whole."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.experiments.analysis.arms import Cells, moments_of, proportion_of
from ag2_marketing_tools.experiments.model import Experiment, ExperimentMetric
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.statistics.duration import alpha_per_comparison
from ag2_marketing_tools.statistics.power import size_for_means, size_for_proportions

MIN_SAMPLE_SIZE = "min_sample_size"


@dataclass(frozen=True, slots=True)
class Need:
    """Users that one metric needs, by variant; `None` with a reason where it cannot be said."""

    metric: str
    users: Mapping[str, int] | None
    baseline: float | None
    effect: float | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Required:
    """Users that the test needs, by variant, and which metric needs them."""

    users: Mapping[str, int]
    by: str
    needs: tuple[Need, ...]

    @property
    def total(self) -> int:
        """In all variants."""
        return sum(self.users.values())


def required_of(experiment: Experiment, cells: Cells) -> Required:
    """Return the users of the metric with the largest need, at least the test's minimum in every open variant.

    A goal needs a smallest effect worth finding; its baseline is the one that was given, else the control's value
    up to now. Sizes are for a single look, at the test's power, each comparison at alpha over all of them.
    """
    weights = _open_weights(experiment)
    least = dict.fromkeys(weights, experiment.min_sample_size)
    found = Required(least, MIN_SAMPLE_SIZE, tuple(_needs(experiment, cells, weights)))
    for need in found.needs:
        if need.users is not None and sum(need.users.values()) > found.total:
            users = {name: max(number, least[name]) for name, number in need.users.items()}
            found = Required(users, need.metric, found.needs)
    return found


def planned_users(experiment: Experiment, required: Required, users: int, now: datetime) -> int:
    """Return the users in all variants to which looks and their information refer.

    Those that the effect needs, where one was planned for; else those that will have come by the planned end if they
    go on coming as up to now: information is then the share of the test's time (Lan and DeMets 1989, Group sequential
    procedures: calendar versus information time, Stat. Med. 8).
    """
    until = now if experiment.stopped_at is None else min(now, experiment.stopped_at)
    elapsed = (until - experiment.start_at) / (experiment.end_at - experiment.start_at)
    if required.by != MIN_SAMPLE_SIZE or not users or elapsed <= 0.0:
        return required.total
    return max(1, round(users / min(1.0, elapsed)))


def _open_weights(experiment: Experiment) -> dict[str, float]:
    weights = experiment.current_phase.weights
    return {
        variant.id: weights[variant.id]
        for variant in experiment.variants
        if weights.get(variant.id, 0.0) > 0.0
    }


def _needs(experiment: Experiment, cells: Cells, weights: Mapping[str, float]) -> Iterator[Need]:
    goals = [metric for metric in experiment.metrics if metric.role == "goal"]
    others = [name for name in weights if name != experiment.control.id]
    for metric in goals:
        yield _need(experiment, metric, cells, weights, comparisons=max(1, len(goals) * len(others)))


def _need(
    experiment: Experiment,
    metric: ExperimentMetric,
    cells: Cells,
    weights: Mapping[str, float],
    *,
    comparisons: int,
) -> Need:
    control, effect = experiment.control.id, metric.minimum_detectable_effect
    baseline = metric.baseline if metric.baseline is not None else value_in_control(experiment, metric, cells)
    if effect is None:
        return Need(metric.name, None, baseline, None, say("No smallest effect worth finding was given."))
    if not baseline:
        return Need(
            metric.name,
            None,
            baseline,
            effect,
            say("No expected value in the control was given, and there is none yet."),
        )
    if control not in weights or len(weights) < 2:
        return Need(metric.name, None, baseline, effect, say("Fewer than two variants get users."))
    alpha = alpha_per_comparison(comparisons, alpha=1.0 - experiment.confidence_level)
    sizes = []
    for name, weight in weights.items():
        if name != control:
            size = size_in_control(
                experiment, metric, cells, baseline, ratio=weight / weights[control], alpha=alpha
            )
            if size is None:
                reason = say(
                    "The spread between users is not known yet, or the effect leads out of the scale."
                )
                return Need(metric.name, None, baseline, effect, reason)
            sizes.append(size)
    users = {
        name: math.ceil(max(sizes) * weight / weights[control] - 1e-9) for name, weight in weights.items()
    }
    return Need(metric.name, users, baseline, effect)


def size_in_control(
    experiment: Experiment,
    metric: ExperimentMetric,
    cells: Cells,
    baseline: float,
    *,
    ratio: float,
    alpha: float,
) -> float | None:
    """Return the users in the control for one comparison; `None` where the metric's spread is not known."""
    change = abs(baseline) * (metric.minimum_detectable_effect or 0.0)
    if metric.definition.kind == "binary":
        rate = baseline + (change if metric.definition.direction == "higher" else -change)
        if not 0.0 < baseline < 1.0 or not 0.0 <= rate <= 1.0:
            return None
        return size_for_proportions(baseline, rate, power=experiment.power, ratio=ratio, alpha=alpha)
    deviation = deviation_in_control(experiment, metric, cells)
    if deviation is None or not change:
        return None
    try:
        return size_for_means(change, deviation, power=experiment.power, ratio=ratio, alpha=alpha)
    except InvalidInput:
        return None


def value_in_control(experiment: Experiment, metric: ExperimentMetric, cells: Cells) -> float | None:
    """Return what the control has up to now."""
    cell = cells.get((experiment.control.id, metric.name))
    if metric.definition.kind == "binary":
        return proportion_of(cell).rate
    if metric.definition.kind == "quantile":
        return cell.quantile.value if cell is not None and cell.quantile is not None else None
    moments = moments_of(cell, metric.definition.kind)
    return None if moments is None else moments.mean


def deviation_in_control(experiment: Experiment, metric: ExperimentMetric, cells: Cells) -> float | None:
    """Return the spread between the control's users, linearised for a ratio; `None` where there is none."""
    if metric.definition.kind == "quantile":
        return None
    moments = moments_of(cells.get((experiment.control.id, metric.name)), metric.definition.kind)
    variance = None if moments is None else moments.variance
    return math.sqrt(variance) if variance else None

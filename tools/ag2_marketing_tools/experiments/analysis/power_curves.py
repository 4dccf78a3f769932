"""What a test can find, by its size: the power for the planned effect, and the smallest effect found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.experiments.analysis.arms import Cells, Census
from ag2_marketing_tools.experiments.analysis.model import PowerCurve
from ag2_marketing_tools.experiments.analysis.needs import deviation_in_control, value_in_control
from ag2_marketing_tools.experiments.model import Experiment, ExperimentMetric
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.statistics.power import (
    power_of_means,
    power_of_proportions,
    smallest_detectable_difference,
    smallest_detectable_rate,
)

_STEPS = 24


def power_curves(
    experiment: Experiment, census: Census, cells: Cells, *, planned_users: int
) -> Iterator[PowerCurve]:
    """Yield a curve for each goal whose spread is known: of a single look at the test's own confidence."""
    current = census.smallest
    most = max(2 * current, 2 * planned_users // max(1, len(experiment.variants)), 100)
    users = sorted({max(2, most * step // _STEPS) for step in range(1, _STEPS + 1)})
    for metric in experiment.metrics:
        design = _design(experiment, metric, cells) if metric.role == "goal" else None
        if design is not None:
            yield _curve(experiment, metric, design, users, current)


def _curve(
    experiment: Experiment, metric: ExperimentMetric, design: _Design, users: list[int], current: int
) -> PowerCurve:
    effect = metric.minimum_detectable_effect
    powers = [] if effect is None else [design.power_at(number, effect) for number in users]
    known = [power for power in powers if power is not None]
    planned = effect is not None and len(known) == len(users)
    return PowerCurve(
        metric=metric.name,
        effect=effect if planned else None,
        effect_is_from=say("The smallest effect worth finding, as planned.")
        if planned
        else say("No effect was planned for."),
        users=users,
        power=known if planned else [],
        smallest_effect=[design.smallest_effect(number) for number in users],
        current_users=current,
        current_smallest_effect=design.smallest_effect(current) if current >= 2 else None,
        wanted_power=experiment.power,
        confidence=experiment.confidence_level,
    )


@dataclass(frozen=True, slots=True)
class _Design:
    """One comparison, in the terms of the power formulas; a share has no deviation of its own."""

    baseline: float
    deviation: float | None
    sign: float
    alpha: float
    power: float

    def power_at(self, users: int, effect: float) -> float | None:
        change = abs(self.baseline) * effect
        if self.deviation is not None:
            return power_of_means(change, self.deviation, users, alpha=self.alpha)
        rate = self.baseline + self.sign * change
        return power_of_proportions(self.baseline, rate, users, alpha=self.alpha) if 0 <= rate <= 1 else None

    def smallest_effect(self, users: int) -> float | None:
        """Relative to the baseline, positive for the better."""
        try:
            change = self._smallest_change(users)
        except InvalidInput:  # a power no larger than what alpha gives away
            return None
        return None if change is None else abs(change) / abs(self.baseline)

    def _smallest_change(self, users: int) -> float | None:
        if self.deviation is not None:
            return smallest_detectable_difference(self.deviation, users, power=self.power, alpha=self.alpha)
        rate = smallest_detectable_rate(
            self.baseline, users, higher=self.sign > 0.0, power=self.power, alpha=self.alpha
        )
        return None if rate is None else rate - self.baseline


def _design(experiment: Experiment, metric: ExperimentMetric, cells: Cells) -> _Design | None:
    baseline = metric.baseline if metric.baseline is not None else value_in_control(experiment, metric, cells)
    is_share = metric.definition.kind == "binary"
    deviation = None if is_share else deviation_in_control(experiment, metric, cells)
    if not baseline or (is_share and not 0.0 < baseline < 1.0) or (not is_share and deviation is None):
        return None
    return _Design(
        baseline=baseline,
        deviation=deviation,
        sign=1.0 if metric.definition.direction == "higher" else -1.0,
        alpha=1.0 - experiment.confidence_level,
        power=experiment.power,
    )

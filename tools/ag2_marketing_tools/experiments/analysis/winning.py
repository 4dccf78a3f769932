"""The winner as a result."""

from __future__ import annotations

import math
from collections.abc import Mapping

from ag2_marketing_tools.experiments.analysis.building import tidy
from ag2_marketing_tools.experiments.analysis.decision import Outcome
from ag2_marketing_tools.experiments.analysis.guardrails import gain_interval
from ag2_marketing_tools.experiments.analysis.model import MetricResult, WinningVariant
from ag2_marketing_tools.experiments.analysis.words import told
from ag2_marketing_tools.experiments.model import Experiment
from ag2_marketing_tools.statistics.inference import Interval


def winner_of(
    experiment: Experiment, outcome: Outcome, metrics: Mapping[str, MetricResult]
) -> WinningVariant | None:
    """Return the winner of a decision, with its improvement over the control, or over the best treatment."""
    winner, rival = outcome.winner, outcome.rival
    if winner is None or rival is None:
        return None
    metric, gain = metrics[outcome.goal.name], gain_interval(rival)
    lift = rival.judged.relative.estimate
    higher = metric.direction == "higher"
    improvement = None if lift is None else (lift if higher else -lift)
    difference = rival.judged.absolute.estimate
    other = experiment.control.id
    if winner.is_control:
        other, difference = rival.contest.treatment.id, None if difference is None else -difference
        improvement, gain = _seen_from_control(
            lift, rival.judged.relative.interval, control=_control_value(metric), higher=higher
        )
    best = {arm.variant_id: arm.chance_to_be_best for arm in metric.bayesian}
    return WinningVariant(
        id=winner.id,
        variant_id=winner.id,
        name=winner.name,
        content=winner.content,
        is_control=winner.is_control,
        metric=metric.metric,
        unit=metric.unit,
        compared_with=other,
        improvement=tidy(improvement),
        improvement_low=tidy(gain.lower) if gain else None,
        improvement_high=tidy(gain.upper) if gain else None,
        improvement_reason=told(rival.judged.relative.reason),
        difference=tidy(difference),
        confidence=experiment.confidence_level,
        adjusted_p_value=rival.adjusted_p,
        chance_to_be_best=best.get(winner.id),
    )


def _control_value(metric: MetricResult) -> float:
    return next((one.value for one in metric.variants if one.is_control and one.value is not None), 0.0)


def _seen_from_control(
    lift: float | None, interval: Interval | None, *, control: float, higher: bool
) -> tuple[float | None, Interval | None]:
    """The control's improvement over a treatment whose lift over the control is known.

    With c the control's value and t = c + lift * |c|, it is (c - t) / |t| = -lift / (1 + lift * sign(c)), as long as
    both have the same sign.
    """
    sign, side = (1.0 if higher else -1.0), math.copysign(1.0, control)

    def turned(value: float | None) -> float | None:
        return None if value is None or 1.0 + side * value <= 0.0 else -sign * value / (1.0 + side * value)

    ends = [turned(interval.lower), turned(interval.upper)] if interval else []
    known = sorted(end for end in ends if end is not None)
    if interval is None or len(known) < 2:
        return turned(lift), None
    return turned(lift), Interval(known[0], known[1], interval.confidence)

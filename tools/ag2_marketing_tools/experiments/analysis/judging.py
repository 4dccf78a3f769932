"""One comparison judged by the reading's procedure, at any level, on both scales at once."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from ag2_marketing_tools.experiments.analysis.monitoring import Looks, Reading
from ag2_marketing_tools.experiments.analysis.small_sequence import share_sequence
from ag2_marketing_tools.statistics.distributions import normal_tail, normal_upper_quantile
from ag2_marketing_tools.statistics.effects import Effect, fixed_horizon
from ag2_marketing_tools.statistics.group_sequential import METHOD as PLANNED_LOOK
from ag2_marketing_tools.statistics.group_sequential import Sides, at_look, repeated_p_value
from ag2_marketing_tools.statistics.inference import (
    Alternative,
    Inference,
    Interval,
    undefined,
)
from ag2_marketing_tools.statistics.proportions import (
    Proportion,
    difference_of_proportions,
    smallest_expected_count,
)
from ag2_marketing_tools.statistics.relative import NO_BASELINE, relative_lift
from ag2_marketing_tools.statistics.sequential import (
    confidence_sequence,
)
from ag2_marketing_tools.statistics.two_proportions import LEAST_EXPECTED_COUNT, compare_proportions

NOT_YET_A_LOOK = "The first planned look is not due yet, so nothing is decided."
_LEAST_P = 1e-300


@dataclass(frozen=True, slots=True)
class Shares:
    """Two proportions that are compared as such."""

    treatment: Proportion
    control: Proportion

    @property
    def few(self) -> bool:
        """Whether exact procedures answer: an expected count is below 5."""
        return smallest_expected_count(self.treatment, self.control) < LEAST_EXPECTED_COUNT

    def effect(self) -> Effect:
        """Return the difference with unpooled variances."""
        return difference_of_proportions(self.treatment, self.control)


Subject = Effect | Shares


@dataclass(frozen=True, slots=True)
class Judged:
    """The answer on the absolute scale and on the relative one; they share p-value and decision."""

    absolute: Inference
    relative: Inference


def judge(
    subject: Subject, reading: Reading, *, alpha: float, alternative: Alternative = "two-sided"
) -> Judged:
    """Judge one comparison.

    Args:
        subject: An effect, or two proportions.
        reading: The procedure.
        alpha: Level of this comparison; the p-value does not depend on it.
        alternative: Tails.
    """
    if isinstance(subject, Shares):
        return _judge_shares(subject, reading, alpha, alternative)
    absolute = _judge_effect(subject, reading, alpha, alternative)
    return Judged(absolute, _lift(subject, absolute))


def _lift(effect: Effect, absolute: Inference) -> Inference:
    """The lift, or none where the baseline is so close to 0 that it is beyond what a number can hold."""
    lift = relative_lift(effect, absolute)
    if lift.estimate is not None and not math.isfinite(lift.estimate):
        return undefined(lift.method, NO_BASELINE)
    return lift


def settled(judged: Judged, *, rejected: bool) -> Judged:
    """Hold both intervals to the decision's side of 0, which rounding may have moved them across."""
    return Judged(_held(judged.absolute, rejected=rejected), _held(judged.relative, rejected=rejected))


def _held(inference: Inference, *, rejected: bool) -> Inference:
    interval = inference.interval
    if interval is None or interval.contains(0.0) != rejected:
        return inference
    return replace(inference, interval=interval.leaving(0.0) if rejected else interval.reaching(0.0))


def _judge_shares(shares: Shares, reading: Reading, alpha: float, alternative: Alternative) -> Judged:
    if reading.mode == "fixed":
        found = compare_proportions(
            shares.treatment, shares.control, confidence=1.0 - alpha, alternative=alternative
        )
        return Judged(found.absolute, found.relative)
    if reading.looks is not None:
        return _shares_at_look(shares, reading.looks, alpha, alternative)
    if not shares.few:
        effect = shares.effect()
        absolute = _judge_effect(effect, reading, alpha, alternative)
        return Judged(absolute, _lift(effect, absolute))
    absolute, relative = share_sequence(shares.treatment, shares.control, alpha=alpha)
    return Judged(absolute, relative)


def _shares_at_look(shares: Shares, looks: Looks, alpha: float, alternative: Alternative) -> Judged:
    """The score or exact comparison, at the level of the look's bound."""
    sides: Sides = 2 if alternative == "two-sided" else 1
    bound = looks.bound(alpha, sides)
    if bound is None:
        answer = undefined(PLANNED_LOOK, NOT_YET_A_LOOK, shares.effect().difference)
        return Judged(answer, undefined(PLANNED_LOOK, NOT_YET_A_LOOK))
    nominal = min(max(sides * normal_tail(bound), _LEAST_P), 0.999)
    found = compare_proportions(
        shares.treatment, shares.control, confidence=1.0 - nominal, alternative=alternative
    )
    p_value = _repeated(found.absolute, looks, alternative)
    return Judged(
        _at_plans_level(found.absolute, alpha, p_value), _at_plans_level(found.relative, alpha, p_value)
    )


def _at_plans_level(inference: Inference, alpha: float, p_value: float | None) -> Inference:
    interval = inference.interval
    if interval is not None:
        interval = Interval(interval.lower, interval.upper, 1.0 - alpha)
    return replace(inference, method=PLANNED_LOOK, interval=interval, p_value=p_value)


def _repeated(found: Inference, looks: Looks, alternative: Alternative) -> float | None:
    """The repeated p-value of an answer whose own p-value stands for its z."""
    if found.p_value is None or found.estimate is None:
        return None
    sides = 2 if alternative == "two-sided" else 1
    tail = min(max(found.p_value / sides, _LEAST_P), 1.0 - 1e-12)
    z = normal_upper_quantile(tail)
    return repeated_p_value(
        -z if alternative == "less" else z,
        looks.information,
        alternative=alternative,
        spent_at=looks.spent_at,
    )


def _judge_effect(effect: Effect, reading: Reading, alpha: float, alternative: Alternative) -> Inference:
    if reading.mode == "fixed":
        return fixed_horizon(effect, confidence=1.0 - alpha, alternative=alternative)
    if reading.looks is not None:
        return _effect_at_look(effect, reading.looks, alpha, alternative)
    return _sequence(effect, reading, alpha, alternative)


def _effect_at_look(effect: Effect, looks: Looks, alpha: float, alternative: Alternative) -> Inference:
    if not looks.information:
        return undefined(PLANNED_LOOK, NOT_YET_A_LOOK, effect.difference)
    bound = looks.bound(alpha, 2 if alternative == "two-sided" else 1)
    answer = at_look(effect, bound, confidence=1.0 - alpha, alternative=alternative)
    if answer.statistic is None:
        return answer
    p_value = repeated_p_value(
        answer.statistic, looks.information, alternative=alternative, spent_at=looks.spent_at
    )
    return replace(answer, p_value=p_value, reason=None)


def _sequence(effect: Effect, reading: Reading, alpha: float, alternative: Alternative) -> Inference:
    """The confidence sequence, with the mixture of the test's own level at every level."""
    return confidence_sequence(
        effect, confidence=1.0 - alpha, alternative=alternative, tuned_for=reading.confidence
    )

"""What a person should know about a test before it runs; nothing here keeps it from running."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ag2_marketing_tools.experiments.model import Experiment, ExperimentMetric
from ag2_marketing_tools.messages import say

_DAYS_PER_WEEK = 7
FEWEST_USERS = (
    30  # the rule of thumb for a mean's normal approximation; a house rule, not a bound of any method
)


def advice_on(test: Experiment, duration_days: float) -> list[str]:
    """Return warnings about a test's plan."""
    return [*_on_the_variants(test), *_on_the_size(test), *_on_the_duration(duration_days)]


def _on_the_variants(test: Experiment) -> Iterator[str]:
    control = test.control
    if control.position == 1 and control.name.casefold() != "control":
        yield say("The others are compared with {name!r}, the first variant.", name=control.name)
    weights = test.current_phase.weights
    for variant in test.variants:
        if weights[variant.id] == 0.0:
            yield say("The variant {name!r} gets no users.", name=variant.name)


def _on_the_size(test: Experiment) -> Iterator[str]:
    if test.min_sample_size < FEWEST_USERS:
        yield say(
            "A minimum of {given} users per variant is too small for most metrics; {fewest} are the least that "
            "is usual.",
            given=test.min_sample_size,
            fewest=FEWEST_USERS,
        )
    for metric in test.metrics:
        needed = _users_needed(test, metric)
        if needed is not None and needed > test.min_sample_size:
            yield say(
                "{metric}: finding a relative effect of {effect} takes {needed:,} users in the control; "
                "`min_sample_size` is {given:,}.",
                metric=metric.name,
                effect=f"{metric.minimum_detectable_effect:g}",
                needed=needed,
                given=test.min_sample_size,
            )


def _users_needed(test: Experiment, metric: ExperimentMetric) -> int | None:
    """Return the users that the control needs for a binary metric's effect; None where that was not said."""
    baseline, effect = metric.baseline, metric.minimum_detectable_effect
    if metric.definition.kind != "binary" or baseline is None or effect is None:
        return None
    better = baseline * (1.0 + effect if metric.definition.direction == "higher" else 1.0 - effect)
    weights = test.current_phase.weights
    control = weights[test.control.id]
    least = min(weights[variant.id] for variant in test.treatments)
    if not 0.0 < better < 1.0 or not control or not least:
        return None
    from ag2_marketing_tools.statistics.power import size_for_proportions  # loads scipy

    size = size_for_proportions(
        baseline, better, power=test.power, ratio=least / control, alpha=1.0 - test.confidence_level
    )
    return math.ceil(size)


def _on_the_duration(days: float) -> Iterator[str]:
    if days % _DAYS_PER_WEEK:
        yield say(
            "{days} days are no whole weeks, so some weekdays count more than others.", days=f"{days:g}"
        )

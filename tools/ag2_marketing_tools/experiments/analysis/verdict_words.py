"""The decision in sentences: a summary, its reasons, and why there is no winner."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ag2_marketing_tools.experiments.analysis.contests import Decided, sign_of
from ag2_marketing_tools.experiments.analysis.decision import Outcome
from ag2_marketing_tools.experiments.analysis.guardrails import gain_interval
from ag2_marketing_tools.experiments.analysis.model import Concern
from ag2_marketing_tools.experiments.analysis.words import percent, shown
from ag2_marketing_tools.experiments.model import Experiment
from ag2_marketing_tools.messages import say


def summary_of(experiment: Experiment, outcome: Outcome) -> str:
    """Say in one sentence what to do."""
    control, goal = experiment.control.name, outcome.goal.definition.title
    if outcome.action == "fix_data":
        return say("Repair the data first: the variants do not hold the users that they should.")
    if outcome.action == "ship" and outcome.winner is not None and outcome.rival is not None:
        return _ship(outcome.winner.name, goal, control, outcome.rival)
    if outcome.action == "continue":
        if outcome.winner is not None:
            return say(
                "Go on for now: {variant} leads in {metric}, but it is too early to act on it.",
                variant=outcome.winner.name,
                metric=goal,
            )
        return say("Go on: no variant is shown to be better or worse in {metric} yet.", metric=goal)
    if outcome.action == "stop_for_harm":
        names = ", ".join(dict.fromkeys(answer.contest.treatment.name for answer in outcome.harmful))
        metrics = ", ".join(
            dict.fromkeys(answer.contest.metric.definition.title for answer in outcome.harmful)
        )
        return say("Stop {variants}: it does harm ({metrics}).", variants=names, metrics=metrics)
    if outcome.winner is not None:
        return say("Keep {control}: every other variant is worse in {metric}.", control=control, metric=goal)
    return say("Keep {control}: the test has ended, and no variant is shown to be better.", control=control)


def _ship(winner: str, goal: str, control: str, rival: Decided) -> str:
    lift = rival.judged.relative.estimate
    if lift is None:
        return say(
            "Ship {variant}: it is better in {metric} than {control}.",
            variant=winner,
            metric=goal,
            control=control,
        )
    gain = sign_of(rival.contest.metric) * lift
    return say(
        "Ship {variant}: in {metric} it is {gain:,} % better than {control}.",
        variant=winner,
        metric=goal,
        gain=percent(gain),
        control=control,
    )


def reason_of(experiment: Experiment, outcome: Outcome, concerns: Sequence[Concern]) -> str | None:
    """Say why nobody won; None where somebody did."""
    if outcome.winner is not None:
        return None
    blocking = next((concern.text for concern in concerns if concern.severity == "blocks"), None)
    if blocking is not None:
        return say("No winner is named: {why}", why=blocking)
    if outcome.held_back:
        variant, harm = outcome.held_back[0]
        return say(
            "No winner is named: {variant} is better in {metric}, but harms {harmed}.",
            variant=variant.name,
            metric=outcome.goal.definition.title,
            harmed=harm.contest.metric.definition.title,
        )
    return say(
        "No statistically significant winner found: in {metric} no variant is shown to be better than {control}.",
        metric=outcome.goal.definition.title,
        control=experiment.control.name,
    )


def reasons_of(outcome: Outcome, decided: Sequence[Decided], concerns: Sequence[Concern]) -> Iterator[str]:
    """Yield what the decision rests on: each comparison of the deciding goal, then what speaks against haste."""
    for answer in decided:
        if answer.contest.metric is outcome.goal:
            yield _comparison(answer)
    for answer in outcome.harmful:
        if answer.contest.metric is not outcome.goal:
            yield _comparison(answer)
    for concern in concerns:
        if concern.severity == "blocks" or concern.code in outcome.unready:
            yield concern.text


def _comparison(answer: Decided) -> str:
    contest = answer.contest
    named = {"variant": contest.treatment.name, "metric": contest.metric.definition.title}
    interval = answer.judged.relative.interval
    confidence = percent(1.0 - answer.level)
    if interval is not None and interval.lower is not None and interval.upper is not None:
        return say(
            "With {variant}, the relative change of {metric} lies between {low:,} % and {high:,} % ({confidence:,} % "
            "confidence interval).",
            **named,
            low=percent(interval.lower),
            high=percent(interval.upper),
            confidence=confidence,
        )
    one_sided = gain_interval(answer)
    if one_sided is not None and one_sided.lower is not None:
        return say(
            "With {variant}, the lower bound of the relative improvement of {metric} is {low:,} % ({confidence:,} % "
            "confidence interval).",
            **named,
            low=percent(one_sided.lower),
            confidence=confidence,
        )
    absolute = answer.judged.absolute.interval
    if absolute is None or absolute.lower is None or absolute.upper is None:
        return say("With {variant}, the change of {metric} cannot be told yet.", **named)
    return say(
        "With {variant}, the difference of {metric} lies between {low:,} and {high:,} {unit} ({confidence:,} % "
        "confidence interval).",
        **named,
        low=shown(absolute.lower),
        high=shown(absolute.upper),
        unit=contest.metric.definition.unit,
        confidence=confidence,
    )

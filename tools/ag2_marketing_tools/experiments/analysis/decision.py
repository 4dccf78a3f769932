"""Who won, or why nobody did, and what to do now.

The goals are taken in their order: the first in which a variant is shown to be better decides, else the first in
which anything is shown (all variants and goals are corrected for together, so that any of them may). A variant that
harms a guardrail, or is worse in another goal, does not win. Where every treatment is worse than the control, the
control wins. A sample ratio mismatch forbids any winner.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ag2_marketing_tools.experiments.analysis.building import verdict_of
from ag2_marketing_tools.experiments.analysis.contests import Decided
from ag2_marketing_tools.experiments.analysis.guardrails import guardrail_of
from ag2_marketing_tools.experiments.analysis.model import Action, Concern
from ag2_marketing_tools.experiments.model import Experiment, ExperimentMetric, Variant


@dataclass(frozen=True, slots=True)
class Outcome:
    """The decision.

    Attributes:
        action: What to do.
        goal: The metric that decides.
        winner: Who won; None for nobody.
        rival: The comparison that shows it: the winner's own, or, where the control won, that of the best treatment.
        held_back: Variants that are better in the goal, but harm something: with what they harm.
        harmful: Comparisons that show harm, in the goal or a guardrail.
        unready: Codes of the concerns that keep a winner from being shipped.
    """

    action: Action
    goal: ExperimentMetric
    winner: Variant | None
    rival: Decided | None
    held_back: tuple[tuple[Variant, Decided], ...]
    harmful: tuple[Decided, ...]
    unready: tuple[str, ...]


_WAITS_WHILE_RUNNING = frozenset({"below_min_sample_size", "less_than_a_week", "novelty", "peeking"})
_WAITS_ALWAYS = frozenset({"below_min_sample_size", "peeking"})


def outcome_of(
    experiment: Experiment, decided: Sequence[Decided], concerns: Sequence[Concern], *, ended: bool
) -> Outcome:
    """Return the decision.

    Args:
        experiment: The test.
        decided: All comparisons.
        concerns: What was found besides them.
        ended: Whether no more users come.
    """
    harms = [answer for answer in decided if _is_harm(answer)]
    harmed_by = {answer.contest.treatment.id: answer for answer in harms}
    goal = _deciding_goal(experiment, decided, harmed_by)
    own = [answer for answer in decided if answer.contest.metric is goal]
    better = [answer for answer in own if verdict_of(answer) == "better"]
    able = [answer for answer in better if answer.contest.treatment.id not in harmed_by]
    held_back = tuple(
        (answer.contest.treatment, harmed_by[answer.contest.treatment.id])
        for answer in better
        if answer.contest.treatment.id in harmed_by
    )
    waits = _WAITS_ALWAYS if ended else _WAITS_WHILE_RUNNING
    unready = tuple(dict.fromkeys(concern.code for concern in concerns if concern.code in waits))
    if any(concern.severity == "blocks" for concern in concerns):
        return Outcome("fix_data", goal, None, None, held_back, tuple(harms), unready)
    if able:
        best = max(able, key=_gain)
        action: Action = "continue" if unready else "ship"
        return Outcome(action, goal, best.contest.treatment, best, held_back, tuple(harms), unready)
    shown = [answer for answer in own if answer.judged.absolute.estimate is not None]
    all_worse = bool(shown) and all(verdict_of(answer) == "worse" for answer in shown)
    winner, rival = (experiment.control, max(shown, key=_gain)) if all_worse else (None, None)
    action = "keep_control" if ended else "stop_for_harm" if harms else "continue"
    return Outcome(action, goal, winner, rival, held_back, tuple(harms), unready)


def _deciding_goal(
    experiment: Experiment, decided: Sequence[Decided], harmful: Collection[str]
) -> ExperimentMetric:
    goals = [metric for metric in experiment.metrics if metric.role == "goal"] or list(experiment.metrics)
    winning, shown = [], []
    for goal in goals:
        answers = [answer for answer in decided if answer.contest.metric is goal and answer.significant]
        shown += [goal] if answers else []
        able = [answer for answer in answers if answer.contest.treatment.id not in harmful]
        winning += [goal] if any(verdict_of(answer) == "better" for answer in able) else []
    return (winning or shown or goals)[0]


def _is_harm(answer: Decided) -> bool:
    role = answer.contest.metric.role
    if role == "guardrail":
        return guardrail_of(answer).status == "harmed"
    return role == "goal" and verdict_of(answer) == "worse"


def _gain(answer: Decided) -> tuple[float, float, str]:
    """By what the best is chosen: the gain; of equal ones the surer, then the name, so that order plays no part."""
    p_value = 1.0 if answer.adjusted_p is None else answer.adjusted_p
    return answer.gain or 0.0, -p_value, answer.contest.treatment.id

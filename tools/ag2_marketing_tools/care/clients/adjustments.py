"""What to change in a client's care plan: rules held as data, each tied to the figure that it answers to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fnmatch import fnmatchcase
from typing import Annotated

from pydantic import Field

from ag2_marketing_tools.care.clients.changes import MeasureProgress
from ag2_marketing_tools.care.clients.course import Course
from ag2_marketing_tools.care.clients.effects import InterventionEffect
from ag2_marketing_tools.care.clients.facts import PlanRule, When, fact, plan_rules
from ag2_marketing_tools.care.clients.goals import GoalProgress
from ag2_marketing_tools.marks import unit
from ag2_marketing_tools.messages import count_of, say
from ag2_marketing_tools.standing import amount
from ag2_marketing_tools.tool import Result


class PlanAdjustment(Result):
    """One change of the care plan and the finding that asks for it; `value` is the finding's figure, in `unit`."""

    priority: Annotated[int, unit("count")] = Field(description="1 is the most pressing.")
    when: When
    about: str = Field(description="The measure, the intervention, the goal, or the assessment.")
    finding: str
    value: float | None
    unit: str | None
    action: str
    weeks: Annotated[int, unit("week")]
    due: date = Field(description="When to look whether it worked.")
    rule: str
    source: str


@dataclass(frozen=True)
class _Finding:
    when: When
    about: str
    sentence: str
    value: float | None
    unit: str | None = None


def adjustments_for(
    course: Course,
    measures: Sequence[MeasureProgress],
    effects: Sequence[InterventionEffect],
    goals: Sequence[GoalProgress],
) -> list[PlanAdjustment]:
    """Return what to change in the plan, the soonest due first; nothing where nothing was found."""
    found = [
        (rule, one)
        for one in (*_worse(measures), *_of_interventions(effects), *_missed(goals), *_old(course))
        if (rule := _rule_for(one)) is not None
    ]
    order = {rule.id: place for place, rule in enumerate(plan_rules())}
    found.sort(key=lambda pair: (pair[0].weeks, order[pair[0].id]))
    today = course.now.date()
    return [
        PlanAdjustment(
            priority=number,
            when=one.when,
            about=one.about,
            finding=one.sentence,
            value=one.value,
            unit=one.unit,
            action=say(rule.action),
            weeks=rule.weeks,
            due=today + timedelta(weeks=rule.weeks),
            rule=rule.id,
            source=rule.source,
        )
        for number, (rule, one) in enumerate(found, 1)
    ]


def _rule_for(one: _Finding) -> PlanRule | None:
    return next(
        (
            rule
            for rule in plan_rules()
            if rule.when == one.when
            and (one.when != "worse" or any(fnmatchcase(one.about, each) for each in rule.metrics))
        ),
        None,
    )


def _worse(measures: Sequence[MeasureProgress]) -> Iterator[_Finding]:
    for one in measures:
        if one.verdict != "worse" or one.improvement is None or one.baseline is None or one.change is None:
            continue
        sentence = say(
            "{title} got worse: from {before} at the baseline to {after} on average of {figures} since.",
            title=one.title,
            before=amount(one.baseline, one.unit),
            after=amount(one.baseline + one.change, one.unit),
            figures=count_of(one.figures, "figure"),
        )
        yield _Finding("worse", one.key, sentence, one.improvement, one.unit)


def _of_interventions(effects: Sequence[InterventionEffect]) -> Iterator[_Finding]:
    least = fact("adherence", "least_percent")
    for one in effects:
        percent = one.adherence_percent
        if percent is not None and percent < least:
            sentence = say(
                "{intervention}: {percent} of what was planned was done; below {least} is low.",
                intervention=one.intervention_id,
                percent=amount(round(percent, 1), "percent"),
                least=amount(least, "percent"),
            )
            yield _Finding("low_adherence", one.intervention_id, sentence, percent, "percent")
        if one.with_side_effects:
            sentence = say(
                "{intervention}: side effects in {with_effects} of {responses}.",
                intervention=one.intervention_id,
                with_effects=one.with_side_effects,
                responses=count_of(one.responses, "response"),
            )
            yield _Finding(
                "side_effects", one.intervention_id, sentence, float(one.with_side_effects), "count"
            )


def _missed(goals: Sequence[GoalProgress]) -> Iterator[_Finding]:
    for one in goals:
        if one.missed and one.by is not None and one.latest is not None and one.target is not None:
            sentence = say(
                "The goal {goal} was due on {by}; the latest figure is {latest}, the target {target}.",
                goal=one.goal,
                by=one.by.isoformat(),
                latest=amount(one.latest, None),
                target=amount(one.target, None),
            )
            yield _Finding("goal_missed", one.goal, sentence, one.latest)


def _old(course: Course) -> Iterator[_Finding]:
    if course.baseline is None:
        return
    days, valid = (course.now - course.baseline.assessed_at).days, fact("baseline", "days_valid")
    if days > valid:
        sentence = say(
            "The latest assessment is {days} old; after {valid:g} days it is due again.",
            days=count_of(days, "day"),
            valid=valid,
        )
        yield _Finding("assessment_old", "assessment", sentence, float(days), "day")

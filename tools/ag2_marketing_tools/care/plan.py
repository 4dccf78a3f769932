"""A plan made of findings: actions that cover them, laid out in time, and goals with dates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from pydantic import Field

from ag2_marketing_tools.care.facts import Kind, care_rules, kind_of, number
from ag2_marketing_tools.care.findings import CareFinding
from ag2_marketing_tools.comparison import Position
from ag2_marketing_tools.marks import unit
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.standing import ActionItem, actions_for
from ag2_marketing_tools.standing.terms import level_name
from ag2_marketing_tools.standing.wording import amount
from ag2_marketing_tools.tool import Result

_ALL: tuple[Position, ...] = ("leading", "competitive", "lagging", "inconclusive")


class PlannedAction(Result):
    """One action, the metrics that it is for, and when."""

    priority: Annotated[int, unit("count")] = Field(description="1 is the most pressing.")
    kind: Kind
    action: str
    because: list[str] = Field(description="The findings that call for it.")
    metrics: list[str] = Field(description="Keys.")
    risk: bool = Field(description="Whether clients are endangered where it is not done.")
    weeks: Annotated[int, unit("week")]
    starts: date
    ends: date = Field(description="When to look whether it worked.")
    rule: str
    source: str


class Goal(Result):
    """What a metric is to reach, and by when; figures are in `unit`."""

    key: str
    title: str
    value: float
    goal_level: str
    goal_value: float
    final_level: str
    final_value: float
    unit: str | None
    due: date
    review_every_weeks: Annotated[int, unit("week")]
    goal: str


class TimelineStep(Result):
    """One stretch of the plan."""

    starts: date
    ends: date
    kind: Kind
    action: str
    rule: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Actions in order of urgency, goals in the same order, and findings that no rule is for."""

    actions: list[PlannedAction]
    goals: list[Goal]
    without_action: list[str]

    def of_kind(self, *kinds: Kind) -> list[PlannedAction]:
        """Return the actions of these kinds."""
        return [one for one in self.actions if one.kind in kinds]

    def timeline(self) -> list[TimelineStep]:
        """Return the actions in order of time."""
        ordered = sorted(self.actions, key=lambda one: (one.starts, one.ends, one.priority))
        return [
            TimelineStep(starts=one.starts, ends=one.ends, kind=one.kind, action=one.action, rule=one.rule)
            for one in ordered
        ]


def plan_for(findings: Sequence[CareFinding], today: date) -> Plan:
    """Lay out what to do about findings: risks first, then by impact and evidence.

    Trainings wait for one another where more are needed than run at once; support and practice start today.
    """
    items = actions_for(findings, care_rules(), positions=_ALL, today=today)
    risks = {one.key for one in findings if one.risk}
    groups = _by_rule(items, risks)
    slots = [today] * number("plan", "most_at_once")
    actions = []
    for priority, group in enumerate(groups, 1):
        first, kind = group[0], kind_of(group[0].rule)
        starts = today
        if kind == "training":
            slot = min(range(len(slots)), key=slots.__getitem__)
            starts = slots[slot]
            slots[slot] = starts + timedelta(weeks=first.weeks)
        actions.append(_action(priority, kind, group, starts, risks))
    covered = {key for action in actions for key in action.metrics}
    return Plan(
        actions=actions,
        goals=_goals(actions, {one.key: one for one in findings}),
        without_action=[one.key for one in findings if one.key not in covered],
    )


def _by_rule(items: Iterable[ActionItem], risks: set[str]) -> list[list[ActionItem]]:
    groups: dict[str, list[ActionItem]] = {}
    for item in items:
        groups.setdefault(item.rule, []).append(item)
    return sorted(
        groups.values(), key=lambda group: (not any(i.key in risks for i in group), group[0].priority)
    )


def _action(
    priority: int, kind: Kind, group: Sequence[ActionItem], starts: date, risks: set[str]
) -> PlannedAction:
    first = group[0]
    return PlannedAction(
        priority=priority,
        kind=kind,
        action=first.action,
        because=[item.finding for item in group],
        metrics=[item.key for item in group],
        risk=any(item.key in risks for item in group),
        weeks=first.weeks,
        starts=starts,
        ends=starts + timedelta(weeks=first.weeks),
        rule=first.rule,
        source=first.source,
    )


def _goals(actions: Iterable[PlannedAction], findings: dict[str, CareFinding]) -> list[Goal]:
    return [_goal(findings[key], action) for action in actions for key in action.metrics]


def _goal(one: CareFinding, action: PlannedAction) -> Goal:
    """The next level to reach is the goal, the best one where it is to end."""
    short = sorted((gap for gap in one.gaps if gap.gap < 0), key=lambda gap: -gap.gap)
    goal, final = short[0], short[-1]
    return Goal(
        key=one.key,
        title=one.title,
        value=one.value or 0.0,
        goal_level=goal.level,
        goal_value=goal.level_value,
        final_level=final.level,
        final_value=final.level_value,
        unit=one.unit,
        due=action.ends,
        review_every_weeks=min(number("plan", "review_weeks"), action.weeks),
        goal=say(
            "{title}: from {value} to {name} of {goal} by {due}.",
            title=one.title,
            value=amount(one.value or 0.0, one.unit),
            name=level_name(goal.level),
            goal=amount(goal.level_value, one.unit),
            due=action.ends.isoformat(),
        ),
    )

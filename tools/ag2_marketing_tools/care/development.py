"""A caregiver's development plan: what to train, what support is needed, which goals, by when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from ag2_marketing_tools.care.caregivers import CompareCaregiver, compare_caregiver
from ag2_marketing_tools.care.facts import is_skill
from ag2_marketing_tools.care.figures import AboutCaregiver
from ag2_marketing_tools.care.findings import CareFinding, NotUsed, by_urgency, read_findings
from ag2_marketing_tools.care.plan import Goal, PlannedAction, TimelineStep, plan_for
from ag2_marketing_tools.marks import personal
from ag2_marketing_tools.tool import Result, tool
from ag2_marketing_tools.workspace import Workspace

_LISTS = ("risk_factors", "improvement_areas", "training_needs")


class PlanDevelopment(AboutCaregiver):
    """Whose plan, and what it is made of: an analysis, figures, or the stored figures."""

    analysis: dict[str, Any] | None = Field(
        default=None, description="The result of compare_caregiver; without it the comparison is made first."
    )


class DevelopmentPlan(Result):
    """A plan of which every part names the figures that it is for."""

    planned_at: datetime
    caregiver_id: Annotated[str, personal()]
    training_recommendations: list[PlannedAction]
    skill_development: list[CareFinding] = Field(description="Skills to build, the most pressing first.")
    support_needs: list[PlannedAction] = Field(description="What others must give or arrange.")
    goals: list[Goal]
    timeline: list[TimelineStep]
    without_action: list[str] = Field(description="Keys of what falls short and no rule is for.")
    not_used: list[NotUsed]


@tool(family="care")
async def plan_development(params: PlanDevelopment, ws: Workspace) -> DevelopmentPlan:
    """Make a caregiver's development plan: trainings, support, goals and dates for whatever falls short."""
    findings, unused = await _findings(params, ws)
    now = ws.clock.now()
    plan = plan_for(findings, now.date())
    return DevelopmentPlan(
        planned_at=now,
        caregiver_id=params.caregiver_id,
        training_recommendations=plan.of_kind("training"),
        skill_development=by_urgency(one for one in findings if is_skill(one.key)),
        support_needs=plan.of_kind("support", "practice"),
        goals=plan.goals,
        timeline=plan.timeline(),
        without_action=plan.without_action,
        not_used=unused,
    )


async def _findings(params: PlanDevelopment, ws: Workspace) -> tuple[Sequence[CareFinding], list[NotUsed]]:
    if params.analysis is not None:
        return read_findings(params.analysis, _LISTS)
    about = CompareCaregiver(caregiver_id=params.caregiver_id, metrics=params.metrics, over=params.over)
    found = await compare_caregiver(about, ws)
    unique = {one.key: one for name in _LISTS for one in getattr(found, name)}
    return list(unique.values()), []

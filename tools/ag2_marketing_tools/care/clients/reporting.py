"""A client's outcome report, in its types."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from ag2_marketing_tools.care.clients.adjustments import PlanAdjustment
from ag2_marketing_tools.care.clients.changes import MeasureProgress, overall
from ag2_marketing_tools.care.clients.course import Course, course_of
from ag2_marketing_tools.care.clients.effects import InterventionEffect
from ag2_marketing_tools.care.clients.facts import report_types
from ag2_marketing_tools.care.clients.goals import GoalProgress
from ag2_marketing_tools.care.clients.location_views import Change
from ag2_marketing_tools.care.clients.progress import Analysis, QualityDomain, analysed, quality_of_life
from ag2_marketing_tools.care.clients.tracking import STATUS, AboutClient
from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.marks import health, personal, unit
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.standing import MetricTrend, period_of
from ag2_marketing_tools.tool import Result, tool
from ag2_marketing_tools.workspace import Workspace

RECENT = "1_month"


class ReportOnClient(AboutClient):
    """Whose report, and of which type."""

    report_type: str = Field(
        default="comprehensive", max_length=40, description="`comprehensive`, `summary` or `progress`."
    )


class ProfileSummary(Result):
    """What is known of a client from the assessments and the register."""

    assessed_at: datetime | None
    assessments: Annotated[int, unit("count")]
    location: str | None
    active: bool | None
    assessment: Annotated[dict[str, object], health(description="As it was given.")]
    reason: str | None


class ProgressMetrics(Result):
    """The measures over the last month, counted."""

    timeframe: str
    since: datetime
    overall: Change
    improved: Annotated[int, unit("count")]
    stable: Annotated[int, unit("count")]
    worse: Annotated[int, unit("count")]
    too_little_data: Annotated[int, unit("count")]
    goals_achieved: Annotated[int, unit("count")]
    goals_measured: Annotated[int, unit("count")]
    goals_total: Annotated[int, unit("count")]


class HealthOutcomes(Result):
    """The change since the baseline."""

    since: datetime
    overall: Change
    measures: list[MeasureProgress]
    trends: list[MetricTrend]
    goals: list[GoalProgress]
    quality_of_life: list[QualityDomain]


class ClientReport(Result):
    """A client's outcome report; parts that the type does not have are null."""

    client_id: Annotated[str, personal()]
    reported_at: datetime
    report_type: str
    parts: list[str]
    client_profile: Annotated[ProfileSummary | None, health()]
    intervention_summary: Annotated[list[InterventionEffect] | None, health()]
    progress_metrics: Annotated[ProgressMetrics | None, health()]
    health_outcomes: Annotated[HealthOutcomes | None, health()]
    care_recommendations: Annotated[list[PlanAdjustment] | None, health()]


@tool(family="care")
async def client_report(params: ReportOnClient, ws: Workspace) -> ClientReport:
    """Report on a client: profile, interventions, progress over a month, outcomes since the baseline, plan changes."""
    types = report_types()
    wanted = params.report_type.strip().casefold()
    if wanted not in types:
        raise InvalidInput(
            f"There is no report of the type {params.report_type!r}.", remedy=f"There are {', '.join(types)}."
        )
    course = await course_of(params.client_id, ws)
    whole = analysed(course, course.begins)
    recent = analysed(course, period_of(RECENT).before(course.now))
    made = {
        "client_profile": _profile(course),
        "intervention_summary": list(whole.effects),
        "progress_metrics": _counted(recent),
        "health_outcomes": _outcomes(whole),
        "care_recommendations": list(whole.adjustments),
    }
    parts = list(types[wanted])
    return ClientReport(
        client_id=params.client_id,
        reported_at=course.now,
        report_type=wanted,
        parts=parts,
        **{name: part if name in parts else None for name, part in made.items()},
    )


def _profile(course: Course) -> ProfileSummary:
    baseline, entry = course.baseline, course.entry
    return ProfileSummary(
        assessed_at=baseline.assessed_at if baseline else None,
        assessments=len(course.assessments),
        location=entry.location if entry else None,
        active=entry.active if entry else None,
        assessment=dict(baseline.content) if baseline else {name: {} for name in STATUS},
        reason=None if baseline else say("No assessment of this client is kept."),
    )


def _counted(found: Analysis) -> ProgressMetrics:
    verdicts = [one.verdict for one in found.measures]
    return ProgressMetrics(
        timeframe=RECENT,
        since=found.since,
        overall=overall(found.measures),
        improved=verdicts.count("improved"),
        stable=verdicts.count("stable"),
        worse=verdicts.count("worse"),
        too_little_data=verdicts.count("too_little_data"),
        goals_achieved=sum(one.achieved is True for one in found.goals),
        goals_measured=sum(one.achieved is not None for one in found.goals),
        goals_total=len(found.goals),
    )


def _outcomes(found: Analysis) -> HealthOutcomes:
    return HealthOutcomes(
        since=found.since,
        overall=overall(found.measures),
        measures=list(found.measures),
        trends=list(found.trends),
        goals=list(found.goals),
        quality_of_life=quality_of_life(found.measures),
    )

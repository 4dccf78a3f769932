"""A client's progress over a timeframe: measures, goals, quality of life, interventions, and what to change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import Field

from ag2_marketing_tools.care.clients.adjustments import PlanAdjustment, adjustments_for
from ag2_marketing_tools.care.clients.changes import MeasureProgress, overall, progress_of
from ag2_marketing_tools.care.clients.course import Course, course_of
from ag2_marketing_tools.care.clients.effects import InterventionEffect, effects_of
from ag2_marketing_tools.care.clients.facts import instrument, quality_domains
from ag2_marketing_tools.care.clients.goals import GoalProgress, goals_of
from ag2_marketing_tools.care.clients.location_views import Change
from ag2_marketing_tools.care.clients.tracking import AboutClient
from ag2_marketing_tools.marks import health, personal, unit
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.metrics.tables import TableMetric
from ag2_marketing_tools.standing import MetricTrend, period_of, trends_of
from ag2_marketing_tools.tool import Result, tool
from ag2_marketing_tools.workspace import Workspace


class ClientProgressOver(AboutClient):
    """Whose progress, and over which time."""

    timeframe: str = Field(
        default="1_month", max_length=40, description="Up to now, such as `1_month`, `2_weeks`, `quarterly`."
    )


class QualityDomain(Result):
    """One domain of quality of life: its measures, and how many of them changed."""

    domain: str
    measures: list[MeasureProgress]
    improved: Annotated[int, unit("count")]
    worse: Annotated[int, unit("count")]
    unmeasured: list[str]
    reason: str | None


class ClientProgress(Result):
    """How a client changed within a timeframe, beside the baseline."""

    client_id: Annotated[str, personal()]
    analysed_at: datetime
    timeframe: str
    since: datetime
    baseline_at: datetime | None = Field(
        description="Moment of the baseline assessment; null where each measure's first figure stands for it."
    )
    overall: Annotated[Change, health()]
    measures: Annotated[list[MeasureProgress], health()]
    trends: Annotated[list[MetricTrend], health(description="Within the timeframe.")]
    goals: Annotated[list[GoalProgress], health()]
    quality_of_life: Annotated[
        list[QualityDomain], health(description="By domain; no index is made of them.")
    ]
    interventions: Annotated[list[InterventionEffect], health()]
    adjustments: Annotated[list[PlanAdjustment], health(description="For a person to decide on.")]
    reason: Annotated[str | None, health(description="Why there is nothing to tell.")]


@dataclass(frozen=True)
class Analysis:
    """A client's course over a timeframe, analysed."""

    since: datetime
    measures: Sequence[MeasureProgress]
    trends: Sequence[MetricTrend]
    goals: Sequence[GoalProgress]
    effects: Sequence[InterventionEffect]
    adjustments: Sequence[PlanAdjustment]


@tool(family="care")
async def client_progress(params: ClientProgressOver, ws: Workspace) -> ClientProgress:
    """Say how a client changed within a timeframe: measures beside the baseline, trends, goals, quality of life.

    Also how each intervention went, and which changes of the care plan the figures ask for.
    """
    course = await course_of(params.client_id, ws)
    found = analysed(course, period_of(params.timeframe).before(course.now))
    return ClientProgress(
        client_id=params.client_id,
        analysed_at=course.now,
        timeframe=params.timeframe,
        since=found.since,
        baseline_at=course.baseline.assessed_at if course.baseline else None,
        overall=overall(found.measures),
        measures=list(found.measures),
        trends=list(found.trends),
        goals=list(found.goals),
        quality_of_life=quality_of_life(found.measures),
        interventions=list(found.effects),
        adjustments=list(found.adjustments),
        reason=None if found.measures else say("No figures of this client are stored."),
    )


def analysed(course: Course, since: datetime) -> Analysis:
    """Analyse a client's course from a moment on."""
    measures = progress_of(course.history, course.window(since), course.tables)
    goals, effects = goals_of(course), effects_of(course, since)
    return Analysis(
        since=since,
        measures=measures,
        trends=_trends(course, since),
        goals=goals,
        effects=effects,
        adjustments=adjustments_for(course, measures, effects, goals),
    )


def quality_of_life(measures: Sequence[MeasureProgress]) -> list[QualityDomain]:
    """Return the measures by domain of quality of life."""
    found = []
    for domain, names in quality_domains().items():
        mine = [one for one in measures if one.key.rpartition("/")[2] in names]
        known = {one.key.rpartition("/")[2] for one in mine}
        found.append(
            QualityDomain(
                domain=domain,
                measures=mine,
                improved=sum(one.verdict == "improved" for one in mine),
                worse=sum(one.verdict == "worse" for one in mine),
                unmeasured=[name for name in names if name not in known],
                reason=None if mine else say("None of its measures was observed."),
            )
        )
    return found


def _trends(course: Course, since: datetime) -> list[MetricTrend]:
    instruments = course.baseline.instruments if course.baseline else {}
    within = {
        key: [one for one in observed if since <= one.observed_at <= course.now]
        for key, observed in course.history.items()
    }
    metrics = {
        key: _as_measured(course.tables.metric(key), instruments.get(key))
        for key in course.tables
        if within.get(key)
    }
    return trends_of(within, metrics)


def _as_measured(metric: TableMetric, name: str | None) -> TableMetric:
    """Return a metric with the direction of the instrument that it is measured by."""
    return metric.model_copy(update={"direction": instrument(name).direction}) if name else metric

"""How a subject's figures went: each metric's values, its trend, what changed or stood out, and what comes next."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from ag2_marketing_tools.errors import InvalidInput, NotFound
from ag2_marketing_tools.marks import health, personal, unit
from ag2_marketing_tools.messages import count_of, say
from ag2_marketing_tools.metrics.tables import Direction, TableMetric, load_tables
from ag2_marketing_tools.observations.mapping import SubjectKind
from ag2_marketing_tools.standing import (
    MOST_VALUES,
    MetricTrend,
    Prediction,
    history_of,
    prediction_of,
    series_of,
    trends_of,
    unit_of,
)
from ag2_marketing_tools.standing.stored import least_cases, told_history
from ag2_marketing_tools.time_series import Series, anomalies, change_points
from ag2_marketing_tools.tool import Params, Result, tool
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.observations import Observation

PEOPLE = ("caregiver", "client")
Count = Annotated[int, unit("count")]


class ShowCourse(Params):
    """Whose figures, and how far ahead."""

    subject_kind: SubjectKind
    subject_id: Annotated[str, personal()] = Field(min_length=1, max_length=300, description="Whose figures.")
    metrics: list[str] = Field(
        default_factory=list,
        max_length=200,
        description="Keys of the metrics; all that were observed when empty.",
    )
    steps: int = Field(default=4, ge=1, le=52, description="How many steps of its series each is forecast.")
    limit: int = Field(default=12, ge=1, le=60, description="At most so many metrics, in the tables' order.")


class CoursePoint(Result):
    """One observed value, in the course's unit."""

    at: datetime
    value: float


class Change(Result):
    """A lasting change: when the new level began, and the medians before and after."""

    at: datetime
    before: float
    after: float
    p_value: float


class Outlier(Result):
    """A single value that stands out, and what was to be expected there."""

    at: datetime
    value: float
    expected: float


class MetricCourse(Result):
    """One metric over time; figures are in `unit`."""

    key: str
    metric: str
    title: str
    unit: str | None
    direction: Direction
    levels: Mapping[str, float]
    points: list[CoursePoint] = Field(description=f"In order of time, at most the latest {MOST_VALUES}.")
    observed: Count = Field(description="Values that there are.")
    trend: MetricTrend | None
    changes: list[Change]
    outliers: list[Outlier]
    reason: str | None = Field(description="Why changes and outliers were not looked for.")
    prediction: Prediction
    withheld: Count = Field(default=0, description="Values of a group that rest on too few cases to be told.")
    withheld_reason: str | None = None


class SubjectCourse(Result):
    """How a subject's metrics went; those of a client are health data and stand apart."""

    subject_kind: SubjectKind
    subject: str | None = Field(description="Whose they are, where it is no person.")
    person: Annotated[str | None, personal()]
    seen_at: datetime
    metrics: list[MetricCourse]
    client_metrics: Annotated[list[MetricCourse], health()]
    left_out: list[str] = Field(
        description="Keys of observed metrics beyond the limit, or that no table has."
    )


@tool(family="observations")
async def show_course(params: ShowCourse, ws: Workspace) -> SubjectCourse:
    """Show how a subject's metrics went: values, trend, lasting changes, outliers, and a forecast with its error."""
    tables = load_tables(ws.settings.benchmark_tables)
    now = ws.clock.now()
    history = await history_of(ws.store, params.subject_kind, params.subject_id, until=now)
    least = least_cases(params.subject_kind, ws.settings.least_group_size)
    if not history:
        raise NotFound(
            f"Nothing was observed of this {params.subject_kind}.", remedy="Import its figures first."
        )
    wanted = params.metrics or list(tables)
    keys = [key for key in dict.fromkeys(wanted) if key in history and key in tables.metrics]
    metrics = {key: tables.metric(key) for key in keys[: params.limit]}
    courses = await asyncio.to_thread(_courses, history, metrics, params.steps, least)
    of_client = params.subject_kind == "client"
    is_person = params.subject_kind in PEOPLE
    return SubjectCourse(
        subject_kind=params.subject_kind,
        subject=None if is_person else params.subject_id,
        person=params.subject_id if is_person else None,
        seen_at=now,
        metrics=[] if of_client else courses,
        client_metrics=courses if of_client else [],
        left_out=[
            key for key in history if key not in metrics and (not params.metrics or key in params.metrics)
        ],
    )


def _courses(
    history: Mapping[str, Sequence[Observation]],
    metrics: Mapping[str, TableMetric],
    steps: int,
    least: int,
) -> list[MetricCourse]:
    told = told_history(history, least)
    trends = {one.key: one for one in trends_of(told, metrics)}
    found = []
    for key, metric in metrics.items():
        try:
            series = series_of(told[key], metric)
        except InvalidInput:  # its unit does not convert; the trend's reason says so
            series = Series((), ())
        course = _course(key, metric, series, trends.get(key), steps)
        found.append(course.model_copy(update=_withheld(len(history[key]) - len(told[key]), least)))
    return found


def _withheld(count: int, least: int) -> dict[str, Any]:
    if not count:
        return {}
    reason = say(
        "{values} not told: fewer than {least} cases each.",
        values=count_of(count, "value"),
        least=least,
    )
    return {"withheld": count, "withheld_reason": reason}


def _course(
    key: str, metric: TableMetric, series: Series, trend: MetricTrend | None, steps: int
) -> MetricCourse:
    return MetricCourse(
        key=key,
        metric=metric.path,
        title=metric.spoken_title,
        unit=unit_of(key, metric),
        direction=metric.direction,
        levels=metric.levels,
        observed=len(series),
        trend=trend,
        prediction=prediction_of(key, metric, series, steps=steps),
        **_seen(Series(series.times[-MOST_VALUES:], series.values[-MOST_VALUES:])),
    )


def _seen(series: Series) -> dict[str, Any]:
    """What is seen in the values that are shown."""
    changes, outliers = change_points(series), anomalies(series)
    return {
        "points": [
            CoursePoint(at=at, value=value) for at, value in zip(series.times, series.values, strict=True)
        ],
        "changes": [
            Change(at=one.time, before=one.before, after=one.after, p_value=one.p_value)
            for one in changes.found or ()
        ],
        "outliers": [
            Outlier(at=one.time, value=one.value, expected=one.expected) for one in outliers.found or ()
        ],
        "reason": changes.reason or outliers.reason,
    }

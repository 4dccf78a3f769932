"""What followed a client's interventions: adherence, comfort, side effects, and the measures before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from statistics import fmean
from typing import Annotated, Any

from pydantic import Field

from ag2_marketing_tools.care.clients.changes import difference
from ag2_marketing_tools.care.clients.course import Course
from ag2_marketing_tools.care.clients.ratings import is_better
from ag2_marketing_tools.care.clients.records import Response
from ag2_marketing_tools.marks import unit
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.tool import Result
from ag2_marketing_tools.workspace.store.observations import Observation

Percent = Annotated[float | None, unit("percent")]


class BeforeAfter(Result):
    """One measure before an intervention's first response and from then on; improvements are positive."""

    key: str
    title: str
    before: float | None
    before_figures: Annotated[int, unit("count")]
    after: float | None
    after_figures: Annotated[int, unit("count")]
    improvement: float | None
    lower: float | None
    upper: float | None
    p_value: float | None
    reason: str | None


class InterventionEffect(Result):
    """How one intervention went for a client."""

    intervention_id: str
    responses: Annotated[int, unit("count")]
    first_at: datetime
    last_at: datetime
    adherence_percent: Percent = Field(
        description="Of all that was counted, else the mean of the percentages."
    )
    comfort_percent: Percent = Field(description="Mean rating, in percent of its scale.")
    effectiveness_percent: Percent = Field(description="Mean rating, in percent of its scale.")
    with_side_effects: Annotated[int, unit("count")]
    asked_for_side_effects: Annotated[int, unit("count")]
    measures: list[BeforeAfter]
    note: str | None = Field(description="What limits the comparison of before and after.")


def effects_of(course: Course, since: datetime) -> list[InterventionEffect]:
    """Return what followed each intervention that has a response within the timeframe, in order of first response."""
    by_intervention: dict[str, list[Response]] = {}
    for one in course.responses:
        if one.responded_at <= course.now:
            by_intervention.setdefault(one.intervention_id, []).append(one)
    return [
        _effect(name, responses, [one for one in responses if one.responded_at >= since], course)
        for name, responses in by_intervention.items()
        if responses[-1].responded_at >= since
    ]


def adherence_of_all(responses: Sequence[Response]) -> float | None:
    """Return the adherence of responses together, in percent: counted where it was, else the mean of what was said."""
    told = [one.found["adherence_level"] for one in responses]
    counted = [(one["done"], one["planned"]) for one in told if one.get("planned")]
    if counted:
        return float(100.0 * sum(done for done, _ in counted) / sum(planned for _, planned in counted))
    percents = [one["percent"] for one in told if one.get("percent") is not None]
    return fmean(percents) if percents else None


def mean_rating(responses: Sequence[Response], name: str) -> float | None:
    """Return the mean of a rating over the responses that give it on a scale, in percent of the scale."""
    percents = [one.found[name]["percent"] for one in responses if one.found[name].get("percent") is not None]
    return fmean(percents) if percents else None


def _effect(
    name: str, every: Sequence[Response], within: Sequence[Response], course: Course
) -> InterventionEffect:
    effects = [one.found["side_effects"] for one in within]
    measures = _before_and_after(every[0].responded_at, course)
    return InterventionEffect(
        intervention_id=name,
        responses=len(within),
        first_at=every[0].responded_at,
        last_at=every[-1].responded_at,
        adherence_percent=adherence_of_all(within),
        comfort_percent=mean_rating(within, "comfort_score"),
        effectiveness_percent=mean_rating(within, "effectiveness_rating"),
        with_side_effects=sum(bool(one["reported"]) for one in effects),
        asked_for_side_effects=sum(bool(one["asked"]) for one in effects),
        measures=measures,
        note=say("Before and after, without a group to compare with: other causes are not ruled out.")
        if measures
        else None,
    )


def _before_and_after(first: datetime, course: Course) -> list[BeforeAfter]:
    """Compare the time since an intervention's first response with as long a time before it."""
    earliest = first - (course.now - first)
    instruments: Mapping[str, str] = course.baseline.instruments if course.baseline else {}
    found = []
    for key in course.tables:
        observed = course.history.get(key)
        if observed:
            before = [one for one in observed if earliest <= one.observed_at <= first]
            after = [one for one in observed if first < one.observed_at <= course.now]
            if before and after:
                sign = is_better(key, instruments.get(key), course.tables)
                found.append(_pair(key, before, after, sign, course))
    return found


def _pair(
    key: str, before: Sequence[Observation], after: Sequence[Observation], sign: int | None, course: Course
) -> BeforeAfter:
    same = (
        [one for one in before if one.unit == after[-1].unit],
        [one for one in after if one.unit == after[-1].unit],
    )
    values = [[one.value for one in part] for part in same]
    found = difference(*values)
    interval = found.interval.mirrored() if found.interval and sign == -1 else found.interval
    judged: dict[str, Any] = dict.fromkeys(("improvement", "lower", "upper", "p_value"))
    if sign is not None and found.estimate is not None:
        judged["improvement"] = sign * found.estimate
        if interval is not None:
            judged.update(lower=interval.lower, upper=interval.upper, p_value=found.p_value)
    return BeforeAfter(
        key=key,
        title=course.tables.metric(key).spoken_title,
        before=fmean(values[0]) if values[0] else None,
        before_figures=len(values[0]),
        after=fmean(values[1]),
        after_figures=len(values[1]),
        reason=say("Neither higher nor lower is better here.") if sign is None else found.reason,
        **judged,
    )

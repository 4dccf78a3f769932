"""Whether an intervention meets its success criteria, within its evaluation period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import Field

from ag2_marketing_tools.care.facts import care_rules, read
from ag2_marketing_tools.care.figures import CAREGIVER, AboutCaregiver, Unusable
from ag2_marketing_tools.care.findings import CareFinding, care_finding
from ag2_marketing_tools.care.names import intervention_named, specialty_named
from ag2_marketing_tools.care.parts import lifted, part_of, renamed, together
from ag2_marketing_tools.marks import health, personal, unit
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.metrics.tables import load_tables
from ag2_marketing_tools.standing import (
    ActionItem,
    MetricTrend,
    Placed,
    actions_for,
    history_of,
    latest_figures,
    period_of,
    stand,
    standing_view,
    trends_of,
)
from ag2_marketing_tools.tool import Result, tool
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.observations import Observation

INTERVENTIONS = "InterventionAnalytics"


class EvaluateIntervention(AboutCaregiver):
    """Whose intervention, and which."""

    specialty_type: str = Field(max_length=200, description="Such as dementia_care or wound_care.")
    intervention_type: str = Field(max_length=200, description="Such as behavioral_interventions.")
    metrics: Annotated[
        dict[str, Any] | None, health(description="Figures of its criteria; without them the stored ones.")
    ] = None


class Criterion(CareFinding):
    """One success criterion: its figure, and whether the threshold is reached."""

    met: bool | None = Field(
        description="Null where it was not measured, or its error does not allow to say."
    )
    measurements: Annotated[int, unit("count")] = Field(description="Stored within the evaluation period.")
    expected_measurements: Annotated[int, unit("count")]


class InterventionEvaluation(Result):
    """Whether an intervention met its criteria; the counts alone tell nothing of a client."""

    evaluated_at: datetime
    caregiver_id: Annotated[str, personal()]
    specialty: str | None
    intervention: str | None
    reason: str | None = Field(description="Why there is nothing to evaluate.")
    measurement_frequency: str | None
    evaluation_period: str | None
    period_starts: datetime | None
    criteria: Annotated[list[Criterion], health()]
    criteria_met: Annotated[int, unit("count")]
    criteria_measured: Annotated[int, unit("count")]
    criteria_total: Annotated[int, unit("count")]
    trends: Annotated[list[MetricTrend], health(description="Of the stored observations.")]
    recommendations: Annotated[list[ActionItem], health(description="For the criteria that are not met.")]
    not_used: Unusable


@dataclass(frozen=True, slots=True)
class _Protocol:
    """An intervention of the data file and its period up to now."""

    specialty: str
    name: str
    measurement_frequency: str
    evaluation_period: str
    starts: datetime
    expected: int


@tool(family="care")
async def evaluate_intervention(params: EvaluateIntervention, ws: Workspace) -> InterventionEvaluation:
    """Say whether an intervention meets its success criteria, where it is heading, and what to change.

    Without figures, the latest stored ones within the intervention's evaluation period are taken; older ones do
    not count.
    """
    now = ws.clock.now()
    protocol = _protocol(params, now)
    if protocol is None:
        return _nothing(params, now)
    tables = load_tables(ws.settings.benchmark_tables)
    branch = f"{protocol.specialty}/{protocol.name}"
    part = part_of(tables, INTERVENTIONS, branch)
    history = await history_of(ws.store, CAREGIVER, params.caregiver_id, until=now)
    given: Mapping[str, Any] = (
        latest_figures(history, since=protocol.starts) if params.metrics is None else params.metrics
    )
    standing = stand(by_criterion(given, protocol.specialty, protocol.name), INTERVENTIONS, part)
    criteria = [_criterion(one, history.get(one.key, ()), protocol) for one in standing.placed]
    return InterventionEvaluation(
        evaluated_at=now,
        caregiver_id=params.caregiver_id,
        specialty=protocol.specialty,
        intervention=protocol.name,
        reason=None,
        measurement_frequency=protocol.measurement_frequency,
        evaluation_period=protocol.evaluation_period,
        period_starts=protocol.starts,
        criteria=criteria,
        criteria_met=sum(one.met is True for one in criteria),
        criteria_measured=sum(one.value is not None for one in criteria),
        criteria_total=len(criteria),
        trends=trends_of(history, {one.key: one.metric for one in standing.placed}),
        recommendations=actions_for(criteria, care_rules(), positions=("lagging",), today=now.date()),
        not_used=together([standing], tables),
    )


def protocols() -> list[dict[str, str]]:
    """Return every intervention with how often it is measured, and over which time it is judged."""
    return [dict(entry) for entry in read("interventions")["intervention"]]


def _protocol(params: EvaluateIntervention, now: datetime) -> _Protocol | None:
    wanted = (specialty_named(params.specialty_type), intervention_named(params.intervention_type))
    for entry in protocols():
        if (entry["specialty"], entry["name"]) == wanted:
            starts = period_of(entry["evaluation_period"]).before(now)
            each = now - period_of(entry["measurement_frequency"]).before(now)
            return _Protocol(**entry, starts=starts, expected=_times(now - starts, each))
    return None


def by_criterion(metrics: Any, specialty: str, intervention: str) -> Any:
    """Return metrics of an intervention by the name of the criterion, whatever they are nested in."""
    named = renamed(renamed(metrics, specialty_named), intervention_named)
    return lifted(named, specialty, intervention, "success_criteria")


def _times(period: timedelta, each: timedelta) -> int:
    return max(1, period // each)


def _criterion(placed: Placed, observed: Sequence[Observation], protocol: _Protocol) -> Criterion:
    one = care_finding(standing_view(placed))
    met = {"leading": True, "competitive": True, "lagging": False}.get(one.position)
    return Criterion(
        **{name: getattr(one, name) for name in CareFinding.model_fields},
        met=met,
        measurements=sum(each.observed_at >= protocol.starts for each in observed),
        expected_measurements=protocol.expected,
    )


def _nothing(params: EvaluateIntervention, now: datetime) -> InterventionEvaluation:
    known = ", ".join(f"{one['specialty']}/{one['name']}" for one in protocols())
    return InterventionEvaluation(
        evaluated_at=now,
        caregiver_id=params.caregiver_id,
        specialty=None,
        intervention=None,
        reason=say(
            "There is no intervention {given}. There are {known}.",
            given=f"{params.specialty_type}/{params.intervention_type}",
            known=known,
        ),
        measurement_frequency=None,
        evaluation_period=None,
        period_starts=None,
        criteria=[],
        criteria_met=0,
        criteria_measured=0,
        criteria_total=0,
        trends=[],
        recommendations=[],
        not_used=Unusable(unmeasured=[], unknown=[], refused=[], elsewhere=[]),
    )

"""What an intervention brought: at once and over time, for its clients, for its costs, and what is left to learn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from ag2_marketing_tools.care.costs import CostEffectiveness, cost_effectiveness
from ag2_marketing_tools.care.facts import kind_of
from ag2_marketing_tools.care.interventions import (
    INTERVENTIONS,
    Criterion,
    EvaluateIntervention,
    InterventionEvaluation,
    by_criterion,
    evaluate_intervention,
)
from ag2_marketing_tools.care.parts import part_of
from ag2_marketing_tools.care.responses import ClientResponse, client_response
from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.marks import health, personal, unit
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.metrics.tables import load_tables
from ag2_marketing_tools.standing import ActionItem, MetricTrend, RefusedMetric, refused_view, stand
from ag2_marketing_tools.tool import Params, Result, tool
from ag2_marketing_tools.workspace import Workspace


class TrackIntervention(Params):
    """Whose intervention, and what is known of it."""

    caregiver_id: Annotated[str, personal(min_length=1, max_length=200, description="Whose intervention.")]
    specialty_type: str = Field(max_length=200, description="Such as dementia_care or wound_care.")
    intervention_data: Annotated[
        dict[str, Any],
        health(
            description="`intervention_type`, and any of `metrics`, `baseline` (figures before it), `costs` with "
            "`currency`, `client_responses`."
        ),
    ]


class Outcome(Result):
    """One criterion now and before; figures are in `unit`."""

    metric: str
    title: str
    value: float
    unit: str | None
    met: bool | None
    baseline: float | None
    change: float | None = Field(description="Since the baseline; positive is better.")
    finding: str


class QualityIndicators(Result):
    """What the criteria that are not met leave to learn, and how completely was measured."""

    training_gaps: Annotated[list[ActionItem], health()]
    unmeasured_criteria: list[str]
    measured_share: Annotated[float | None, unit("ratio")] = Field(
        description="Stored measurements among those that the protocol asks for; null where none is stored."
    )


class InterventionOutcomes(Result):
    """What an intervention brought."""

    tracked_at: datetime
    caregiver_id: Annotated[str, personal()]
    specialty: str | None
    intervention: str | None
    reason: str | None
    immediate_outcomes: Annotated[list[Outcome], health()]
    long_term_impact: Annotated[list[MetricTrend], health(description="Trends of all stored observations.")]
    long_term_reason: str | None = Field(description="Why nothing is known of the long term.")
    client_response: Annotated[ClientResponse, health()]
    cost_effectiveness: Annotated[CostEffectiveness, health()]
    quality_metrics: QualityIndicators
    baseline_refused: Annotated[list[RefusedMetric], health()]


@tool(family="care")
async def track_intervention(params: TrackIntervention, ws: Workspace) -> InterventionOutcomes:
    """Say what an intervention brought: outcomes, trends, clients' responses, costs where given, training gaps."""
    data = params.intervention_data
    about = EvaluateIntervention(
        caregiver_id=params.caregiver_id,
        specialty_type=params.specialty_type,
        intervention_type=str(data.get("intervention_type") or ""),
        metrics=data.get("metrics"),
    )
    found = await evaluate_intervention(about, ws)
    before, refused = _baseline(data.get("baseline"), found, ws)
    told = bool(found.trends)
    return InterventionOutcomes(
        tracked_at=found.evaluated_at,
        caregiver_id=params.caregiver_id,
        specialty=found.specialty,
        intervention=found.intervention,
        reason=found.reason,
        immediate_outcomes=[_outcome(one, before) for one in found.criteria if one.value is not None],
        long_term_impact=found.trends,
        long_term_reason=None if told else say("No observations of this intervention are stored."),
        client_response=client_response(data),
        cost_effectiveness=cost_effectiveness(data, found.criteria, before),
        quality_metrics=_quality(found),
        baseline_refused=refused,
    )


def _baseline(
    given: Any, found: InterventionEvaluation, ws: Workspace
) -> tuple[dict[str, float], list[RefusedMetric]]:
    """The figures before the intervention by key, and those that cannot be used."""
    if not given or found.intervention is None:
        return {}, []
    if not isinstance(given, Mapping):
        raise InvalidInput(f"The baseline is a {type(given).__name__}.", remedy="Give figures by metric.")
    tables = load_tables(ws.settings.benchmark_tables)
    part = part_of(tables, INTERVENTIONS, f"{found.specialty}/{found.intervention}")
    own = by_criterion(given, found.specialty or "", found.intervention)
    standing = stand(own, INTERVENTIONS, part)
    values = {one.key: one.comparison.value for one in standing.placed}
    known = {key: value for key, value in values.items() if value is not None}
    return known, [refused_view(one) for one in standing.refused]


def _outcome(one: Criterion, before: Mapping[str, float]) -> Outcome:
    baseline, value = before.get(one.key), one.value or 0.0
    sign = -1.0 if one.direction == "lower" else 1.0
    return Outcome(
        metric=one.metric,
        title=one.title,
        value=value,
        unit=one.unit,
        met=one.met,
        baseline=baseline,
        change=None if baseline is None else sign * (value - baseline),
        finding=one.finding,
    )


def _quality(found: InterventionEvaluation) -> QualityIndicators:
    made = [min(one.measurements, one.expected_measurements) for one in found.criteria]
    expected = sum(one.expected_measurements for one in found.criteria)
    return QualityIndicators(
        training_gaps=_trainings(found.recommendations),
        unmeasured_criteria=[one.metric for one in found.criteria if one.value is None],
        measured_share=sum(made) / expected if expected and sum(made) else None,
    )


def _trainings(actions: Sequence[ActionItem]) -> list[ActionItem]:
    return [one for one in actions if kind_of(one.rule) == "training"]

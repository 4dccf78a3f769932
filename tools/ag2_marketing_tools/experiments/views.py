"""From stored experiments to what the tools return."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row

from ag2_marketing_tools.experiments.assignment.sticky import Assigned, NotIn
from ag2_marketing_tools.experiments.metrics import MetricDefinition
from ag2_marketing_tools.experiments.model import Experiment, ExperimentMetric, Phase
from ag2_marketing_tools.experiments.results import (
    AssignedUser,
    AssignedVariant,
    AssignedVariants,
    ChangeView,
    ConfiguredExperiment,
    ExperimentSummary,
    LayerView,
    MetricListed,
    MetricView,
    PhaseView,
    StoredExperiment,
    VariantUsers,
    VariantView,
)
from ag2_marketing_tools.messages import say


def configured_view(test: Experiment, warnings: Sequence[str]) -> ConfiguredExperiment:
    """Return what setting up a test answers."""
    return ConfiguredExperiment(
        test_id=test.id,
        name=test.name,
        variants=variant_views(test),
        start_time=test.start_at.isoformat(),
        end_time=test.end_at.isoformat(),
        timezone=test.timezone,
        metrics=[metric_view(metric) for metric in test.metrics],
        min_sample_size=test.min_sample_size,
        confidence_level=test.confidence_level,
        monitoring=test.monitoring,
        layer=_layer_view(test),
        holdout=test.holdout,
        warnings=list(warnings),
    )


def stored_view(test: Experiment, changes: Sequence[Row[Any]]) -> StoredExperiment:
    """Return a test with its phases and its history."""
    window = test.attribution_window
    return StoredExperiment(
        test_id=test.id,
        name=test.name,
        hypothesis=test.hypothesis,
        state=test.state,
        variants=variant_views(test),
        metrics=[metric_view(metric) for metric in test.metrics],
        start_time=test.start_at.isoformat(),
        end_time=test.end_at.isoformat(),
        stopped_at=None if test.stopped_at is None else test.stopped_at.isoformat(),
        timezone=test.timezone,
        min_sample_size=test.min_sample_size,
        confidence_level=test.confidence_level,
        power=test.power,
        monitoring=test.monitoring,
        planned_looks=test.planned_looks,
        attribution_window_hours=None if window is None else window.total_seconds() / 3600,
        pre_period_days=test.pre_period.total_seconds() / 86400,
        segment=test.segment,
        targeting={name: dict(condition) for name, condition in test.targeting.items()},
        layer=_layer_view(test),
        holdout=test.holdout,
        phases=[_phase_view(phase) for phase in test.phases],
        changes=[_change_view(change) for change in changes],
        version=test.version,
    )


def variant_views(test: Experiment) -> list[VariantView]:
    """Return a test's variants with their shares of now."""
    weights = test.current_phase.weights
    return [
        VariantView(
            id=variant.id,
            variant_id=variant.id,
            name=variant.name,
            content=variant.content,
            traffic_allocation=weights[variant.id],
            is_control=variant.is_control,
        )
        for variant in test.variants
    ]


def metric_view(metric: ExperimentMetric) -> MetricView:
    """Return a metric in its role."""
    definition = metric.definition
    return MetricView(
        name=metric.name,
        title=definition.title,
        role=metric.role,
        kind=definition.kind,
        value_unit=definition.unit,
        direction=definition.direction,
        margin=metric.margin,
        baseline=metric.baseline,
        minimum_detectable_effect=metric.minimum_detectable_effect,
    )


def listed_view(definition: MetricDefinition, *, built_in: bool) -> MetricListed:
    """Return a metric's line in the list."""
    return MetricListed(
        name=definition.name,
        title=definition.title,
        channels=list(definition.channels),
        kind=definition.kind,
        value_unit=definition.unit,
        direction=definition.direction,
        events=list(definition.events),
        description=definition.description,
        built_in=built_in,
    )


def summary_view(row: Row[Any]) -> ExperimentSummary:
    """Return a test's line in the list."""
    return ExperimentSummary(
        test_id=row.id,
        name=row.name,
        state=row.state,
        start_time=row.start_at.isoformat(),
        end_time=row.end_at.isoformat(),
        layer=row.layer,
    )


def assigned_view(assigned: Assigned, user_id: str, context: dict[str, Any]) -> AssignedVariant:
    """Return what assigning a user answers."""
    seat = assigned.seat if assigned.not_in is None else None
    return AssignedVariant(
        test_id=assigned.experiment.id,
        user_id=user_id,
        status="assigned" if assigned.not_in is None else "not_in_test",
        variant_id=assigned.variant.id,
        variant_name=assigned.variant.name,
        content=assigned.variant.content,
        is_control=assigned.variant.is_control,
        reason=assigned.not_in,
        explanation=None if assigned.not_in is None else _explained(assigned.not_in),
        assignment_time=None if seat is None else seat.assigned_at.isoformat(),
        excluded=None if seat is None else seat.excluded,
        context=context,
    )


def assigned_many_view(test_id: str, assigned: Mapping[str, Assigned]) -> AssignedVariants:
    """Return what assigning many users answers."""
    inside = Counter(one.variant.id for one in assigned.values() if one.not_in is None)
    names = {variant.id: variant.name for one in assigned.values() for variant in one.experiment.variants}
    return AssignedVariants(
        test_id=test_id,
        assignments=[
            AssignedUser(
                user_id=user_id,
                status="assigned" if one.not_in is None else "not_in_test",
                variant_id=one.variant.id,
                reason=one.not_in,
                excluded=one.seat.excluded if one.seat is not None and one.not_in is None else None,
            )
            for user_id, one in assigned.items()
        ],
        in_variants=[
            VariantUsers(variant_id=variant_id, name=name, users=inside[variant_id])
            for variant_id, name in names.items()
        ],
        not_in_test=len(assigned) - inside.total(),
    )


def _explained(reason: NotIn) -> str:
    texts: dict[NotIn, str] = {
        "holdout": say("The user belongs to a holdout, which takes part in no test."),
        "layer": say("The user belongs to another part of the layer."),
        "coverage": say("The test takes only a share of the users, and this one is not among them."),
        "targeting": say("The user's context does not meet the test's conditions."),
        "ended": say("The planned time is over: nobody new is taken in."),
        "reverted": say("The test was reverted: everybody is shown the control."),
    }
    return texts[reason]


def _layer_view(test: Experiment) -> LayerView | None:
    if test.layer is None or test.layer_range is None:
        return None
    return LayerView(name=test.layer, low=test.layer_range[0], high=test.layer_range[1])


def _phase_view(phase: Phase) -> PhaseView:
    return PhaseView(
        number=phase.number,
        weights=dict(phase.weights),
        coverage=phase.coverage,
        started_at=phase.started_at.isoformat(),
        ended_at=None if phase.ended_at is None else phase.ended_at.isoformat(),
        reason=phase.reason,
    )


def _change_view(change: Row[Any]) -> ChangeView:
    return ChangeView(
        at=change.at.isoformat(),
        action=change.action,
        actor=change.actor,
        reason=change.reason,
        before=change.before,
        after=change.after,
    )

"""The specification's classes on specialised care: how it is done, and whether interventions succeed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ag2_marketing.adapters.answers import as_dict, as_dicts, failed
from ag2_marketing.classes.base import ToolFace
from ag2_marketing.classes.care_lists import analysis_of, beside, measured, nested, trends_of
from ag2_marketing_tools.care import (
    advise_on_specialty,
    compare_specialty,
    evaluate_intervention,
    track_intervention,
)
from ag2_marketing_tools.care.interventions import INTERVENTIONS, InterventionEvaluation, protocols
from ag2_marketing_tools.care.specialties import SPECIALTIES
from ag2_marketing_tools.errors import MarketingError

Metrics = Mapping[str, Any]


class SpecialtyCareAnalytics(ToolFace):
    """Where a caregiver stands in dementia care, wound care, fall prevention or chronic disease management.

    `specialty_metrics` holds the levels. For `status` see `CaregiverQualityMetrics`.
    """

    def __init__(self, **options: Any) -> None:
        """Load the levels; for `options` see `ToolFace`."""
        super().__init__(**options)
        self.specialty_metrics = self._tables().nested(SPECIALTIES, "specialty_metrics")

    async def analyze_specialty_performance(
        self, caregiver_id: str, specialty_type: str, metrics: Metrics | None = None
    ) -> dict[str, Any]:
        """Compare a caregiver's figures in a specialty.

        Args:
            caregiver_id: Who.
            specialty_type: `dementia_care`, `Dementia`, `chronic_disease_mgmt`, …
            metrics: Figures nested as the specialty is, or by name; without them the latest stored ones.

        Returns:
            `performance_metrics` (figures by group), `benchmark_comparison` (where each stands), `improvement_areas`,
            `best_practices`; all four empty for an unknown specialty.
        """
        empty: dict[str, Any] = {
            "performance_metrics": {},
            "benchmark_comparison": {},
            "improvement_areas": [],
            "best_practices": [],
        }
        arguments = {"caregiver_id": caregiver_id, "specialty_type": specialty_type, "metrics": metrics}
        try:
            found = await self._call(compare_specialty, arguments)
        except MarketingError as error:
            return failed(error, **empty)
        if found.specialty is None:
            return empty
        told = measured(found.metrics)
        figures: dict[str, dict[str, Any]] = {}
        for one in told:
            _, group, name = one.metric.split("/", 2)
            figures.setdefault(group, {})[name] = {"value": one.value, "unit": one.unit, "n": one.n}
        return {
            "performance_metrics": figures,
            "benchmark_comparison": nested(told, below=1),
            "improvement_areas": as_dicts(found.improvement_areas),
            "best_practices": as_dicts(found.best_practices),
            "specialty": found.specialty,
            "findings": as_dicts(told),
            **beside(found.not_used),
        }

    async def generate_specialty_insights(
        self, caregiver_id: str, specialty_analysis: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Say what follows from a comparison in a specialty.

        Args:
            caregiver_id: Who.
            specialty_analysis: What `analyze_specialty_performance` returned.

        Returns:
            `timestamp`, `caregiver_id`, `performance_summary`, `training_recommendations`, `quality_improvements`,
            `best_practice_alignment` (share of each practice's metrics that lead), `outcome_trends`.
        """
        analysis = analysis_of(specialty_analysis)
        arguments = {
            "caregiver_id": caregiver_id,
            "specialty_type": str(analysis.get("specialty") or ""),
            "analysis": analysis,
        }
        try:
            found = await self._call(advise_on_specialty, arguments)
        except MarketingError as error:
            return failed(
                error,
                timestamp=None,
                caregiver_id=caregiver_id,
                performance_summary={},
                training_recommendations=[],
                quality_improvements=[],
                best_practice_alignment=[],
                outcome_trends={},
            )
        return {
            "timestamp": found.advised_at.isoformat(),
            "caregiver_id": caregiver_id,
            "performance_summary": as_dict(found.summary),
            "training_recommendations": as_dicts(found.training),
            "quality_improvements": as_dicts(found.recommendations),
            "best_practice_alignment": as_dicts(found.practices),
            "outcome_trends": trends_of(found),
            "not_used": as_dicts(found.not_used),
            "status": "completed",
        }


class InterventionAnalytics(ToolFace):
    """Whether interventions meet their success criteria, and what they brought.

    `intervention_metrics` holds the criteria, with how often they are measured and over which time they are judged.
    For `status` see `CaregiverQualityMetrics`.
    """

    def __init__(self, **options: Any) -> None:
        """Load the criteria; for `options` see `ToolFace`."""
        super().__init__(**options)
        self.intervention_metrics = self._tables().nested(INTERVENTIONS, "intervention_metrics")
        for one in protocols():
            place = self.intervention_metrics.setdefault(one["specialty"], {}).setdefault(one["name"], {})
            place["measurement_frequency"] = one["measurement_frequency"]
            place["evaluation_period"] = one["evaluation_period"]

    async def evaluate_intervention(
        self,
        caregiver_id: str,
        specialty_type: str,
        intervention_type: str,
        metrics: Metrics | None = None,
    ) -> dict[str, Any]:
        """Say whether an intervention meets its criteria.

        Args:
            caregiver_id: Whose.
            specialty_type: As in `SpecialtyCareAnalytics`.
            intervention_type: `behavioral_interventions`, `Behavioural`, …
            metrics: Figures by criterion; without them the latest stored ones within the evaluation period.

        Returns:
            `timestamp`, `intervention_metrics` (the figures), `success_rates` (each criterion's figure, threshold and
            whether it is met), `trend_analysis`, `recommendations`; empty for an unknown specialty or intervention.
        """
        arguments = {
            "caregiver_id": caregiver_id,
            "specialty_type": specialty_type,
            "intervention_type": intervention_type,
            "metrics": metrics,
        }
        empty: dict[str, Any] = {
            "intervention_metrics": {},
            "success_rates": {},
            "trend_analysis": {},
            "recommendations": [],
        }
        try:
            found = await self._call(evaluate_intervention, arguments)
        except MarketingError as error:
            return failed(error, timestamp=None, **empty)
        if found.intervention is None:
            return {"timestamp": found.evaluated_at.isoformat(), **empty}
        return _evaluation(found)

    async def track_intervention_outcomes(
        self, caregiver_id: str, specialty_type: str, intervention_data: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Say what an intervention brought.

        Args:
            caregiver_id: Whose.
            specialty_type: As in `SpecialtyCareAnalytics`.
            intervention_data: `intervention_type`, and any of `metrics`, `baseline`, `costs` with `currency`,
                `client_responses`; what else it holds is left alone.

        Returns:
            `immediate_outcomes`, `long_term_impact`, `client_response`, `cost_effectiveness` (figures only where costs
            were given), `quality_metrics` with `training_gaps`.
        """
        arguments = {
            "caregiver_id": caregiver_id,
            "specialty_type": specialty_type,
            "intervention_data": analysis_of(intervention_data),
        }
        try:
            found = await self._call(track_intervention, arguments)
        except MarketingError as error:
            return failed(
                error,
                immediate_outcomes=[],
                long_term_impact={},
                client_response={},
                cost_effectiveness={},
                quality_metrics={"training_gaps": []},
            )
        return {
            "immediate_outcomes": as_dicts(found.immediate_outcomes),
            "long_term_impact": {
                "trends": as_dicts(found.long_term_impact),
                "reason": found.long_term_reason,
            },
            "client_response": as_dict(found.client_response),
            "cost_effectiveness": as_dict(found.cost_effectiveness),
            "quality_metrics": as_dict(found.quality_metrics),
            "baseline_refused": as_dicts(found.baseline_refused),
            "reason": found.reason,
            "status": "partial" if found.baseline_refused else "completed",
        }


def _evaluation(found: InterventionEvaluation) -> dict[str, Any]:
    told = [one for one in found.criteria if one.value is not None]
    return {
        "timestamp": found.evaluated_at.isoformat(),
        "intervention_metrics": {
            one.metric.rpartition("/")[2]: {"value": one.value, "unit": one.unit, "n": one.n} for one in told
        },
        "success_rates": {
            one.metric.rpartition("/")[2]: {
                "value": one.value,
                "success_threshold": one.gaps[0].level_value if one.gaps else None,
                "met": one.met,
                **as_dict(one),
            }
            for one in told
        },
        "trend_analysis": {one.metric.rpartition("/")[2]: as_dict(one) for one in found.trends},
        "recommendations": as_dicts(found.recommendations),
        "criteria_met": found.criteria_met,
        "criteria_measured": found.criteria_measured,
        "criteria_total": found.criteria_total,
        "measurement_frequency": found.measurement_frequency,
        "evaluation_period": found.evaluation_period,
        **beside(found.not_used),
    }

"""The specification's class on clients: assessments, responses, progress and outcome reports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ag2_marketing.adapters.answers import as_dict, as_dicts, failed
from ag2_marketing.classes.base import ToolFace
from ag2_marketing.classes.care_lists import analysis_of
from ag2_marketing_tools.care import client_progress, client_report, initialize_client, track_response
from ag2_marketing_tools.care.clients.facts import SYSTEM
from ag2_marketing_tools.care.clients.reporting import ClientReport
from ag2_marketing_tools.care.clients.tracking import ClientProfile
from ag2_marketing_tools.errors import MarketingError

Given = Mapping[str, Any]


class ClientOutcomeTracker(ToolFace):
    """How clients do: each one's baseline, responses to interventions, progress, and reports.

    `client_metrics` holds the measures, nested as the specification has them. Everything that is given is kept in the
    store; figures of known measures become observations of the client. All of it is health data: it never reaches a
    model or a report unless the settings say so, and each call is in the log of accesses. A method that fails answers
    `status` `error` with `error` and `remedy`; where only some figures could not be used, `status` is `partial`.
    """

    def __init__(self, **options: Any) -> None:
        """Load the measures; for `options` see `ToolFace`."""
        super().__init__(**options)
        self.client_metrics = self._tables().nested(SYSTEM, "client_metrics")

    async def initialize_client_tracking(self, client_id: str, initial_assessment: Given) -> dict[str, Any]:
        """Keep a client's assessment as the baseline.

        Args:
            client_id: Who.
            initial_assessment: Any of `physical`, `cognitive`, `emotional` (figures and texts, nested as you like; a
                figure is a number, or `value` with `unit`, `instrument`), `goals` (texts, or mappings of `metric`,
                `target`, `by`), `risks`, `preferences`, and `assessed_at`.

        Returns:
            `baseline_assessment` (`timestamp`, `physical_status`, `cognitive_status`, `emotional_status`, `care_goals`,
            `risk_factors`, `preferences`), `intervention_responses`, `progress_tracking`, `outcome_history` (moments of
            earlier assessments); beside them which figures are followed and which could not be used.
        """
        given = analysis_of(initial_assessment)
        assessed_at = given.pop("assessed_at", None)
        arguments = {"client_id": client_id, "assessment": given, "assessed_at": assessed_at}
        try:
            return _profile(await self._call(initialize_client, arguments))
        except MarketingError as error:
            return failed(
                error,
                baseline_assessment={},
                intervention_responses={},
                progress_tracking={},
                outcome_history=[],
            )

    async def track_intervention_response(
        self, client_id: str, intervention_id: str, response_data: Given
    ) -> dict[str, Any]:
        """Keep how a client responded to an intervention; the same response given again is kept once.

        Args:
            client_id: Who.
            intervention_id: To what.
            response_data: Any of `immediate_response`, `side_effects`, `adherence_percent` (or `completed` of
                `planned`), `comfort` and `effectiveness` (`value` of `most`), `before` and `metrics` (figures of
                measures), `responded_at`.

        Returns:
            `timestamp`, `intervention_id`, `immediate_response`, `side_effects`, `adherence_level`, `comfort_score`,
            `effectiveness_rating`; what was not given is null with a `reason`.
        """
        arguments = {
            "client_id": client_id,
            "intervention_id": intervention_id,
            "response": analysis_of(response_data),
        }
        try:
            found = await self._call(track_response, arguments)
        except MarketingError as error:
            return failed(
                error,
                timestamp=None,
                intervention_id=intervention_id,
                immediate_response={},
                side_effects={},
                adherence_level={},
                comfort_score={},
                effectiveness_rating={},
            )
        return {
            "timestamp": found.responded_at.isoformat(),
            "intervention_id": found.intervention_id,
            "immediate_response": as_dict(found.immediate_response),
            "side_effects": as_dict(found.side_effects),
            "adherence_level": as_dict(found.adherence_level),
            "comfort_score": as_dict(found.comfort_score),
            "effectiveness_rating": as_dict(found.effectiveness_rating),
            "figures": as_dicts(found.figures),
            "unknown_metrics": as_dicts(found.unknown),
            "refused_metrics": as_dicts(found.refused),
            "status": "partial" if found.unknown or found.refused else "completed",
        }

    async def analyze_client_progress(self, client_id: str, timeframe: str = "1_month") -> dict[str, Any]:
        """Say how a client changed within a timeframe, beside the baseline.

        Args:
            client_id: Who.
            timeframe: `1_month`, `2_weeks`, `quarterly`, …

        Returns:
            `overall_health_trends`, `goal_achievement`, `quality_of_life`, `intervention_effectiveness`,
            `care_plan_adjustments` (each with the finding that asks for it; for a person to decide on).
        """
        try:
            found = await self._call(client_progress, {"client_id": client_id, "timeframe": timeframe})
        except MarketingError as error:
            return failed(
                error,
                overall_health_trends={},
                goal_achievement=[],
                quality_of_life=[],
                intervention_effectiveness=[],
                care_plan_adjustments=[],
            )
        return {
            "overall_health_trends": {
                "overall": found.overall,
                "measures": as_dicts(found.measures),
                "trends": as_dicts(found.trends),
                "reason": found.reason,
            },
            "goal_achievement": as_dicts(found.goals),
            "quality_of_life": as_dicts(found.quality_of_life),
            "intervention_effectiveness": as_dicts(found.interventions),
            "care_plan_adjustments": as_dicts(found.adjustments),
            "timestamp": found.analysed_at.isoformat(),
            "since": found.since.isoformat(),
            "status": "completed",
        }

    async def generate_outcome_report(
        self, client_id: str, report_type: str = "comprehensive"
    ) -> dict[str, Any]:
        """Report on a client.

        Args:
            client_id: Who.
            report_type: `comprehensive`, `summary` or `progress`; an unknown one is an error that says what there is.

        Returns:
            `client_profile`, `intervention_summary`, `progress_metrics`, `health_outcomes`, `care_recommendations`;
            parts that the type does not have are empty, `parts` lists those that it has.
        """
        try:
            found = await self._call(client_report, {"client_id": client_id, "report_type": report_type})
        except MarketingError as error:
            return failed(
                error,
                client_profile={},
                intervention_summary=[],
                progress_metrics={},
                health_outcomes={},
                care_recommendations=[],
            )
        return _report(found)


def _profile(found: ClientProfile) -> dict[str, Any]:
    return {
        "baseline_assessment": {
            "timestamp": found.assessed_at.isoformat(),
            "physical_status": found.physical_status,
            "cognitive_status": found.cognitive_status,
            "emotional_status": found.emotional_status,
            "care_goals": found.care_goals,
            "risk_factors": found.risk_factors,
            "preferences": found.preferences,
        },
        "intervention_responses": {},
        "progress_tracking": {},
        "outcome_history": [moment.isoformat() for moment in found.earlier],
        "figures": as_dicts(found.figures),
        "unmeasured_metrics": list(found.unmeasured),
        "unknown_metrics": as_dicts(found.unknown),
        "refused_metrics": as_dicts(found.refused),
        "status": "partial" if found.unknown or found.refused else "completed",
    }


def _report(found: ClientReport) -> dict[str, Any]:
    return {
        "client_profile": as_dict(found.client_profile) if found.client_profile else {},
        "intervention_summary": as_dicts(found.intervention_summary or []),
        "progress_metrics": as_dict(found.progress_metrics) if found.progress_metrics else {},
        "health_outcomes": as_dict(found.health_outcomes) if found.health_outcomes else {},
        "care_recommendations": as_dicts(found.care_recommendations or []),
        "timestamp": found.reported_at.isoformat(),
        "report_type": found.report_type,
        "parts": list(found.parts),
        "status": "completed",
    }

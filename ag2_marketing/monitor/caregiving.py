"""Looking at caregivers: their quality, their peers, their specialties and their interventions."""

from __future__ import annotations

from typing import Any

from ag2_marketing.classes.caregivers import CaregiverPeerAnalytics, CaregiverQualityMetrics
from ag2_marketing.classes.kpi import MetricAnalyzer
from ag2_marketing.classes.specialties import InterventionAnalytics, SpecialtyCareAnalytics
from ag2_marketing.monitor.findings import Finding, findings, usable
from ag2_marketing.monitor.host import (
    OVER,
    get_active_caregivers,
    get_active_interventions,
    get_caregiver_details,
    get_caregiver_specialties,
    get_details_of_interventions,
    get_specialty_caregivers,
)
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.workspace import Workspace

CAREGIVER = "caregiver"
TOP_PERCENTILE = 90
"""From this overall percentile on a caregiver is recognised (the specification's peer example)."""


async def caregivers(ws: Workspace) -> list[tuple[str, str]]:
    """Return the active caregivers."""
    return [(CAREGIVER, id) for id in await get_active_caregivers(ws)]


async def specialists(ws: Workspace) -> list[tuple[str, str]]:
    """Return the active caregivers who have a specialty."""
    return [(CAREGIVER, id) for id in await get_specialty_caregivers(ws)]


async def interveners(ws: Workspace) -> list[tuple[str, str]]:
    """Return the caregivers who have an active intervention."""
    having = {intervention.rsplit("/", 2)[0] for intervention in await get_active_interventions(ws)}
    return [(CAREGIVER, id) for id in sorted(having)]


async def look_at_quality(ws: Workspace, kind: str, id: str) -> list[Finding]:
    """`monitor_caregiver_quality`."""
    quality = CaregiverQualityMetrics(workspace=ws)
    metrics = await _collected(ws, id)
    analysis = usable(await quality.analyze_caregiver_performance(id, metrics))
    plan = await quality.generate_development_plan(id, analysis)
    return [
        *findings(analysis, {"risk_factors": "risk"}),
        *findings(plan, {"training_recommendations": "training", "support_needs": "action"}),
    ]


async def look_at_peers(ws: Workspace, kind: str, id: str) -> list[Finding]:
    """`analyze_peer_comparisons`."""
    peers = CaregiverPeerAnalytics(workspace=ws)
    details = await get_caregiver_details(ws, id)
    analysis = usable(
        await peers.analyze_peer_performance(
            id, await _collected(ws, id), details["region_type"], details["experience_level"]
        )
    )
    insights = await peers.generate_peer_insights(id, analysis)
    found = findings(insights, {"development_areas": "development", "recommendations": "action"})
    overall = analysis["percentile_rankings"]["overall"]
    if overall >= TOP_PERCENTILE:
        text = say("Among the best of the peers: percentile {overall:.0f} of 100.", overall=overall)
        found.append(Finding("recognition", "overall", text, {"overall": overall}))
    return found


async def look_at_specialties(ws: Workspace, kind: str, id: str) -> list[Finding]:
    """`monitor_specialty_care`."""
    specialty, analyzer = SpecialtyCareAnalytics(workspace=ws), MetricAnalyzer(over=OVER, workspace=ws)
    found: list[Finding] = []
    for each in await get_caregiver_specialties(ws, id):
        metrics = usable(await analyzer.collect_specialty_metrics(id, each))
        analysis = usable(await specialty.analyze_specialty_performance(id, each, metrics))
        insights = await specialty.generate_specialty_insights(id, analysis)
        found += findings(
            insights, {"quality_improvements": "action", "training_recommendations": "training"}
        )
    return found


async def look_at_interventions(ws: Workspace, kind: str, id: str) -> list[Finding]:
    """`monitor_interventions`."""
    intervention = InterventionAnalytics(workspace=ws)
    found: list[Finding] = []
    for details in await get_details_of_interventions(ws, id):
        evaluation = await intervention.evaluate_intervention(
            id, details["specialty_type"], details["intervention_type"], details["metrics"]
        )
        outcomes = await intervention.track_intervention_outcomes(id, details["specialty_type"], details)
        found += findings(evaluation, {"recommendations": "adjustment"})
        found += findings(outcomes, {"quality_metrics/training_gaps": "training"})
    return found


async def _collected(ws: Workspace, caregiver_id: str) -> dict[str, Any]:
    return dict(usable(await MetricAnalyzer(over=OVER, workspace=ws).collect_caregiver_metrics(caregiver_id)))

"""The care classes: documented keys, call shapes, and one pass of each usage example through the real store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ag2_marketing import (
    CaregiverPeerAnalytics,
    CaregiverQualityMetrics,
    InterventionAnalytics,
    MetricAnalyzer,
    SpecialtyCareAnalytics,
)
from ag2_marketing_tools.workspace import Settings, Workspace
from ag2_marketing_tools.workspace.store import upgrade
from ag2_marketing_tools.workspace.store.observations import Observation, record

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
QUALITY = "CaregiverQualityMetrics"
PEERS = "CaregiverPeerAnalytics"
FIGURES = {  # of caregiver c0; each other caregiver is a little better
    f"{QUALITY}/risk_management/quality_assurance/medication_accuracy": 80.0,
    f"{QUALITY}/visit_compliance/timeliness/on_time_arrival": 97.0,
    f"{PEERS}/performance_percentiles/quality_metrics/patient_satisfaction": 91.0,
    f"{PEERS}/regional_benchmarks/rural_markets/client_retention": 80.0,
    f"{PEERS}/experience_based/mid_career/skill_proficiency": 80.0,
    "SpecialtyCareAnalytics/dementia_care/clinical_outcomes/behavior_management": 75.0,
}


def seen(who: str, key: str, value: float, days_ago: int) -> Observation:
    return Observation(
        subject_kind="caregiver",
        subject_id=who,
        metric=key,
        value=value,
        unit="percent",
        sample_size=400,
        observed_at=NOW - timedelta(days=days_ago),
        source="test",
    )


@pytest.fixture
async def ws(ws: Workspace) -> Workspace:
    """The workspace, with the figures of seven caregivers over twelve weeks."""
    stored = [
        seen(f"c{number}", key, min(99.0, value + number) - 0.25 * week, 7 * week)
        for number in range(7)
        for key, value in FIGURES.items()
        for week in range(12)
    ]
    await record(ws.store, stored, ids=ws.ids)
    return ws


async def test_monitor_caregiver_quality(ws: Workspace) -> None:
    quality, analyzer = CaregiverQualityMetrics(workspace=ws), MetricAnalyzer(workspace=ws)

    metrics = await analyzer.collect_caregiver_metrics("c0")
    analysis = await quality.analyze_caregiver_performance("c0", metrics)
    plan = await quality.generate_development_plan("c0", analysis)

    assert {"strengths", "improvement_areas", "training_needs", "risk_factors"} <= analysis.keys()
    assert analysis["status"] == "completed"
    assert [one["title"] for one in analysis["strengths"]] == ["On-time arrival"]
    assert [one["title"] for one in analysis["risk_factors"]] == ["Medication accuracy"]
    assert plan["caregiver_id"] == "c0"
    assert plan["timestamp"] == NOW.isoformat()
    assert [one["rule"] for one in plan["training_recommendations"]] == ["care-medication"]
    assert [one["goal_value"] for one in plan["goals"]] == [90.0]
    assert plan["timeline"][0]["starts"] == "2026-03-02"
    assert {"skill_development", "support_needs"} <= plan.keys()


async def test_analyze_peer_comparisons(ws: Workspace) -> None:
    peers, analyzer = CaregiverPeerAnalytics(workspace=ws), MetricAnalyzer(workspace=ws)

    metrics = await analyzer.collect_caregiver_metrics("c0")
    analysis = await peers.analyze_peer_performance("c0", metrics, "rural", "1to3_years")
    insights = await peers.generate_peer_insights("c0", analysis)

    overall = analysis["percentile_rankings"]["overall"]
    assert overall == analysis["percentile_rankings"]["quality_metrics"]["patient_satisfaction"]
    assert 75 < overall < 90  # 91 lies between the top quarter's 90 and the top tenth's 95
    assert not overall >= 90
    retention = analysis["regional_comparison"]["metrics"]["client_retention"]
    assert (retention["position"], retention["peers"]["peers"]) == ("lagging", 6)
    assert retention["peers"]["percentile"] == 0.0  # all six are better
    assert analysis["experience_comparison"]["bands"] == ["1to3_years"]
    titles = [one["title"] for one in insights["development_areas"]]
    assert titles == ["Client retention, rural markets", "Skill proficiency, mid-career caregivers"]
    assert insights["recommendations"]
    assert insights["performance_summary"]["lagging"] == 2
    trends = insights["benchmarking_trends"]
    assert {one["title"] for one in trends["improving"]} >= {
        "Patient satisfaction",
        "Client retention, rural markets",
    }
    assert {"timestamp", "caregiver_id", "training_recommendations"} <= insights.keys()


async def test_monitor_specialty_care(ws: Workspace) -> None:
    specialty, analyzer = SpecialtyCareAnalytics(workspace=ws), MetricAnalyzer(workspace=ws)

    metrics = await analyzer.collect_specialty_metrics("c0", "dementia_care")
    analysis = await specialty.analyze_specialty_performance("c0", "dementia_care", metrics)
    insights = await specialty.generate_specialty_insights("c0", analysis)

    figure = analysis["performance_metrics"]["clinical_outcomes"]["behavior_management"]
    assert (figure["value"], figure["n"]) == (75.0, 400)
    compared = analysis["benchmark_comparison"]["clinical_outcomes"]["behavior_management"]
    assert compared["position"] == "lagging"
    assert [one["title"] for one in analysis["improvement_areas"]] == ["Behavior management in dementia care"]
    assert [one["rule"] for one in insights["quality_improvements"]] == ["care-dementia"]
    assert [one["rule"] for one in insights["training_recommendations"]] == ["care-dementia"]
    assert insights["best_practice_alignment"][0]["aligned"] == 0.0
    assert [one["title"] for one in insights["outcome_trends"]["improving"]] == [
        "Behavior management in dementia care"
    ]
    assert {"timestamp", "caregiver_id", "performance_summary"} <= insights.keys()


async def test_monitor_interventions(ws: Workspace) -> None:
    intervention = InterventionAnalytics(workspace=ws)
    details: dict[str, Any] = {
        "caregiver_id": "c0",
        "specialty_type": "dementia_care",
        "intervention_type": "behavioral_interventions",
        "metrics": {"reduced_agitation": {"value": 60, "n": 300}, "improved_sleep": 85},
    }
    evaluation = await intervention.evaluate_intervention(
        details["caregiver_id"], details["specialty_type"], details["intervention_type"], details["metrics"]
    )
    outcomes = await intervention.track_intervention_outcomes(
        details["caregiver_id"], details["specialty_type"], details
    )

    assert evaluation["intervention_metrics"]["reduced_agitation"]["value"] == 60.0
    rate = evaluation["success_rates"]["reduced_agitation"]
    assert (rate["success_threshold"], rate["met"]) == (85.0, False)
    assert evaluation["success_rates"]["improved_sleep"]["met"] is True
    assert evaluation["trend_analysis"] == {}
    assert [one["rule"] for one in evaluation["recommendations"]] == ["care-dementia"]
    assert [one["rule"] for one in outcomes["quality_metrics"]["training_gaps"]] == ["care-dementia"]
    assert outcomes["cost_effectiveness"]["total_cost"] is None
    assert outcomes.keys() >= {"immediate_outcomes", "long_term_impact", "client_response"}


async def test_an_unknown_specialty_returns_the_four_empty_keys(workspace: Workspace) -> None:
    analysis = await SpecialtyCareAnalytics(workspace=workspace).analyze_specialty_performance("c", "x", {})

    assert analysis == {
        "performance_metrics": {},
        "benchmark_comparison": {},
        "improvement_areas": [],
        "best_practices": [],
    }


@pytest.mark.parametrize(("specialty", "kind"), [("x", "y"), ("wound_care", "y")])
async def test_an_unknown_intervention_returns_the_empty_evaluation(
    workspace: Workspace, specialty: str, kind: str
) -> None:
    evaluation = await InterventionAnalytics(workspace=workspace).evaluate_intervention(
        "c", specialty, kind, {}
    )

    assert evaluation == {
        "timestamp": NOW.isoformat(),
        "intervention_metrics": {},
        "success_rates": {},
        "trend_analysis": {},
        "recommendations": [],
    }


async def test_the_examples_conditions_run_where_nothing_was_measured(workspace: Workspace) -> None:
    peers = CaregiverPeerAnalytics(workspace=workspace)
    for metrics in ({}, None, "nonsense"):
        analysis = await peers.analyze_peer_performance("c", metrics, "urban", "new")  # type: ignore[arg-type]
        assert analysis["percentile_rankings"]["overall"] == 0.0
        assert analysis["overall_measured"] is False
        insights = await peers.generate_peer_insights("c", analysis)
        assert insights["development_areas"] == insights["recommendations"] == []
    quality = CaregiverQualityMetrics(workspace=workspace)
    failed = await quality.analyze_caregiver_performance("c", None)
    assert (failed["status"], failed["risk_factors"]) == ("error", [])
    assert (await quality.generate_development_plan("c", failed))["goals"] == []
    outcomes = await InterventionAnalytics(workspace=workspace).track_intervention_outcomes("c", "x", {})
    assert outcomes["quality_metrics"]["training_gaps"] == []


def test_the_tables_are_those_of_the_specification() -> None:
    quality = CaregiverQualityMetrics().caregiver_metrics
    peers = CaregiverPeerAnalytics().peer_metrics
    specialty = SpecialtyCareAnalytics().specialty_metrics
    interventions = InterventionAnalytics().intervention_metrics

    assert quality["visit_compliance"]["timeliness"]["our_targets"]["documentation_time"] == 8
    assert peers["experience_based"]["veteran_caregivers"]["5plus_years"]["incident_rate"] == 1.5
    assert specialty["wound_care"]["healing_metrics"]["top_performers"]["healing_rate"] == 92
    physical = interventions["fall_prevention"]["physical_interventions"]
    assert physical["success_criteria"]["gait_stability"] == 85
    assert (physical["measurement_frequency"], physical["evaluation_period"]) == ("weekly", "2_months")


async def test_a_class_opens_its_own_workspace_by_its_settings(store_settings: Settings) -> None:
    await upgrade(store_settings)
    quality = CaregiverQualityMetrics(settings=store_settings)

    analysis = await quality.analyze_caregiver_performance(caregiver_id="c", metrics={"care_quality": 60})

    assert [one["title"] for one in analysis["improvement_areas"]] == [
        "Client satisfaction with care quality"
    ]

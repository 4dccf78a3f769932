"""ClientOutcomeTracker: documented keys, call shapes, and one pass of the usage example through the real store."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from conftest import NOW

from ag2_marketing import ClientOutcomeTracker
from ag2_marketing_tools.care.clients.records import responses_of
from ag2_marketing_tools.privacy import accesses_of
from ag2_marketing_tools.workspace import Settings, Workspace
from ag2_marketing_tools.workspace.store.subjects import Subject, find_subjects, save_subjects

ASSESSMENT: dict[str, Any] = {
    "physical": {"mobility_level": 40, "pain_levels": {"value": 7, "instrument": "NRS"}, "gait": "slow"},
    "cognitive": {"memory_function": 70},
    "emotional": {"mood_stability": 60},
    "goals": ["walk to the shop", {"metric": "pain_levels", "target": 3, "by": "2026-02-01"}],
    "risks": ["falls"],
    "preferences": {"wakes": "early"},
}
RESPONSE = {
    "completed": 4,
    "planned": 7,
    "comfort": "8/10",
    "side_effects": [],
    "metrics": {"pain_levels": 6},
}


@pytest.fixture
async def tracker(ws: Workspace) -> ClientOutcomeTracker:
    """The tracker, with a client of seventy days."""
    made = ClientOutcomeTracker(workspace=ws)
    began = {**ASSESSMENT, "assessed_at": (NOW - timedelta(days=70)).isoformat()}
    assert (await made.initialize_client_tracking("anna", began))["status"] == "completed"
    return made


def test_the_measures_are_nested_as_the_specification_has_them(tmp_path: Any) -> None:
    metrics = ClientOutcomeTracker(settings=Settings(_env_file=None, home=tmp_path)).client_metrics
    assert metrics.keys() == {
        "baseline_assessment",
        "intervention_responses",
        "progress_tracking",
        "outcome_history",
    }
    assert metrics["baseline_assessment"]["physical_status"] == {
        "mobility_level": None,
        "pain_levels": None,
        "vital_stability": None,
        "sleep_quality": None,
    }
    assert (metrics["intervention_responses"], metrics["outcome_history"]) == ({}, [])


async def test_initialize_client_tracking(ws: Workspace) -> None:
    profile = await ClientOutcomeTracker(workspace=ws).initialize_client_tracking("anna", ASSESSMENT)
    assert profile["baseline_assessment"] == {
        "timestamp": NOW.isoformat(),
        "physical_status": ASSESSMENT["physical"],
        "cognitive_status": ASSESSMENT["cognitive"],
        "emotional_status": ASSESSMENT["emotional"],
        "care_goals": ASSESSMENT["goals"],
        "risk_factors": ["falls"],
        "preferences": {"wakes": "early"},
    }
    assert profile["intervention_responses"] == profile["progress_tracking"] == {}
    assert profile["outcome_history"] == []
    assert len(profile["figures"]) == 4


async def test_track_intervention_response(tracker: ClientOutcomeTracker) -> None:
    found = await tracker.track_intervention_response("anna", "walks", RESPONSE)
    documented = {
        "timestamp",
        "intervention_id",
        "immediate_response",
        "side_effects",
        "adherence_level",
        "comfort_score",
        "effectiveness_rating",
    }
    assert documented <= found.keys()
    assert (found["timestamp"], found["intervention_id"]) == (NOW.isoformat(), "walks")
    assert found["adherence_level"]["percent"] == pytest.approx(100 * 4 / 7)
    assert found["effectiveness_rating"]["reason"]
    empty = await tracker.track_intervention_response("anna", "rest", {})
    assert documented <= empty.keys()


async def test_analyze_client_progress(tracker: ClientOutcomeTracker) -> None:
    await tracker.track_intervention_response("anna", "walks", RESPONSE)
    progress = await tracker.analyze_client_progress("anna")
    assert {
        "overall_health_trends",
        "goal_achievement",
        "quality_of_life",
        "intervention_effectiveness",
        "care_plan_adjustments",
    } <= progress.keys()
    assert [one["when"] for one in progress["care_plan_adjustments"]] == [
        "assessment_old",
        "low_adherence",
        "goal_missed",
    ]
    assert all(one["finding"] and one["source"] for one in progress["care_plan_adjustments"])
    longer = await tracker.analyze_client_progress("anna", "3_months")
    assert longer["since"] < progress["since"]


async def test_generate_outcome_report(tracker: ClientOutcomeTracker) -> None:
    for report_type in ("comprehensive", "summary", "progress"):
        report = await tracker.generate_outcome_report("anna", report_type)
        assert {
            "client_profile",
            "intervention_summary",
            "progress_metrics",
            "health_outcomes",
            "care_recommendations",
        } <= report.keys()
        assert report["care_recommendations"]
    assert (await tracker.generate_outcome_report("anna"))["client_profile"]["assessments"] == 1


async def test_errors_are_answers_with_the_documented_keys_empty(ws: Workspace) -> None:
    tracker = ClientOutcomeTracker(workspace=ws)
    answers = [
        await tracker.initialize_client_tracking("anna", {"phisical": {}}),
        await tracker.track_intervention_response("anna", "", {}),
        await tracker.analyze_client_progress("nobody"),
        await tracker.analyze_client_progress("anna", "a while"),
        await tracker.generate_outcome_report("anna", "glossy"),
    ]
    for answer in answers:
        assert answer["status"] == "error"
        assert answer["error"]
    assert answers[2]["care_plan_adjustments"] == answers[4]["care_recommendations"] == []
    assert "comprehensive" in answers[4]["remedy"]


async def test_figures_that_cannot_be_used_are_named_and_the_others_taken(ws: Workspace) -> None:
    given = {"physical": {"pain_levels": -3, "mobility_level": 50, "blood_pressure": 120}}
    profile = await ClientOutcomeTracker(workspace=ws).initialize_client_tracking("anna", given)
    assert profile["status"] == "partial"
    assert [one["metric"].rpartition("/")[2] for one in profile["refused_metrics"]] == ["pain_levels"]
    assert [one["metric"] for one in profile["unknown_metrics"]] == ["blood_pressure"]
    assert [one["value"] for one in profile["figures"]] == [50.0]


async def test_monitor_client_outcomes(ws: Workspace, tracker: ClientOutcomeTracker) -> None:
    """The body of the specification's loop, with its host's functions as queries of the store."""
    async with ws.store.begin() as connection:
        entries = [Subject(kind="client", id="anna"), Subject(kind="client", id="left", active=False)]
        await save_subjects(connection, entries, NOW)
    await tracker.track_intervention_response("anna", "walks", RESPONSE)
    dashboards, updates, reviews = [], [], []

    for client in await find_subjects(ws.store, "client"):
        client_id = client.id
        responses = (await responses_of(ws.store, [client_id])).get(client_id, [])
        latest = {one.intervention_id: one for one in responses}
        for intervention_id, last in latest.items():
            response_data = {**last.given, "responded_at": last.responded_at.isoformat()}
            response_analysis = await tracker.track_intervention_response(
                client_id, intervention_id, response_data
            )
            progress = await tracker.analyze_client_progress(client_id)
            report = await tracker.generate_outcome_report(client_id)
            dashboards.append((client_id, response_analysis, progress, report))
            if progress["care_plan_adjustments"]:
                updates.append(client_id)
            if report["care_recommendations"]:
                reviews.append(client_id)

    assert [entry[0] for entry in dashboards] == updates == reviews == ["anna"]
    assert all(entry[1]["status"] == "completed" for entry in dashboards)
    assert len((await responses_of(ws.store, ["anna"]))["anna"]) == 1
    tools = [one.tool for one in await accesses_of(ws.store, "client", "anna")]
    assert sorted(tools) == sorted(
        ["initialize_client", "track_response", "track_response", "client_progress", "client_report"]
    )

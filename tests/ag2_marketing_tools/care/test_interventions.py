"""Interventions: criteria, period, trends, costs only where they were given, and what is left to learn."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from ag2_marketing_tools.care import evaluate_intervention, track_intervention
from ag2_marketing_tools.care.interventions import InterventionEvaluation
from ag2_marketing_tools.care.outcomes import InterventionOutcomes
from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.observations import Observation, record

FIGURES = {"healing_progression": {"value": 80, "n": 200}, "pain_management": 90}


async def evaluated(ws: Workspace, **more: Any) -> InterventionEvaluation:
    arguments = {"caregiver_id": "c1", "specialty_type": "wound", "intervention_type": "treatment"}
    return await evaluate_intervention.run({**arguments, **more}, ws)


async def tracked(ws: Workspace, **data: Any) -> InterventionOutcomes:
    data = {"intervention_type": "treatment_protocols", "metrics": FIGURES, **data}
    arguments = {"caregiver_id": "c1", "specialty_type": "wound_care", "intervention_data": data}
    return await track_intervention.run(arguments, ws)


async def test_a_criterion_is_met_at_its_threshold(workspace: Workspace) -> None:
    found = await evaluated(workspace, metrics={**FIGURES, "tissue_recovery": 88})

    met = {one.metric.rpartition("/")[2]: one.met for one in found.criteria}
    assert met == {
        "healing_progression": False,
        "infection_prevention": None,  # not measured
        "pain_management": True,
        "tissue_recovery": True,
    }
    assert (found.criteria_met, found.criteria_measured, found.criteria_total) == (2, 3, 4)
    assert [one.rule for one in found.recommendations] == ["care-wound"]
    assert (found.measurement_frequency, found.evaluation_period) == ("daily", "1_week")


async def test_a_figure_whose_error_reaches_over_the_threshold_is_undecided(workspace: Workspace) -> None:
    found = await evaluated(workspace, metrics={"healing_progression": {"value": 88, "n": 25}})

    assert found.criteria[0].met is None
    assert found.recommendations == []


@pytest.mark.parametrize(
    ("specialty", "kind"), [("x", "treatment"), ("wound", "x"), ("wound", "cognitive"), ("", "")]
)
async def test_an_unknown_intervention_has_the_empty_evaluation(
    workspace: Workspace, specialty: str, kind: str
) -> None:
    found = await evaluated(workspace, specialty_type=specialty, intervention_type=kind, metrics={"a": 1})

    assert (found.intervention, found.criteria, found.recommendations, found.trends) == (None, [], [], [])
    assert found.reason


async def test_stored_figures_count_within_the_evaluation_period_only(workspace: Workspace) -> None:
    path = "InterventionAnalytics/wound_care/treatment_protocols"
    now = workspace.clock.now()

    def seen(name: str, days: int, value: float) -> Observation:
        return Observation(
            subject_kind="caregiver",
            subject_id="c1",
            metric=f"{path}/{name}",
            value=value,
            unit="percent",
            observed_at=now - timedelta(days=days),
            source="test",
        )

    rising = [seen("healing_progression", days, 95 - days) for days in range(30)]
    await record(workspace.store, [*rising, seen("pain_management", 8, 99)], ids=workspace.ids)

    found = await evaluated(workspace)

    values = {one.metric.rpartition("/")[2]: (one.value, one.measurements) for one in found.criteria}
    assert values["healing_progression"] == (95.0, 8)  # today and the seven days before
    assert values["pain_management"] == (None, 0)  # eight days ago is too long ago
    trends = {one.metric.rpartition("/")[2]: one.trend for one in found.trends}
    assert trends == {"healing_progression": "improving", "pain_management": "insufficient data"}


async def test_costs_are_judged_only_where_they_were_given(workspace: Workspace) -> None:
    without = (await tracked(workspace)).cost_effectiveness
    assert (without.total_cost, without.cost_per_criterion_met) == (None, None)
    assert without.reason

    baseline = {"healing_progression": 60, "pain_management": 95}
    found = await tracked(
        workspace, costs={"nurse": 300, "material": [60, 40]}, currency="USD", baseline=baseline
    )
    costs = found.cost_effectiveness
    assert (costs.total_cost, costs.currency, costs.cost_per_criterion_met) == (400.0, "USD", 400.0)
    gains = {one.metric.rpartition("/")[2]: (one.gain, one.cost_per_point) for one in costs.gains}
    assert gains == {"healing_progression": (20.0, 20.0), "pain_management": (-5.0, None)}
    changes = {one.title: one.change for one in found.immediate_outcomes}
    assert changes == {"Healing progress in wound care": 20.0, "Pain management in wound care": -5.0}


@pytest.mark.parametrize("costs", [-1, float("nan"), "much", True, {"a": {"b": -2}}])
async def test_costs_that_are_no_amount_are_refused(workspace: Workspace, costs: object) -> None:
    with pytest.raises(InvalidInput):
        await tracked(workspace, costs=costs)


async def test_a_baseline_in_doubt_is_asked_about_and_spoils_nothing(workspace: Workspace) -> None:
    found = await tracked(workspace, baseline={"pain_management": 0.7, "healing_progression": 60})

    assert [one.metric.rpartition("/")[2] for one in found.baseline_refused] == ["pain_management"]
    assert {one.title: one.change for one in found.immediate_outcomes} == {
        "Healing progress in wound care": 20.0,
        "Pain management in wound care": None,
    }


async def test_responses_are_counted_and_ratings_averaged(workspace: Workspace) -> None:
    responses = [
        {"client_id": "a", "comfort_score": 4, "side_effects": ["itching"]},
        {"client_id": "b", "comfort_score": 5, "side_effects": [], "note": "fine"},
    ]
    response = (await tracked(workspace, client_responses=responses)).client_response

    assert (response.responses, response.with_side_effects) == (2, 1)
    assert [(one.name, one.n, one.mean, one.least, one.most) for one in response.ratings] == [
        ("comfort_score", 2, 4.5, 4.0, 5.0)
    ]
    assert (await tracked(workspace)).client_response.reason


async def test_training_gaps_are_the_unmet_criteria_with_a_training(workspace: Workspace) -> None:
    quality = (await tracked(workspace)).quality_metrics

    assert [one.rule for one in quality.training_gaps] == ["care-wound"]
    assert "80 %" in quality.training_gaps[0].finding
    assert len(quality.unmeasured_criteria) == 2
    assert quality.measured_share is None

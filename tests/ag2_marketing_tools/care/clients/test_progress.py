"""Progress and reports: every adjustment answers to a figure, and nothing is said where nothing was found."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from conftest import NOW

from ag2_marketing_tools.care import client_progress, client_report, initialize_client, track_response
from ag2_marketing_tools.errors import InvalidInput, NotFound
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.observations import Observation, record

STATUS = "ClientOutcomeTracker/baseline_assessment"
PAIN = f"{STATUS}/physical_status/pain_levels"
MOOD = f"{STATUS}/emotional_status/mood_stability"
Store = Callable[[str, list[float]], Awaitable[None]]


@pytest.fixture
def store_days(workspace: Workspace) -> Store:
    """Stores daily figures of anna up to today."""

    async def put(key: str, values: list[float]) -> None:
        many = [
            Observation(
                subject_kind="client",
                subject_id="anna",
                metric=key,
                value=value,
                unit="count",
                observed_at=NOW - timedelta(days=len(values) - 1 - place),
                source="test",
            )
            for place, value in enumerate(values)
        ]
        await record(workspace.store, many, ids=workspace.ids)

    return put


async def begin(ws: Workspace, days_ago: int, **assessment: Any) -> None:
    given = {"physical": {"pain": {"value": 7, "instrument": "NRS"}}, "emotional": {"mood": 80}, **assessment}
    arguments = {"client_id": "anna", "assessment": given, "assessed_at": NOW - timedelta(days=days_ago)}
    await initialize_client.run(arguments, ws)


async def progress(ws: Workspace, timeframe: str = "1_month") -> Any:
    return await client_progress.run({"client_id": "anna", "timeframe": timeframe}, ws)


async def test_trends_and_changes_are_told_of_each_measure(workspace: Workspace, store_days: Store) -> None:
    await begin(workspace, 40)
    await store_days(PAIN, [4.6 - 0.1 * day + 0.01 * (day % 3) for day in range(28)])
    await store_days(MOOD, [50.0, 52, 49, 51, 50, 48, 52, 50, 51, 49])
    found = await progress(workspace)
    assert {one.key: one.verdict for one in found.measures} == {PAIN: "improved", MOOD: "worse"}
    assert {one.key: one.trend for one in found.trends} == {PAIN: "improving", MOOD: "stable"}
    assert (found.overall, found.baseline_at) == ("mixed", NOW - timedelta(days=40))
    domains = {one.domain: (one.improved, one.worse) for one in found.quality_of_life}
    assert domains == {"physical_health": (1, 0), "psychological": (0, 1), "social_relationships": (0, 0)}
    (adjustment,) = found.adjustments
    assert (adjustment.rule, adjustment.about, adjustment.priority) == ("client-mood", MOOD, 1)
    assert "from 80 at the baseline to 50.2 on average of 10 figures" in adjustment.finding
    assert adjustment.source


async def test_without_a_finding_nothing_is_to_be_adjusted(workspace: Workspace) -> None:
    await begin(workspace, 10)
    found = await progress(workspace)
    assert (found.adjustments, found.overall) == ([], "too_little_data")


async def test_an_old_assessment_is_due_again(workspace: Workspace) -> None:
    await begin(workspace, 61)
    (adjustment,) = (await progress(workspace)).adjustments
    assert (adjustment.when, adjustment.value, adjustment.unit) == ("assessment_old", 61.0, "day")


async def test_low_adherence_and_side_effects_are_adjusted_for(workspace: Workspace) -> None:
    await begin(workspace, 20)
    for day, (done, effects) in enumerate([(3, ["dizzy"]), (5, []), (4, None)]):
        response = {"completed": done, "planned": 7, "side_effects": effects, "comfort": "6/10"}
        at = NOW - timedelta(days=9 - day)
        arguments = {
            "client_id": "anna",
            "intervention_id": "walks",
            "response": response,
            "responded_at": at,
        }
        await track_response.run(arguments, workspace)
    found = await progress(workspace)
    (effect,) = found.interventions
    assert effect.adherence_percent == pytest.approx(100 * 12 / 21)
    assert (effect.responses, effect.with_side_effects, effect.asked_for_side_effects) == (3, 1, 2)
    assert effect.comfort_percent == 60.0
    assert [one.when for one in found.adjustments] == ["side_effects", "low_adherence"]
    assert "57.1 %" in found.adjustments[1].finding
    assert (await progress(workspace, "1_week")).interventions[0].responses == 1


async def test_before_and_after_an_intervention_are_compared_over_as_long_a_time(
    workspace: Workspace, store_days: Store
) -> None:
    await store_days(PAIN, [7.0, 6, 7, 8, 7, 7, 3, 4, 3, 4, 3])
    arguments = {"client_id": "anna", "intervention_id": "heat", "response": {}}
    await track_response.run({**arguments, "responded_at": NOW - timedelta(days=5, hours=-1)}, workspace)
    (effect,) = (await progress(workspace)).interventions
    (measure,) = effect.measures
    assert (measure.before_figures, measure.after_figures) == (5, 5)
    assert measure.improvement == pytest.approx(7.0 - 3.4)
    assert measure.lower is not None
    assert measure.lower > 0
    assert "other causes are not ruled out" in (effect.note or "")


@pytest.mark.parametrize(
    ("goal", "achieved", "missed"),
    [
        ({"metric": "pain", "target": 4, "by": "2026-02-01"}, True, False),
        ({"metric": "pain", "target": 2, "by": "2026-02-01"}, False, True),
        ({"metric": "pain", "target": 2, "by": "2026-12-01"}, False, False),
        ({"metric": "pain", "target": 2, "by": "someday"}, False, False),
        ({"metric": "memory", "target": 20}, None, False),
        ({"metric": "charm", "target": 20}, None, False),
        ({"metric": "pain", "target": "low"}, None, False),
        ("see the grandchildren", None, False),
    ],
)
async def test_goals_with_a_measure_and_a_target_are_judged(
    workspace: Workspace, store_days: Store, goal: Any, achieved: bool | None, missed: bool
) -> None:
    await begin(workspace, 40, goals=[goal])
    await store_days(PAIN, [4.0])
    found = await progress(workspace)
    (one,) = found.goals
    assert (one.achieved, one.missed) == (achieved, missed)
    assert (one.reason is None) == (achieved is not None and goal["by"] != "someday")
    assert [each.when for each in found.adjustments] == (["goal_missed"] if missed else [])


MOBILITY = f"{STATUS}/physical_status/mobility_level"


@pytest.mark.parametrize(
    ("target", "observed", "achieved", "in_unit"),
    [
        ({"value": 0.3, "unit": "km"}, [(260.0, "m")], False, 300.0),
        ({"value": 0.3, "unit": "km"}, [(310.0, "m")], True, 300.0),
        ({"value": 0.8, "unit": "ratio"}, [(60.0, "percent")], False, 80.0),
        ({"value": 0.3, "unit": "km"}, [(260.0, "m"), (900.0, "s")], False, 300.0),  # seconds are left out
        ({"value": 0.3, "unit": "km"}, [(60.0, "percent")], None, 0.3),
        (0.8, [(60.0, "percent")], None, 0.8),  # a share or a percentage: asked, not guessed
        (50, [(60.0, "percent")], True, 50.0),
    ],
)
async def test_a_target_is_judged_in_the_unit_of_what_was_observed(
    workspace: Workspace,
    target: Any,
    observed: list[tuple[float, str]],
    achieved: bool | None,
    in_unit: float,
) -> None:
    await begin(workspace, 40, goals=[{"metric": "mobility", "target": target, "by": "2026-02-01"}])
    seen = [
        Observation(
            subject_kind="client",
            subject_id="anna",
            metric=MOBILITY,
            value=value,
            unit=unit,
            observed_at=NOW - timedelta(days=9 - place),
            source="test",
        )
        for place, (value, unit) in enumerate(observed)
    ]
    await record(workspace.store, seen, ids=workspace.ids)
    found = await progress(workspace)
    (goal,) = found.goals
    assert (goal.achieved, goal.target) == (achieved, in_unit)
    assert (goal.reason is None) == (achieved is not None)
    assert ("goal_missed" in [one.when for one in found.adjustments]) == (achieved is False)


async def test_a_target_off_the_baselines_instrument_is_refused(workspace: Workspace) -> None:
    await begin(workspace, 9, goals=[{"metric": "pain", "target": 40}])
    (goal,) = (await progress(workspace)).goals
    assert goal.target is None
    assert "cannot be read" in (goal.reason or "")


async def test_the_way_to_a_goal_is_measured_from_the_baseline(
    workspace: Workspace, store_days: Store
) -> None:
    await begin(workspace, 40, goals=[{"metric": "pain", "target": 3}])
    await store_days(PAIN, [5.0])
    (goal,) = (await progress(workspace)).goals
    assert (goal.baseline, goal.latest, goal.way_percent) == (7.0, 5.0, 50.0)


async def test_a_client_of_whom_nothing_is_held_and_a_timeframe_that_is_none(workspace: Workspace) -> None:
    with pytest.raises(NotFound, match="Nothing is held"):
        await progress(workspace)
    await begin(workspace, 1)
    with pytest.raises(InvalidInput, match="no period"):
        await progress(workspace, "a while")


@pytest.mark.parametrize(
    ("report_type", "missing"),
    [
        ("comprehensive", set()),
        ("Summary", {"intervention_summary", "health_outcomes"}),
        ("progress", {"client_profile", "intervention_summary"}),
    ],
)
async def test_a_report_has_the_parts_of_its_type(
    workspace: Workspace, report_type: str, missing: set[str]
) -> None:
    await begin(workspace, 90)
    found = await client_report.run({"client_id": "anna", "report_type": report_type}, workspace)
    parts = (
        "client_profile",
        "intervention_summary",
        "progress_metrics",
        "health_outcomes",
        "care_recommendations",
    )
    assert {name for name in parts if getattr(found, name) is None} == missing
    assert found.care_recommendations is not None
    assert [one.when for one in found.care_recommendations] == ["assessment_old"]


async def test_a_report_covers_the_whole_time_since_the_baseline(
    workspace: Workspace, store_days: Store
) -> None:
    await begin(workspace, 90)
    await store_days(PAIN, [4.0, 3, 4, 3, 4])
    found = await client_report.run({"client_id": "anna"}, workspace)
    assert found.health_outcomes is not None
    assert found.health_outcomes.since == NOW - timedelta(days=90)
    assert found.progress_metrics is not None
    assert (found.progress_metrics.improved, found.progress_metrics.too_little_data) == (1, 1)


async def test_an_unknown_report_says_what_there_is(workspace: Workspace) -> None:
    with pytest.raises(InvalidInput, match="comprehensive, summary, progress"):
        await client_report.run({"client_id": "anna", "report_type": "glossy"}, workspace)

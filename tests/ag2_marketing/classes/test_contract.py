"""Every class of the specification's analytics chapters keeps its contract: calls, attributes and keys."""

from __future__ import annotations

import inspect
import json
from pathlib import Path
from typing import Any

import pytest

import ag2_marketing
from ag2_marketing_tools.workspace import Settings, Workspace

FAMILIES = ("SEOMetrics", "MarketingMetrics", "SystemHealthMetrics", "BusinessMetrics")
Arguments = tuple[Any, ...]
CALLS: dict[tuple[str, str], tuple[Arguments, Arguments]] = {  # what succeeds, and what fails
    ("MetricAnalyzer", "generate_performance_report"): (("monthly",), ("hourly",)),
    ("MetricAnalyzer", "_analyze_trends"): ((), ()),
    ("CompetitiveBenchmarks", "analyze_competitive_position"): (({"open_rate": 20},), ("nonsense",)),
    ("CompetitiveBenchmarks", "generate_competitive_report"): (({"open_rate": 20},), ("nonsense",)),
    ("CareWellnessBenchmarks", "analyze_industry_position"): (({"adoption_rate": 40},), ("nonsense",)),
    ("CareWellnessBenchmarks", "generate_sector_insights"): (({"adoption_rate": 40},), ("nonsense",)),
    ("HomeCareIndustryBenchmarks", "analyze_market_position"): (({"care_request": 9},), ("nonsense",)),
    ("HomeCareIndustryBenchmarks", "generate_performance_insights"): (({"care_request": 9},), ("nonsense",)),
    ("CaregiverQualityMetrics", "analyze_caregiver_performance"): (
        ("c1", {"on_time_arrival": 80}),
        ("c1", "nonsense"),
    ),
    ("CaregiverQualityMetrics", "generate_development_plan"): (("c1", {}), ("", {})),
    ("CaregiverPeerAnalytics", "analyze_peer_performance"): (
        ("c1", {"patient_satisfaction": 91}, "urban_markets", "3to5_years"),
        ("c1", "nonsense", "urban", "new"),
    ),
    ("CaregiverPeerAnalytics", "generate_peer_insights"): (("c1", {}), ("", {})),
    ("SpecialtyCareAnalytics", "analyze_specialty_performance"): (
        ("c1", "wound_care", {"healing_rate": 80}),
        ("", "wound_care", {"healing_rate": 80}),
    ),
    ("SpecialtyCareAnalytics", "generate_specialty_insights"): (
        ("c1", {"specialty": "wound_care"}),
        ("", {"specialty": "wound_care"}),
    ),
    ("InterventionAnalytics", "evaluate_intervention"): (
        ("c1", "dementia_care", "behavioral_interventions", {"reduced_agitation": 70}),
        ("", "dementia_care", "behavioral_interventions", {"reduced_agitation": 70}),
    ),
    ("InterventionAnalytics", "track_intervention_outcomes"): (
        ("c1", "dementia_care", {"intervention_type": "behavioral_interventions", "metrics": {}}),
        ("", "dementia_care", {}),
    ),
    ("ClientOutcomeTracker", "initialize_client_tracking"): (("k1", {"goals": ["Walk"]}), ("", {})),
    ("ClientOutcomeTracker", "track_intervention_response"): (
        ("k1", "walking", {"adherence_percent": 80}),
        ("", "walking", {}),
    ),
    ("ClientOutcomeTracker", "analyze_client_progress"): (("k1", "1_month"), ("k1", "a while")),
    ("ClientOutcomeTracker", "generate_outcome_report"): (("k1", "comprehensive"), ("k1", "glossy")),
}
COLLECTIONS: dict[str, Arguments] = {
    "collect_current_metrics": (),
    "collect_caregiver_metrics": ("c1",),
    "collect_specialty_metrics": ("c1", "dementia_care"),
}
CLASSES = sorted({name for name, _ in CALLS} | set(FAMILIES))


@pytest.fixture
def rows(shared_data: Path) -> list[dict[str, Any]]:
    """The rows of the contract that are about these classes."""
    every = json.loads((shared_data / "spec_contract.json").read_text("utf-8"))["methods"]
    return [row for row in every if row["class"] in CLASSES]


def made(name: str, ws: Workspace) -> Any:
    return getattr(ag2_marketing, name)(workspace=ws)


def test_every_method_of_the_contract_is_called_here(rows: list[dict[str, Any]]) -> None:
    public = {(row["class"], row["method"]) for row in rows if row["method"] != "__init__"}
    assert public == set(CALLS) | {("MetricAnalyzer", name) for name in COLLECTIONS}
    assert {row["class"] for row in rows} == set(CLASSES)


def test_parameters_have_the_documented_names_order_and_defaults(
    rows: list[dict[str, Any]], workspace: Workspace
) -> None:
    for row in rows:
        method = getattr(made(row["class"], workspace), row["method"])
        documented = _parameters(row["signature"])
        if row["method"] == "__init__":
            assert documented == {}
            continue
        assert inspect.iscoroutinefunction(method) == row["async"], row["method"]
        ours = inspect.signature(method).parameters
        positional = [name for name, one in ours.items() if one.kind is not one.KEYWORD_ONLY]
        assert positional == list(documented), row["method"]
        for name, default in documented.items():
            assert default is None or ours[name].default == default, (row["method"], name)


def _parameters(signature: str) -> dict[str, str | None]:
    """The parameters of a documented signature with their defaults, which are all texts."""
    inside = signature.partition("(self")[2].rpartition(")")[0].lstrip(", ")
    found: dict[str, str | None] = {}
    for part in (each for each in inside.split(", ") if ":" in each):
        name, _, kind = part.partition(":")
        found[name.strip()] = kind.partition("=")[2].strip("'\" ") or None
    return found


def test_classes_are_made_without_arguments_and_have_the_documented_attributes(
    rows: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AG2_MARKETING_HOME", str(tmp_path))
    for row in rows:
        if row["method"] == "__init__":
            instance = getattr(ag2_marketing, row["class"])()
            assert row["attributes"] or row["class"] in FAMILIES
            for name in row["attributes"]:
                assert getattr(instance, name), (row["class"], name)


@pytest.mark.parametrize("place", CALLS, ids="-".join)
async def test_every_documented_key_is_there_in_success_and_in_failure(
    place: tuple[str, str], rows: list[dict[str, Any]], ws: Workspace
) -> None:
    (row,) = [one for one in rows if (one["class"], one["method"]) == place]
    wanted = {*row["returns_keys"], *row["keys_used_by_examples"]}
    good, bad = CALLS[place]
    method = getattr(made(place[0], ws), place[1])
    if place[0] == "ClientOutcomeTracker":  # of whom nothing is known, there is nothing to report
        await made(place[0], ws).initialize_client_tracking("k1", {"goals": ["Walk"]})
    answer = await method(*good)
    assert answer["status"] == "completed", answer
    failed = await method(*bad)
    assert failed.get("status") == ("error" if good != bad else "completed"), failed
    for each in (answer, failed):
        for key in wanted:
            assert _has(each, key), (place, key)
        json.dumps(each, allow_nan=False)
    if good != bad:
        assert failed["error"]


def _has(answer: Any, key: str) -> bool:
    for step in key.split("."):
        if not isinstance(answer, dict) or step not in answer:
            return False
        answer = answer[step]
    return True


@pytest.mark.parametrize("name", COLLECTIONS)
async def test_collections_are_flat_by_key_and_the_classes_take_them_whole(name: str, ws: Workspace) -> None:
    found = await getattr(made("MetricAnalyzer", ws), name)(*COLLECTIONS[name])
    assert all(key.count("/") >= 1 and "value" in figure for key, figure in found.items())
    if name == "collect_current_metrics":
        assert found
        for kind, method in list(CALLS)[2:8:2]:
            answer = await getattr(made(kind, ws), method)(found)
            assert answer["status"] == "completed"


async def test_the_answer_of_one_method_is_the_argument_of_the_next_even_where_it_failed(
    ws: Workspace,
) -> None:
    """The loops pass answers on without looking at them."""
    pairs = (
        ("CaregiverQualityMetrics", "analyze_caregiver_performance", "generate_development_plan"),
        ("CaregiverPeerAnalytics", "analyze_peer_performance", "generate_peer_insights"),
        ("SpecialtyCareAnalytics", "analyze_specialty_performance", "generate_specialty_insights"),
    )
    for kind, first, second in pairs:
        for arguments in CALLS[kind, first]:
            instance = made(kind, ws)
            answer = await getattr(instance, second)("c1", await getattr(instance, first)(*arguments))
            assert answer["caregiver_id"] == "c1"
            assert answer["status"] in {"completed", "error"}


def test_settings_reach_the_workspaces_that_a_class_opens_itself(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, home=tmp_path)
    for name in CLASSES:
        assert getattr(ag2_marketing, name)(settings=settings).settings is settings

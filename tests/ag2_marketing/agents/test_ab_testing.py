"""ABTestingAgent and UnifiedTracker as an application calls them: what they take, what they refuse, what stays."""

from __future__ import annotations

import asyncio
import copy
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import NOW

from ag2_marketing import ABTestingAgent, MarketingAutomationAgent, UnifiedTracker
from ag2_marketing_tools.experiments import list_refused_events
from ag2_marketing_tools.workspace import FixedClock, Settings, Workspace

CONFIG: dict[str, Any] = {
    "name": "Call to action",
    "variants": [
        {"name": "Control", "content": {"text": "Sign up"}, "traffic_allocation": 0.5},
        {"name": "Bold", "content": {"text": "Start"}, "traffic_allocation": 0.5},
    ],
    "metrics": ["conversion_rate", "open_rate"],
}


@pytest.fixture
def agent(ws: Workspace) -> ABTestingAgent:
    return ABTestingAgent(workspace=ws, llm_config=False)


@pytest.fixture
def tracker(ws: Workspace) -> UnifiedTracker:
    return UnifiedTracker(workspace=ws)


async def seated(agent: ABTestingAgent, user: str = "anna") -> tuple[str, str]:
    """Set up a test, assign a user, and return the test's id and the variant's."""
    experiment = await agent.setup_experiment(copy.deepcopy(CONFIG))
    assignment = await agent.assign_variant(experiment["test_id"], user)
    return experiment["test_id"], assignment["variant_id"]


async def test_the_ids_of_the_variants_are_written_into_the_configuration(agent: ABTestingAgent) -> None:
    config = copy.deepcopy(CONFIG)
    first = await agent.setup_experiment(config)
    assert [one["id"] for one in config["variants"]] == [one["id"] for one in first["variants"]]

    second = await agent.setup_experiment(config)  # with the ids of the first one in it

    assert second["status"] == "configured"
    assert [one["id"] for one in config["variants"]] == [one["id"] for one in second["variants"]]
    assert {one["id"] for one in first["variants"]}.isdisjoint(one["id"] for one in second["variants"])


async def test_a_refused_configuration_is_left_as_it_was(agent: ABTestingAgent) -> None:
    config = {**copy.deepcopy(CONFIG), "metrics": ["custom_metric"]}
    before = copy.deepcopy(config)

    assert (await agent.setup_experiment(config))["status"] == "error"
    assert config == before


@pytest.mark.parametrize(
    "config",
    [
        None,
        [],
        "Call to action",
        {"variants": None},
        {"variants": "AB"},
        {"variants": [None, None]},
        {"variants": [{"name": "A"}, {"name": "B"}]},
        {"variants": [{"name": "A", "traffic_allocation": float("nan")}] * 2},
        {**CONFIG, "duration_days": -1},
        {**CONFIG, "confidence_level": 95},
        {**CONFIG, "min_sample_size": "many"},
        {**CONFIG, "no_such_part": 1},
    ],
)
async def test_what_is_no_configuration_is_answered_with_an_error(agent: ABTestingAgent, config: Any) -> None:
    answer = await agent.setup_experiment(config)

    assert (answer["status"], answer["test_id"], answer["variants"]) == ("error", None, [])
    assert answer["error"]


@pytest.mark.parametrize(
    ("metrics", "word"),
    [
        ({}, "metrics"),
        ({"revenue": 5}, "revenue"),
        ({"conversion": float("nan")}, ""),
        ({"conversion": float("inf")}, ""),
        ({"conversion": "yes"}, ""),
        ({"conversion": [1]}, ""),
        (None, ""),
    ],
)
async def test_a_value_that_is_no_value_is_refused(
    agent: ABTestingAgent, ws: Workspace, metrics: Any, word: str
) -> None:
    test_id, variant_id = await seated(agent)
    answer = await agent.track_metrics(test_id, variant_id, "anna", metrics)

    assert (answer["status"], answer["event_id"], answer["recorded_metrics"]) == ("error", None, [])
    assert word in answer["error"]
    assert (await agent.get_variant_data(test_id, variant_id))["missing"] == ["conversion_rate", "open_rate"]


async def test_what_was_refused_is_kept_with_its_reason(agent: ABTestingAgent, ws: Workspace) -> None:
    test_id, variant_id = await seated(agent)
    await agent.track_metrics(test_id, variant_id, "anna", {"revenue": 5})
    await agent.track_metrics(test_id, variant_id, "stranger", {"conversion": True})

    refused = await list_refused_events.run({"test_id": test_id}, ws)

    assert refused.by_reason == {"not_assigned": 1, "unknown_metric": 1}
    assert (await agent.validate_test_data(test_id))["data_quality"]["refused"] == refused.by_reason


async def test_of_an_event_that_is_good_in_part_the_good_part_is_recorded(agent: ABTestingAgent) -> None:
    test_id, variant_id = await seated(agent)
    answer = await agent.track_metrics(test_id, variant_id, "anna", {"conversion": True, "revenue": 5})

    assert answer["recorded_metrics"] == ["conversion_rate"]
    assert [one["metric"] for one in answer["not_taken"]] == ["revenue"]


async def test_a_metric_that_was_measured_as_zero_is_no_missing_one(agent: ABTestingAgent) -> None:
    test_id, variant_id = await seated(agent)
    await agent.track_metrics(test_id, variant_id, "anna", {"conversion": False})

    data = await agent.get_variant_data(test_id, variant_id)

    assert data["conversion_rate"]["value"] == 0
    assert data["conversion_rate"]  # as the specification's example asks
    assert "open_rate" not in data


async def test_a_user_is_in_one_variant_whoever_asks_and_however_often(ws: Workspace) -> None:
    agents = [ABTestingAgent(workspace=ws, llm_config=False) for _ in range(3)]
    test_id = (await agents[0].setup_experiment(copy.deepcopy(CONFIG)))["test_id"]

    answers = await asyncio.gather(*(one.assign_variant(test_id, "anna") for one in agents * 4))

    assert len({answer["variant_id"] for answer in answers}) == 1
    assert (await agents[0].get_test_status(test_id))["current_sample_size"] == 1


def test_another_process_finds_the_test(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AG2_MARKETING_")}
    environment |= {
        "AG2_MARKETING_HOME": str(tmp_path),
        "PYTHONPATH": os.pathsep.join(part for part in sys.path if part),
    }

    def run(call: str) -> dict[str, Any]:
        code = f"import asyncio, json\nfrom ag2_marketing import ABTestingAgent\nprint(json.dumps(asyncio.run({call})))"
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
        )
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    test = run(f"ABTestingAgent().setup_experiment({CONFIG!r})")
    found = run(f"ABTestingAgent().get_test_status({test['test_id']!r})")

    assert found["name"] == "Call to action"


async def test_a_winner_is_named_only_by_the_analysis_and_the_keys_agree(
    ws: Workspace, agent: ABTestingAgent
) -> None:
    test_id, _ = await seated(agent)
    results = await agent.analyze_results(test_id)

    assert results["status"] == "error"  # one user, one variant
    assert results["remedy"]
    assert results["winning_variant"] is None
    assert not results["statistical_significance"]


# UnifiedTracker


@pytest.mark.parametrize("channel", ["email", "website", "social"])
async def test_an_event_without_a_test_is_kept_as_the_channels(tracker: UnifiedTracker, channel: str) -> None:
    tracked = await tracker.track_event(channel, "conversion", {"campaign_id": "123"})

    assert (tracked["status"], tracked["recorded_metrics"]) == ("recorded", ["conversion_rate"])


@pytest.mark.parametrize("channel", ["", "Email", "fax", None, 7])
async def test_a_channel_that_is_not_there_raises_what_the_specification_says(
    tracker: UnifiedTracker, channel: Any
) -> None:
    with pytest.raises(ValueError, match=rf"^Unsupported channel: {channel}$"):
        await tracker.track_event(channel, "open", {})


async def test_the_trackers_of_the_channels_can_be_called_by_themselves(tracker: UnifiedTracker) -> None:
    calls = (tracker._track_email, tracker._track_website, tracker._track_social)

    assert [(await call("conversion", {}))["status"] for call in calls] == ["recorded"] * 3


async def test_an_event_with_a_test_counts_in_it_once(agent: ABTestingAgent, tracker: UnifiedTracker) -> None:
    test_id, variant_id = await seated(agent)
    known = {"test_id": test_id, "variant_id": variant_id, "user_id": "anna", "event_id": "click-1"}

    first = await tracker.track_event("website", "conversion", {**known, "campaign_id": "spring"})
    again = await tracker.track_event("website", "conversion", {**known, "campaign_id": "spring"})

    assert (first["recorded_metrics"], again["recorded_metrics"]) == (["conversion_rate"], [])
    assert again["already_recorded"] == ["conversion_rate"]
    channel = await agent.get_channel_data(test_id, "website")
    assert {user: one["converted"] for user, one in channel["users"].items()} == {"anna": True}
    assert (await agent.get_channel_data(test_id, "email"))["users"] == {}


@pytest.mark.parametrize(
    ("event_type", "metadata"),
    [
        ("nothing_known", {}),
        ("open", {"test_id": "nowhere", "user_id": "anna"}),
        ("open", {"test_id": 7}),
        ("", {}),
        ("open", {"occurred_at": "tomorrow"}),
        ("open", ["campaign"]),
    ],
)
async def test_an_event_that_cannot_be_taken_is_answered_with_an_error(
    tracker: UnifiedTracker, event_type: str, metadata: Any
) -> None:
    answer = await tracker.track_event("email", event_type, metadata)

    assert (answer["status"], answer["event_id"]) == ("error", None)
    assert answer["error"]


async def test_a_conversion_on_the_wrong_channel_is_refused(
    agent: ABTestingAgent, tracker: UnifiedTracker
) -> None:
    test_id, variant_id = await seated(agent)
    known = {"test_id": test_id, "variant_id": variant_id, "user_id": "anna"}

    assert (await tracker.track_event("website", "open", known))["status"] == "error"  # opens are e-mail's
    assert (await tracker.track_event("email", "open", known))["status"] == "recorded"


# MarketingAutomationAgent.revert_to_control


async def test_reverting_an_unknown_test_is_answered_with_an_error(ws: Workspace) -> None:
    answer = await MarketingAutomationAgent(workspace=ws, llm_config=False).revert_to_control("nowhere")

    assert (answer["status"], answer["cancelled_posts"], answer["control"]) == ("error", [], None)
    assert "'nowhere'" in answer["error"]


async def test_reverting_twice_recovers_twice(agent: ABTestingAgent, ws: Workspace) -> None:
    test_id, _ = await seated(agent)
    manager = MarketingAutomationAgent(workspace=ws, llm_config=False)

    assert [(await manager.revert_to_control(test_id))["status"] for _ in range(2)] == ["reverted"] * 2
    assert (await agent.assign_variant(test_id, "berta"))["is_control"]


async def test_a_german_agent_answers_in_german(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, home=tmp_path, language="de")
    async with Workspace.open(settings, clock=FixedClock(NOW)) as ws:
        agent = ABTestingAgent(workspace=ws, llm_config=False)
        test_id, _ = await seated(agent)
        status = await agent.get_test_status(test_id)

    assert status["required_reason"].startswith("Das Minimum")

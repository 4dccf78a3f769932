"""The server and the engine together: an experiment from its set-up to what its page shows."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tracking_server import Tracking, server_settings, tracking_server

from ag2_marketing.server.access.roles import Role
from ag2_marketing.server.engine import EngineExperiments, EngineSink
from ag2_marketing_tools.experiments import setup_experiment

CONFIG = {
    "name": "Call to action",
    "variants": [
        {"name": "Control", "content": {"text": "Sign up"}, "traffic_allocation": 0.5},
        {"name": "Bold", "content": {"text": "Get started"}, "traffic_allocation": 0.5},
    ],
    "metrics": ["conversion_rate"],
    "duration_days": 14,
    "min_sample_size": 100,
}
SITE = "https://shop.example.com"


@pytest.fixture
async def tracking(tmp_path: Path) -> AsyncIterator[Tracking]:
    settings = server_settings(tmp_path, server_allowed_origins=SITE)
    async with tracking_server(settings, make_sink=EngineSink, make_experiments=EngineExperiments) as running:
        yield running


@pytest.fixture
async def test_id(tracking: Tracking) -> str:
    return (await setup_experiment.run(CONFIG, tracking.ws)).test_id


async def assigned(tracking: Tracking, test_id: str, user: str = "u1", **asked: Any) -> dict[str, Any]:
    answer = await tracking.post("/api/assign", {"experiment_id": test_id, "user_id": user, **asked})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_user_is_assigned_and_keeps_the_variant(tracking: Tracking, test_id: str) -> None:
    first = await assigned(tracking, test_id)
    assert (await assigned(tracking, test_id))["variant_id"] == first["variant_id"]
    assert first["status"] == "assigned"
    shown = {(await assigned(tracking, test_id, f"user-{n}"))["variant_id"] for n in range(20)}
    assert len(shown) == 2


async def test_who_objects_is_not_assigned_and_nothing_is_kept(tracking: Tracking, test_id: str) -> None:
    asked = {"experiment_id": test_id, "user_id": "u1"}
    refused = (await tracking.post("/api/assign", asked, dnt="1")).json()
    assert (refused["status"], refused["variant_id"]) == ("not_assigned", None)
    refused = (await tracking.post("/api/assign", {**asked, "consent": False})).json()
    assert "consent" in refused["reason"]
    lost = await tracking.post("/api/track/conversion", asked)
    assert lost.json()["not_taken"][0]["reason"] == "not_assigned"


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"user_id": "u1"}, 400),
        ({"experiment_id": "none", "user_id": "u1"}, 404),
        ({"experiment_id": "none\x00", "user_id": "u1"}, 400),
        ({"experiment_id": "none"}, 400),
        ({"experiment_id": "none", "user_id": ""}, 400),
        ({"experiment_id": "none", "user_id": "u1", "context": {"a": [1]}}, 400),
        ({"experiment_id": "none", "user_id": "u1", "context": {str(n): "x" * 300 for n in range(50)}}, 400),
    ],
)
async def test_an_assignment_that_cannot_be_made_is_refused(
    tracking: Tracking, asked: dict[str, Any], status: int
) -> None:
    answer = await tracking.post("/api/assign", asked)
    assert answer.status_code == status, answer.text
    assert (await tracking.post("/api/assign", asked, x_write_key="wrong")).status_code in {400, 401}


async def test_a_crawler_that_runs_a_page_is_known_for_one(tracking: Tracking, test_id: str) -> None:
    bot = {"user_agent": "Mozilla/5.0 (compatible; Googlebot/2.1)", "origin": SITE}
    asked = {"experiment_id": test_id, "user_id": "bot"}
    await tracking.post("/api/assign", asked, **{"user-agent": bot["user_agent"]}, origin=bot["origin"])
    async with tracking.ws.store.read() as connection:
        row = (await connection.exec_driver_sql("SELECT excluded FROM assignment")).one()
    assert row.excluded == "bot"


async def test_a_conversion_is_counted_once_and_what_does_not_fit_is_told(
    tracking: Tracking, test_id: str
) -> None:
    await assigned(tracking, test_id)
    event = {"test_id": test_id, "user_id": "u1", "event_id": "e1"}
    assert (await tracking.post("/api/track/conversion", event)).json() == {
        "event_id": "e1",
        "status": "recorded",
        "recorded_metrics": ["conversion_rate"],
    }
    assert (await tracking.post("/api/track/conversion", event)).json()["status"] == "duplicate"
    refusals = {
        "not_assigned": {**event, "event_id": "e2", "user_id": "nobody"},
        "unknown_test": {**event, "event_id": "e3", "test_id": "none"},
        "unknown_channel": {**event, "event_id": "e4", "channel": "radio"},
        "wrong_variant": {**event, "event_id": "e5", "variant_id": "none"},
        "wrong_type": {**event, "event_id": "e6", "metrics": {"conversion": "NaN"}},
    }
    for reason, sent in refusals.items():
        answer = (await tracking.post("/api/track/conversion", sent)).json()
        assert answer["status"] == "quarantined", answer
        expected = {reason} | ({"unknown_variant"} if reason == "wrong_variant" else set())
        assert answer["not_taken"][0]["reason"] in expected
    assert await tracking.count() == 1


async def test_an_event_that_is_sent_again_by_a_client_whose_clock_is_wrong_is_a_duplicate(
    tracking: Tracking, test_id: str
) -> None:
    await assigned(tracking, test_id)
    wrong = datetime(2020, 1, 1, tzinfo=UTC)
    event = {"event": "conversion", "test_id": test_id, "user_id": "u1", "event_id": "e1"}
    batch = {"events": [{**event, "occurred_at": wrong.isoformat()}]}
    counts = []
    for seconds in (1, 1, 3):  # by its own clock, it sends the third time two seconds later
        sent = {**batch, "sent_at": (wrong + timedelta(seconds=seconds)).isoformat()}
        counts.append((await tracking.post("/api/track/batch", sent)).json()["counts"])
    assert counts == [{"recorded": 1}, {"duplicate": 1}, {"duplicate": 1}]


async def test_the_list_and_the_end_of_an_experiment(tracking: Tracking, test_id: str) -> None:
    async with tracking.client(headers=await tracking.token(Role.VIEWER)) as client:
        listed = (await client.get("/api/experiments")).json()["experiments"]
        assert listed == [{"id": test_id, "name": "Call to action", "state": "running"}]
        await tracking.services.experiments.stop(test_id, actor="anna")
        assert (await client.get("/api/experiments")).json()["experiments"][0]["state"] == "stopped"
    closed = await tracking.post("/api/assign", {"experiment_id": test_id, "user_id": "late"})
    assert closed.status_code == 409


async def test_status_results_and_page_tell_of_what_was_tracked(tracking: Tracking, test_id: str) -> None:
    for number in range(30):
        await assigned(tracking, test_id, f"user-{number}")
    for number in range(0, 30, 3):
        sent = {"test_id": test_id, "user_id": f"user-{number}"}
        assert (await tracking.post("/api/track/conversion", sent)).json()["status"] == "recorded"
    await tracking.account()
    async with tracking.client(headers=await tracking.token()) as client:
        status = (await client.get(f"/api/experiments/{test_id}/status")).json()
        results = (await client.get(f"/api/experiments/{test_id}/results")).json()
        page = await client.get(f"/experiments/{test_id}")
    assert status["current_sample_size"] == 30
    assert (results["total_users"], results["winning_variant"]) == (30, None)
    assert page.status_code == 200
    assert "Control" in page.text
    assert "Stop this experiment" not in page.text  # a token sends no forms

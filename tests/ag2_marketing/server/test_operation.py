"""What an operator watches."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tracking_server import StoringSink, Tracking

from ag2_marketing.server.access.roles import Role


async def test_health_is_well_while_the_database_answers_and_the_writer_writes(tracking: Tracking) -> None:
    async with tracking.client() as client:
        answer = await client.get("/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "database": "ok", "writer": "ok"})


async def test_health_tells_of_a_writer_that_died(tracking: Tracking) -> None:
    task = tracking.services.writer._task
    assert task is not None
    task.cancel()
    async with tracking.client() as client:
        answer = await client.get("/health")
        refused = await tracking.post("/api/track/pageview", {"user_id": "u1"})
    assert (answer.status_code, answer.json()["writer"]) == (503, "not writing")
    assert refused.status_code == 503
    tracking.services.writer._task = None  # nothing is left to stop


async def test_health_tells_of_a_database_that_is_gone(
    tracking: Tracking, monkeypatch: pytest.MonkeyPatch
) -> None:
    await tracking.ws.store.aclose()
    home = tracking.ws.settings.home
    home.rename(home.with_name("gone"))
    try:
        async with tracking.client() as client:
            answer = await client.get("/health")
    finally:
        home.with_name("gone").rename(home)
    assert (answer.status_code, answer.json()["database"]) == (503, "not reachable")


async def test_figures_tell_requests_and_what_became_of_events(tracking: Tracking) -> None:
    await tracking.post("/api/track/pageview", {"user_id": "u1", "event_id": "e1"})
    await tracking.post("/api/track/pageview", {"user_id": "u1", "event_id": "e1"})
    await tracking.post("/api/track/pageview", {"user_id": 1})
    await tracking.post("/api/track/pageview", {"user_id": "u1"}, x_write_key="wrong")
    async with tracking.client() as client:
        await client.get("/none/<script>")
        text = (await client.get("/metrics")).text
    for line in (
        'ag2_marketing_events_total{outcome="recorded"} 1.0',
        'ag2_marketing_events_total{outcome="duplicate"} 1.0',
        'ag2_marketing_events_total{outcome="refused"} 1.0',
        'ag2_marketing_refusals_total{reason="write_key"} 1.0',
        'ag2_marketing_requests_total{route="track_pageview",status="200"} 2.0',
        'ag2_marketing_requests_total{route="none",status="404"} 1.0',
        "ag2_marketing_waiting_events 0.0",
    ):
        assert line in text.splitlines()
    assert "script" not in text
    assert 'ag2_marketing_request_seconds_count{route="track_pageview"} 4.0' in text


@pytest.mark.parametrize("passed_on", [{"x-forwarded-for": "203.0.113.7"}, {"forwarded": "for=203.0.113.7"}])
async def test_figures_are_for_this_machine_and_for_those_with_a_token(
    tracking: Tracking, passed_on: dict[str, str]
) -> None:
    token = await tracking.token(Role.VIEWER)
    async with tracking.client() as client:
        assert (await client.get("/metrics")).status_code == 200
        assert (await client.get("/metrics", headers=passed_on)).status_code == 401
        assert (await client.get("/metrics", headers={**passed_on, **token})).status_code == 200


async def test_a_defect_says_nothing_of_what_went_wrong(
    tracking: Tracking, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken() -> Any:
        raise RuntimeError("a secret of the program")

    monkeypatch.setattr(tracking.services.experiments, "listed", broken)
    async with tracking.client(headers=await tracking.token()) as client:
        answer = await client.get("/api/experiments")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_sink_that_fails_is_told_as_not_stored(
    tracking: Tracking, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(_sink: StoringSink, _events: Any) -> Any:
        raise ValueError("a secret of the program")

    with monkeypatch.context() as patched:
        patched.setattr(StoringSink, "write", broken)
        answer = await tracking.post("/api/track/pageview", {"user_id": "u1", "event_id": "e1"})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert "secret" not in answer.text + caplog.text
    await asyncio.sleep(0)
    again = await tracking.post("/api/track/pageview", {"user_id": "u1", "event_id": "e1"})
    assert again.json()["status"] == "recorded"

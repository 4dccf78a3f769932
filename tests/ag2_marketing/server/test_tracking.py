"""Events in over a real socket: what is stored, what is said, and what is refused."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tracking_server import StoringSink, Tracking, server_settings, tracking_server

from ag2_marketing.server.access.write_keys import list_keys, remove_key

DEEP = b'{"metrics":' * 50_000


def event(**changes: Any) -> dict[str, Any]:
    given = {"experiment_id": "exp_1", "variant_id": "var_1", "user_id": "u1", "event_id": "e1"}
    return {**given, **changes}


@pytest.mark.parametrize("name", ["pageview", "conversion", "engagement"])
async def test_an_event_is_stored_under_its_routes_name_before_it_is_answered(
    tracking: Tracking, name: str
) -> None:
    answer = await tracking.post(f"/api/track/{name}", event())
    expected = {"event_id": "e1", "status": "recorded", "recorded_metrics": [name]}
    assert (answer.status_code, answer.json()) == (200, expected)
    (row,) = await tracking.rows()
    assert (row.event_id, row.metric, row.value, row.user_id) == ("e1", name, 1.0, "u1")


async def test_values_are_stored_beside_the_event_itself(tracking: Tracking) -> None:
    await tracking.post("/api/track/conversion", event(metrics={"revenue": 49.9}))
    assert {(row.metric, row.value) for row in await tracking.rows()} == {
        ("conversion", 1),
        ("revenue", 49.9),
    }


async def test_an_event_that_comes_again_is_told_and_stored_once(tracking: Tracking) -> None:
    await tracking.post("/api/track/conversion", event())
    again = await tracking.post("/api/track/conversion", event())
    assert again.json()["status"] == "duplicate"
    assert await tracking.count() == 1


async def test_what_the_specifications_snippet_sends_is_taken(tracking: Tracking) -> None:
    """A bare fetch: no content type but text/plain, `test_id`, and metadata at the top level."""
    body = {"source": "email_campaign", "test_id": "exp_1", "user_id": "u1", "write_key": tracking.key}
    async with tracking.client() as client:
        answer = await client.post(
            "/api/track/conversion",
            content=json.dumps(body),
            headers={"content-type": "text/plain;charset=UTF-8"},
        )
    assert answer.json()["status"] == "recorded"
    (row,) = await tracking.rows()
    assert (row.experiment_id, row.channel) == ("exp_1", "website")
    assert row.event_id == answer.json()["event_id"]


async def test_a_batch_judges_each_event_alone(tracking: Tracking) -> None:
    events = [
        event(event="conversion"),
        event(event_id="e2", event="conversion", user_id=5),
        event(event="conversion"),
        event(event_id="e3"),
        event(event_id="e4", metrics={"revenue": 1}),
    ]
    answer = (await tracking.post("/api/track/batch", {"events": events})).json()
    assert answer["counts"] == {"recorded": 2, "refused": 2, "duplicate": 1}
    assert [(one["index"], one["status"]) for one in answer["not_recorded"]] == [
        (1, "refused"),
        (2, "duplicate"),
        (3, "refused"),
    ]
    assert "user_id" in answer["not_recorded"][0]["reason"]
    assert await tracking.count() == 2


async def test_a_batch_takes_500_events_and_no_more(tracking: Tracking) -> None:
    events = [event(event_id=f"e{number}", event="pageview") for number in range(501)]
    assert (await tracking.post("/api/track/batch", {"events": events})).status_code == 400
    taken = await tracking.post("/api/track/batch", {"events": events[:500]})
    assert taken.json()["counts"] == {"recorded": 500}
    assert await tracking.count() == 500


@pytest.mark.parametrize("media_type", ["text/plain;charset=UTF-8", "application/json"])
async def test_a_beacon_brings_its_key_in_its_body(tracking: Tracking, media_type: str) -> None:
    body = {"write_key": tracking.key, "events": [event(event="pageview")]}
    async with tracking.client() as client:
        answer = await client.post(
            "/api/track/beacon", content=json.dumps(body), headers={"content-type": media_type}
        )
        one = await client.post(
            "/api/track/beacon", json={**event(event="engagement"), **body, "events": None}
        )
    assert answer.json()["counts"] == {"recorded": 1}
    assert one.json()["status"] == "recorded"


async def test_a_wrong_clock_of_the_client_is_put_right(tracking: Tracking) -> None:
    wrong = datetime(2020, 1, 1, tzinfo=UTC)
    body = {
        "sent_at": wrong.isoformat(),
        "events": [event(event="pageview", occurred_at=(wrong - timedelta(hours=1)).isoformat())],
    }
    await tracking.post("/api/track/batch", body)
    (row,) = await tracking.rows()
    assert abs(row.received_at - row.occurred_at - timedelta(hours=1)) < timedelta(seconds=1)


async def test_in_a_batch_one_name_that_cannot_be_printed_is_refused_alone(tracking: Tracking) -> None:
    names = ["a", "b\x00", "c\u2028", "\u0085", "d"]
    events = [
        event(event="pageview", event_id=f"e{number}", user_id=name) for number, name in enumerate(names)
    ]
    answer = (await tracking.post("/api/track/batch", {"events": events})).json()
    assert [one["index"] for one in answer["not_recorded"]] == [1, 2, 3]
    assert {row.user_id for row in await tracking.rows()} == {"a", "d"}


async def test_an_event_of_the_future_counts_as_of_now(tracking: Tracking) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    body = {"sent_at": now.timestamp() * 1000, "events": [event(event="pageview", occurred_at=4e12)]}
    await tracking.post("/api/track/batch", body)
    (row,) = await tracking.rows()
    assert abs(row.received_at - row.occurred_at) < timedelta(seconds=5)


# Keys


@pytest.mark.parametrize("key", ["", "wrong", "ag2m_key_", "Schl\u00fcssel", "k" * 199])
async def test_without_a_projects_key_nothing_is_taken(tracking: Tracking, key: str) -> None:
    body = event(write_key=key) if key else event()
    answer = await tracking.post("/api/track/conversion", body, x_write_key="")
    assert (answer.status_code, answer.json()["reason"]) == (401, "write_key")
    assert await tracking.count() == 0


async def test_a_key_that_was_taken_back_is_good_for_nothing(tmp_path: Path) -> None:
    settings = server_settings(tmp_path)
    async with tracking_server(settings) as tracking:
        (key,) = await list_keys(tracking.ws.store)
        await remove_key(tracking.ws.store, key.id)
        assert (await tracking.post("/api/track/conversion", event())).status_code == 401


async def test_keys_are_kept_as_digests(tracking: Tracking) -> None:
    (key,) = await list_keys(tracking.ws.store)
    assert len(key.digest) == 64
    assert tracking.key not in repr(key)
    database = b"".join(path.read_bytes() for path in tracking.ws.settings.home.glob("*.sqlite3*"))
    assert tracking.key.encode() not in database


# Consent


@pytest.mark.parametrize("headers", [{"dnt": "1"}, {"sec_gpc": "1"}])
async def test_nothing_is_stored_of_a_browser_that_asks_not_to_be_tracked(
    tracking: Tracking, headers: dict[str, str]
) -> None:
    answer = await tracking.post("/api/track/conversion", event(), **headers)
    assert answer.status_code == 200
    assert answer.json()["status"] == "not_stored"
    assert "Do-Not-Track" in answer.json()["reason"]
    assert await tracking.count() == 0


async def test_a_company_may_decide_otherwise_about_do_not_track(tmp_path: Path) -> None:
    async with tracking_server(server_settings(tmp_path, server_respect_do_not_track=False)) as tracking:
        assert (await tracking.post("/api/track/pageview", event(), dnt="1")).json()["status"] == "recorded"


@pytest.mark.parametrize(
    ("required", "envelope", "own", "status"),
    [
        (True, None, None, "not_stored"),
        (True, True, None, "recorded"),
        (True, None, True, "recorded"),
        (True, True, False, "not_stored"),
        (True, False, True, "recorded"),
        (False, None, None, "recorded"),
        (False, False, None, "not_stored"),
        (False, None, False, "not_stored"),
    ],
)
async def test_without_the_consent_that_is_asked_for_nothing_is_stored(
    tmp_path: Path, *, required: bool, envelope: bool | None, own: bool | None, status: str
) -> None:
    async with tracking_server(server_settings(tmp_path, server_require_consent=required)) as tracking:
        body = {"consent": envelope, "events": [event(event="pageview", consent=own)]}
        answer = (await tracking.post("/api/track/batch", body)).json()
        assert answer["counts"] == {status: 1}
        assert await tracking.count() == (status == "recorded")
        if status == "not_stored":
            assert "consent" in answer["not_recorded"][0]["reason"]


# Hostile bodies


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b"NaN",
        b'{"metrics": {"revenue": NaN}}',
        b'{"metrics": {"revenue": -Infinity}}',
        b'{"metrics": {"revenue": 1e999}}',
        b'{"metrics": {"revenue": ' + b"9" * 5_000 + b"}}",
        b'{"metrics": {"revenue": [1]}}',
        b'{"metrics": {"revenue": {"a": {"b": 1}}}}',
        b'{"metrics": [1]}',
        b'{"user_id": 5}',
        b'{"user_id": ""}',
        b'{"user_id": "' + b"x" * 257 + b'"}',
        b'{"user_id": "a\\u0000b"}',
        b'{"user_id": "a\\r\\nX-Injected: 1"}',
        b'{"user_id": "\\ud800"}',
        b'{"user_id": "\xff\xfe"}',
        b'{"occurred_at": "yesterday"}',
        b'{"occurred_at": "2026-03-02T09:00:00"}',
        b'{"occurred_at": 1e300}',
        b'{"consent": "yes"}',
        b'{"context": {"a": {"b": 1}}}',
        b'{"events": []}',
        b'{"events": {}}',
        b'{"user_id": "u1"} {"user_id": "u2"}',
        DEEP,
        b"[" * 200_000,
        b'{"unknown":' + b"[" * 200_000,
    ],
    ids=lambda body: body[:40].decode("latin-1"),
)
async def test_a_body_that_is_no_event_is_refused_and_says_why(tracking: Tracking, body: bytes) -> None:
    headers = {"content-type": "application/json", "x-write-key": tracking.key}
    async with tracking.client() as client:
        for path in ("/api/track/conversion", "/api/track/batch", "/api/track/beacon", "/api/assign"):
            answer = await client.post(path, content=body, headers=headers)
            assert answer.status_code == (413 if path == "/api/assign" and len(body) > 20_000 else 400), path
            assert len(answer.json().get("error") or answer.json()["reason"]) < 400
            assert "x-injected" not in answer.headers
        assert (await client.get("/health")).json()["status"] == "ok"
    assert await tracking.count() == 0


async def test_a_body_beyond_the_limit_is_refused_whether_its_length_was_told_or_not(
    tmp_path: Path,
) -> None:
    async with tracking_server(server_settings(tmp_path, server_max_body_bytes=1_000)) as tracking:
        headers = {"content-type": "application/json", "x-write-key": tracking.key}

        async def pieces() -> Any:
            for _ in range(1_000):
                yield b" " * 1_000

        async with tracking.client() as client:
            told = await client.post("/api/track/batch", content=b" " * 1_001, headers=headers)
            untold = await client.post("/api/track/batch", content=pieces(), headers=headers)
        assert told.status_code == untold.status_code == 413


@pytest.mark.parametrize(
    "media_type", ["", "text/html", "multipart/form-data; boundary=x", "application/xml"]
)
async def test_other_media_types_are_refused(tracking: Tracking, media_type: str) -> None:
    answer = await tracking.post("/api/track/conversion", event(), content_type=media_type)
    assert answer.status_code == 415


async def test_compressed_bodies_are_refused(tracking: Tracking) -> None:
    answer = await tracking.post("/api/track/conversion", event(), content_encoding="gzip")
    assert answer.status_code == 415


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "HEAD"])
async def test_events_are_posted(tracking: Tracking, method: str) -> None:
    async with tracking.client() as client:
        assert (await client.request(method, "/api/track/conversion")).status_code == 405


# Limits


async def test_a_client_that_asks_too_often_is_told_when_to_come_back(tmp_path: Path) -> None:
    settings = server_settings(tmp_path, server_requests_per_s=0.01, server_burst_requests=3)
    async with tracking_server(settings) as tracking:
        answers = [await tracking.post("/api/track/pageview", event(event_id=f"e{n}")) for n in range(5)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
        assert 1 <= int(answers[-1].headers["retry-after"]) <= 100
        assert await tracking.count() == 3


async def test_events_beyond_the_queue_are_turned_away_and_those_within_are_stored(tmp_path: Path) -> None:
    class Slow(StoringSink):
        async def write(self, events: Any) -> Any:
            await asyncio.wait_for(go_on.wait(), 20)
            return await super().write(events)

    go_on = asyncio.Event()
    settings = server_settings(tmp_path, server_max_waiting_events=10)
    async with tracking_server(settings, make_sink=Slow) as tracking:
        sent = [
            asyncio.create_task(tracking.post("/api/track/pageview", event(event_id=f"e{number}")))
            for number in range(14)
        ]
        while sum(task.done() for task in sent) < 4:
            await asyncio.sleep(0.01)
        go_on.set()
        answers = await asyncio.gather(*sent)
        full = [answer for answer in answers if answer.status_code == 503]
        assert len(full) == 4
        assert all(answer.headers["retry-after"] == "1" for answer in full)
        assert await tracking.count() == 10

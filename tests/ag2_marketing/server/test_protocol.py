"""Clients that do not speak HTTP as it is meant: slow, endless, split, smuggled."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from tracking_server import Tracking, server_settings, tracking_server

from ag2_marketing.server.web import protocol
from ag2_marketing.server.web.protocol import MAX_HEADER_BYTES

SOON_S = 0.3


async def said(tracking: Tracking, *parts: bytes, pause_s: float = 0.0) -> tuple[bytes, bool]:
    """Send parts, with pauses; return what came back until the server was silent, and whether it closed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", tracking.port)
    try:
        for part in parts:
            writer.write(part)
            await asyncio.sleep(pause_s)
            if reader.at_eof():
                break
        return await asyncio.wait_for(reader.read(), 10), True
    except ConnectionError:
        return b"", True
    except TimeoutError:
        return b"", False
    finally:
        writer.close()


def posted(body: bytes, *headers: str, path: str = "/api/track/pageview", length: int | None = None) -> bytes:
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: 127.0.0.1",
        "Connection: close",
        "Content-Type: application/json",
        f"Content-Length: {len(body) if length is None else length}",
        *headers,
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def event(tracking: Tracking, **changes: object) -> bytes:
    return json.dumps({"write_key": tracking.key, "user_id": "u1", **changes}).encode()


async def test_headers_that_never_end_are_not_waited_for(
    tracking: Tracking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "HEADERS_TIMEOUT_S", SOON_S)
    assert await said(tracking) == (b"", True)
    assert await said(tracking, b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n") == (b"", True)
    trickle = [b"X: y\r\n"] * 30
    assert await said(tracking, b"GET / HTTP/1.1\r\n", *trickle, pause_s=SOON_S / 10) == (b"", True)


async def test_the_next_request_of_a_connection_is_not_waited_for_either(
    tracking: Tracking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "HEADERS_TIMEOUT_S", SOON_S)
    whole = b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    answer, closed = await said(tracking, whole, b"GET /health HTTP/1.1\r\n", pause_s=0.1)
    assert closed
    assert answer.count(b"HTTP/1.1 200") == 1


async def test_headers_beyond_the_limit_are_refused(tracking: Tracking) -> None:
    many = [b"X: " + b"y" * 1_000 + b"\r\n"] * (MAX_HEADER_BYTES // 1_000 + 5)
    answer, closed = await said(tracking, b"GET /health HTTP/1.1\r\n", *many, pause_s=0.001)
    assert (answer, closed) == (b"", True)


async def test_a_body_that_never_ends_is_not_waited_for(tmp_path: Path) -> None:
    async with tracking_server(server_settings(tmp_path, server_body_timeout_s=SOON_S)) as tracking:
        answer, closed = await said(tracking, posted(b'{"user_id":', length=1_000))
        assert closed
        assert b" 408 " in answer.splitlines()[0]
        assert await tracking.count() == 0


async def test_a_client_that_goes_on_after_it_was_refused_is_left(
    tracking: Tracking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "LINGER_S", SOON_S)
    head = posted(b"", length=10**9).replace(b"Connection: close\r\n", b"")
    answer, closed = await said(tracking, head, *[b"x" * 1_000] * 20, pause_s=SOON_S / 10)
    assert closed
    assert answer == b"" or b" 413 " in answer.splitlines()[0]


async def test_a_client_that_leaves_before_the_answer_has_its_event_stored(tracking: Tracking) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", tracking.port)
    writer.write(posted(event(tracking)))
    await writer.drain()
    writer.close()
    for _ in range(500):
        if await tracking.count():
            break
        await asyncio.sleep(0.01)
    assert await tracking.count() == 1
    assert (await tracking.post("/api/track/pageview", {"user_id": "u2"})).status_code == 200


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # the beginning of TLS
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /\x00 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"POST /api/track/pageview HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -5\r\n\r\n",
        b"POST /api/track/pageview HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1e9\r\n\r\n",
        b"POST /api/track/pageview HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n X: folded\r\nX\x00: y\r\n\r\n",
    ],
    ids=lambda value: repr(value[:40]),
)
async def test_what_is_no_http_is_refused_and_the_server_goes_on(
    tracking: Tracking, request_bytes: bytes
) -> None:
    answer, closed = await said(tracking, request_bytes)
    assert closed
    assert answer == b"" or b" 400 " in answer.splitlines()[0]
    assert (await tracking.post("/api/track/pageview", {"user_id": "u1"})).status_code == 200


async def test_an_id_cannot_write_headers_of_the_answer(tracking: Tracking) -> None:
    answer, _ = await said(tracking, posted(event(tracking, event_id="a\r\nSet-Cookie: x=1")))
    assert b" 400 " in answer.splitlines()[0]
    assert b"set-cookie" not in answer.lower()


async def test_requests_on_one_connection_are_answered_in_order(tracking: Tracking) -> None:
    first = posted(event(tracking, event_id="e1")).replace(b"Connection: close\r\n", b"")
    answer, _ = await said(tracking, first + posted(event(tracking, event_id="e2")))
    assert answer.count(b"HTTP/1.1 200") == 2
    assert answer.index(b'"e1"') < answer.index(b'"e2"')
    assert await tracking.count() == 2


async def test_connections_beyond_the_most_are_told_to_come_back(tmp_path: Path) -> None:
    async with tracking_server(server_settings(tmp_path, server_max_connections=3)) as tracking:
        kept = [await asyncio.open_connection("127.0.0.1", tracking.port) for _ in range(3)]
        answer, _ = await said(
            tracking, b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
        )
        assert b" 503 " in answer.splitlines()[0]
        for _, writer in kept:
            writer.close()

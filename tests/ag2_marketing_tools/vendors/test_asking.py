"""How vendors are asked: through the gateway, with their key, and again only where that makes sense."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from vendor_answers import CASES, KEYWORDS, PAGE, google_error
from vendor_server import Reply, VendorServer

from ag2_marketing_tools import vendors as v
from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.vendors import Data, Failure, ask
from ag2_marketing_tools.workspace import FixedClock, SequentialIds, Settings, Workspace

RISK = v.WebRisk(url=PAGE)
OK = Reply({})
BUSY = Reply("busy", 503, content_type="text/plain")
MINUTE = google_error(429, "RATE_LIMIT_EXCEEDED", "", metadata={"quota_limit": "PerMinutePerProject"})


async def failure_of(request: v.VendorRequest[Any], ws: Workspace, **options: Any) -> Failure:
    outcome = await ask(request, ws, **options)
    assert isinstance(outcome, Failure), outcome
    return outcome


@pytest.mark.parametrize("request_", [RISK, v.Crux(url=PAGE)], ids=["GET", "POST"])
async def test_a_passing_server_error_is_asked_again(
    request_: v.VendorRequest[Any], vendor_server: VendorServer, ws: Workspace, clock: FixedClock
) -> None:
    vendor_server.says(BUSY, BUSY, google_error(404, "notFound", "chrome ux report data not found"))
    await ask(request_, ws)
    assert len(vendor_server.asked) == 3
    assert 0.75 <= clock.monotonic_s() <= 1.5  # 0.25–0.5 s, then 0.5–1 s


async def test_the_third_try_is_the_last(vendor_server: VendorServer, ws: Workspace) -> None:
    vendor_server.says(BUSY)
    failure = await failure_of(RISK, ws)
    assert (failure.kind, failure.status, len(vendor_server.asked)) == ("unavailable", 503, 3)


@pytest.mark.parametrize("as_date", [False, True])
async def test_retry_after_is_honoured(
    as_date: bool, vendor_server: VendorServer, ws: Workspace, clock: FixedClock
) -> None:
    later = format_datetime(clock.now() + timedelta(seconds=7), usegmt=True) if as_date else "7"
    vendor_server.says(
        Reply({"error": "Too many requests"}, 429, {"retry-after": later}), Reply({"keywords": []})
    )
    await ask(KEYWORDS, ws)
    assert (len(vendor_server.asked), clock.monotonic_s()) == (2, 7)


async def test_a_longer_wait_than_the_settings_allow_is_told_instead(
    vendor_server: VendorServer, ws: Workspace, clock: FixedClock
) -> None:
    vendor_server.says(Reply({"error": "Too many requests"}, 429, {"retry-after": "3600"}))
    failure = await failure_of(KEYWORDS, ws)
    assert (failure.kind, failure.retry_after_s) == ("rate_limited", 3600)
    assert (len(vendor_server.asked), clock.monotonic_s()) == (1, 0)


async def test_waits_add_up_to_no_more_than_the_settings_allow(
    vendor_server: VendorServer, ws: Workspace, clock: FixedClock
) -> None:
    vendor_server.says(Reply({"error": "Too many requests"}, 429, {"retry-after": "40"}))
    await failure_of(KEYWORDS, ws)
    assert (len(vendor_server.asked), clock.monotonic_s()) == (2, 40)


async def test_a_minutes_quota_is_waited_for(
    vendor_server: VendorServer, ws: Workspace, clock: FixedClock
) -> None:
    vendor_server.says(MINUTE, OK)
    assert isinstance(await ask(RISK, ws), Data)
    assert clock.monotonic_s() == 60


@pytest.mark.parametrize(
    ("request_", "reply"),
    [
        (RISK, google_error(429, "x", "Queries per day")),
        (RISK, google_error(429, "x", "per minute", metadata={"quota_limit_value": "0"})),
        (RISK, google_error(400, "API_KEY_INVALID", "")),
        (RISK, google_error(403, "SERVICE_DISABLED", "")),
        (v.PageSpeed(url=PAGE), google_error(500, "lighthouseUserError", "NO_FCP")),
        (KEYWORDS, Reply({"error": "API units limit reached"}, 403)),
        (RISK, Reply("<html>", 200, content_type="text/html")),
    ],
)
async def test_what_waiting_does_not_mend_is_asked_once(
    request_: v.VendorRequest[Any],
    reply: Reply,
    vendor_server: VendorServer,
    ws: Workspace,
    clock: FixedClock,
) -> None:
    vendor_server.says(reply)
    failure = await failure_of(request_, ws)
    assert (len(vendor_server.asked), clock.monotonic_s(), failure.retryable) == (1, 0, False)


async def test_a_vendor_that_says_no_to_trying_again_is_heard(
    vendor_server: VendorServer, ws: Workspace
) -> None:
    gone = {"meta": {"success": False}, "error": {"code": 503, "message": "Gone", "retryable": False}}
    vendor_server.says(Reply(gone, 503))
    failure = await failure_of(v.SemrushKeywordMetrics(keyword="rake"), ws)
    assert (failure.kind, failure.retryable, len(vendor_server.asked)) == ("unavailable", False, 1)


async def test_a_redirect_is_not_followed_with_a_key(vendor_server: VendorServer, ws: Workspace) -> None:
    vendor_server.says(Reply("", 302, {"location": "/elsewhere"}))
    failure = await failure_of(v.SemrushBalance(), ws)
    assert (failure.kind, len(vendor_server.asked)) == ("unexpected_answer", 1)
    assert "redirects" in failure.message


async def test_a_vendors_own_limit_is_kept(
    vendor_server: VendorServer, ws: Workspace, clock: FixedClock
) -> None:
    vendor_server.says(Reply({"keywords": []}))
    for _ in range(61):
        await ask(KEYWORDS, ws)
    assert clock.monotonic_s() == 60  # 60 a minute


async def test_a_limit_that_asks_for_too_long_a_wait_is_told(
    tmp_path: Path, vendor_server: VendorServer, clock: FixedClock, keys: dict[str, str]
) -> None:
    vendor_server.says(Reply({"keywords": []}))
    async with opened(tmp_path, vendor_server, clock, rate_limit_max_wait_s=1)() as own:
        ws = own.with_credentials(api_keys=keys)
        for _ in range(60):
            await ask(KEYWORDS, ws)
        failure = await failure_of(KEYWORDS, ws)
    assert (failure.kind, failure.code, failure.retry_after_s) == ("rate_limited", "own_limit", 60)
    assert len(vendor_server.asked) == 60


async def test_a_vendor_that_keeps_failing_is_left_in_peace(
    tmp_path: Path, vendor_server: VendorServer, clock: FixedClock, keys: dict[str, str]
) -> None:
    vendor_server.says(BUSY)
    async with opened(tmp_path, vendor_server, clock, breaker_max_failures=2)() as own:
        ws = own.with_credentials(api_keys=keys)
        first = await failure_of(RISK, ws)
        second = await failure_of(RISK, ws)
    assert (first.code, first.kind) == ("resting", "unavailable")  # the third try met the open breaker
    assert (second.code, second.retryable, len(vendor_server.asked)) == ("resting", True, 2)


async def test_an_address_that_is_not_allowed_is_not_asked(ws: Workspace) -> None:
    away = ws.settings.model_copy(update={"vendor_base_urls": {"web_risk": "http://127.0.0.1:9"}})
    failure = await failure_of(RISK, replace(ws, settings=away))
    assert (failure.kind, failure.code) == ("bad_request", "address_refused")
    assert "127.0.0.1" in failure.message


async def test_a_vendor_that_cannot_be_reached_is_tried_again(
    tmp_path: Path, free_port: int, clock: FixedClock
) -> None:
    unused = VendorServer(f"http://127.0.0.1:{free_port}")
    async with opened(tmp_path, unused, clock)() as own:
        failure = await failure_of(RISK, own.with_credentials(api_keys={"security": "some-key"}))
    assert (failure.kind, failure.code, failure.retryable) == ("unavailable", "connect", True)
    assert clock.monotonic_s() >= 0.75  # two waits


async def test_an_answer_that_breaks_off_is_not_asked_for_again(
    tmp_path: Path, free_port: int, clock: FixedClock
) -> None:
    connections = 0

    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        await reader.readuntil(b"\r\n\r\n")
        writer.close()

    silent = VendorServer(f"http://127.0.0.1:{free_port}")
    async with (
        await asyncio.start_server(hang_up, "127.0.0.1", free_port),
        opened(tmp_path, silent, clock)() as own,
    ):
        failure = await failure_of(KEYWORDS, own.with_credentials(api_keys={"ahrefs": "some-key"}))
    assert (failure.kind, failure.code, connections) == ("unavailable", "protocol", 1)


async def test_without_a_key_nobody_is_asked(vendor_server: VendorServer, ws: Workspace) -> None:
    failure = await failure_of(RISK, replace(ws, api_keys={}))
    assert (failure.kind, vendor_server.asked) == ("no_key", [])
    assert "`security`" in failure.remedy


@pytest.mark.parametrize("key", ["two words", "line\nbreak", "schlüssel", "nul\x00"])
async def test_a_key_that_cannot_be_one_is_not_sent(
    key: str, vendor_server: VendorServer, ws: Workspace
) -> None:
    failure = await failure_of(RISK, ws, key=key)
    assert (failure.kind, vendor_server.asked) == ("invalid_key", [])
    assert key not in failure.text


async def test_half_a_pair_of_keys_is_not_sent(vendor_server: VendorServer, ws: Workspace) -> None:
    for key in ("only-an-id", "id:", ":secret"):
        failure = await failure_of(v.MozLinksUsage(), ws, key=key)
        assert (failure.kind, vendor_server.asked) == ("invalid_key", [])


async def test_a_key_travels_as_its_vendor_takes_it(
    vendor_server: VendorServer, ws: Workspace, keys: dict[str, str]
) -> None:
    for case in CASES:
        vendor_server.says(case.reply)
        await ask(case.request, ws, attempts=1, key=f"  {keys[v.vendor_named(case.vendor).key]}\n")
    for case, asked in zip(CASES, vendor_server.asked, strict=True):
        facts = v.vendor_named(case.vendor)
        assert (keys[facts.key] in repr(asked.query)) == (facts.key_query is not None)
        if facts.key_header:
            assert asked.headers[facts.key_header.lower()] == f"{facts.key_prefix}{keys[facts.key]}"
        elif facts.key_pair:
            assert asked.headers["authorization"].startswith("Basic bW96c2NhcGUtYWNjZXNzMTp0aGUtbGlua3M")
        else:
            assert dict(asked.query)[facts.key_query or ""] == keys[facts.key]


async def test_another_key_may_be_tried(vendor_server: VendorServer, ws: Workspace) -> None:
    vendor_server.says(OK)
    await ask(RISK, ws, key="another-key")
    assert vendor_server.asked[0].headers["x-goog-api-key"] == "another-key"


async def test_an_unknown_vendor_is_named_with_those_that_are_known() -> None:
    with pytest.raises(InvalidInput, match=r"'altavista'.*ahrefs"):
        v.vendor_named("altavista")


def opened(tmp_path: Path, server: VendorServer, clock: FixedClock, **settings: Any) -> Callable[[], Any]:
    chosen = Settings(
        _env_file=None,
        home=tmp_path / "other",
        allowed_origins=(server.origin,),
        host_min_interval_s=0,
        vendor_base_urls={name: f"{server.origin}/{name}" for name in v.all_vendors()},
        **settings,
    )
    return lambda: Workspace.open(chosen, clock=clock, ids=SequentialIds())


@pytest.fixture
def free_port() -> int:
    import socket

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port

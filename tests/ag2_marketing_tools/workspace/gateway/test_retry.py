"""What is tried again, when, and what never is."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ag2_marketing_tools.errors import CircuitOpen, FetchFailed, InvalidInput, RateLimited
from ag2_marketing_tools.workspace.gateway import ServicePolicy
from ag2_marketing_tools.workspace.gateway.retry import backoff_s, retry_after_s

PUBLIC = "93.184.216.34"
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def answers(outside, serve_page):
    """Let a.test answer with one status after the other, the last one for ever."""
    outside.names.set("a.test", [PUBLIC])

    def set_answers(*statuses, headers=()):
        left = list(statuses)

        async def handle(request, writer):
            status = left.pop(0) if len(left) > 1 else left[0]
            await serve_page(status=status, headers=headers if status[0] in "45" else ())(request, writer)

        outside.web.on("/", handle)

    return set_answers


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0), ("120", 120), (" 7 ", 7), ("", None), ("-5", None), ("1.5", None), ("soon", None),
        ("٣", None),
        ("9" * 400, 999_999_999_999), ("Mon, 23 Nov 2026 12:01:30 GMT", 90),
        ("Monday, 23-Nov-26 12:01:30 GMT", 90),
        ("Mon, 23 Nov 2026 12:01:30 -0000", 90), ("Mon, 23 Nov 2026 13:01:30 +0100", 90),
        ("Sun, 22 Nov 2026 12:00:00 GMT", 0),
        ("Mon, 99 Nov 2026 12:01:30 GMT", None), ("Mon, 23 Nov 99999999 12:01:30 GMT", None),
        ("2026-11-23", None),
    ],
)  # fmt: skip
def test_retry_after_is_read_as_a_number_or_a_date(value, seconds):
    assert retry_after_s(httpx.Headers({"retry-after": value.encode()}), NOW) == seconds


def test_no_header_asks_for_nothing():
    assert retry_after_s(httpx.Headers(), NOW) is None


@given(st.integers(1, 60), st.text())
def test_back_off_doubles_up_to_its_limit_and_is_spread_over_half_of_it(attempt, seed):
    wait_s = backoff_s(attempt, base_s=0.5, longest_s=10, seed=seed)
    whole_s = min(10, 0.5 * 2 ** (attempt - 1))
    assert whole_s / 2 <= wait_s <= whole_s
    assert wait_s == backoff_s(attempt, base_s=0.5, longest_s=10, seed=seed)


def test_back_off_of_different_requests_differs():
    assert len({backoff_s(1, base_s=1, longest_s=10, seed=str(n)) for n in range(100)}) == 100


@pytest.mark.parametrize("status", ["429 Too Many", "502 Bad", "503 Busy", "504 Late"])
async def test_a_passing_error_is_tried_again(status, answers, outside, clock):
    answers(status, status, "200 OK")
    response = await outside.make(clock=clock, fetch_backoff_s=1).fetch("http://a.test/")
    assert response.status == 200
    assert len(outside.web.requests) == 3
    assert 1.5 <= clock.monotonic_s() <= 3  # 0.5–1 s, then 1–2 s


@pytest.mark.parametrize("status", ["500 Oops", "404 No", "403 No", "401 No", "501 No"])
async def test_a_lasting_error_is_not_tried_again(status, answers, outside):
    answers(status)
    assert (await outside.make().fetch("http://a.test/")).status == int(status[:3])
    assert len(outside.web.requests) == 1


async def test_the_last_answer_is_returned_when_all_tries_fail(answers, outside):
    answers("503 Busy")
    assert (await outside.make(fetch_max_attempts=3).fetch("http://a.test/")).status == 503
    assert len(outside.web.requests) == 3


async def test_who_reads_from_the_body_whether_to_try_again_has_one_try(answers, outside):
    answers("503 Busy", "200 OK")
    gateway = outside.make(fetch_max_attempts=3)
    assert (await gateway.fetch("http://a.test/", max_attempts=1)).status == 503
    assert len(outside.web.requests) == 1
    with pytest.raises(InvalidInput, match="max_attempts"):
        await gateway.fetch("http://a.test/", max_attempts=0)


@pytest.mark.parametrize("as_date", [False, True])
async def test_retry_after_is_honoured(as_date, answers, outside, clock):
    value = format_datetime(clock.now() + timedelta(seconds=7), usegmt=True) if as_date else "7"
    answers("429 Too Many", "200 OK", headers=[f"Retry-After: {value}"])
    assert (await outside.make(clock=clock).fetch("http://a.test/")).status == 200
    assert clock.monotonic_s() == 7


async def test_a_wait_beyond_the_deadline_is_not_begun(answers, outside, clock):
    answers("503 Busy", "200 OK", headers=["Retry-After: 3600"])
    assert (await outside.make(clock=clock, fetch_deadline_s=20).fetch("http://a.test/")).status == 503
    assert clock.monotonic_s() == 0


@pytest.mark.parametrize("method", ["POST", "PATCH"])
async def test_what_is_not_idempotent_is_sent_once(method, answers, outside):
    answers("503 Busy", "200 OK")
    assert (await outside.make().fetch("http://a.test/", method=method, json={"a": 1})).status == 503
    assert len(outside.web.requests) == 1


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"])
async def test_what_is_idempotent_is_sent_again(method, answers, outside):
    answers("503 Busy", "200 OK")
    assert (await outside.make().fetch("http://a.test/", method=method)).status == 200


@pytest.mark.parametrize(("method", "times"), [("POST", 1), ("GET", 3)])
async def test_a_connection_that_breaks_off(method, times, outside):
    outside.names.set("a.test", [PUBLIC])

    async def hang_up(request, writer):
        writer.transport.abort()

    outside.web.on("/", hang_up)
    with pytest.raises(FetchFailed) as failure:
        await outside.make().fetch("http://a.test/", method=method)
    assert failure.value.kind == "protocol"
    assert len(outside.web.requests) == times


async def test_a_post_that_times_out_is_not_sent_twice(outside):
    outside.names.set("a.test", [PUBLIC])

    async def hang(request, writer):
        await asyncio.sleep(5)

    outside.web.on("/", hang)
    with pytest.raises(FetchFailed) as failure:
        await outside.make().fetch("http://a.test/", method="POST", content=b"order", deadline_s=0.3)
    assert failure.value.kind == "timeout"
    assert len(outside.web.requests) == 1


async def test_a_refused_address_and_an_unknown_name_are_not_tried_again(outside):
    with pytest.raises(FetchFailed):
        await outside.make().fetch("http://nowhere.test/")
    assert outside.names.asked == ["nowhere.test"]


# The breaker at work


async def test_a_host_that_keeps_failing_is_left_in_peace_and_others_are_not(
    answers, outside, serve_page, clock
):
    answers("500 Oops")
    outside.names.set("b.test", [PUBLIC])
    outside.web.on("/b", serve_page())
    gateway = outside.make(clock=clock, breaker_max_failures=3, breaker_reset_s=30)
    for _ in range(3):
        await gateway.fetch("http://a.test/")
    with pytest.raises(CircuitOpen, match=r"a\.test failed 3 times in a row; it is tried again in 30 s"):
        await gateway.fetch("http://a.test/")
    assert (await gateway.fetch("http://b.test/b")).status == 200
    assert len(outside.web.requests) == 4
    clock.advance(30)
    answers("200 OK")
    assert (await gateway.fetch("http://a.test/")).status == 200


async def test_4xx_and_unusable_answers_do_not_open_the_breaker(answers, outside, serve_page):
    answers("404 No")
    outside.web.on("/br", serve_page(headers=["Content-Encoding: br"]))
    gateway = outside.make(breaker_max_failures=1)
    for _ in range(3):
        assert (await gateway.fetch("http://a.test/")).status == 404
        with pytest.raises(FetchFailed):
            await gateway.fetch("http://a.test/br")


async def test_time_outs_open_the_breaker(outside):
    outside.names.set("a.test", [PUBLIC])

    async def hang(request, writer):
        await asyncio.sleep(5)

    outside.web.on("/", hang)
    gateway = outside.make(breaker_max_failures=1)
    with pytest.raises(FetchFailed):
        await gateway.fetch("http://a.test/", deadline_s=0.1)
    with pytest.raises(CircuitOpen):
        await gateway.fetch("http://a.test/")


async def test_an_open_breaker_uses_up_no_rate_limit(outside, answers, clock):
    answers("500 Oops")
    gateway = outside.make(clock=clock, rate_limit_max_wait_s=0)
    gateway.services.configure(
        "v", ServicePolicy(max_requests=2, window_s=60, failure_threshold=1, recovery_timeout_s=10)
    )
    await gateway.fetch("http://a.test/", service="v")
    for _ in range(5):
        with pytest.raises(CircuitOpen):
            await gateway.fetch("http://a.test/", service="v")
    clock.advance(10)
    await gateway.fetch("http://a.test/", service="v")  # the second of two
    clock.advance(10)
    with pytest.raises(RateLimited):
        await gateway.fetch("http://a.test/", service="v")
    clock.advance(60)
    answers("200 OK")
    assert (await gateway.fetch("http://a.test/", service="v")).status == 200

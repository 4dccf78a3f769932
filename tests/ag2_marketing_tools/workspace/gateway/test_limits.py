"""The rate limiter."""

from __future__ import annotations

import asyncio
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ag2_marketing_tools.errors import InvalidInput, RateLimited
from ag2_marketing_tools.workspace.clock import FixedClock
from ag2_marketing_tools.workspace.gateway import RateLimiter


async def test_so_many_start_at_once_and_the_next_waits_for_the_window(clock):
    limiter = RateLimiter(max_requests=3, time_window=10, clock=clock)
    for _ in range(3):
        await limiter.acquire()
    assert clock.monotonic_s() == 0
    clock.advance(4)
    assert limiter.wait_s() == 6
    await limiter.acquire()
    assert clock.monotonic_s() == 10


@given(
    st.integers(1, 5),
    st.floats(0.1, 100),
    st.lists(st.floats(0, 30), min_size=1, max_size=40),
)
async def test_no_window_ever_holds_more(max_requests, window_s, pauses):
    from datetime import UTC, datetime

    clock = FixedClock(datetime(2026, 1, 1, tzinfo=UTC))
    limiter = RateLimiter(max_requests, window_s, clock=clock)
    starts = []
    for pause_s in pauses:
        clock.advance(pause_s)
        await limiter.acquire()
        starts.append(clock.monotonic_s())
    for earlier, later in zip(starts, starts[max_requests:], strict=False):
        assert later - earlier >= window_s * (1 - 1e-9)


async def test_waiting_with_the_machines_clock():
    limiter = RateLimiter(2, 0.1)
    started = time.monotonic()
    await asyncio.gather(*(limiter.acquire() for _ in range(5)))
    assert 0.19 < time.monotonic() - started < 1


async def test_a_wait_that_is_too_long_is_said_and_takes_no_place(clock):
    limiter = RateLimiter(1, 3600, clock=clock)
    await limiter.acquire()
    for _ in range(2):
        with pytest.raises(RateLimited, match="1 requests in 3600 s") as refusal:
            await limiter.acquire(max_wait_s=60)
        assert refusal.value.retry_after_s == 3600


async def test_who_stops_waiting_gives_the_place_back():
    limiter = RateLimiter(1, 0.2)
    await limiter.acquire()
    waiting = asyncio.create_task(limiter.acquire())
    await asyncio.sleep(0)
    assert limiter.wait_s() > 0.2
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert limiter.wait_s() <= 0.2


def test_it_outlives_an_event_loop():
    limiter = RateLimiter(1, 0.1)
    started = time.monotonic()

    async def twice():
        await asyncio.gather(limiter.acquire(), limiter.acquire())

    asyncio.run(twice())
    asyncio.run(twice())
    assert time.monotonic() - started >= 0.29


@pytest.mark.parametrize(
    "values",
    [
        (0, 1),
        (-1, 1),
        (1.5, 1),
        (True, 1),
        ("3", 1),
        (1, 0),
        (1, -1),
        (1, float("inf")),
        (1, float("nan")),
        (1, "x"),
    ],
)
def test_values_out_of_range_are_refused(values):
    with pytest.raises(InvalidInput):
        RateLimiter(*values)

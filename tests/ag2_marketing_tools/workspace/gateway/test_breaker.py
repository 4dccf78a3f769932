"""The circuit breaker, by both of its ways of naming things."""

from __future__ import annotations

import asyncio

import pytest

from ag2_marketing_tools.errors import CircuitOpen, InvalidInput
from ag2_marketing_tools.workspace.gateway import CircuitBreaker


async def fine(value: str = "fine") -> str:
    return value


async def broken() -> str:
    raise RuntimeError("broken")


async def fail(breaker: CircuitBreaker, times: int) -> None:
    for _ in range(times):
        with pytest.raises(RuntimeError, match="broken"):
            await breaker.execute(broken)


def test_its_defaults_are_three_failures_and_a_minute():
    breaker = CircuitBreaker()
    assert (breaker.max_failures, breaker.reset_timeout, breaker.failures) == (3, 60, 0)


async def test_it_passes_arguments_and_results():
    assert await CircuitBreaker().execute(fine, value="x") == "x"


async def test_it_opens_after_so_many_failures_in_a_row(clock):
    breaker = CircuitBreaker(max_failures=3, reset_timeout=60, clock=clock)
    await fail(breaker, 2)
    await breaker.execute(fine)
    await fail(breaker, 2)
    assert breaker.is_closed()
    await fail(breaker, 1)
    assert breaker.is_open()
    clock.advance(10)
    with pytest.raises(CircuitOpen, match=r"^Circuit breaker is open$") as refusal:
        await breaker.execute(fine)
    assert refusal.value.retry_after_s == 50


async def test_a_function_is_not_called_while_it_is_open(clock):
    breaker = CircuitBreaker(1, 60, clock=clock)
    await fail(breaker, 1)
    with pytest.raises(CircuitOpen):
        await breaker.execute(broken)
    assert breaker.failures == 1


async def test_half_open_lets_one_probe_through_at_a_time(clock):
    breaker = CircuitBreaker(2, 60, clock=clock)
    await fail(breaker, 2)
    clock.advance(60)
    started, release = [], asyncio.Event()

    async def probe():
        started.append(1)
        await release.wait()

    calls = [asyncio.create_task(breaker.execute(probe)) for _ in range(5)]
    await asyncio.sleep(0)
    assert breaker.is_open()
    release.set()
    ends = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(end) for end in ends].count(CircuitOpen) == 4
    assert len(started) == 1
    assert breaker.is_closed()
    assert breaker.failures == 0


async def test_a_failed_probe_opens_it_for_the_full_time(clock):
    breaker = CircuitBreaker(3, 60, clock=clock)
    await fail(breaker, 3)
    clock.advance(60)
    await fail(breaker, 1)
    clock.advance(59.9)
    assert breaker.is_open()
    clock.advance(0.1)
    assert await breaker.execute(fine) == "fine"


async def test_a_cancelled_probe_says_nothing_and_lets_the_next_one_try(clock):
    breaker = CircuitBreaker(1, 60, clock=clock)
    await fail(breaker, 1)
    clock.advance(60)
    probe = asyncio.create_task(breaker.execute(asyncio.sleep, 60))
    await asyncio.sleep(0)
    assert breaker.is_open()
    probe.cancel()
    with pytest.raises(asyncio.CancelledError):
        await probe
    assert breaker.failures == 1
    assert await breaker.execute(fine) == "fine"


def test_the_other_names_do_the_same(clock):
    breaker = CircuitBreaker(failure_threshold=2, recovery_timeout=30, clock=clock)
    breaker.failure()
    assert breaker.is_closed()
    breaker.record_failure()
    assert breaker.is_open()
    clock.advance(30)
    assert breaker.is_closed()
    breaker.success()
    assert breaker.failures == 0


def test_more_than_a_day_is_more_than_a_minute(clock):
    breaker = CircuitBreaker(1, 60, clock=clock)
    breaker.failure()
    clock.advance(86_401)
    assert breaker.is_closed()


def test_asking_changes_nothing(clock):
    breaker = CircuitBreaker(1, 60, clock=clock)
    breaker.failure()
    clock.advance(60)
    assert [breaker.is_closed() for _ in range(3)] == [True] * 3
    breaker.enter()
    assert [breaker.is_closed() for _ in range(3)] == [False] * 3


@pytest.mark.parametrize(
    "values",
    [
        {"max_failures": 0},
        {"max_failures": 1.5},
        {"max_failures": True},
        {"failure_threshold": "3"},
        {"reset_timeout": -1},
        {"recovery_timeout": float("nan")},
        {"reset_timeout": float("inf")},
        {"max_failures": 3, "failure_threshold": 3},
        {"reset_timeout": 1, "recovery_timeout": 1},
    ],
)
def test_values_out_of_range_are_refused(values):
    with pytest.raises(InvalidInput):
        CircuitBreaker(**values)

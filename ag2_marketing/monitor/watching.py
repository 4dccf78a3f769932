"""A monitor that runs until it is stopped: when due, in turn with other processes, with back-off after a failure."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, retry_if_result, wait_exponential

from ag2_marketing.adapters.direct import WorkspaceSource
from ag2_marketing.monitor.declared import Monitor
from ag2_marketing.monitor.rounds import Ran, run_round
from ag2_marketing_tools.workspace.clock import Clock
from ag2_marketing_tools.workspace.store.monitoring import Waiting

logger = logging.getLogger(__name__)

FIRST_WAIT_S = 10.0
"""The wait after a failed round; each further failure doubles it, up to the monitor's interval."""

Told = Callable[[Ran | Exception], None]
"""Told of every round that was run, and of what kept one from being run."""


async def watch(
    monitor: Monitor,
    source: WorkspaceSource,
    *,
    every_s: float,
    clock: Clock,
    stop: asyncio.Event,
    told: Told,
) -> None:
    """Run a monitor's rounds until `stop` is set.

    A workspace is opened for each round, so a database that was away or was upgraded is found again.

    Args:
        monitor: Which.
        source: Opens the workspace of a round.
        every_s: From the beginning of one round to that of the next.
        clock: What is waited by.
        stop: Set to stop: at once while waiting, before the next subject within a round.
        told: Told of every round and every failure.
    """
    pause = partial(_pause, clock, stop)

    async def turn() -> datetime | Ran:
        if stop.is_set():
            return clock.now()
        async with source() as ws:
            answer = await run_round(monitor, ws, every_s=every_s, stop=stop, only_when_due=True)
        if isinstance(answer, Waiting):
            return answer.until
        told(answer)
        return answer if answer.finished.state == "failed" else clock.now()

    def failed(state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, Exception):
            logger.warning("a round of the monitor %s could not be run", monitor.name, exc_info=error)
            told(error)

    retrying = AsyncRetrying(
        sleep=pause,
        wait=wait_exponential(multiplier=FIRST_WAIT_S, max=max(FIRST_WAIT_S, every_s)),
        stop=lambda _: stop.is_set(),
        retry=retry_if_exception_type(Exception) | retry_if_result(lambda found: isinstance(found, Ran)),
        after=failed,
        retry_error_callback=lambda _: clock.now(),
    )
    while not stop.is_set():
        until: datetime | Ran = await retrying(turn)
        if isinstance(until, datetime):
            await pause(max(0.0, (until - clock.now()) / timedelta(seconds=1)))


async def _pause(clock: Clock, stop: asyncio.Event, seconds: float) -> None:
    """Wait, but no longer than until `stop` is set."""
    waits = [asyncio.ensure_future(clock.sleep(seconds)), asyncio.ensure_future(stop.wait())]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in waits:
            each.cancel()

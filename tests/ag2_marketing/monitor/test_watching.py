"""A monitor that runs until it is stopped: at its interval, with back-off, and one process of many at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import pairwise

from conftest import NOW

from ag2_marketing.adapters.direct import sharing
from ag2_marketing.monitor import Monitor, Ran, watch
from ag2_marketing.monitor.findings import Finding
from ag2_marketing_tools.errors import StoreError
from ag2_marketing_tools.workspace import FixedClock, Settings, SystemClock, Workspace
from ag2_marketing_tools.workspace.store import upgrade
from ag2_marketing_tools.workspace.store.monitoring import find_rounds

HOUR_S = 3_600.0


class Script:
    """A monitor of one caregiver, whose rounds end as the script says; it stops after the last."""

    def __init__(self, clock: FixedClock, *fates: Exception | None) -> None:
        self.fates, self.clock = list(fates), clock
        self.stop = asyncio.Event()
        self.events: list[Ran | Exception] = []
        self.times_s: list[float] = []
        self.monitor = Monitor("toy", lambda: "A toy.", 3_600, self._subjects, self._look)

    async def _subjects(self, _: Workspace) -> list[tuple[str, str]]:
        self.times_s.append((self.clock.now() - NOW) / timedelta(seconds=1))
        fate = self.fates.pop(0)
        if not self.fates:
            self.stop.set()
        if fate is not None:
            raise fate
        return [("caregiver", "anna")] if self.fates else []

    async def _look(self, _: Workspace, kind: str, id: str) -> list[Finding]:
        return []

    async def run(self, ws: Workspace, *, every_s: float = HOUR_S) -> None:
        await asyncio.wait_for(
            watch(
                self.monitor,
                sharing(ws),
                every_s=every_s,
                clock=self.clock,
                stop=self.stop,
                told=self.events.append,
            ),
            60,
        )


async def test_rounds_begin_an_interval_apart(ws: Workspace, clock: FixedClock) -> None:
    script = Script(clock, None, None, None)
    await script.run(ws)
    assert script.times_s == [0.0, HOUR_S, 2 * HOUR_S]
    assert [each.state for each in await find_rounds(ws.store)] == ["completed"] * 3


async def test_failed_rounds_are_recorded_and_tried_again_with_growing_waits(
    ws: Workspace, clock: FixedClock
) -> None:
    broken = StoreError("The list could not be read.")
    script = Script(clock, broken, broken, ZeroDivisionError("x"), None, None)
    await script.run(ws)
    # 10 s, 20 s, 40 s after each failure; then an interval after the beginning of the one that was done
    assert script.times_s == [0.0, 10.0, 30.0, 70.0, 70.0 + HOUR_S]
    rounds = await find_rounds(ws.store)
    assert [each.state for each in reversed(rounds)] == ["failed"] * 3 + ["completed"] * 2
    assert rounds[-1].reason == "The list could not be read."
    assert "ZeroDivisionError" in (rounds[-3].reason or "")


async def test_waits_never_grow_beyond_the_interval(ws: Workspace, clock: FixedClock) -> None:
    script = Script(clock, *[StoreError("x")] * 6, None)
    await script.run(ws, every_s=30.0)
    assert script.times_s == [0.0, 10.0, 30.0, 60.0, 90.0, 120.0, 150.0]


async def test_a_database_that_cannot_be_opened_is_told_and_tried_again(
    ws: Workspace, clock: FixedClock
) -> None:
    script, opened = Script(clock, None), 0

    @asynccontextmanager
    async def source() -> AsyncIterator[Workspace]:
        nonlocal opened
        opened += 1
        if opened < 3:
            raise StoreError("The database cannot be reached.")
        yield ws

    await asyncio.wait_for(
        watch(
            script.monitor, source, every_s=HOUR_S, clock=clock, stop=script.stop, told=script.events.append
        ),
        60,
    )
    assert [str(each) for each in script.events[:2]] == ["The database cannot be reached."] * 2
    assert isinstance(script.events[2], Ran)
    assert script.times_s == [30.0]


async def test_two_watchers_share_the_rounds_and_do_none_twice(store_settings: Settings) -> None:
    await upgrade(store_settings)
    stop, events = asyncio.Event(), list[Ran | Exception]()

    async def subjects(_: Workspace) -> list[tuple[str, str]]:
        await asyncio.sleep(0.05)
        return []

    async def look(_: Workspace, kind: str, id: str) -> list[Finding]:
        return []

    def told(event: Ran | Exception) -> None:
        events.append(event)
        if len(events) == 4:
            stop.set()

    monitor = Monitor("toy", lambda: "A toy.", 1, subjects, look)
    watching = [
        watch(
            monitor,
            lambda: Workspace.open(store_settings),
            every_s=1.0,
            clock=SystemClock(),
            stop=stop,
            told=told,
        )
        for _ in range(2)
    ]
    await asyncio.wait_for(asyncio.gather(*watching), 120)
    assert all(isinstance(each, Ran) for each in events)
    async with Workspace.open(store_settings) as ws:
        begun = [each.started_at for each in reversed(await find_rounds(ws.store))]
    assert all(after - before >= timedelta(seconds=1) for before, after in pairwise(begun))


async def test_it_stops_at_once_while_it_waits(ws: Workspace) -> None:
    class Patient(FixedClock):
        async def sleep(self, seconds: float) -> None:
            if seconds:
                stop.set()
                await asyncio.Event().wait()

    stop = asyncio.Event()
    script = Script(FixedClock(NOW), None, None)
    await asyncio.wait_for(
        watch(
            script.monitor,
            sharing(ws),
            every_s=HOUR_S,
            clock=Patient(NOW),
            stop=stop,
            told=script.events.append,
        ),
        60,
    )
    assert len(script.events) == 1

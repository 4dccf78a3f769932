"""The server as a process, killed and stopped under load: an event that was acknowledged is in the store, once."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import pytest
from command_line import CONSOLE_SCRIPT
from running_tests import an_experiment, set_up
from sqlalchemy import func, select

from ag2_marketing.server.access.write_keys import add_key
from ag2_marketing_tools.workspace import Settings, Workspace
from ag2_marketing_tools.workspace.store import upgrade
from ag2_marketing_tools.workspace.store.location import location_of, make_engine
from ag2_marketing_tools.workspace.store.schema import tracked_event, user_metric

USERS = 40
CLIENTS = 8
ENOUGH = 1_500


@dataclass
class Load:
    """Clients that send until the server is gone: every fourth request is a batch of ten."""

    url: str
    key: str
    numbers: Iterator[int] = field(default_factory=itertools.count)
    sent: set[str] = field(default_factory=set)
    acknowledged: set[str] = field(default_factory=set)

    async def run(self) -> None:
        async with httpx.AsyncClient(base_url=self.url, headers={"x-write-key": self.key}) as client:
            await asyncio.gather(*(self._send(client) for _ in range(CLIENTS)))

    async def _send(self, client: httpx.AsyncClient) -> None:
        for turn in itertools.count():
            ids = [f"e{next(self.numbers)}" for _ in range(10 if turn % 4 == 0 else 1)]
            self.sent.update(ids)
            try:
                await self.post(client, ids)
            except (httpx.TransportError, asyncio.CancelledError):
                return  # nobody said whether it was stored

    async def post(self, client: httpx.AsyncClient, ids: list[str]) -> None:
        events = [event(one) for one in ids]
        single = len(events) == 1
        path = "/api/track/conversion" if single else "/api/track/batch"
        answer = await client.post(path, json=events[0] if single else {"events": events})
        if answer.status_code == 200:
            assert answer.json().get("status") in {"recorded", "duplicate", "success"}, answer.text
            assert not answer.json().get("counts", {}).get("quarantined"), answer.text
            self.acknowledged.update(ids)


def event(event_id: str) -> dict[str, Any]:
    user = f"user-{int(event_id[1:]) % USERS}"
    return {"event": "conversion", "event_id": event_id, "experiment_id": "test_1", "user_id": user}


@dataclass
class Served:
    """A store with a running test, and a key."""

    settings: Settings
    key: str

    @asynccontextmanager
    async def server(self) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
        """Run `ag2-marketing serve` and give its address."""
        url = self.settings.database_url
        variables = {
            **os.environ,
            "AG2_MARKETING_HOME": str(self.settings.home),
            "AG2_MARKETING_SERVER_REQUESTS_PER_S": "1000000",
            "AG2_MARKETING_SERVER_BURST_REQUESTS": "1000000",
            **({} if url is None else {"AG2_MARKETING_DATABASE_URL": url.get_secret_value()}),
        }
        process = await asyncio.create_subprocess_exec(
            CONSOLE_SCRIPT, "serve", "--port", "0", env=variables, stdout=asyncio.subprocess.PIPE
        )
        try:
            assert process.stdout is not None
            line = (await asyncio.wait_for(process.stdout.readline(), 60)).decode()
            yield process, line.split()[-1]
        finally:
            if process.returncode is None:
                process.kill()
            await process.communicate()

    async def stored(self) -> tuple[set[str], float]:
        """Return the ids of the stored events, and how many the roll-up counts."""
        async with Workspace.open(self.settings) as ws, ws.store.read() as connection:
            ids = (await connection.execute(select(tracked_event.c.event_id))).scalars().all()
            assert len(ids) == len(set(ids))
            total = await connection.scalar(select(func.sum(user_metric.c.total)))
        return set(ids), float(total or 0)


@pytest.fixture
async def served(store_settings: Settings) -> Served:
    await upgrade(store_settings)
    async with Workspace.open(store_settings) as ws:
        now = ws.clock.now()
        test = an_experiment(
            metrics=["conversion_rate"], start_at=now - timedelta(days=1), end_at=now + timedelta(days=7)
        )
        begun = now - timedelta(hours=1)
        seats = {
            f"user-{number}": {"variant": "AB"[number % 2], "assigned_at": begun} for number in range(USERS)
        }
        await set_up(ws, test, seats)
        return Served(store_settings, await add_key(ws, "site"))


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(120):
        while not holds():
            await asyncio.sleep(0.01)


async def test_killed_under_load_nothing_that_was_acknowledged_is_lost_or_counted_twice(
    served: Served,
) -> None:
    async with served.server() as (process, url):
        load = Load(url, served.key)
        running = asyncio.create_task(load.run())
        await until(lambda: len(load.acknowledged) >= ENOUGH or running.done())
        process.kill()
        await running
    stored, rolled_up = await served.stored()
    assert len(load.acknowledged) >= ENOUGH
    assert load.acknowledged - stored == set()
    assert stored <= load.sent
    assert rolled_up == len(stored)

    async with (
        served.server() as (_, url),
        httpx.AsyncClient(base_url=url, headers={"x-write-key": served.key}) as client,
    ):  # what clients do that had no answer: they send again, and to be sure all of it
        ids = sorted(load.sent)
        for start in range(0, len(ids), 200):
            await load.post(client, ids[start : start + 200])
    assert await served.stored() == (load.sent, len(load.sent))


async def test_told_to_stop_under_load_it_answers_who_is_inside_and_leaves_cleanly(served: Served) -> None:
    async with served.server() as (process, url):
        load = Load(url, served.key)
        running = asyncio.create_task(load.run())
        await until(lambda: len(load.acknowledged) >= ENOUGH or running.done())
        process.send_signal(signal.SIGTERM)
        told = (await asyncio.wait_for(process.communicate(), 60))[0].decode()
        await running
        assert process.returncode == 0
    assert "every event that was answered is stored" in told
    stored, rolled_up = await served.stored()
    assert load.acknowledged - stored == set()
    assert rolled_up == len(stored)


async def test_the_store_flushes_each_commit_to_the_disk(tmp_path: Any) -> None:
    """A power cut cannot be made here; what SQLite promises of one rests on these two settings."""
    settings = Settings(_env_file=None, home=tmp_path / "home")
    async with Workspace.open(settings):
        engine = make_engine(location_of(settings))
        async with engine.connect() as connection:
            mode = await connection.exec_driver_sql("PRAGMA journal_mode")
            flushing = await connection.exec_driver_sql("PRAGMA synchronous")
            assert (mode.scalar(), flushing.scalar()) == ("wal", 2)  # 2 is FULL
        await engine.dispose()

"""The write keys that the server remembers: read now and then, and by one request for all."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from loopback_workspace import NOW

from ag2_marketing.server.access import write_keys
from ag2_marketing.server.access.write_keys import (
    OLDEST_S,
    RELOAD_S,
    KeyRing,
    WriteKey,
    add_key,
    list_keys,
    remove_key,
)
from ag2_marketing_tools.errors import StoreError
from ag2_marketing_tools.workspace import FixedClock, Settings, Workspace
from ag2_marketing_tools.workspace.store import Store


async def test_keys_that_are_old_are_read_by_one_request_while_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    readings = 0
    go_on = asyncio.Event()

    async def slowly(store: Store) -> Sequence[WriteKey]:
        nonlocal readings
        readings += 1
        await go_on.wait()
        return await list_keys(store)

    monkeypatch.setattr(write_keys, "list_keys", slowly)
    clock = FixedClock(NOW)
    async with Workspace.open(Settings(_env_file=None, home=tmp_path), clock=clock) as ws:
        secret = await add_key(ws, "clinic")
        ring = KeyRing(ws)
        first = [asyncio.create_task(ring.project_of(secret)) for _ in range(50)]
        await asyncio.sleep(0)
        assert not any(one.done() for one in first)  # nothing is known yet
        go_on.set()
        assert await asyncio.gather(*first) == ["clinic"] * 50
        assert readings == 1

        go_on.clear()
        clock.advance(seconds=RELOAD_S)
        reading = asyncio.create_task(ring.project_of(secret))
        await asyncio.sleep(0)
        async with asyncio.timeout(5):
            assert [await ring.project_of(secret) for _ in range(50)] == ["clinic"] * 50
        clock.advance(seconds=OLDEST_S)
        late = asyncio.create_task(ring.project_of(secret))
        await asyncio.sleep(0)
        assert not late.done()  # what is known is too old by now
        go_on.set()
        assert await asyncio.gather(reading, late) == ["clinic"] * 2
        assert readings == 2


async def test_a_failing_database_fails_all_who_wait_for_the_keys_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    readings = 0

    async def failing(_store: Store) -> Sequence[WriteKey]:
        nonlocal readings
        readings += 1
        await asyncio.sleep(0)
        raise StoreError("It is down.")

    async with Workspace.open(Settings(_env_file=None, home=tmp_path), clock=FixedClock(NOW)) as ws:
        secret = await add_key(ws, "clinic")
        ring = KeyRing(ws)
        with monkeypatch.context() as patch:
            patch.setattr(write_keys, "list_keys", failing)
            told = await asyncio.gather(*(ring.project_of(secret) for _ in range(20)), return_exceptions=True)
            assert [type(one) for one in told] == [StoreError] * 20
            assert readings == 1
        assert await ring.project_of(secret) == "clinic"


async def test_a_key_that_was_taken_back_is_good_for_a_few_seconds_at_most(tmp_path: Path) -> None:
    clock = FixedClock(NOW)
    async with Workspace.open(Settings(_env_file=None, home=tmp_path), clock=clock) as ws:
        secret = await add_key(ws, "clinic")
        ring = KeyRing(ws)
        assert await ring.project_of(secret) == "clinic"
        (key,) = await list_keys(ws.store)
        await remove_key(ws.store, key.id)
        clock.advance(seconds=RELOAD_S)
        assert await ring.project_of(secret) is None

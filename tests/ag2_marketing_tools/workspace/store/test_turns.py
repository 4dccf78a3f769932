"""Whoever asks to write is served in the order of asking, and nobody waits for ever."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from ag2_marketing_tools.errors import StoreError
from ag2_marketing_tools.workspace import Settings, SystemClock
from ag2_marketing_tools.workspace.store import Store
from ag2_marketing_tools.workspace.store.schema import meta

WAIT_S = "ag2_marketing_tools.workspace.store.turns.BUSY_TIMEOUT_S"


def note(connection: Connection, key: str) -> None:
    connection.execute(meta.insert(), {"key": key, "value": ""})


async def test_a_steady_stream_of_transactions_lets_others_in(tmp_path: Path) -> None:
    store = await Store.open(Settings(_env_file=None, home=tmp_path), clock=SystemClock())
    finished = 0
    served = asyncio.Event()

    def work(connection: Connection) -> None:
        note(connection, f"{time.perf_counter_ns()}")
        time.sleep(0.02)

    async def stream() -> None:
        nonlocal finished
        while not served.is_set() and finished < 200:
            await store.transact(work)
            finished += 1

    streams = [asyncio.create_task(stream()) for _ in range(2)]
    while finished < 2:
        await asyncio.sleep(0)
    waited_for = []
    for turn in range(3):
        before = finished
        async with store.begin() as connection:
            waited_for.append(finished - before)
            await connection.run_sync(note, f"turn {turn}")
    served.set()
    await asyncio.gather(*streams)
    await store.aclose()
    assert max(waited_for) <= 2  # the one that ran, and the one that had asked before


async def test_a_transaction_within_another_one_fails_and_the_store_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WAIT_S, 0.05)
    store = await Store.open(Settings(_env_file=None, home=tmp_path), clock=SystemClock())
    async with store.begin() as connection:
        with pytest.raises(StoreError, match=r"did not come within 0\.05 s"):
            async with store.begin():
                pass
        with pytest.raises(StoreError, match="did not come within"):
            await store.transact(lambda connection: note(connection, "inner"))
        await connection.run_sync(note, "outer")
    await store.transact(lambda connection: note(connection, "after"))
    async with store.begin() as connection:
        await connection.run_sync(note, "last")
    await store.aclose()


async def test_who_leaves_the_queue_holds_nobody_up(tmp_path: Path) -> None:
    store = await Store.open(Settings(_env_file=None, home=tmp_path), clock=SystemClock())

    async def write(key: str) -> None:
        async with store.begin() as connection:
            await connection.run_sync(note, key)

    async with store.begin():
        waiting = [asyncio.create_task(write(f"{n}")) for n in range(3)]
        await asyncio.sleep(0)
        waiting[0].cancel()
        waiting[1].cancel()
        left = await asyncio.gather(*waiting[:2], return_exceptions=True)
    assert [type(one) for one in left] == [asyncio.CancelledError] * 2
    await waiting[2]
    await write("another")
    await store.aclose()


async def test_a_transaction_whose_caller_left_while_it_waited_is_finished(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, home=tmp_path)
    store = await Store.open(settings, clock=SystemClock())
    async with store.begin():
        left = asyncio.create_task(store.transact(lambda connection: note(connection, "left")))
        await asyncio.sleep(0)
        left.cancel()
        with pytest.raises(asyncio.CancelledError):
            await left
        closing = asyncio.create_task(store.aclose())
        await asyncio.sleep(0)
    await closing
    again = await Store.open(settings, clock=SystemClock())
    async with again.read() as connection:
        assert await connection.scalar(select(meta.c.value).where(meta.c.key == "left")) == ""
    await again.aclose()


async def test_a_closed_store_begins_no_transaction(tmp_path: Path) -> None:
    store = await Store.open(Settings(_env_file=None, home=tmp_path), clock=SystemClock())
    await store.aclose()
    await store.aclose()
    with pytest.raises(StoreError, match=r"the database .* is closed"):
        await store.transact(lambda connection: note(connection, "late"))
    for begin in (store.begin, store.read):
        with pytest.raises(StoreError, match=r"the database .* is closed"):
            async with begin():
                pass

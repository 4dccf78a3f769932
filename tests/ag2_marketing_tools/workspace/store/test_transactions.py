from __future__ import annotations

import asyncio
import math
import sqlite3
import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, func, select, text

from ag2_marketing_tools.errors import Conflict, InvalidInput, StoreError
from ag2_marketing_tools.workspace import Settings, SystemClock
from ag2_marketing_tools.workspace.store import Store, upgrade
from ag2_marketing_tools.workspace.store.schema import campaign, evidence_payload, meta, observation, post

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)

WRITE_FOR_EVER = """
import asyncio
from datetime import datetime, timedelta, UTC
from ag2_marketing_tools.workspace import RandomIds, Settings, SystemClock
from ag2_marketing_tools.workspace.store import Store
from ag2_marketing_tools.workspace.store.observations import Observation, record

async def main():
    store = await Store.open(Settings(_env_file=None), clock=SystemClock())
    for n in range(1_000_000):
        batch = [
            Observation(subject_kind="page", subject_id=f"{n}-{k}", metric="visits", value=n, unit="visit",
                        observed_at=datetime(2026, 1, 1, tzinfo=UTC), source="child")
            for k in range(20)
        ]
        await record(store, batch, ids=RandomIds())
        print(n, flush=True)

asyncio.run(main())
"""

WRITE_A_HUNDRED = """
import asyncio, sys
from datetime import datetime, timedelta, UTC
from ag2_marketing_tools.workspace import RandomIds, Settings, SystemClock
from ag2_marketing_tools.workspace.store import Store
from ag2_marketing_tools.workspace.store.observations import Observation, record

async def main():
    store = await Store.open(Settings(_env_file=None), clock=SystemClock())
    for n in range(100):
        each = Observation(subject_kind="page", subject_id=str(n), metric="visits", value=n, unit="visit",
                           observed_at=datetime(2026, 1, 1, tzinfo=UTC), source=sys.argv[1])
        await record(store, [each], ids=RandomIds())
    await store.aclose()

asyncio.run(main())
"""


def a_campaign(**changes: Any) -> dict[str, Any]:
    return {
        "id": "campaign_1",
        "name": "Spring",
        "config": {"items": []},
        "tracking": {},
        "status": "draft",
        "created_at": AT,
        **changes,
    }


def a_post(**changes: Any) -> dict[str, Any]:
    return {
        "id": "post_1",
        "campaign_id": "campaign_1",
        "item": 0,
        "occurrence": 0,
        "platform": "x",
        "state": "draft",
        "run_at": AT,
        "timezone": "Europe/Berlin",
        "content": {"text": "Hello"},
        "preview": {},
        "version": 1,
        "intent_key": "campaign_1:0:0:x",
        "created_at": AT,
        "updated_at": AT,
        **changes,
    }


async def count(store: Store, table: Any) -> int:
    async with store.read() as connection:
        return await connection.scalar(select(func.count()).select_from(table)) or 0


async def test_a_block_that_raises_leaves_nothing(store: Store) -> None:
    async def write_and_fail() -> None:
        async with store.begin() as connection:
            await connection.execute(campaign.insert(), a_campaign())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await write_and_fail()
    assert await count(store, campaign) == 0


async def test_a_cancelled_block_leaves_nothing_and_the_store_goes_on(store: Store) -> None:
    written = asyncio.Event()

    async def write() -> None:
        async with store.begin() as connection:
            await connection.execute(campaign.insert(), a_campaign())
            written.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(write())
    await written.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await count(store, campaign) == 0
    async with store.begin() as connection:
        await connection.execute(campaign.insert(), a_campaign())
    assert await count(store, campaign) == 1


async def test_an_error_of_the_callers_own_passes_through_unchanged(store: Store) -> None:
    with pytest.raises(FileNotFoundError):
        async with store.begin():
            raise FileNotFoundError


async def test_a_moment_comes_back_the_same_aware_and_in_utc(store: Store) -> None:
    berlin = datetime(2026, 7, 1, 12, 30, 15, 123456, tzinfo=timezone(timedelta(hours=2)))
    async with store.begin() as connection:
        await connection.execute(campaign.insert(), a_campaign(created_at=berlin))
    async with store.read() as connection:
        row = (await connection.execute(select(campaign))).one()
    assert row.created_at.isoformat() == "2026-07-01T10:30:15.123456+00:00"
    assert row.created_at.tzinfo is UTC or row.created_at.utcoffset() == timedelta(0)
    assert row.approved_at is None


async def test_moments_sort_and_compare_across_zones(store: Store) -> None:
    later = datetime(2026, 3, 2, 9, 30, tzinfo=timezone(timedelta(hours=-5)))  # 14:30 UTC
    earlier = datetime(2026, 3, 2, 15, 0, tzinfo=timezone(timedelta(hours=2)))  # 13:00 UTC
    async with store.begin() as connection:
        await connection.execute(
            campaign.insert(),
            [a_campaign(id="later", created_at=later), a_campaign(id="earlier", created_at=earlier)],
        )
        ids = select(campaign.c.id).order_by(campaign.c.created_at)
        assert list((await connection.execute(ids)).scalars()) == ["earlier", "later"]
        before = ids.where(campaign.c.created_at < datetime(2026, 3, 2, 14, tzinfo=UTC))
        assert list((await connection.execute(before)).scalars()) == ["earlier"]


async def test_a_naive_time_is_refused(store: Store) -> None:
    with pytest.raises(InvalidInput, match="2026-03-02T09:00:00 has no time zone"):
        async with store.begin() as connection:
            await connection.execute(campaign.insert(), a_campaign(created_at=AT.replace(tzinfo=None)))


@pytest.mark.parametrize("value", [math.nan, math.inf, object()])
async def test_what_is_not_json_is_refused(store: Store, value: object) -> None:
    with pytest.raises(InvalidInput, match="cannot hold a value"):
        async with store.begin() as connection:
            await connection.execute(campaign.insert(), a_campaign(config={"budget": value}))


async def test_a_missing_json_value_is_null_in_the_database(store: Store) -> None:
    async with store.begin() as connection:
        await connection.execute(campaign.insert(), a_campaign(targeting=None))
        nulls = select(func.count()).select_from(campaign).where(campaign.c.targeting.is_(None))
        assert await connection.scalar(nulls) == 1


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(), children, max_size=3),
    max_leaves=8,
)


@given(payload=st.dictionaries(st.text(), json_values))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_json_comes_out_as_it_went_in_with_its_order(store: Store, payload: dict[str, Any]) -> None:
    async with store.begin() as connection:
        await connection.execute(evidence_payload.delete())
        await connection.execute(evidence_payload.insert(), {"digest": "d", "payload": payload})
        found = await connection.scalar(select(evidence_payload.c.payload))
    assert repr(found) == repr(payload)


async def test_a_second_row_of_a_unique_key_is_a_conflict_that_quotes_no_value(store: Store) -> None:
    async def write_twice() -> None:
        async with store.begin() as connection:
            await connection.execute(campaign.insert(), a_campaign())
            await connection.execute(post.insert(), a_post())
            await connection.execute(post.insert(), a_post(id="post_2"))

    with pytest.raises(Conflict, match=r"(?i)unique") as caught:
        await write_twice()
    assert "campaign_1:0:0:x" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert await count(store, post) == 0


async def test_a_row_without_its_parent_is_a_conflict(store: Store) -> None:
    with pytest.raises(Conflict, match=r"(?i)foreign key"):
        async with store.begin() as connection:
            await connection.execute(post.insert(), a_post(campaign_id="nobody"))


async def test_insert_new_leaves_what_is_there_alone(store: Store) -> None:
    async with store.begin() as connection:
        await connection.execute(store.insert_new(campaign), a_campaign(name="first"))
        await connection.execute(store.insert_new(campaign), a_campaign(name="second"))
        assert list((await connection.execute(select(campaign.c.name))).scalars()) == ["first"]


async def test_faulty_sql_is_a_store_error_without_the_values(store: Store) -> None:
    with pytest.raises(StoreError) as caught:
        async with store.begin() as connection:
            await connection.execute(text("SELECT :v FROM no_such_table"), {"v": "anna@example.org"})
    assert "no_such_table" in str(caught.value)
    assert "anna@example.org" not in str(caught.value) + str(caught.value.__cause__)


async def test_a_zero_byte_in_text_ends_in_a_clear_error_or_comes_back(store: Store) -> None:
    try:
        async with store.begin() as connection:
            await connection.execute(campaign.insert(), a_campaign(name="a\x00b"))
            assert await connection.scalar(select(campaign.c.name)) == "a\x00b"
            assert store.dialect == "sqlite"
    except InvalidInput:
        assert store.dialect == "postgresql"


async def test_a_reader_sees_one_moment_however_much_is_written(store: Store) -> None:
    async with store.read() as reader:
        before = await reader.scalar(select(func.count()).select_from(campaign))
        async with store.begin() as writer:
            await writer.execute(campaign.insert(), a_campaign())
        assert await reader.scalar(select(func.count()).select_from(campaign)) == before == 0
    assert await count(store, campaign) == 1


async def test_writers_of_one_process_wait_for_each_other(store: Store) -> None:
    async def raise_by_one() -> None:
        async with store.begin() as connection:
            query = select(meta.c.value).where(meta.c.key == "n").with_for_update()
            value = int(await connection.scalar(query) or 0)
            await connection.execute(meta.update().where(meta.c.key == "n").values(value=str(value + 1)))

    async with store.begin() as connection:
        await connection.execute(meta.insert(), {"key": "n", "value": "0"})
    await asyncio.gather(*(raise_by_one() for _ in range(20)))
    async with store.read() as connection:
        assert await connection.scalar(select(meta.c.value).where(meta.c.key == "n")) == "20"


async def test_two_processes_write_without_loss(store_settings: Settings, start_program) -> None:
    await upgrade(store_settings)
    processes = [start_program(WRITE_A_HUNDRED, store_settings, name) for name in ("one", "two")]
    assert [process.communicate(timeout=120)[1] for process in processes] == ["", ""]
    store = await Store.open(store_settings, clock=SystemClock())
    assert await count(store, observation) == 200
    await store.aclose()


async def test_a_killed_writer_loses_nothing_that_was_acknowledged(
    store_settings: Settings, start_program
) -> None:
    await upgrade(store_settings)
    process = start_program(WRITE_FOR_EVER, store_settings)
    acknowledged = -1
    for line in process.stdout:
        acknowledged = int(line)
        if acknowledged >= 30:
            break
    process.kill()
    acknowledged = max([acknowledged, *(int(line) for line in process.stdout if line.endswith("\n"))])
    process.wait()
    if store_settings.database_url is None:
        with sqlite3.connect(store_settings.sqlite_path) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        connection.close()
    store = await Store.open(store_settings, clock=SystemClock())
    async with store.read() as reader:
        found = {
            int(value): rows
            for value, rows in await reader.execute(
                select(observation.c.value, func.count()).group_by(observation.c.value)
            )
        }
    await store.aclose()
    assert set(range(acknowledged + 1)) <= set(found)
    assert set(found.values()) == {20}  # and no batch is there in part


async def test_closing_twice_is_no_fault(store: Store) -> None:
    await store.aclose()
    await store.aclose()


async def test_a_transaction_in_one_function_is_kept_and_what_it_returns_comes_back(store: Store) -> None:
    def work(connection: Connection) -> int:
        connection.execute(campaign.insert(), a_campaign())
        return connection.scalar(select(func.count()).select_from(campaign)) or 0

    assert await store.transact(work) == 1
    assert await count(store, campaign) == 1


async def test_a_transaction_in_one_function_that_raises_leaves_nothing(store: Store) -> None:
    def work(connection: Connection) -> None:
        connection.execute(campaign.insert(), a_campaign())
        connection.execute(campaign.insert(), a_campaign())

    with pytest.raises(Conflict):
        await store.transact(work)
    assert await count(store, campaign) == 0
    await store.transact(lambda connection: connection.execute(campaign.insert(), a_campaign()))
    assert await count(store, campaign) == 1


async def test_transactions_of_both_kinds_wait_for_each_other(store: Store) -> None:
    def raise_by_one(connection: Connection) -> None:
        query = select(meta.c.value).where(meta.c.key == "n").with_for_update()
        value = int(connection.scalar(query) or 0)
        connection.execute(meta.update().where(meta.c.key == "n").values(value=str(value + 1)))

    async def raise_in_parts() -> None:
        async with store.begin() as connection:
            await connection.run_sync(raise_by_one)

    async with store.begin() as connection:
        await connection.execute(meta.insert(), {"key": "n", "value": "0"})
    each = [run for _ in range(10) for run in (raise_in_parts(), store.transact(raise_by_one))]
    await asyncio.gather(*each)
    async with store.read() as connection:
        assert await connection.scalar(select(meta.c.value).where(meta.c.key == "n")) == "20"


async def test_a_transaction_whose_caller_left_is_finished_before_the_store_closes(tmp_path: Path) -> None:
    settings, begun, may_go_on = Settings(_env_file=None, home=tmp_path), threading.Event(), threading.Event()

    def work(connection: Connection) -> None:
        begun.set()
        connection.execute(campaign.insert(), a_campaign())
        may_go_on.wait(30)

    store = await Store.open(settings, clock=SystemClock())
    left = asyncio.create_task(store.transact(work))
    assert await asyncio.to_thread(begun.wait, 30)
    left.cancel()
    closing = asyncio.create_task(store.aclose())
    await asyncio.gather(left, return_exceptions=True)
    may_go_on.set()
    await closing
    again = await Store.open(settings, clock=SystemClock())
    assert await count(again, campaign) == 1
    await again.aclose()


async def test_the_log_of_sqlite_is_moved_into_the_database_beside_the_transactions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(_env_file=None, home=tmp_path)
    monkeypatch.setattr("ag2_marketing_tools.workspace.store.writing.CHECKPOINT_S", 0.0)
    store = await Store.open(settings, clock=SystemClock())
    await store.transact(lambda connection: connection.execute(campaign.insert(), a_campaign()))
    async with asyncio.timeout(30):
        while b"campaign_1" not in settings.sqlite_path.read_bytes():
            await asyncio.sleep(0.01)
    await store.aclose()


async def test_what_was_overwritten_is_in_no_log_of_sqlite_any_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(_env_file=None, home=tmp_path)
    monkeypatch.setattr(
        "ag2_marketing_tools.workspace.store.writing.CHECKPOINT_S", 0.0
    )  # one runs at the time
    store = await Store.open(settings, clock=SystemClock())
    await store.transact(lambda connection: connection.execute(campaign.insert(), a_campaign(name="Berta")))
    await store.transact(lambda connection: connection.execute(campaign.delete()))
    await store.forget_overwritten()
    files = [path.read_bytes() for path in tmp_path.glob("*.sqlite3*")]
    assert files
    assert not any(b"Berta" in content for content in files)
    await store.aclose()

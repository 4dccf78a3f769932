from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from ag2_marketing_tools.errors import Conflict, InvalidInput
from ag2_marketing_tools.workspace.store import Store
from ag2_marketing_tools.workspace.store.bulk import insert_new_rows
from ag2_marketing_tools.workspace.store.observations import find
from ag2_marketing_tools.workspace.store.schema import observation

AT = datetime(2026, 1, 5, 8, 30, 0, 123456, tzinfo=UTC)


def row(number: int = 0, *, at: datetime = AT, value: float = 0.1, n: int | None = None) -> tuple[Any, ...]:
    return (f"o{number}", "page", f"p{number}", "m", value, n, "ms", at, "s", AT)


async def put(store: Store, *rows: tuple[Any, ...]) -> int:
    async with store.begin() as connection:
        return await insert_new_rows(store, connection, observation, rows)


async def test_rows_come_back_as_they_were_put(store: Store) -> None:
    there = AT.astimezone(timezone(timedelta(hours=9)))
    assert await put(store, row(1, n=5_000_000_000), row(2, at=there, value=-1e308)) == 2
    first, second = await find(store)
    assert (first.subject_id, first.value, first.sample_size, first.observed_at) == (
        "p1",
        0.1,
        5_000_000_000,
        AT,
    )
    assert (second.value, second.sample_size, second.observed_at) == (-1e308, None, AT)


async def test_only_new_rows_are_counted(store: Store) -> None:
    assert await put(store) == 0
    assert await put(store, row(1), row(2)) == 2
    assert await put(store, row(2), row(3), row(3)) == 1
    assert len(await find(store)) == 3


async def test_a_row_that_cannot_be_held_undoes_the_batch(store: Store) -> None:
    for bad in (row(9, at=AT.replace(tzinfo=None)), (*row(9)[:4], None, *row(9)[5:])):
        with pytest.raises((InvalidInput, Conflict)):
            await put(store, row(1), bad)
        assert await find(store) == []

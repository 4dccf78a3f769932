"""What was erased is in no file of SQLite any more, or it is said that it still is."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ag2_marketing_tools.errors import StoreError
from ag2_marketing_tools.privacy import Erased, erase_subject
from ag2_marketing_tools.workspace import Settings, SystemClock
from ag2_marketing_tools.workspace.store import Store
from ag2_marketing_tools.workspace.store.schema import meta
from ag2_marketing_tools.workspace.store.subjects import Subject, save_subjects

WRITING = "ag2_marketing_tools.workspace.store.writing"
ANNA = "anna-secret"


@contextmanager
def read_by_another_program(path: Path) -> Iterator[None]:
    """Hold a transaction that reads, as a program with a long report would."""
    reader = sqlite3.connect(path, isolation_level=None)
    try:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM subject").fetchall()
        yield
    finally:
        reader.close()


@pytest.fixture
async def known(tmp_path: Path) -> AsyncIterator[Store]:
    """A store on SQLite that knows one client, who is still in the log."""
    store = await Store.open(Settings(_env_file=None, home=tmp_path), clock=SystemClock())
    async with store.begin() as connection:
        await save_subjects(connection, [Subject(kind="client", id=ANNA)], datetime(2026, 3, 2, tzinfo=UTC))
    yield store
    await store.aclose()


def is_in_a_file(tmp_path: Path) -> bool:
    files = [path.read_bytes() for path in tmp_path.glob("*.sqlite3*")]
    assert files
    return any(ANNA.encode() in content for content in files)


async def test_an_erasure_beside_a_reader_is_no_success_until_it_is_done_again(
    known: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{WRITING}.EMPTYING_WAIT_S", 0.01)
    monkeypatch.setattr(f"{WRITING}.EMPTYING_PAUSE_S", 0.0)
    path = Settings(_env_file=None, home=tmp_path).sqlite_path
    with read_by_another_program(path):
        with pytest.raises(StoreError, match=r"are erased, but the database's log still holds .* again once"):
            await erase_subject(known, "client", ANNA)
        assert is_in_a_file(tmp_path)
        await known.transact(lambda connection: connection.execute(meta.insert(), {"key": "n", "value": ""}))
    assert await erase_subject(known, "client", ANNA) == Erased(0, 0, 0, 0)
    assert not is_in_a_file(tmp_path)


async def test_an_erasure_waits_for_a_reader_that_is_done_soon(known: Store, tmp_path: Path) -> None:
    path = Settings(_env_file=None, home=tmp_path).sqlite_path
    with read_by_another_program(path):
        erasure = asyncio.create_task(erase_subject(known, "client", ANNA))
        await asyncio.wait({erasure}, timeout=1.5)  # longer than one try
        assert not erasure.done()
    assert await erasure == Erased(0, 0, 0, 0, records=1)
    assert not is_in_a_file(tmp_path)

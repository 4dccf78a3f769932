from __future__ import annotations

import os
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from ag2_marketing_tools.errors import MarketingError, StoreError, Unavailable
from ag2_marketing_tools.workspace import FixedClock, Settings, SystemClock, Workspace
from ag2_marketing_tools.workspace.store import Store, upgrade
from ag2_marketing_tools.workspace.store.revision import HEAD

AsNobody = Callable[[], AbstractContextManager[None]]

OPEN_AND_CLOSE = """
import asyncio, sys
from ag2_marketing_tools.workspace import Settings, SystemClock
from ag2_marketing_tools.workspace.store import Store

async def main():
    store = await Store.open(Settings(_env_file=None), clock=SystemClock())
    print(store.pseudonym_key.hex(), "alembic" in sys.modules)
    await store.aclose()

asyncio.run(main())
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(_env_file=None, home=tmp_path / "deep" / "home")


async def open_and_close(settings: Settings) -> None:
    store = await Store.open(settings, clock=SystemClock())
    await store.aclose()


async def refusal(settings: Settings) -> str:
    with pytest.raises(MarketingError) as caught:
        await open_and_close(settings)
    assert type(caught.value) is StoreError
    words = str(caught.value)
    assert "\n" not in words
    return words


async def set_revision(settings: Settings, revision: str) -> None:
    await upgrade(settings)
    store = await Store.open(settings, clock=SystemClock())
    async with store.begin() as connection:
        await connection.execute(text("UPDATE ag2_marketing_version SET version_num = :r"), {"r": revision})
    await store.aclose()


async def test_the_first_opening_makes_a_database_that_only_its_owner_reads(settings: Settings) -> None:
    usual = os.umask(0)
    try:
        store = await Store.open(settings, clock=SystemClock())
    finally:
        os.umask(usual)
    async with store.begin() as connection:
        await connection.execute(text("INSERT INTO meta VALUES ('a', 'b')"))
        modes = {path.name: path.stat().st_mode & 0o777 for path in settings.home.iterdir()}
    await store.aclose()
    assert settings.home.stat().st_mode & 0o777 == 0o700
    assert set(modes) >= {"ag2_marketing.sqlite3", "ag2_marketing.sqlite3-wal"}
    assert set(modes.values()) == {0o600}


async def test_sqlite_keeps_a_write_ahead_log_foreign_keys_and_overwrites_what_is_deleted(
    settings: Settings,
) -> None:
    store = await Store.open(settings, clock=SystemClock())
    async with store.read() as connection:
        pragmas = {
            name: await connection.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "foreign_keys", "secure_delete", "synchronous", "busy_timeout")
        }
    await store.aclose()
    assert pragmas == {
        "journal_mode": "wal",
        "foreign_keys": 1,
        "secure_delete": 1,
        "synchronous": 2,
        "busy_timeout": 30_000,
    }


async def test_a_second_opening_is_quick_and_finds_the_same_key(settings: Settings) -> None:
    first = await Store.open(settings, clock=SystemClock())
    await first.aclose()
    durations_s = []
    for _ in range(5):
        start = time.perf_counter()
        again = await Store.open(settings, clock=SystemClock())
        durations_s.append(time.perf_counter() - start)
        await again.aclose()
        assert again.pseudonym_key == first.pseudonym_key
    assert len(first.pseudonym_key) == 32
    assert min(durations_s) < 0.1


async def test_only_a_migration_loads_alembic(settings: Settings, start_program) -> None:
    answers = []
    for _ in range(2):
        out, err = start_program(OPEN_AND_CLOSE, settings).communicate(timeout=60)
        assert err == ""
        answers.append(out.split()[1])
    assert answers == ["True", "False"]


async def test_two_databases_have_two_keys(tmp_path: Path) -> None:
    keys = set()
    for name in ("a", "b"):
        store = await Store.open(Settings(_env_file=None, home=tmp_path / name), clock=SystemClock())
        keys.add(store.pseudonym_key)
        await store.aclose()
    assert len(keys) == 2


async def test_first_openings_of_several_processes_do_not_collide(settings: Settings, start_program) -> None:
    processes = [start_program(OPEN_AND_CLOSE, settings) for _ in range(4)]
    answers = [process.communicate(timeout=120) for process in processes]
    assert [err for _, err in answers] == [""] * 4
    assert len({out.split()[0] for out, _ in answers}) == 1


async def test_upgrades_of_several_processes_do_not_collide(store_settings: Settings, start_program) -> None:
    program = """
import asyncio
from ag2_marketing_tools.workspace import Settings
from ag2_marketing_tools.workspace.store import upgrade
print(asyncio.run(upgrade(Settings(_env_file=None))))
"""
    processes = [start_program(program, store_settings) for _ in range(3)]
    assert [process.communicate(timeout=120) for process in processes] == [(f"{HEAD}\n", "")] * 3
    await open_and_close(store_settings)


async def test_upgrading_twice_is_no_fault(store_settings: Settings) -> None:
    assert await upgrade(store_settings) == HEAD
    assert await upgrade(store_settings) == HEAD


async def test_a_database_of_a_newer_version_is_refused(store_settings: Settings) -> None:
    await set_revision(store_settings, "9999")
    words = await refusal(store_settings)
    assert f"9999, newer than this program's {HEAD}" in words
    assert "pip install --upgrade ag2-marketing" in words
    with pytest.raises(StoreError, match="newer"):
        await upgrade(store_settings)


async def test_a_database_of_an_unknown_version_is_refused(store_settings: Settings) -> None:
    await set_revision(store_settings, "ae1027a6acf")
    assert "unknown schema ('ae1027a6acf')" in await refusal(store_settings)


async def test_a_database_without_its_pseudonym_key_is_refused(store_settings: Settings) -> None:
    await upgrade(store_settings)
    store = await Store.open(store_settings, clock=SystemClock())
    async with store.begin() as connection:
        await connection.execute(text("DELETE FROM meta"))
    await store.aclose()
    assert "lost the key of its pseudonyms" in await refusal(store_settings)


@pytest.mark.parametrize(
    "content", [b"not a database at all\n" * 400, b"SQLite format 3\x00" + b"\xff" * 5000]
)
async def test_a_file_that_is_no_database_is_refused_and_left_alone(
    settings: Settings, content: bytes
) -> None:
    settings.home.mkdir(parents=True)
    settings.sqlite_path.write_bytes(content)
    words = await refusal(settings)
    assert str(settings.sqlite_path) in words
    assert settings.sqlite_path.read_bytes() == content


async def test_another_programs_database_is_refused_and_left_alone(settings: Settings) -> None:
    settings.home.mkdir(parents=True)
    with sqlite3.connect(settings.sqlite_path) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")
    connection.close()
    content = settings.sqlite_path.read_bytes()
    assert "belongs to another program" in await refusal(settings)
    with pytest.raises(StoreError, match="belongs to another program"):
        await upgrade(settings)
    assert settings.sqlite_path.read_bytes() == content


async def test_a_folder_where_the_file_should_be_is_refused(settings: Settings) -> None:
    settings.sqlite_path.mkdir(parents=True)
    assert "that is a folder" in await refusal(settings)


async def test_a_home_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    settings = Settings(_env_file=None, home=tmp_path / "file" / "home")
    words = await refusal(settings)
    assert "not a directory" in words
    assert "AG2_MARKETING_HOME" in words


async def test_a_read_only_folder_is_refused(open_folder: Path, as_nobody: AsNobody) -> None:
    new, existing = open_folder / "new", open_folder / "existing"
    await open_and_close(Settings(_env_file=None, home=existing))
    (existing / "ag2_marketing.sqlite3").chmod(0o666)
    new.mkdir()
    new.chmod(0o555)
    existing.chmod(0o555)
    with as_nobody():
        for folder, word in ((new, "permission denied"), (existing, "its folder is read-only")):
            assert word in await refusal(Settings(_env_file=None, home=folder))


async def test_a_read_only_file_is_refused(open_folder: Path, as_nobody: AsNobody) -> None:
    await open_and_close(Settings(_env_file=None, home=open_folder))
    (open_folder / "ag2_marketing.sqlite3").chmod(0o444)
    with as_nobody():
        assert "permission denied" in await refusal(Settings(_env_file=None, home=open_folder))


@pytest.mark.needs("postgresql")
async def test_postgresql_is_not_migrated_unasked(postgres_url: str, tmp_path: Path) -> None:
    import postgres

    async with postgres.empty_database(postgres_url) as url:
        settings = Settings(_env_file=None, home=tmp_path, database_url=url)
        assert "ag2-marketing db upgrade" in await refusal(settings)
        await upgrade(settings)
        await open_and_close(settings)
        assert list(tmp_path.iterdir()) == []


@pytest.mark.needs("postgresql")
async def test_a_wrong_password_is_refused_without_quoting_it(postgres_url: str, tmp_path: Path) -> None:
    password = make_url(postgres_url).password
    url = postgres_url.replace(str(password), "hunter2secret")
    words = await refusal(Settings(_env_file=None, home=tmp_path, database_url=url))
    assert "password authentication failed" in words
    assert "hunter2secret" not in words


@pytest.mark.needs("postgresql")
async def test_urls_as_hosts_hand_them_out_are_understood(postgres_url: str, tmp_path: Path) -> None:
    import postgres

    async with postgres.empty_database(postgres_url) as url:
        await upgrade(Settings(_env_file=None, home=tmp_path, database_url=url))
        for scheme in ("postgres", "postgresql", "postgresql+asyncpg"):
            alias = url.replace("postgresql", scheme, 1) + "?sslmode=disable"
            await open_and_close(Settings(_env_file=None, home=tmp_path, database_url=alias))


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://anna:hunter2secret@127.0.0.1:1/name",
        "postgresql://anna:hunter2secret@127.0.0.1:1/name?no_such_option=1",
        "postgresql://anna:hunter2secret@127.0.0.1:notaport/name",
        "mysql://anna:hunter2secret@127.0.0.1/name",
        "sqlite:///hunter2secret.db",
        "hunter2secret",
        "",
    ],
)
async def test_a_url_that_leads_nowhere_is_refused_without_quoting_it(url: str, tmp_path: Path) -> None:
    words = await refusal(Settings(_env_file=None, home=tmp_path, database_url=url))
    assert "hunter2secret" not in words
    assert "anna" not in words


async def test_a_missing_driver_is_named_with_the_words_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "asyncpg", None)
    settings = Settings(_env_file=None, home=tmp_path, database_url="postgresql://a:b@127.0.0.1:1/c")
    with pytest.raises(Unavailable, match=r"pip install 'ag2-marketing\[postgres\]'"):
        await open_and_close(settings)


async def test_a_workspace_opens_and_closes_its_store(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, home=tmp_path / "home")
    async with Workspace.open(settings) as ws, ws.store.read() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM campaign")) == 0


async def test_the_shared_fixtures_repeat_themselves(workspace: Workspace) -> None:
    assert isinstance(workspace.clock, FixedClock)
    assert workspace.clock.now().isoformat() == "2026-03-02T09:00:00+00:00"
    assert workspace.ids.new("post") == "post_1"

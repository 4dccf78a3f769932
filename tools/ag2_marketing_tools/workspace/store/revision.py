"""Which version of the schema a database holds, and how it is brought up to date.

The check is two plain SELECTs; Alembic, which is slow to import, is loaded only to migrate.
"""

from __future__ import annotations

import asyncio
import secrets
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from ag2_marketing_tools.errors import StoreError
from ag2_marketing_tools.workspace.settings import Settings
from ag2_marketing_tools.workspace.store.faults import while_connecting
from ag2_marketing_tools.workspace.store.location import (
    READING,
    Location,
    create_sqlite_file,
    location_of,
    make_engine,
    run_pragma,
)
from ag2_marketing_tools.workspace.store.schema import meta

HEAD = "0009"
"""The newest revision that this code knows; a test holds it to the migrations' own."""

VERSION_TABLE = "ag2_marketing_version"

PSEUDONYM_KEY = "pseudonym_key"
"""The row of `meta` with the key of this database's pseudonyms, 256 random bits in hexadecimal."""

_MIGRATION_LOCK = 0x6167_326D_6B74
"""Number of the advisory lock that PostgreSQL's migrations take turns by ("ag2mkt" in ASCII)."""

_ALEMBIC = threading.Lock()
"""Alembic keeps the migration that it works on in module globals: one at a time in a process."""

Standing = Literal["empty", "behind", "current"]


async def standing(connection: AsyncConnection, location: Location) -> Standing:
    """Tell how far the database's schema has come.

    Raises:
        StoreError: It is of a newer version than this code, or another program's.
    """
    revision = await _revision(connection, location)
    if revision is None:
        return "empty"
    if not (revision.isdecimal() and len(revision) == len(HEAD)):
        raise StoreError(f"{location.name} is of an unknown schema ({revision!r}).")
    if revision > HEAD:
        raise StoreError(
            f"The schema of {location.name} is {revision}, newer than this program's {HEAD}.",
            remedy="Upgrade ag2-marketing: pip install --upgrade ag2-marketing",
        )
    return "current" if revision == HEAD else "behind"


async def _revision(connection: AsyncConnection, location: Location) -> str | None:
    if location.dialect == "sqlite":
        tables = set((await connection.execute(text("SELECT name FROM sqlite_master"))).scalars())
        if tables and VERSION_TABLE not in tables:
            raise StoreError(
                f"{location.name} belongs to another program: it holds tables that are not ours.",
                remedy="Set AG2_MARKETING_HOME to another folder.",
            )
        known = VERSION_TABLE in tables
    else:
        found = await connection.scalar(text("SELECT to_regclass(:name)"), {"name": VERSION_TABLE})
        known = found is not None
    if not known:
        return None
    revision: str | None = await connection.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}"))  # noqa: S608
    return revision


async def read_pseudonym_key(connection: AsyncConnection, location: Location) -> bytes:
    """Return the key of this database's pseudonyms.

    Raises:
        StoreError: There is none, so the database is damaged.
    """
    key = await connection.scalar(select(meta.c.value).where(meta.c.key == PSEUDONYM_KEY))
    try:
        return bytes.fromhex(key or "none")
    except ValueError:
        raise StoreError(f"{location.name} has lost the key of its pseudonyms.") from None


async def upgrade(settings: Settings) -> str:
    """Create the tables, or bring them to this program's version, and return that version.

    Any number of processes may do it at once: one does the work, the others wait and find it done.

    Raises:
        StoreError: The database cannot be opened or written, is another program's, or is newer than this one.
        Unavailable: The driver of PostgreSQL is missing.
    """
    location = location_of(settings)
    if location.dialect == "sqlite":
        create_sqlite_file(location.path)
    engine = make_engine(location)
    try:
        with while_connecting(location):
            await bring_up_to_date(engine, location)
    finally:
        await engine.dispose()
    return HEAD


async def bring_up_to_date(engine: AsyncEngine, location: Location) -> None:
    """Migrate in one transaction, behind a lock, if it is still needed once the lock is held."""
    if location.dialect == "sqlite":
        async with engine.connect() as connection:
            await connection.execution_options(**READING)
            await standing(connection, location)  # refuses another program's file before it is touched
        # Readers then read while one writes; the file remembers it.
        await asyncio.to_thread(run_pragma, location.path, "journal_mode = WAL")
    async with engine.begin() as connection:
        if location.dialect == "postgresql":
            await connection.execute(select(func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
        if await standing(connection, location) == "current":
            return
        async with _alembic_to_itself():
            await connection.run_sync(_migrate)
        if await connection.scalar(select(meta.c.value).where(meta.c.key == PSEUDONYM_KEY)) is None:
            await connection.execute(meta.insert(), {"key": PSEUDONYM_KEY, "value": secrets.token_hex(32)})


@asynccontextmanager
async def _alembic_to_itself() -> AsyncIterator[None]:
    while not _ALEMBIC.acquire(blocking=False):  # another task or thread opens another database just now
        await asyncio.sleep(0.01)
    try:
        yield
    finally:
        _ALEMBIC.release()


def _migrate(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")

"""Where the database lies, and the engine that reaches it."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from ag2_marketing_tools.errors import StoreError, Unavailable
from ag2_marketing_tools.workspace.settings import Settings

Dialect = Literal["sqlite", "postgresql"]

BUSY_TIMEOUT_S = 30.0
"""How long a writer waits for another one on SQLite."""

CONNECT_TIMEOUT_S = 10.0
"""How long PostgreSQL may take to answer a new connection."""

READING = {"sqlite_begin": "BEGIN DEFERRED"}
"""Execution option of a transaction that only reads: on SQLite it then waits for no writer."""

_POSTGRESQL_NAMES = {"postgres", "postgresql", "postgresql+asyncpg"}
_PRAGMAS = (
    "PRAGMA foreign_keys = ON",
    "PRAGMA synchronous = FULL",  # a commit that was answered survives a power cut, WAL or not
    "PRAGMA secure_delete = ON",  # what is erased is overwritten, not only forgotten
)

_SQLITE: dict[str, Any] = {"timeout": BUSY_TIMEOUT_S, "isolation_level": None}
_OPTIONS: dict[str, Any] = {
    "hide_parameters": True,  # values may be personal: no error text quotes them
    "json_serializer": partial(json.dumps, allow_nan=False, separators=(",", ":")),
}


@dataclass(frozen=True)
class Location:
    """A database's address; `name` is how an error speaks of it, without user or password."""

    dialect: Dialect
    url: URL
    name: str

    @property
    def path(self) -> Path:
        """The file of a SQLite database."""
        return Path(str(self.url.database))

    def without_secret(self, text: str) -> str:
        """Return a driver's words without the password, should it ever quote it."""
        password = self.url.password
        return text.replace(str(password), "***") if password else text


def location_of(settings: Settings) -> Location:
    """Return where the settings put the database.

    Raises:
        StoreError: `database_url` is not a URL of a PostgreSQL database. Its text is never quoted.
    """
    if settings.database_url is None:
        path = settings.sqlite_path.absolute()
        url = URL.create("sqlite+aiosqlite", database=str(path))
        return Location("sqlite", url, f"the database {path}")
    remedy = "Expected one such as postgresql://user:password@host:5432/name; unset it to use SQLite."
    try:
        url = make_url(settings.database_url.get_secret_value())
    except (ArgumentError, ValueError):
        raise StoreError("AG2_MARKETING_DATABASE_URL is not a database URL.", remedy=remedy) from None
    if url.drivername not in _POSTGRESQL_NAMES:
        raise StoreError(
            f"AG2_MARKETING_DATABASE_URL names a database of the kind {url.drivername!r}.", remedy=remedy
        )
    name = f"the PostgreSQL database {url.database or 'of the user'} at {url.host or 'localhost'}"
    return Location("postgresql", _for_asyncpg(url), f"{name}:{url.port}" if url.port else name)


def _for_asyncpg(url: URL) -> URL:
    """Return the URL for asyncpg, which calls libpq's `sslmode` plainly `ssl`."""
    query = {"ssl" if key == "sslmode" else key: value for key, value in url.query.items()}
    return url.set(drivername="postgresql+asyncpg", query=query)


def make_engine(location: Location) -> AsyncEngine:
    """Return an engine; nothing is connected yet.

    Raises:
        Unavailable: PostgreSQL is asked for and its driver is not installed.
    """
    if location.dialect == "sqlite":
        engine = create_async_engine(location.url, connect_args=_SQLITE, **_OPTIONS)
        _prepare(engine.sync_engine, _PRAGMAS)
        return engine
    try:
        return create_async_engine(
            location.url, connect_args={"timeout": CONNECT_TIMEOUT_S}, pool_pre_ping=True, **_OPTIONS
        )
    except ModuleNotFoundError as error:
        raise Unavailable(
            f"The driver of PostgreSQL is not installed ({error.name}).",
            remedy="Run: pip install 'ag2-marketing[postgres]'",
        ) from error


def make_sqlite_engine(location: Location, *pragmas: str) -> Engine:
    """Return an engine for a thread, whose connections have these pragmas too; nothing is connected yet."""
    url = location.url.set(drivername="sqlite+pysqlite")
    engine = create_engine(url, connect_args=_SQLITE, **_OPTIONS)
    _prepare(engine, (*_PRAGMAS, *pragmas))
    return engine


def _prepare(engine: Engine, pragmas: Iterable[str]) -> None:
    def connected(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(pragma)
        cursor.close()

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", _begin_sqlite)


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that began as a reader and then writes fails at once where another one wrote meanwhile;
    # taking the write lock at the start waits instead.
    connection.exec_driver_sql(connection.get_execution_options().get("sqlite_begin", "BEGIN IMMEDIATE"))


def run_pragma(path: Path, pragma: str, *, timeout_s: float = BUSY_TIMEOUT_S) -> tuple[int | str, ...] | None:
    """Run a pragma that SQLite takes only outside a transaction, on a connection of its own; return its answer."""
    connection = sqlite3.connect(path, timeout=timeout_s, isolation_level=None)
    try:
        answer: tuple[int | str, ...] | None = connection.execute(f"PRAGMA {pragma}").fetchone()
        return answer
    finally:
        connection.close()


def create_sqlite_file(path: Path) -> None:
    """Create the folder (0700) and the empty file (0600) where they are not there yet.

    Raises:
        StoreError: The place cannot hold a database, in one sentence that says why.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.is_dir():
            raise StoreError(f"The database cannot be {path}: that is a folder.")
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise StoreError(
            f"The database {path} cannot be written ({(error.strerror or str(error)).lower()}).",
            remedy="Set AG2_MARKETING_HOME to a folder that you may write to.",
        ) from error
    if not os.access(
        path.parent, os.W_OK, effective_ids=os.access in os.supports_effective_ids
    ):  # its log lies beside it
        raise StoreError(
            f"The database {path} cannot be written (its folder is read-only).",
            remedy="Set AG2_MARKETING_HOME to a folder that you may write to.",
        )

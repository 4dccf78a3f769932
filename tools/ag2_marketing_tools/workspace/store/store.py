"""The database, opened: transactions on SQLite or PostgreSQL through one interface."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext
from typing import TypeVar

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from ag2_marketing_tools.errors import StoreError
from ag2_marketing_tools.workspace.clock import Clock
from ag2_marketing_tools.workspace.settings import Settings
from ag2_marketing_tools.workspace.store.faults import while_connecting, while_running
from ag2_marketing_tools.workspace.store.location import (
    READING,
    Dialect,
    Location,
    create_sqlite_file,
    location_of,
    make_engine,
)
from ag2_marketing_tools.workspace.store.revision import bring_up_to_date, read_pseudonym_key, standing
from ag2_marketing_tools.workspace.store.writing import WritingThread

T = TypeVar("T")


class Store:
    """An open database of the current schema.

    Attributes:
        clock: Where times of recording and of erasure come from.
        pseudonym_key: The secret by which this database's pseudonyms are made.
    """

    def __init__(
        self, engine: AsyncEngine, location: Location, *, clock: Clock, pseudonym_key: bytes
    ) -> None:
        self._engine = engine
        self._location = location
        self._writing = WritingThread(location, clock) if location.dialect == "sqlite" else None
        self._closed = False
        self.clock = clock
        self.pseudonym_key = pseudonym_key

    @classmethod
    async def open(cls, settings: Settings, *, clock: Clock) -> Store:
        """Open the database that the settings name; a SQLite file is created and migrated where needed.

        Raises:
            StoreError: It cannot be opened or written, is another program's, damaged, or of another version
                (PostgreSQL is never migrated unasked: `ag2-marketing db upgrade` does it).
            Unavailable: The driver of PostgreSQL is missing.
        """
        location = location_of(settings)
        if location.dialect == "sqlite":
            create_sqlite_file(location.path)
        engine = make_engine(location)
        try:
            with while_connecting(location):
                key = await _check(engine, location)
        except BaseException:
            await engine.dispose()
            raise
        return cls(engine, location, clock=clock, pseudonym_key=key)

    @property
    def dialect(self) -> Dialect:
        """Which database it is: `sqlite` or `postgresql`."""
        return self._location.dialect

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """Run one transaction that may write: kept when the block ends, undone when it raises.

        On SQLite one such transaction runs at a time; others wait up to 30 s, and are served as they came.

        Raises:
            Conflict: A unique key or a foreign key stands against a row.
            InvalidInput: A value cannot be held, such as a time without zone.
            StoreError: The database failed.
        """
        turn = nullcontext() if self._writing is None else self._writing.turns.mine()
        async with turn, self._transaction() as connection:
            yield connection

    async def transact(self, work: Callable[[Connection], T]) -> T:
        """Run one transaction that may write, all of it in one plain function: the fast way of many statements.

        On SQLite these run one after the other, beside the event loop: `work` must touch nothing that the loop changes.

        Raises:
            Conflict, InvalidInput, StoreError: As `begin`.
        """
        if self._writing is None:
            async with self.begin() as connection:
                return await connection.run_sync(work)
        self._check_open()
        with while_running(self._location):
            return await self._writing.run(work)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Run one transaction that only reads, all of it from one moment, and waits for no writer.

        Raises:
            StoreError: The database failed.
        """
        options = READING if self.dialect == "sqlite" else _SNAPSHOT
        async with self._transaction(**options) as connection:
            yield connection

    @asynccontextmanager
    async def _transaction(self, **options: object) -> AsyncIterator[AsyncConnection]:
        self._check_open()
        with while_connecting(self._location):
            connection = await self._engine.connect()
        try:
            with while_running(self._location):
                await connection.execution_options(**options)
                async with connection.begin():
                    yield connection
        finally:
            await connection.close()

    def _check_open(self) -> None:
        if self._closed:
            raise StoreError(f"The transaction was not begun: {self._location.name} is closed.")

    def insert_new(self, table: Table) -> postgresql.Insert | sqlite.Insert:
        """Return an INSERT that leaves rows alone whose key is already there."""
        insert = sqlite.insert if self.dialect == "sqlite" else postgresql.insert
        return insert(table).on_conflict_do_nothing()

    async def forget_overwritten(self) -> None:
        """Drop what SQLite's write-ahead log still holds of rows that were erased.

        PostgreSQL removes such rows' old versions by its own vacuum.

        Raises:
            StoreError: The log still holds them, because another program reads the database; what was erased is
                erased all the same, and this can be called again.
        """
        if self._writing is not None:
            with while_connecting(self._location):
                await self._writing.empty_log()

    async def aclose(self) -> None:
        """Close every connection, and begin no more transactions; closing twice is no fault."""
        self._closed = True
        if self._writing is not None:
            await self._writing.aclose()
        await self._engine.dispose()


_SNAPSHOT = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


async def _check(engine: AsyncEngine, location: Location) -> bytes:
    """Bring SQLite up to date, refuse any other schema than the current one, return the pseudonym key."""
    for attempt in ("as found", "migrated"):
        async with engine.connect() as connection:
            await connection.execution_options(**READING)
            if await standing(connection, location) == "current":
                return await read_pseudonym_key(connection, location)
        if location.dialect == "postgresql" or attempt == "migrated":
            break
        await bring_up_to_date(engine, location)
    raise StoreError(
        f"The schema of {location.name} is missing or older than this program's.",
        remedy="Run: ag2-marketing db upgrade",
    )

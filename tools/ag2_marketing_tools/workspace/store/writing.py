"""Whole transactions on SQLite as plain functions, on a thread of their own.

Through the event loop each statement is handed to a thread and its answer back, several times over; on this thread
a transaction is handed over once, however many statements it has, and the event loop works meanwhile.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection

from ag2_marketing_tools.workspace.clock import Clock
from ag2_marketing_tools.workspace.store.location import Location, make_sqlite_engine, run_pragma
from ag2_marketing_tools.workspace.store.turns import Turns

T = TypeVar("T")

CACHE_KIB = 65_536
"""What its connection may keep of the database: a large transaction that does not fit is written twice."""

CHECKPOINT_S = 2.0
"""How often the write-ahead log is moved into the database, beside the transactions. That costs tens of milliseconds
each time, however much it is; SQLite itself would do it within every few large transactions."""

MOST_LOGGED_PAGES = 65_536
"""A log that has grown beyond this (256 MiB) is moved within a transaction, as SQLite does it."""

_log = logging.getLogger(__name__)


class WritingThread:
    """One connection to SQLite and the thread that uses it: transactions run in the order in which they came.

    Attributes:
        turns: Who writes; whoever writes past this thread waits for a turn, too.
    """

    def __init__(self, location: Location, clock: Clock) -> None:
        pragmas = f"PRAGMA cache_size = -{CACHE_KIB}", f"PRAGMA wal_autocheckpoint = {MOST_LOGGED_PAGES}"
        self.turns = Turns()
        self._location = location
        self._clock = clock
        self._engine = make_sqlite_engine(location, *pragmas)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite")
        self._checkpoints = ThreadPoolExecutor(1, thread_name_prefix="checkpoint")
        self._checkpoint: Future[None] | None = None
        self._checkpointed_s = clock.monotonic_s()

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Run one transaction: kept when `work` returns, undone when it raises; a caller who left stops neither."""
        async with self.turns.mine():
            return await asyncio.get_running_loop().run_in_executor(self._thread, self._transaction, work)

    def _transaction(self, work: Callable[[Connection], T]) -> T:
        with self._engine.begin() as connection:
            result = work(connection)
        if self._is_due():
            self._checkpointed_s = self._clock.monotonic_s()
            self._checkpoint = self._checkpoints.submit(self._move_log)
        return result

    def _is_due(self) -> bool:
        if self._checkpoint is not None and not self._checkpoint.done():
            return False
        return self._clock.monotonic_s() - self._checkpointed_s >= CHECKPOINT_S

    def _move_log(self) -> None:
        try:
            run_pragma(self._location.path, "wal_checkpoint(PASSIVE)")
            run_pragma(
                self._location.path, "wal_checkpoint(PASSIVE)"
            )  # what came meanwhile: then it starts anew
        except sqlite3.Error as error:  # nothing is lost, the log goes on
            _log.warning("The database's log could not be moved: %s", error)

    async def empty_log(self) -> None:
        """Move the whole log into the database and empty it; not beside another checkpoint, which would forbid it."""
        move = partial(run_pragma, self._location.path, "wal_checkpoint(TRUNCATE)", timeout_s=5.0)
        await asyncio.get_running_loop().run_in_executor(self._checkpoints, move)

    async def aclose(self) -> None:
        """Let what was handed over finish, then close the connection."""
        await asyncio.to_thread(self._thread.shutdown)
        await asyncio.to_thread(self._checkpoints.shutdown)
        self._engine.dispose()

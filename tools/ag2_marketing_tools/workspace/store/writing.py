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
from typing import Any, TypeVar

from sqlalchemy import Connection

from ag2_marketing_tools.errors import StoreError
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

EMPTYING_WAIT_S = 1.0
"""How long one try to empty the log waits for its readers; nobody can write meanwhile."""

EMPTYING_PAUSE_S = 0.2
"""How long after a try others may write before the next."""

EMPTYING_TRIES = 10

_log = logging.getLogger(__name__)


class WritingThread:
    """One connection to SQLite and the thread that uses it: transactions run in the order in which they came.

    Attributes:
        turns: Who writes; whoever writes past this thread waits for a turn, too.
    """

    def __init__(self, location: Location, clock: Clock) -> None:
        pragmas = f"PRAGMA cache_size = -{CACHE_KIB}", f"PRAGMA wal_autocheckpoint = {MOST_LOGGED_PAGES}"
        self.turns = Turns()
        self._running: set[asyncio.Task[Any]] = set()
        self._location = location
        self._clock = clock
        self._engine = make_sqlite_engine(location, *pragmas)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite")
        self._checkpoints = ThreadPoolExecutor(1, thread_name_prefix="checkpoint")
        self._checkpoint: Future[None] | None = None
        self._checkpointed_s = clock.monotonic_s()

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Run one transaction: kept when `work` returns, undone when it raises.

        A caller who left stops nothing, neither the transaction's turn nor the transaction. Who has a turn waits for
        those on the thread before it, however long they take.

        Raises:
            StoreError: The turn did not come.
        """
        running = asyncio.create_task(self._in_turn(work), name="transaction")
        self._running.add(running)
        running.add_done_callback(self._running.discard)
        return await asyncio.shield(running)

    async def _in_turn(self, work: Callable[[Connection], T]) -> T:
        async with self.turns.shared():
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
        """Move the whole log into the database and empty it; not beside another checkpoint, which would forbid it.

        Raises:
            StoreError: Another program was in the way all the while, so the log still holds what it held.
        """
        for _ in range(EMPTYING_TRIES):
            async with self.turns.mine():
                emptied = await asyncio.get_running_loop().run_in_executor(self._checkpoints, self._empty_log)
            if emptied:
                return
            await asyncio.sleep(EMPTYING_PAUSE_S)
        raise StoreError(
            "The rows are erased, but the database's log still holds old versions of them, because another "
            "program is reading the database.",
            remedy="Run the erasure again once that program is closed.",
        )

    def _empty_log(self) -> bool:
        """Try it; SQLite does not fail where somebody is in the way, but says so in the pragma's answer."""
        answer = run_pragma(self._location.path, "wal_checkpoint(TRUNCATE)", timeout_s=EMPTYING_WAIT_S)
        return answer is not None and answer[0] == 0

    async def aclose(self) -> None:
        """Let what was handed over finish, then close the connection."""
        if self._running:
            await asyncio.wait(self._running)
        await asyncio.to_thread(self._thread.shutdown)
        await asyncio.to_thread(self._checkpoints.shutdown)
        self._engine.dispose()

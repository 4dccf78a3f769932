"""Whose turn it is to write: in the order of asking, so that nobody waits for ever behind a steady stream."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from sqlalchemy import Table, text
from sqlalchemy.ext.asyncio import AsyncConnection

from ag2_marketing_tools.errors import StoreError
from ag2_marketing_tools.workspace.store.location import BUSY_TIMEOUT_S


class Turns:
    """One writer at a time within this program, first come, first served.

    SQLite itself keeps no queue: who finds the database locked looks again after a while, and between
    transactions that follow each other at once there is no gap that it would ever see.
    """

    def __init__(self) -> None:
        self._door = asyncio.Lock()  # serves in the order of asking
        self._sharing = 0
        self._nobody_shares = asyncio.Event()
        self._nobody_shares.set()

    @asynccontextmanager
    async def mine(self) -> AsyncIterator[None]:
        """Wait for a turn and keep it for the block: who came before is done, who came later waits.

        Raises:
            StoreError: It did not come; of a transaction that is begun within another one it never does.
        """
        async with self._waited_for_door():
            yield

    @asynccontextmanager
    async def shared(self) -> AsyncIterator[None]:
        """Wait for a turn and share it with those who ask for the same meanwhile, until somebody wants one alone.

        For those who stand in a line of their own anyway: it moves on without a pause between them. How long they
        stand there is not limited here.

        Raises:
            StoreError: As `mine`.
        """
        async with self._waited_for_door(alone=False):
            self._sharing += 1
            self._nobody_shares.clear()
        try:
            yield
        finally:
            self._sharing -= 1
            if not self._sharing:
                self._nobody_shares.set()

    @asynccontextmanager
    async def _waited_for_door(self, *, alone: bool = True) -> AsyncIterator[None]:
        async with AsyncExitStack() as entered:
            try:
                async with asyncio.timeout(BUSY_TIMEOUT_S):
                    await entered.enter_async_context(self._door)
                    if alone:
                        await self._nobody_shares.wait()
            except TimeoutError:
                raise StoreError(
                    f"The database failed: the turn to write did not come within {BUSY_TIMEOUT_S:g} s.",
                    remedy="Something else writes all that time: try again once it is done.",
                ) from None
            yield


async def wait_in_line(connection: AsyncConnection, table: Table) -> None:
    """Before a row that others may hold FOR SHARE is changed: wait for them, and let nobody overtake.

    Holders of one row come and go without a queue on PostgreSQL; where they follow each other closely, who wants
    to change it waits for ever. The queue for the table is a fair one. Plain reading goes on meanwhile. On
    SQLite a transaction that writes has waited already.
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(text(f"LOCK TABLE {table.name} IN EXCLUSIVE MODE"))

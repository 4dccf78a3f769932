"""Write keys: what a project's pages show to send events.

A key stands in a public page, so it proves nothing about who sends; it names the project, keeps strays out,
and can be taken back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, select

from ag2_marketing.server.access.secrets import WRITE_KEY, are_equal, digest_of, new_secret
from ag2_marketing_tools.errors import InvalidInput, NotFound
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store import Store
from ag2_marketing_tools.workspace.store.schema import write_key

RELOAD_S = 5.0
"""After how long the keys are read anew."""

OLDEST_S = 2 * RELOAD_S
"""How long a key that was taken back may still be good, while the database takes its time."""


@dataclass(frozen=True)
class WriteKey:
    """A key without its secret."""

    id: str
    project: str
    digest: str = field(repr=False)
    created_at: datetime


async def add_key(ws: Workspace, project: str) -> str:
    """Make a key of a project and return its secret, which is shown this once.

    Raises:
        InvalidInput: The project's name is empty, too long or not printable.
    """
    if not 1 <= len(project) <= 100 or not project.isprintable():
        raise InvalidInput(f"The project {project!r} needs a printable name of 1 to 100 characters.")
    secret = new_secret(WRITE_KEY)
    row = {"id": ws.ids.new("key"), "project": project, "digest": digest_of(secret)}
    async with ws.store.begin() as connection:
        await connection.execute(write_key.insert(), {**row, "created_at": ws.clock.now()})
    return secret


async def list_keys(store: Store) -> Sequence[WriteKey]:
    """Return every key, the oldest first."""
    async with store.read() as connection:
        rows = await connection.execute(select(write_key).order_by(write_key.c.created_at, write_key.c.id))
        return [WriteKey(**row) for row in rows.mappings()]


async def remove_key(store: Store, key_id: str) -> None:
    """Take a key back.

    Raises:
        NotFound: There is none of this id.
    """
    async with store.begin() as connection:
        removed = await connection.execute(delete(write_key).where(write_key.c.id == key_id))
    if not removed.rowcount:
        raise NotFound(f"There is no write key {key_id!r}.")


@dataclass
class KeyRing:
    """The keys, read anew every few seconds by one request for all, so that hardly any waits for the database."""

    ws: Workspace
    _keys: Sequence[WriteKey] = field(default=(), init=False)
    _read_at_s: float = field(default=float("-inf"), init=False)
    _reading: asyncio.Task[None] | None = field(default=None, init=False)

    async def project_of(self, secret: str | None) -> str | None:
        """Return whose key a secret is, None where it is nobody's.

        Raises:
            StoreError: The keys are too old, and the database failed.
        """
        if not secret:
            return None
        age_s = self.ws.clock.monotonic_s() - self._read_at_s
        if age_s >= OLDEST_S or (age_s >= RELOAD_S and self._reading is None):
            await self._read_by_now()
        shown = digest_of(secret)
        found = [key.project for key in self._keys if are_equal(key.digest, shown)]  # looks at every key
        return found[0] if found else None

    async def _read_by_now(self) -> None:
        """Wait until the keys were read, together with all who wait for it; who leaves stops nothing."""
        if self._reading is None:
            self._reading = asyncio.create_task(self._read(), name="write keys")
        await asyncio.shield(self._reading)

    async def _read(self) -> None:
        begun_s = self.ws.clock.monotonic_s()
        try:
            self._keys = await list_keys(self.ws.store)
            self._read_at_s = begun_s
        finally:
            self._reading = None

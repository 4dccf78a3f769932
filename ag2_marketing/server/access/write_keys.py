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
"""How long a key that was taken back may still be good."""


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
    """The keys, read anew every few seconds, so that no request waits for the database."""

    ws: Workspace
    _keys: Sequence[WriteKey] = field(default=(), init=False)
    _read_at_s: float | None = field(default=None, init=False)
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    async def project_of(self, secret: str | None) -> str | None:
        """Return whose key a secret is, None where it is nobody's."""
        if not secret:
            return None
        if self._read_at_s is None or (self._is_old() and not self._reading.locked()):
            await self._read()
        shown = digest_of(secret)
        found = [key.project for key in self._keys if are_equal(key.digest, shown)]  # looks at every key
        return found[0] if found else None

    async def _read(self) -> None:
        """Read them, one request for all; those that come meanwhile go by the keys that are known, if any are."""
        async with self._reading:
            if self._is_old():
                self._keys = await list_keys(self.ws.store)
                self._read_at_s = self.ws.clock.monotonic_s()

    def _is_old(self) -> bool:
        return self._read_at_s is None or self.ws.clock.monotonic_s() - self._read_at_s >= RELOAD_S

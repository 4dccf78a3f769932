"""Tokens: what programs show to read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from ag2_marketing.server.access.roles import Role, role_named
from ag2_marketing.server.access.secrets import BEARER, digest_of, new_secret
from ag2_marketing_tools.errors import InvalidInput, NotFound
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store import Store
from ag2_marketing_tools.workspace.store.schema import access_token


@dataclass(frozen=True)
class Token:
    """A token without its secret."""

    id: str
    label: str
    role: Role
    created_at: datetime
    expires_at: datetime | None


async def add_token(ws: Workspace, label: str, role: Role, lasts: timedelta | None = None) -> str:
    """Make a token and return its secret, which is shown this once.

    Raises:
        InvalidInput: The label is empty, too long or not printable, or it would have ended already.
    """
    if not 1 <= len(label) <= 100 or not label.isprintable():
        raise InvalidInput(f"The token {label!r} needs a printable label of 1 to 100 characters.")
    if lasts is not None and lasts <= timedelta(0):
        raise InvalidInput("A token has to last longer than no time.")
    secret, now = new_secret(BEARER), ws.clock.now()
    row = {"id": ws.ids.new("token"), "label": label, "digest": digest_of(secret), "role": role.word}
    ends = {"created_at": now, "expires_at": None if lasts is None else now + lasts}
    async with ws.store.begin() as connection:
        await connection.execute(access_token.insert(), {**row, **ends})
    return secret


async def list_tokens(store: Store) -> Sequence[Token]:
    """Return every token, the oldest first."""
    c = access_token.c
    query = select(c.id, c.label, c.role, c.created_at, c.expires_at).order_by(c.created_at, c.id)
    async with store.read() as connection:
        rows = (await connection.execute(query)).mappings().all()
    return [Token(**{**row, "role": role_named(row["role"])}) for row in rows]


async def remove_token(store: Store, token_id: str) -> None:
    """Take a token back; it is good for nothing from now on.

    Raises:
        NotFound: There is none of this id.
    """
    async with store.begin() as connection:
        removed = await connection.execute(delete(access_token).where(access_token.c.id == token_id))
    if not removed.rowcount:
        raise NotFound(f"There is no token {token_id!r}.")


async def token_of(ws: Workspace, secret: str) -> Token | None:
    """Return the token of this secret, None where there is none or it has ended.

    It is looked up by its digest, of which nobody can choose the beginning, so that the time tells nothing.
    """
    c = access_token.c
    query = select(c.id, c.label, c.role, c.created_at, c.expires_at).where(c.digest == digest_of(secret))
    async with ws.store.read() as connection:
        row = (await connection.execute(query)).mappings().first()
    if row is None or (row["expires_at"] is not None and row["expires_at"] <= ws.clock.now()):
        return None
    return Token(**{**row, "role": role_named(row["role"])})

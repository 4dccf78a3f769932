"""Logins: kept on the server, so that logging out ends them whoever still has the cookie."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, or_, select, update

from ag2_marketing.server.access.roles import Role, role_named
from ag2_marketing.server.access.secrets import digest_of, new_secret
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.schema import account, login_session

_NOTE_USE_AFTER = timedelta(minutes=1)
"""A login's last use is known to the minute, so that reading a page does not mean writing each time."""


@dataclass(frozen=True)
class Login:
    """Who is logged in."""

    name: str
    role: Role


async def begin_login(ws: Workspace, account_id: str) -> str:
    """Begin a login and return its secret, for the cookie; logins that have ended are cleared away."""
    secret, now = new_secret(), ws.clock.now()
    row = {"digest": digest_of(secret), "account_id": account_id, "created_at": now, "used_at": now}
    c = login_session.c
    ended = or_(c.created_at <= now - _longest(ws), c.used_at <= now - _idle(ws))
    async with ws.store.begin() as connection:
        await connection.execute(delete(login_session).where(ended))
        await connection.execute(login_session.insert(), row)
    return secret


async def login_of(ws: Workspace, secret: str) -> Login | None:
    """Return whose login it is, None where it has ended or never was."""
    c, digest, now = login_session.c, digest_of(secret), ws.clock.now()
    query = (
        select(account.c.name, account.c.role, c.created_at, c.used_at)
        .join(account, account.c.id == c.account_id)
        .where(c.digest == digest, account.c.name.is_not(None))
    )
    async with ws.store.read() as connection:
        row: Any = (await connection.execute(query)).first()
    if row is None or now - row.created_at >= _longest(ws) or now - row.used_at >= _idle(ws):
        return None
    if now - row.used_at >= _NOTE_USE_AFTER:
        async with ws.store.begin() as connection:
            await connection.execute(update(login_session).where(c.digest == digest).values(used_at=now))
    return Login(row.name, role_named(row.role))


async def end_login(ws: Workspace, secret: str) -> None:
    """End a login."""
    async with ws.store.begin() as connection:
        await connection.execute(delete(login_session).where(login_session.c.digest == digest_of(secret)))


def _longest(ws: Workspace) -> timedelta:
    return timedelta(hours=ws.settings.server_session_hours)


def _idle(ws: Workspace) -> timedelta:
    return timedelta(minutes=ws.settings.server_session_idle_minutes)

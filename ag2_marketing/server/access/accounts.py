"""Accounts: people who may log in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from ag2_marketing.server.access import passwords
from ag2_marketing.server.access.roles import Role, role_named
from ag2_marketing_tools.errors import Conflict, InvalidInput, NotFound
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store import Store
from ag2_marketing_tools.workspace.store.schema import account, login_session


@dataclass(frozen=True)
class Account:
    """A person who may log in."""

    id: str
    name: str
    role: Role
    created_at: datetime


async def add_account(ws: Workspace, name: str, password: str, role: Role) -> None:
    """Let somebody log in.

    Raises:
        InvalidInput: The name or the password cannot be used.
        Conflict: There is somebody of this name.
    """
    if not 1 <= len(name) <= 100 or not name.isprintable() or name != name.strip():
        raise InvalidInput(f"The account {name!r} needs a printable name of 1 to 100 characters.")
    passwords.check_new(password, name)
    row = {"id": ws.ids.new("account"), "name": name, "role": role.word, "created_at": ws.clock.now()}
    hashed = await passwords.hash_of(password)
    try:
        async with ws.store.begin() as connection:
            await connection.execute(account.insert(), {**row, "password_hash": hashed})
    except Conflict:
        raise Conflict(f"There is an account {name!r} already.") from None


async def list_accounts(store: Store) -> Sequence[Account]:
    """Return everybody who may log in, by name."""
    c = account.c
    query = select(c.id, c.name, c.role, c.created_at).where(c.name.is_not(None)).order_by(c.name)
    async with store.read() as connection:
        rows = (await connection.execute(query)).mappings().all()
    return [Account(**{**row, "role": role_named(row["role"])}) for row in rows]


async def remove_account(store: Store, name: str) -> None:
    """Take an account away, and end its logins.

    Raises:
        NotFound: There is nobody of this name.
    """
    async with store.begin() as connection:
        found = await connection.scalar(select(account.c.id).where(account.c.name == name))
        if found is None:
            raise NotFound(f"There is no account {name!r}.")
        await connection.execute(delete(login_session).where(login_session.c.account_id == found))
        await connection.execute(delete(account).where(account.c.id == found))


async def account_with(store: Store, name: str, password: str) -> str | None:
    """Return the id of the account whose name and password these are; None takes as long for any name."""
    if "\x00" in name:  # PostgreSQL takes none
        name = ""
    async with store.read() as connection:
        query = select(account.c.id, account.c.password_hash).where(account.c.name == name)
        found = (await connection.execute(query)).first()
    if not await passwords.fits(password, found.password_hash if found else None):
        return None
    return str(found.id) if found else None

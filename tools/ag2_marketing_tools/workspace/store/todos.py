"""To-dos: what monitors found that a person should deal with, one for a matter however many rounds see it.

A to-do is `open` until a person marks it `done`, or until a round that looked no longer finds it (`cleared`). What
was cleared and is found again is reopened; what a person has marked as done stays so while it is still found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, bindparam, case, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ag2_marketing_tools.errors import NotFound
from ag2_marketing_tools.workspace.ids import IdSource
from ag2_marketing_tools.workspace.store.schema import todo
from ag2_marketing_tools.workspace.store.store import Store

TodoState = Literal["open", "done", "cleared"]
_Key = tuple[str, str, str, str]


@dataclass(frozen=True, kw_only=True)
class Found:
    """Something that a round found.

    Attributes:
        subject_kind: Of what kind the subject is.
        subject_id: Of whom it was found.
        kind: `alert`, `risk`, `action`, …
        topic: What it is about; with the subject and the kind it is the same matter in every round.
        text: What to tell a person.
        finding: The whole finding, with its figures, as JSON.
        sensitive: Whether it tells of somebody's health or care.
    """

    subject_kind: str
    subject_id: str
    kind: str
    topic: str
    text: str
    finding: Mapping[str, Any]
    sensitive: bool

    @property
    def key(self) -> _Key:
        """What makes it the same matter within its monitor."""
        return (self.subject_kind, self.subject_id, self.kind, self.topic)


@dataclass(frozen=True)
class Matter:
    """Which to-dos a round may clear.

    Attributes:
        monitor: Only those of this monitor.
        looked: What was no longer found of these subjects is cleared.
        untouched: What is known of these stays as it is.
        whole: Whether the round knew all its subjects; to-dos of others are then cleared, too.
    """

    monitor: str
    looked: frozenset[tuple[str, str]]
    untouched: frozenset[tuple[str, str]]
    whole: bool

    def clears(self, subject: tuple[str, str]) -> bool:
        """Tell whether a to-do of this subject that was not found is cleared."""
        return subject in self.looked or (self.whole and subject not in self.untouched)


@dataclass(frozen=True)
class Changes:
    """What a round changed, by the ids of the to-dos, and how many of its monitor's are open after it."""

    opened: list[str] = field(default_factory=list)
    reopened: list[str] = field(default_factory=list)
    cleared: list[str] = field(default_factory=list)
    open_todos: int = 0


async def reconcile(
    connection: AsyncConnection, matter: Matter, found: Sequence[Found], *, now: datetime, ids: IdSource
) -> Changes:
    """Open what is new, reopen what came back, count what is still there, and clear what is gone."""
    c = todo.c
    known = {
        (row.subject_kind, row.subject_id, row.kind, row.topic): row
        for row in await connection.execute(
            select(c.id, c.subject_kind, c.subject_id, c.kind, c.topic, c.state).where(
                c.monitor == matter.monitor
            )
        )
    }
    wanted = {one.key: one for one in found}
    new = [_new(wanted[key], matter.monitor, now, ids) for key in sorted(wanted.keys() - known.keys())]
    if new:
        await connection.execute(todo.insert(), new)
    seen = sorted(wanted.keys() & known.keys())
    await _see_again(connection, [(known[key].id, wanted[key]) for key in seen], now)
    gone = [
        row.id
        for key, row in sorted(known.items())
        if key not in wanted and row.state != "cleared" and matter.clears(key[:2])
    ]
    if gone:
        await connection.execute(
            _by_id({"state": "cleared", "changed_at": now}), [{"_id": id} for id in gone]
        )
    still = select(func.count()).select_from(todo).where(c.monitor == matter.monitor, c.state == "open")
    return Changes(
        opened=[row["id"] for row in new],
        reopened=[known[key].id for key in seen if known[key].state == "cleared"],
        cleared=gone,
        open_todos=(await connection.scalar(still)) or 0,
    )


def _new(one: Found, monitor: str, now: datetime, ids: IdSource) -> dict[str, Any]:
    return {
        "id": ids.new("todo"),
        "monitor": monitor,
        **{name: getattr(one, name) for name in Found.__dataclass_fields__},
        "finding": dict(one.finding),
        "state": "open",
        "rounds": 1,
        "first_seen_at": now,
        "last_seen_at": now,
        "changed_at": now,
    }


async def _see_again(connection: AsyncConnection, seen: Sequence[tuple[str, Found]], now: datetime) -> None:
    if not seen:
        return
    came_back = todo.c.state == "cleared"
    again = _by_id(
        {
            "text": bindparam("_text"),
            "finding": bindparam("_finding", type_=todo.c.finding.type),
            "last_seen_at": now,
            "rounds": todo.c.rounds + 1,
            "state": case((came_back, "open"), else_=todo.c.state),
            "changed_at": case((came_back, now), else_=todo.c.changed_at),
        }
    )
    await connection.execute(
        again, [{"_id": id, "_text": one.text, "_finding": dict(one.finding)} for id, one in seen]
    )


def _by_id(values: Mapping[str, Any]) -> Any:
    return update(todo).where(todo.c.id == bindparam("_id")).values(values)


@dataclass(frozen=True)
class StoredTodo:
    """A to-do as it is stored."""

    id: str
    monitor: str
    kind: str
    subject_kind: str
    subject_id: str
    topic: str
    text: str
    finding: Mapping[str, Any]
    sensitive: bool
    state: TodoState
    rounds: int
    first_seen_at: datetime
    last_seen_at: datetime
    changed_at: datetime


async def find_todos(
    store: Store,
    *,
    monitor: str | None = None,
    state: TodoState | None = "open",
    subject_kind: str | None = None,
    subject_id: str | None = None,
    limit: int | None = None,
) -> list[StoredTodo]:
    """Return to-dos: by kind and subject within their monitor, those that stand longest first.

    Args:
        store: The open database.
        monitor: Only this monitor's.
        state: Only those in this state; None for all.
        subject_kind: Only those of subjects of this kind.
        subject_id: Only those of this subject.
        limit: At most so many.
    """
    c = todo.c
    equal = {c.monitor: monitor, c.state: state, c.subject_kind: subject_kind, c.subject_id: subject_id}
    conditions: list[ColumnElement[bool]] = [
        column == value for column, value in equal.items() if value is not None
    ]
    order = (c.monitor, c.first_seen_at, c.subject_kind, c.subject_id, c.kind, c.topic)
    query = select(todo).where(*conditions).order_by(*order).limit(limit)
    async with store.read() as connection:
        return [StoredTodo(**row) for row in (await connection.execute(query)).mappings()]


async def settle(store: Store, id: str, *, state: TodoState = "done") -> StoredTodo:
    """Mark a to-do as done, or open it again.

    Raises:
        NotFound: There is none of this id.
    """
    changed = update(todo).where(todo.c.id == id).values(state=state, changed_at=store.clock.now())
    async with store.begin() as connection:
        row = (await connection.execute(changed.returning(todo))).mappings().first()
    if row is None:
        raise NotFound(
            f"There is no to-do {id!r}.", remedy="`ag2-marketing monitor NAME --todos` lists them."
        )
    return StoredTodo(**row)

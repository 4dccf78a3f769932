"""Rounds of monitors, each run by one process at a time, and the to-dos that they open and clear.

A process claims a monitor for one round: its lease says how long the round may take without a sign of life. What a
round found is stored in one transaction, and only while its lease is its own, so a process that was given up as
dead cannot write over the one that took its place.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Update, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ag2_marketing_tools.errors import Conflict
from ag2_marketing_tools.workspace.ids import IdSource
from ag2_marketing_tools.workspace.store.schema import monitor, monitor_failure, monitor_round
from ag2_marketing_tools.workspace.store.store import Store
from ag2_marketing_tools.workspace.store.todos import Changes, Found, Matter, reconcile

RoundState = Literal["running", "completed", "partial", "failed", "stopped", "lost"]
SubjectKey = tuple[str, str]


@dataclass(frozen=True)
class Claimed:
    """The monitor is ours for one round.

    Attributes:
        round_id: The round, which is also the name of its lease.
        started_at: When it was claimed.
    """

    round_id: str
    started_at: datetime


@dataclass(frozen=True)
class Waiting:
    """The monitor is not ours: another process runs a round, or none is due.

    Attributes:
        until: When it is worth asking again.
        running: Whether another process runs a round.
    """

    until: datetime
    running: bool


@dataclass(frozen=True, kw_only=True)
class Finished:
    """What came of a round.

    Attributes:
        state: `completed`; `partial` where some subjects failed; `failed`; `stopped` before the last subject.
        looked: The subjects that were looked at.
        failures: Those that could not be looked at, each with the reason.
        unreached: Those that the round did not come to.
        found: What was found of the subjects that were looked at.
        reason: Why the whole round failed or was stopped.
    """

    state: RoundState
    looked: Collection[SubjectKey] = ()
    failures: Mapping[SubjectKey, str] = field(default_factory=dict)
    unreached: Collection[SubjectKey] = ()
    found: Sequence[Found] = ()
    reason: str | None = None


async def claim(
    store: Store, name: str, *, ids: IdSource, lease_s: float, only_when_due: bool
) -> Claimed | Waiting:
    """Claim a monitor for one round; a round that its process left behind is marked as lost.

    Args:
        store: The open database.
        name: The monitor.
        ids: Where the round's id comes from.
        lease_s: How long the round may take without a sign of life.
        only_when_due: Wait for the time that the round before it has set.
    """
    now, c = store.clock.now(), monitor.c
    conditions: list[ColumnElement[bool]] = [c.name == name, or_(c.round_id.is_(None), c.leased_until <= now)]
    if only_when_due:
        conditions.append(or_(c.due_at.is_(None), c.due_at <= now))
    round_id = ids.new("round")
    leased = {"round_id": round_id, "leased_until": now + timedelta(seconds=lease_s)}
    async with store.begin() as connection:
        await connection.execute(store.insert_new(monitor).values(name=name))
        taken = await connection.execute(update(monitor).where(*conditions).values(leased).returning(c.name))
        if taken.first() is None:
            row = (await connection.execute(select(monitor).where(c.name == name))).one()
            running = row.round_id is not None and row.leased_until > now
            return Waiting((row.leased_until if running else row.due_at) or now, running)
        await _give_up_on_lost_rounds(connection, name, now)
        await connection.execute(
            monitor_round.insert().values(id=round_id, monitor=name, started_at=now, state="running")
        )
    return Claimed(round_id, now)


async def _give_up_on_lost_rounds(connection: AsyncConnection, name: str, now: datetime) -> None:
    lost = _running().where(monitor_round.c.monitor == name)
    await connection.execute(
        lost.values(state="lost", ended_at=now, reason="Its process ended, or gave no sign of life in time.")
    )


async def give_up_rounds(connection: AsyncConnection, now: datetime) -> None:
    """Let every round that is under way be run again: a subject is erased, whom it may know already."""
    await connection.execute(update(monitor).values(round_id=None, leased_until=None))
    await connection.execute(
        _running().values(state="lost", ended_at=now, reason="A subject was erased meanwhile.")
    )


def _running() -> Update:
    return update(monitor_round).where(monitor_round.c.state == "running")


async def renew(store: Store, name: str, claimed: Claimed, *, lease_s: float) -> None:
    """Give a sign of life.

    Raises:
        Conflict: The lease has run out, and another process has the monitor.
    """
    until = store.clock.now() + timedelta(seconds=lease_s)
    async with store.begin() as connection:
        await _still_ours(connection, name, claimed, {"leased_until": until})


async def finish(
    store: Store, name: str, claimed: Claimed, finished: Finished, *, ids: IdSource, due_at: datetime | None
) -> Changes:
    """Store what came of a round and give the monitor back, all of it or nothing.

    Args:
        store: The open database.
        name: The monitor.
        claimed: The round.
        finished: What came of it.
        ids: Where the ids of new to-dos come from.
        due_at: When the next round is due; None leaves that as it was.

    Raises:
        Conflict: The lease has run out, and another process has the monitor.
    """
    now = store.clock.now()
    given_back: dict[str, Any] = {"round_id": None, "leased_until": None}
    if due_at is not None:
        given_back["due_at"] = due_at
    matter = Matter(
        monitor=name,
        looked=frozenset(finished.looked),
        untouched=frozenset(finished.unreached) | frozenset(finished.failures),
        whole=finished.state in ("completed", "partial"),
    )
    async with store.begin() as connection:
        await _still_ours(connection, name, claimed, given_back)
        changes = await reconcile(connection, matter, finished.found, now=now, ids=ids)
        await connection.execute(
            update(monitor_round)
            .where(monitor_round.c.id == claimed.round_id)
            .values(**_row(finished, changes), ended_at=now)
        )
        if finished.failures:
            await connection.execute(
                monitor_failure.insert(),
                [
                    {"round_id": claimed.round_id, "subject_kind": kind, "subject_id": id, "reason": reason}
                    for (kind, id), reason in finished.failures.items()
                ],
            )
    return changes


def _row(finished: Finished, changes: Changes) -> dict[str, Any]:
    kinds = sorted({one.kind for one in finished.found})
    return {
        "state": finished.state,
        "reason": finished.reason,
        "subjects": len(finished.looked) + len(finished.failures) + len(finished.unreached),
        "failed": len(finished.failures),
        "found": {kind: sum(one.kind == kind for one in finished.found) for kind in kinds},
        "changes": {"opened": changes.opened, "reopened": changes.reopened, "cleared": changes.cleared},
        "open_todos": changes.open_todos,
    }


async def _still_ours(
    connection: AsyncConnection, name: str, claimed: Claimed, values: Mapping[str, Any]
) -> None:
    ours = update(monitor).where(monitor.c.name == name, monitor.c.round_id == claimed.round_id)
    if (await connection.execute(ours.values(values).returning(monitor.c.name))).first() is None:
        raise Conflict(
            f"The round {claimed.round_id} of the monitor {name} is given up: it took too long and another process "
            "runs it now, or a subject was erased meanwhile. Nothing of it was stored."
        )


@dataclass(frozen=True)
class StoredRound:
    """A round as it is stored; what is not known of one that did not end is None."""

    id: str
    monitor: str
    started_at: datetime
    ended_at: datetime | None
    state: RoundState
    reason: str | None
    subjects: int | None
    failed: int | None
    found: Mapping[str, int] | None
    changes: Mapping[str, list[str]] | None
    open_todos: int | None
    failures: Sequence[tuple[str, str, str]] = ()


@dataclass(frozen=True)
class LastRound:
    """The newest round of a monitor, in figures that name nobody."""

    monitor: str
    started_at: datetime
    state: RoundState
    reason: str | None
    subjects: int | None
    open_todos: int | None
    failed: int


async def last_rounds(store: Store) -> list[LastRound]:
    """Return the newest round of each monitor, by its name."""
    c = monitor_round.c
    newest = func.row_number().over(partition_by=c.monitor, order_by=(c.started_at.desc(), c.id.desc()))
    numbered = select(monitor_round, newest.label("number")).subquery()
    failed = (
        select(func.count())
        .where(monitor_failure.c.round_id == numbered.c.id)
        .scalar_subquery()
        .label("failed")
    )
    names = ("monitor", "started_at", "state", "reason", "subjects", "open_todos")
    query = select(*(numbered.c[name] for name in names), failed).where(numbered.c.number == 1)
    async with store.read() as connection:
        found = await connection.execute(query.order_by(numbered.c.monitor))
        return [LastRound(**row) for row in found.mappings()]


async def find_rounds(store: Store, name: str | None = None, *, limit: int = 20) -> list[StoredRound]:
    """Return rounds, newest first, each with its failures (kind, id and reason)."""
    c = monitor_round.c
    query = select(monitor_round).order_by(c.started_at.desc(), c.id.desc()).limit(limit)
    if name is not None:
        query = query.where(c.monitor == name)
    failures: dict[str, list[tuple[str, str, str]]] = {}
    async with store.read() as connection:
        rounds = (await connection.execute(query)).mappings().all()
        of_these = monitor_failure.c.round_id.in_([row["id"] for row in rounds])
        for row in await connection.execute(select(monitor_failure).where(of_these)):
            failures.setdefault(row.round_id, []).append((row.subject_kind, row.subject_id, row.reason))
    return [StoredRound(**row, failures=sorted(failures.get(row["id"], ()))) for row in rounds]

"""Assigning through the store: the first assignment is a row, and that row wins ever after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Literal

from sqlalchemy import Connection

from ag2_marketing_tools.errors import Conflict
from ag2_marketing_tools.experiments.assignment.bots import is_bot
from ag2_marketing_tools.experiments.assignment.known import (
    KnownTest,
    Seat,
    held_version,
    look_up,
    standing,
)
from ag2_marketing_tools.experiments.model import Experiment, Variant
from ag2_marketing_tools.workspace.store import Store
from ag2_marketing_tools.workspace.store.schema import assignment

NotIn = Literal["holdout", "layer", "coverage", "targeting", "ended", "reverted"]
"""Why a user is not in a test; such users are shown the control and count for nothing."""


@dataclass(frozen=True)
class Assigned:
    """What a user is shown, and whether it counts."""

    experiment: Experiment
    variant: Variant
    seat: Seat | None
    not_in: NotIn | None = None


async def assign(
    store: Store, test_id: str, user_id: str, context: Mapping[str, Any], now: datetime
) -> Assigned:
    """Return a user's variant; the first time it is stored. See `assign_many`."""
    return (await assign_many(store, test_id, {user_id: context}, now))[user_id]


async def assign_many(
    store: Store, test_id: str, contexts: Mapping[str, Mapping[str, Any]], now: datetime
) -> dict[str, Assigned]:
    """Return the variants of users, given with their contexts; those that are new are stored in one transaction.

    Users with a row keep their variant until the test is stopped, also past its planned end, after which nobody
    new is taken in.

    Raises:
        NotFound: There is no such test.
        Conflict: The test has not begun, or was stopped or archived.
    """
    given: dict[str, Assigned] = {}
    while new := {user: context for user, context in contexts.items() if user not in given}:
        async with store.read() as connection:
            known, seats = await look_up(connection, store, test_id, list(new))
        given |= _settled(known, seats, new, now)
        rows = {user: _row(known, user, context, now) for user, context in new.items() if user not in given}
        if rows:
            given |= await store.transact(partial(_seat, store, known.experiment, rows))
    return given


def _seat(
    store: Store, test: Experiment, rows: Mapping[str, Mapping[str, Any]], connection: Connection
) -> dict[str, Assigned]:
    """Insert or ignore; where another process was first, what stands in the store is what holds.

    Nobody is seated where the test was changed since these rows were made.
    """
    if held_version(connection, test.id) != test.version:
        return {}
    insert = store.insert_new(assignment).returning(assignment.c.user_id)
    inserted = set(connection.execute(insert, list(rows.values())).scalars())
    seats = {
        user: Seat(row["variant_id"], row["assigned_at"], row["excluded"])
        for user, row in rows.items()
        if user in inserted
    }
    others = [user for user in rows if user not in inserted]
    if others:
        seats |= standing(connection, test.id, others)[1]
    return {user: _seated(test, seat) for user, seat in seats.items()}


def _settled(
    known: KnownTest, seats: Mapping[str, Seat], contexts: Mapping[str, Mapping[str, Any]], now: datetime
) -> dict[str, Assigned]:
    """Return the answers for users of whom no row has to be written."""
    test = known.experiment
    if test.state == "reverted":
        return {user: Assigned(test, test.control, seats.get(user), "reverted") for user in contexts}
    refuse_unless_open(test, now)
    settled = {}
    for user, context in contexts.items():
        seat = seats.get(user)
        if seat is not None:
            settled[user] = _seated(test, seat)
        elif (reason := _kept_out(known, user, context, now)) is not None:
            settled[user] = Assigned(test, test.control, None, reason)
    return settled


def _kept_out(known: KnownTest, user_id: str, context: Mapping[str, Any], now: datetime) -> NotIn | None:
    if now >= known.experiment.end_at:
        return "ended"
    return known.allocator.shut_by(user_id) if known.matches(context) else "targeting"


def refuse_unless_open(test: Experiment, now: datetime) -> None:
    """Raise `Conflict` for a test that was stopped or archived, or has not begun."""
    if test.state != "running":
        raise Conflict(
            f"The test {test.id!r} was {test.state}; nobody is assigned any more.",
            remedy="Show everybody the variant that you decided for.",
        )
    if now < test.start_at:
        raise Conflict(
            f"The test {test.id!r} begins at {test.start_at.isoformat()}; nobody is assigned before.",
            remedy="Show everybody the control until then.",
        )


def _seated(test: Experiment, seat: Seat) -> Assigned:
    variant = test.variant(seat.variant_id)
    if variant is None:
        raise Conflict(f"The stored variant {seat.variant_id!r} is none of the test {test.id!r}.")
    return Assigned(test, variant, seat)


def _row(known: KnownTest, user_id: str, context: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    test = known.experiment
    segment = context.get(test.segment) if test.segment is not None else None
    attributes = [*test.targeting, *((test.segment,) if test.segment is not None else ())]
    read = {name: context[name] for name in attributes if name in context}
    return {
        "experiment_id": test.id,
        "user_id": user_id,
        "variant_id": known.allocator.variant_of(user_id),
        "phase": test.current_phase.number,
        "assigned_at": now,
        "excluded": "bot" if is_bot(context) else None,
        "context": read or None,  # no more of a person than the test itself reads
        "segment": None if segment is None else _segment(segment),
    }


def _segment(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)[:200]

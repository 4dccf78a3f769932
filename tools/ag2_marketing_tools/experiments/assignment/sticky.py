"""Assigning through the store: the first assignment is a row, and that row wins ever after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from ag2_marketing_tools.errors import Conflict
from ag2_marketing_tools.experiments.assignment.bots import is_bot
from ag2_marketing_tools.experiments.assignment.known import KnownTest, Seat, look_up
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
    """Return a user's variant; the first time it is stored.

    Users with a row keep their variant until the test is stopped, also past its planned end, after which nobody
    new is taken in.

    Raises:
        NotFound: There is no such test.
        Conflict: The test has not begun, or was stopped or archived.
    """
    async with store.read() as connection:
        known, seat = await look_up(connection, store, test_id, user_id)
    settled = _settled(known, seat, user_id, context, now)
    if settled is not None:
        return settled
    async with store.begin() as connection:
        known, seat = await look_up(connection, store, test_id, user_id)  # it may have been stopped since
        settled = _settled(known, seat, user_id, context, now)
        if settled is not None:
            return settled
        row = _row(known, user_id, context, now)
        await connection.execute(store.insert_new(assignment).values(row))
        return _seated(known.experiment, await _read_back(connection, test_id, user_id))


def _settled(
    known: KnownTest, seat: Seat | None, user_id: str, context: Mapping[str, Any], now: datetime
) -> Assigned | None:
    """Return the answer where no row has to be written, else None."""
    test = known.experiment
    if test.state == "reverted":
        return Assigned(test, test.control, seat, "reverted")
    refuse_unless_open(test, now)
    if seat is not None:
        return _seated(test, seat)
    if now >= test.end_at:
        return Assigned(test, test.control, None, "ended")
    if not known.matches(context):
        return Assigned(test, test.control, None, "targeting")
    gate = known.allocator.shut_by(user_id)
    return None if gate is None else Assigned(test, test.control, None, gate)


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


async def _read_back(connection: AsyncConnection, test_id: str, user_id: str) -> Seat:
    columns = (
        assignment.c.variant_id,
        assignment.c.assigned_at,
        assignment.c.phase,
        assignment.c.excluded,
    )
    query = select(*columns).where(assignment.c.experiment_id == test_id, assignment.c.user_id == user_id)
    row = (await connection.execute(query)).one()
    return Seat(row.variant_id, row.assigned_at, row.phase, row.excluded)

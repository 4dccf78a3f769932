"""Events into the store: one transaction per batch, each event once, nothing dropped in silence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from ag2_marketing_tools.experiments.events.database import Database, EventRow, Standing, made
from ag2_marketing_tools.experiments.events.judging import Judge, Judged
from ag2_marketing_tools.experiments.events.known import Library
from ag2_marketing_tools.experiments.events.model import EventOutcome, IncomingEvent, IngestReport, Refusal
from ag2_marketing_tools.experiments.events.postgresql import Postgresql
from ag2_marketing_tools.experiments.events.quarantine import quarantine
from ag2_marketing_tools.experiments.events.roll_up import cells_of, deltas_of
from ag2_marketing_tools.experiments.events.sqlite import Sqlite
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.schema import experiment_cell

SAME_MOMENT = timedelta(minutes=1)
"""Times of one event that differ by no more than this are the same: a client's clock is put right with each sending."""

_CONFLICT = "An event of this id was stored before, with another content."


async def ingest(events: Sequence[IncomingEvent], ws: Workspace) -> IngestReport:
    """Store a batch of events in one transaction, and return once it is durable.

    A value (one metric of one event id) is stored once, however often and by whomever it is sent, and the
    roll-up counts it once. Events may come late and in any order: what counts is when they happened.

    Returns:
        One outcome per event, in the order given.

    Raises:
        StoreError: The database failed; nothing of the batch was stored, and it can be sent again.
    """
    return await Intake(ws).ingest(events)


class Intake:
    """Takes batch after batch of events, and looks each test up again only when it was changed."""

    def __init__(self, ws: Workspace) -> None:
        self._ws = ws
        self._database: Database = Sqlite() if ws.store.dialect == "sqlite" else Postgresql()
        self._library = Library(self._database)
        self._cells: set[int] = set()  # those that are surely in the store

    async def ingest(self, events: Sequence[IncomingEvent]) -> IngestReport:
        """Do what `ingest` does."""
        if not events:
            return IngestReport(())
        now = self._ws.clock.now()
        async with self._ws.store.begin() as connection:
            known = await self._library.known(connection, events)
            judged = Judge(known, now, self._database, self._ws.ids).judge(events)
            stored = await self._store(connection, judged, events)
            cells = await self._add_to_roll_up(connection, stored.new)
            refused = [
                (events[number], judged.event_ids[number], refusal)
                for number, refusals in judged.refused.items()
                for refusal in refusals
            ]
            if refused:
                await quarantine(connection, self._ws, refused, now)
        self._cells |= cells
        return _report(judged, stored)

    async def _store(
        self, connection: AsyncConnection, judged: Judged, events: Sequence[IncomingEvent]
    ) -> _Stored:
        """Insert what is new, and refuse what contradicts what stands."""
        first = {row[:2]: row for row in reversed(judged.rows)}  # the first of equals wins
        standing = await self._database.add_events(connection, list(first.values())) if first else {}
        stored = _Stored([], defaultdict(list), defaultdict(list))
        if not standing and len(first) == len(judged.rows):
            stored.new.extend(judged.rows)
            for number, row in zip(judged.numbers, judged.rows, strict=True):
                stored.recorded[number].append(row[1])
            return stored
        for number, row in zip(judged.numbers, judged.rows, strict=True):
            key = row[:2]
            if first[key] is row and key not in standing:
                stored.new.append(row)
                stored.recorded[number].append(row.metric)
            elif self._says_the_same(row, first[key], standing.get(key), events[number]):
                stored.known[number].append(row.metric)
            else:
                judged.refuse(number, Refusal("conflict", _CONFLICT, row.metric))
        return stored

    def _says_the_same(
        self, row: EventRow, first: EventRow, standing: Standing | None, event: IncomingEvent
    ) -> bool:
        stands, says = standing or _standing(first), _standing(row)
        if stands[:-1] != says[:-1]:
            return False
        if event.occurred_at is None:  # the client left the time to us, and meant the same each time
            return True
        moment = self._database.moment
        return abs(moment(stands.occurred_at) - moment(says.occurred_at)) <= SAME_MOMENT

    async def _add_to_roll_up(self, connection: AsyncConnection, new: Sequence[EventRow]) -> set[int]:
        """Add new events to the roll-up; return the cells that are then there."""
        deltas = deltas_of(new)
        cells = {delta.cell for delta in deltas}
        if not cells <= self._cells:
            await connection.execute(self._ws.store.insert_new(experiment_cell), cells_of(new))
        if deltas:
            await self._database.add_to_roll_up(connection, deltas)
        return cells


class _Stored(NamedTuple):
    """The new rows, and the names of metrics by the number of their event."""

    new: list[EventRow]
    recorded: dict[int, list[str]]
    known: dict[int, list[str]]


def _standing(row: EventRow) -> Standing:
    return Standing(*(getattr(row, name) for name in Standing._fields))


def _report(judged: Judged, stored: _Stored) -> IngestReport:
    recorded, known, refused = stored.recorded, stored.known, judged.refused
    if not known and not refused:  # as it nearly always is
        outcomes = [
            made(EventOutcome, (event_id, tuple(recorded[n]), (), ()))
            for n, event_id in enumerate(judged.event_ids)
        ]
    else:
        outcomes = [
            EventOutcome(
                event_id, tuple(recorded.get(n, ())), tuple(known.get(n, ())), tuple(refused.get(n, ()))
            )
            for n, event_id in enumerate(judged.event_ids)
        ]
    return IngestReport(tuple(outcomes))

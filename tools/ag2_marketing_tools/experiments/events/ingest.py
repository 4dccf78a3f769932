"""Events into the store: one transaction per batch, each event once, nothing dropped in silence.

A batch is judged before its transaction begins, by what is remembered, so that this goes on beside the transaction
of the batch before; that it is still true is the first thing that the transaction makes sure of.
"""

from __future__ import annotations

from collections.abc import Sequence

from ag2_marketing_tools.experiments.events.database import Database, made
from ag2_marketing_tools.experiments.events.judging import Judge, Judged
from ag2_marketing_tools.experiments.events.known import Library
from ag2_marketing_tools.experiments.events.model import EventOutcome, IncomingEvent, IngestReport
from ag2_marketing_tools.experiments.events.postgresql import Postgresql
from ag2_marketing_tools.experiments.events.sqlite import Sqlite
from ag2_marketing_tools.experiments.events.storing import Batch, Stored
from ag2_marketing_tools.workspace import Workspace


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
        self._library = Library(ws.store, self._database)
        self._cells: frozenset[int] = frozenset()  # those that are surely in the store

    async def ingest(self, events: Sequence[IncomingEvent]) -> IngestReport:
        """Do what `ingest` does."""
        if not events:
            return IngestReport(())
        while True:
            known = await self._library.known(events)
            now = self._ws.clock.now()
            judged = Judge(known, now, self._database, self._ws.ids).judge(events)
            batch = Batch(self._ws, self._database, events, judged, known.versions, now, self._cells)
            stored = await self._ws.store.transact(batch.store)
            if stored is not None:
                self._cells |= stored.cells
                return _report(judged, stored)
            self._library.forget(known)


def _report(judged: Judged, stored: Stored) -> IngestReport:
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

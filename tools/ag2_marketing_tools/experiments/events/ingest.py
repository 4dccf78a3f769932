"""Events into the store: one transaction per batch, each event once, nothing dropped in silence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from ag2_marketing_tools.experiments.events.database import Database, EventRow, Key, Standing
from ag2_marketing_tools.experiments.events.judging import Judge, Judged
from ag2_marketing_tools.experiments.events.known import load_known
from ag2_marketing_tools.experiments.events.model import EventOutcome, IncomingEvent, IngestReport, Refusal
from ag2_marketing_tools.experiments.events.postgresql import Postgresql
from ag2_marketing_tools.experiments.events.quarantine import quarantine
from ag2_marketing_tools.experiments.events.roll_up import cells_of, deltas_of
from ag2_marketing_tools.experiments.events.sqlite import Sqlite
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.schema import experiment_cell

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
    if not events:
        return IngestReport(())
    database: Database = Sqlite() if ws.store.dialect == "sqlite" else Postgresql()
    now = ws.clock.now()
    async with ws.store.begin() as connection:
        known = await load_known(connection, database, events)
        judged = Judge(known, now, database, ws.ids).judge(events)
        recorded, repeated = await _store(connection, ws, database, events, judged)
        refused = [
            (events[number], judged.event_ids[number], refusal)
            for number, refusals in judged.refused.items()
            for refusal in refusals
        ]
        if refused:
            await quarantine(connection, ws, refused, now)
    return _report(judged, recorded, repeated)


_Names = dict[int, list[str]]


async def _store(
    connection: AsyncConnection,
    ws: Workspace,
    database: Database,
    events: Sequence[IncomingEvent],
    judged: Judged,
) -> tuple[_Names, _Names]:
    """Insert what is new, keep the roll-up, and refuse what contradicts what stands; return names by event."""
    first: dict[Key, EventRow] = {}
    for _, row in judged.rows:
        first.setdefault(row[:2], row)
    standing = await database.add_events(connection, list(first.values())) if first else {}
    new = [row for key, row in first.items() if key not in standing] if standing else list(first.values())
    deltas = deltas_of(new)
    if deltas:
        await connection.execute(ws.store.insert_new(experiment_cell), cells_of(new))
        await database.add_to_roll_up(connection, deltas)
    recorded: _Names = {}
    repeated: _Names = {}
    for number, row in judged.rows:
        key = row[:2]
        if key not in standing and first[key] is row:
            recorded.setdefault(number, []).append(row.metric)
        elif _says_the_same(row, first[key], standing.get(key), events[number]):
            repeated.setdefault(number, []).append(row.metric)
        else:
            judged.refuse(number, Refusal("conflict", _CONFLICT, row.metric))
    return recorded, repeated


def _says_the_same(row: EventRow, first: EventRow, standing: Standing | None, event: IncomingEvent) -> bool:
    stands = standing or Standing(*(getattr(first, name) for name in Standing._fields))
    if event.occurred_at is None:  # the client left the time to us, and meant the same each time
        stands = stands._replace(occurred_at=row.occurred_at)
    return stands == Standing(*(getattr(row, name) for name in Standing._fields))


def _report(
    judged: Judged, recorded: Mapping[int, list[str]], repeated: Mapping[int, list[str]]
) -> IngestReport:
    outcomes = (
        EventOutcome(
            event_id,
            tuple(recorded.get(number, ())),
            tuple(repeated.get(number, ())),
            tuple(judged.refused.get(number, ())),
        )
        for number, event_id in enumerate(judged.event_ids)
    )
    return IngestReport(tuple(outcomes))

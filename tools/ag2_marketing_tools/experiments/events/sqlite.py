"""Events in SQLite: one writer at a time, so what stands can be looked up first and the rest inserted."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from ag2_marketing_tools.experiments.events.database import (
    Delta,
    EventRow,
    Key,
    Standing,
    fetched,
    in_utc,
)

_SEATS = """
SELECT user_id, variant_id, assigned_at FROM assignment
WHERE experiment_id = ? AND user_id IN (SELECT value FROM json_each(?))"""

_STANDING = """
SELECT event_id, metric, experiment_id, variant_id, user_id, channel, value, occurred_at FROM tracked_event
WHERE event_id IN (SELECT value FROM json_each(?))"""

_INSERT_EVENTS = """
INSERT INTO tracked_event (event_id, metric, experiment_id, variant_id, user_id, channel, value, counts,
 occurred_at, received_at, context) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""

_ADD_DELTAS = """
INSERT INTO user_metric (cell, user_id, events, total, maximum, pre_events, pre_total) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (cell, user_id) DO UPDATE SET
 events = events + excluded.events,
 total = total + excluded.total,
 maximum = coalesce(max(maximum, excluded.maximum), maximum, excluded.maximum),
 pre_events = pre_events + excluded.pre_events,
 pre_total = pre_total + excluded.pre_total"""


class Sqlite:
    """The statements for SQLite: lists travel as one JSON text, rows by `executemany`."""

    def stored(self, moment: datetime) -> str:
        """Return a moment in UTC as the column holds it: text, to the microsecond, without a zone."""
        return moment.replace(tzinfo=None).isoformat(" ", "microseconds")

    async def seats(
        self, connection: AsyncConnection, test_id: str, user_ids: Collection[str]
    ) -> Sequence[tuple[str, str, datetime]]:
        """Return user, variant and moment of the exposure of those who were assigned."""
        found = await fetched(connection, _SEATS, (test_id, json.dumps(list(user_ids))))
        return [
            (user_id, variant_id, in_utc(datetime.fromisoformat(at))) for user_id, variant_id, at in found
        ]

    async def add_events(
        self, connection: AsyncConnection, rows: Sequence[EventRow]
    ) -> Mapping[Key, Standing]:
        """Insert the rows whose keys are new; return what stands under the other keys."""
        ids = json.dumps(list({row.event_id for row in rows}))
        found = await fetched(connection, _STANDING, (ids,))
        standing = {(row[0], row[1]): Standing(*row[2:]) for row in found}
        new = [row for row in rows if row[:2] not in standing] if standing else list(rows)
        if new:
            await connection.exec_driver_sql(_INSERT_EVENTS, new)
        return standing

    async def add_to_roll_up(self, connection: AsyncConnection, deltas: Sequence[Delta]) -> None:
        """Add to the roll-up's rows, or begin them."""
        await connection.exec_driver_sql(_ADD_DELTAS, list(deltas))

"""Events in SQLite: one writer at a time, whose new rows are those after the last one before.

Rows travel many to a statement, not by `executemany`: the driver hands the interpreter's lock back and forth once per
statement, and with a busy event loop beside it each such change costs up to 5 ms.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from itertools import chain

from sqlalchemy import Connection

from ag2_marketing_tools.experiments.events.database import (
    Delta,
    EventRow,
    Key,
    Standing,
    Version,
    fetched,
    in_utc,
)
from ag2_marketing_tools.privacy import ERASURES

_VERSIONS = """
SELECT id, version, coalesce((SELECT value FROM meta WHERE key = ?), '0')
FROM experiment WHERE id IN (SELECT value FROM json_each(?))"""

_SEATS = """
SELECT user_id, variant_id, assigned_at FROM assignment
WHERE experiment_id = ? AND user_id IN (SELECT value FROM json_each(?))"""

# Each new row takes the largest rowid yet and one more, so the rows of a statement are the last ones.
_LAST = """
SELECT event_id, metric FROM tracked_event WHERE rowid > (SELECT coalesce(max(rowid), 0) - ? FROM tracked_event)"""

_STANDING = """
SELECT event_id, metric, experiment_id, variant_id, user_id, channel, value, occurred_at FROM tracked_event
WHERE event_id IN (SELECT value FROM json_each(?))"""

_INSERT_EVENTS = """
INSERT OR IGNORE INTO tracked_event (event_id, metric, experiment_id, variant_id, user_id, channel, value, counts,
 occurred_at, received_at, context) VALUES {rows}"""

_ADD_DELTAS = """
INSERT INTO user_metric (cell, user_id, events, total, maximum, pre_events, pre_total) VALUES {rows}
ON CONFLICT (cell, user_id) DO UPDATE SET
 events = events + excluded.events,
 total = total + excluded.total,
 maximum = coalesce(max(maximum, excluded.maximum), maximum, excluded.maximum),
 pre_events = pre_events + excluded.pre_events,
 pre_total = pre_total + excluded.pre_total"""

_ROWS_A_STATEMENT = (1_000, 500, 100, 20, 5, 1)
"""How many rows go into one statement: few sizes, so that the driver keeps each statement compiled."""


class Sqlite:
    """The statements for SQLite: lists travel as one JSON text, rows many to a statement."""

    def stored(self, moment: datetime) -> str:
        """Return a moment in UTC as the column holds it: text, to the microsecond, without a zone."""
        return moment.isoformat(" ", "microseconds")[:26]

    def moment(self, stored: str) -> datetime:
        """Return the moment that a column holds."""
        return in_utc(datetime.fromisoformat(stored))

    def versions(self, connection: Connection, test_ids: Collection[str]) -> Mapping[str, Version]:
        """Return the versions of these tests; those that do not exist are missing."""
        found = fetched(connection, _VERSIONS, (ERASURES, json.dumps(list(test_ids))))
        return {test_id: Version(changes, erasures) for test_id, changes, erasures in found}

    def held_versions(self, connection: Connection, test_ids: Collection[str]) -> Mapping[str, Version]:
        """Return `versions`: nobody else writes while this transaction lasts."""
        return self.versions(connection, test_ids)

    def seats(
        self, connection: Connection, test_id: str, user_ids: Collection[str]
    ) -> Sequence[tuple[str, str, datetime]]:
        """Return user, variant and moment of the exposure of those who were assigned."""
        found = fetched(connection, _SEATS, (test_id, json.dumps(list(user_ids))))
        return [
            (user_id, variant_id, in_utc(datetime.fromisoformat(at))) for user_id, variant_id, at in found
        ]

    def add_events(self, connection: Connection, rows: Sequence[EventRow]) -> Mapping[Key, Standing]:
        """Insert the rows whose keys are new; return what stands under the other keys."""
        written = _write(connection, _INSERT_EVENTS, rows)
        if written == len(rows):
            return {}
        new = set(map(tuple, fetched(connection, _LAST, (written,))))
        others = json.dumps([row.event_id for row in rows if row[:2] not in new])
        found = fetched(connection, _STANDING, (others,))
        return {(row[0], row[1]): Standing(*row[2:]) for row in found if (row[0], row[1]) not in new}

    def add_to_roll_up(self, connection: Connection, deltas: Sequence[Delta]) -> None:
        """Add to the roll-up's rows, or begin them."""
        _write(connection, _ADD_DELTAS, deltas)


def _write(connection: Connection, statement: str, rows: Sequence[tuple[object, ...]]) -> int:
    """Write rows, many to a statement; return how many were inserted or changed."""
    written, start = 0, 0
    for size in _ROWS_A_STATEMENT:
        text = _with_rows(statement, size, len(rows[0]))
        while len(rows) - start >= size:
            parameters = tuple(chain.from_iterable(rows[start : start + size]))
            written += connection.exec_driver_sql(text, parameters).rowcount
            start += size
    return written


@cache
def _with_rows(statement: str, rows: int, columns: int) -> str:
    row = f"({', '.join('?' * columns)})"
    return statement.format(rows=", ".join([row] * rows))

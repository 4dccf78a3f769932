"""Events in PostgreSQL: several writers at once, so the insert itself decides who was first.

Rows come sorted by their keys: two writers of the same keys then wait for each other in one order, never in a circle.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from operator import itemgetter

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
SELECT id, version, coalesce((SELECT value FROM meta WHERE key = $2), '0')
FROM experiment WHERE id = ANY($1)"""

# First the tests, in one order, then the count of erasures: whoever takes both does it so, and nobody in a circle.
_HOLD_TESTS = """
SELECT id, version FROM experiment WHERE id = ANY($1) ORDER BY id FOR SHARE"""

_HOLD_ERASURES = """
SELECT value FROM meta WHERE key = $1 FOR SHARE"""

_BEGIN_COUNTING = """
INSERT INTO meta (key, value) VALUES ($1, '0') ON CONFLICT DO NOTHING"""

_SEATS = """
SELECT user_id, variant_id, assigned_at FROM assignment WHERE experiment_id = $1 AND user_id = ANY($2)"""

_STANDING = """
SELECT event_id, metric, experiment_id, variant_id, user_id, channel, value, occurred_at FROM tracked_event
WHERE event_id = ANY($1)"""

_INSERT_EVENTS = """
INSERT INTO tracked_event (event_id, metric, experiment_id, variant_id, user_id, channel, value, counts,
 occurred_at, received_at, context)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::float8[],
 $8::text[], $9::timestamptz[], $10::timestamptz[], $11::json[])
ON CONFLICT DO NOTHING RETURNING event_id, metric"""

_ADD_DELTAS = """
INSERT INTO user_metric (cell, user_id, events, total, maximum, pre_events, pre_total)
SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::float8[], $5::float8[], $6::bigint[], $7::float8[])
ON CONFLICT (cell, user_id) DO UPDATE SET
 events = user_metric.events + excluded.events,
 total = user_metric.total + excluded.total,
 maximum = greatest(user_metric.maximum, excluded.maximum),
 pre_events = user_metric.pre_events + excluded.pre_events,
 pre_total = user_metric.pre_total + excluded.pre_total"""


class Postgresql:
    """The statements for PostgreSQL: a batch travels as one array per column."""

    def stored(self, moment: datetime) -> datetime:
        """Return the moment itself: the driver takes it."""
        return moment

    def moment(self, stored: datetime) -> datetime:
        """Return the moment that the driver gave or was given."""
        return in_utc(stored)

    def versions(self, connection: Connection, test_ids: Collection[str]) -> Mapping[str, Version]:
        """Return the versions of these tests; those that do not exist are missing."""
        found = fetched(connection, _VERSIONS, (list(test_ids), ERASURES))
        return {test_id: Version(changes, erasures) for test_id, changes, erasures in found}

    def held_versions(self, connection: Connection, test_ids: Collection[str]) -> Mapping[str, Version]:
        """Return `versions`, none of which changes before the transaction ends.

        An erasure or a stop that came between this and the end would not see the rows that are inserted here.
        """
        found = fetched(connection, _HOLD_TESTS, (list(test_ids),))
        while not (
            counted := fetched(connection, _HOLD_ERASURES, (ERASURES,))
        ):  # a row must be there to be held
            connection.exec_driver_sql(_BEGIN_COUNTING, (ERASURES,))
        return {test_id: Version(changes, counted[0][0]) for test_id, changes in found}

    def seats(
        self, connection: Connection, test_id: str, user_ids: Collection[str]
    ) -> Sequence[tuple[str, str, datetime]]:
        """Return user, variant and moment of the exposure of those who were assigned."""
        found = fetched(connection, _SEATS, (test_id, list(user_ids)))
        return [(user_id, variant_id, in_utc(at)) for user_id, variant_id, at in found]

    def add_events(self, connection: Connection, rows: Sequence[EventRow]) -> Mapping[Key, Standing]:
        """Insert the rows whose keys are new; return what stands under the other keys."""
        inserted = fetched(connection, _INSERT_EVENTS, _columns(sorted(rows, key=itemgetter(0, 1))))
        new = {(event_id, metric) for event_id, metric in inserted}
        others = [row.event_id for row in rows if row[:2] not in new]
        if not others:
            return {}
        found = fetched(connection, _STANDING, (others,))
        return {(row[0], row[1]): Standing(*row[2:]) for row in found if (row[0], row[1]) not in new}

    def add_to_roll_up(self, connection: Connection, deltas: Sequence[Delta]) -> None:
        """Add to the roll-up's rows, or begin them."""
        connection.exec_driver_sql(_ADD_DELTAS, _columns(deltas))


def _columns(rows: Sequence[tuple[object, ...]]) -> tuple[list[object], ...]:
    return tuple(map(list, zip(*rows, strict=True)))

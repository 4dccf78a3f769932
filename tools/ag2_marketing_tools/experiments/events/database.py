"""What taking events needs of a database; SQLite and PostgreSQL are each asked in their fastest way."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Connection

Key = tuple[str, str]
"""An event's id and a metric: what is stored once."""


class EventRow(NamedTuple):
    """A row of `tracked_event`; moments and the context's JSON as the database's driver takes them."""

    event_id: str
    metric: str
    experiment_id: str | None
    variant_id: str | None
    user_id: str | None
    channel: str
    value: float
    counts: str
    occurred_at: Any
    received_at: Any
    context: str | None


class Standing(NamedTuple):
    """What a stored row says, as far as the same event must say the same again."""

    experiment_id: str | None
    variant_id: str | None
    user_id: str | None
    channel: str
    value: float
    occurred_at: Any


class Version(NamedTuple):
    """What has to be the same, so that a test and the seats of its users are still what they were.

    An assignment once made is changed by nothing but the erasure of its user, which `privacy.ERASURES` counts.
    """

    changes: int
    erasures: str


class Delta(NamedTuple):
    """What one user's new events add to a row of the roll-up."""

    cell: int
    user_id: str
    events: int
    total: float
    maximum: float | None
    pre_events: int
    pre_total: float


made = tuple.__new__
"""`made(EventRow, (…))` makes a row without the call in Python that its constructor is: half the time, per event."""


class Database(Protocol):
    """Set-wise statements within the caller's transaction, plain functions for `Store.transact`."""

    def stored(self, moment: datetime) -> Any:
        """Return a moment in UTC as the driver takes it."""
        ...

    def moment(self, stored: Any) -> datetime:
        """Return the moment that the driver gave or was given."""
        ...

    def versions(self, connection: Connection, test_ids: Collection[str]) -> Mapping[str, Version]:
        """Return the versions of these tests; those that do not exist are missing."""
        ...

    def held_versions(self, connection: Connection, test_ids: Collection[str]) -> Mapping[str, Version]:
        """Return `versions`, none of which changes before the transaction, one that writes, ends."""
        ...

    def seats(
        self, connection: Connection, test_id: str, user_ids: Collection[str]
    ) -> Sequence[tuple[str, str, datetime]]:
        """Return user, variant and moment of the exposure of those who were assigned."""
        ...

    def add_events(self, connection: Connection, rows: Sequence[EventRow]) -> Mapping[Key, Standing]:
        """Insert the rows whose keys are new; return what stands under the other keys."""
        ...

    def add_to_roll_up(self, connection: Connection, deltas: Sequence[Delta]) -> None:
        """Add to the roll-up's rows, or begin them."""
        ...


def fetched(
    connection: Connection, statement: str, parameters: tuple[object, ...]
) -> Sequence[tuple[Any, ...]]:
    """Run a statement in the driver's own words and return its rows."""
    return connection.exec_driver_sql(statement, parameters).fetchall()


def in_utc(moment: datetime) -> datetime:
    """Return a moment in UTC; one without a zone is in UTC already, as SQLite keeps it."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)

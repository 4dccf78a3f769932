"""Column types that behave alike on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import JSON, DateTime, Dialect
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware going in (any zone), aware in UTC coming out, to the microsecond.

    SQLite keeps no zone, so the column there holds UTC; PostgreSQL holds `timestamptz`.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn any aware time into UTC.

        Raises:
            ValueError: The time has no zone, so nobody can tell which moment it means.
        """
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError(f"{value.isoformat()} has no time zone; expected an aware datetime")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment, aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def json_column() -> JSON:
    """Return the type of a JSON column, in which None is SQL's NULL.

    Plain `json`, not `jsonb`: what comes out must be what went in (key order, 1.0 as 1.0),
    because digests are taken over it.
    """
    return JSON(none_as_null=True)

"""Rows as JSON and back, without loss: for backups and for a person's export."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Table

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.workspace.store.types import UtcDateTime


def to_json(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row as JSON: times as ISO 8601 in UTC, everything else as it is."""
    moments = _moments(table)
    return {
        name: value.isoformat() if name in moments and value is not None else value
        for name, value in row.items()
    }


def from_json(table: Table, row: object) -> dict[str, Any]:
    """Return a row of the table from its JSON.

    Raises:
        InvalidInput: It has other columns than the table, or a time that is none.
    """
    names = set(table.columns.keys())
    if not isinstance(row, dict) or set(row) != names:
        raise InvalidInput(f"A row of {table.name} does not have that table's columns.")
    moments = _moments(table)
    try:
        return {
            name: datetime.fromisoformat(value) if name in moments and value is not None else value
            for name, value in row.items()
        }
    except (TypeError, ValueError) as error:
        raise InvalidInput(f"A row of {table.name} holds a time that is none: {error}.") from error


def _moments(table: Table) -> set[str]:
    return {column.name for column in table.columns if isinstance(column.type, UtcDateTime)}

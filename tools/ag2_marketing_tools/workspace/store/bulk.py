"""Many rows at once, in one statement of the driver: what SQLAlchemy does for each row is done once for a column.

Rows whose key is there already are left alone, and the number of new ones comes back. On SQLite that is one
`executemany`, whose row count is the sum; asyncpg tells none for a batch, so PostgreSQL takes the columns as
arrays in one statement.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Dialect, Table
from sqlalchemy.ext.asyncio import AsyncConnection

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.workspace.store.store import Store

Row = Sequence[Any]


async def insert_new_rows(
    store: Store, connection: AsyncConnection, table: Table, rows: Sequence[Row]
) -> int:
    """Insert rows, each with a value for every column in the table's order; return how many were new.

    Raises:
        InvalidInput: A value cannot be held, such as a time without zone.
        StoreError: The database failed.
    """
    if not rows:
        return 0
    dialect = connection.dialect
    columns = [list(column) for column in zip(*rows, strict=True)]
    for place, column in enumerate(table.columns):
        bound = _bound(column.type.dialect_impl(dialect).bind_processor(dialect))
        if bound is not None:
            try:
                columns[place] = [bound(value) for value in columns[place]]
            except ValueError as error:
                raise InvalidInput(f"The database cannot hold a value of {column.name}: {error}.") from error
    if store.dialect == "sqlite":
        statement = str(store.insert_new(table).compile(dialect=dialect))
        result = await connection.exec_driver_sql(statement, list(zip(*columns, strict=True)))
    else:
        result = await connection.exec_driver_sql(_by_arrays(table, dialect), tuple(columns))
    return result.rowcount


def _bound(processor: Callable[[Any], Any] | None) -> Callable[[Any], Any] | None:
    """Return the processor with the last values remembered: rows of one batch share their times."""
    if processor is None:
        return None
    known: dict[Any, Any] = {}

    def bound(value: Any) -> Any:
        found = known.get(value)
        if found is None and value is not None:
            found = known[value] = processor(value)
        return found

    return bound


def _by_arrays(table: Table, dialect: Dialect) -> str:
    quote = dialect.identifier_preparer.quote
    names = ", ".join(quote(column.name) for column in table.columns)
    arrays = ", ".join(
        f"${number}::{column.type.compile(dialect)}[]" for number, column in enumerate(table.columns, 1)
    )
    name = dialect.identifier_preparer.format_table(table)
    return f"INSERT INTO {name} ({names}) SELECT * FROM unnest({arrays}) ON CONFLICT DO NOTHING"  # noqa: S608

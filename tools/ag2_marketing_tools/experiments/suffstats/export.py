"""An experiment's events and exposures as files, for a warehouse: CSV, or Parquet by DuckDB.

The columns are those that `sources` reads, so that `sums_from_duckdb` and `sums_from_spark` take the files as they are.
"""

from __future__ import annotations

import asyncio
import csv
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ag2_marketing_tools.errors import Unavailable
from ag2_marketing_tools.experiments.model import Experiment
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.schema import assignment, tracked_event

Format = Literal["parquet", "csv"]

_ROWS_AT_ONCE = 10_000
_EVENT_COLUMNS = (
    "event_id",
    "experiment_id",
    "metric",
    "user_id",
    "variant_id",
    "channel",
    "value",
    "counts",
    "occurred_at",
    "received_at",
)
_EXPOSURE_COLUMNS = (
    "experiment_id",
    "user_id",
    "variant_id",
    "phase",
    "segment",
    "excluded",
    "assigned_at",
)
_TYPES = {
    "value": "DOUBLE",
    "phase": "INTEGER",
    "occurred_at": "TIMESTAMPTZ",
    "received_at": "TIMESTAMPTZ",
    "assigned_at": "TIMESTAMPTZ",
}


@dataclass(frozen=True)
class Exported:
    """What was written: the files, and how many rows each has."""

    events: Path
    exposures: Path
    event_rows: int
    exposure_rows: int


async def export_log(
    experiment: Experiment, ws: Workspace, folder: Path, format: Format = "parquet"
) -> Exported:
    """Write an experiment's events and exposures, as they stand at one moment, into a folder.

    Only this program's user may read the files: they name the test's users.

    Raises:
        Unavailable: DuckDB is not installed, which writes Parquet (extra `duckdb`).
    """
    if format == "parquet":
        _require_duckdb()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    events, exposures = folder / "events.csv", folder / "exposures.csv"
    async with ws.store.read() as connection:
        event_rows = await _write(connection, _query(tracked_event, _EVENT_COLUMNS, experiment), events)
        exposure_rows = await _write(connection, _query(assignment, _EXPOSURE_COLUMNS, experiment), exposures)
    if format == "parquet":
        events = await asyncio.to_thread(_as_parquet, events, _EVENT_COLUMNS)
        exposures = await asyncio.to_thread(_as_parquet, exposures, _EXPOSURE_COLUMNS)
    return Exported(events, exposures, event_rows, exposure_rows)


def _query(table: Any, columns: tuple[str, ...], experiment: Experiment) -> Select[Any]:
    chosen = select(*(table.c[name] for name in columns)).where(table.c.experiment_id == experiment.id)
    return chosen.order_by(*table.primary_key)


async def _write(connection: AsyncConnection, query: Select[Any], path: Path) -> int:
    """Write a query's rows as CSV, a few thousand at a time."""
    rows = 0
    result = await connection.stream(query)
    with open(
        os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", newline="", encoding="utf-8"
    ) as file:
        writer = csv.writer(file)
        writer.writerow(result.keys())
        async for part in result.partitions(_ROWS_AT_ONCE):
            writer.writerows([_text(value) for value in row] for row in part)
            rows += len(part)
    return rows


def _text(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _as_parquet(path: Path, columns: tuple[str, ...]) -> Path:
    """Write a CSV file anew as Parquet and remove it."""
    import duckdb

    target = path.with_suffix(".parquet")
    os.close(os.open(target, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600))
    types = ", ".join(f"'{name}': '{_TYPES.get(name, 'VARCHAR')}'" for name in columns)
    with duckdb.connect(":memory:") as connection:
        connection.execute(
            f"COPY (SELECT * FROM read_csv(?, header = true, columns = {{{types}}})) TO {_quoted(target)}"  # noqa: S608
            " (FORMAT parquet, COMPRESSION zstd)",
            [str(path)],
        )
    path.unlink()
    return target


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _require_duckdb() -> None:
    try:
        import duckdb  # noqa: F401 (whether it is there)
    except ModuleNotFoundError as error:
        raise Unavailable(
            "DuckDB is not installed.",
            remedy="Run: pip install 'ag2-marketing[duckdb]', or export CSV.",
        ) from error

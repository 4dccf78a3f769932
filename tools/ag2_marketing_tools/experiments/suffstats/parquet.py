"""Sums from Parquet files, by DuckDB: for logs that one machine can read."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ag2_marketing_tools.errors import InvalidInput, Unavailable
from ag2_marketing_tools.experiments.model import Experiment
from ag2_marketing_tools.experiments.suffstats.engine import sums_on
from ag2_marketing_tools.experiments.suffstats.model import Split, Sums
from ag2_marketing_tools.experiments.suffstats.plan import microseconds
from ag2_marketing_tools.experiments.suffstats.sources import Dialect, Source, relations_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY_LIMIT = "800MB"
"""What DuckDB may hold, so that the process stays under 1 GiB; beyond it, it goes to disk."""

_DIALECT = Dialect(double="DOUBLE", microseconds="epoch_us({column})")
Paths = str | Path | Sequence[str | Path]


async def sums_from_duckdb(
    experiment: Experiment,
    *,
    events: Paths,
    exposures: Paths,
    as_of: datetime,
    split: Split = "none",
    threads: int | None = None,
) -> Sums:
    """Return an experiment's sums from Parquet files of its events and exposures (`sources` says their columns).

    Args:
        experiment: As it stands.
        events: Files, or patterns such as `events/*.parquet`.
        exposures: Files of who was assigned which variant, and when.
        as_of: Events that were received later are not read.
        split: By what the cells are split.
        threads: As many as there are processors, unless given.

    Raises:
        Unavailable: DuckDB is not installed (extra `duckdb`).
        InvalidInput: A file cannot be read, or lacks a column.
    """
    connection = _connected(threads)
    try:
        sources = _source(connection, events), _source(connection, exposures)
        dialect = await asyncio.to_thread(_with_short_ids, connection, *sources)
        engine = _DuckDb(connection, experiment, *sources, as_of, dialect)
        return await sums_on(engine, experiment, split=split, as_of=as_of)
    finally:
        connection.close()


def _with_short_ids(connection: DuckDBPyConnection, events: Source, exposures: Source) -> Dialect:
    """Return the dialect in which hashes of 64 bits stand for ids that are text: half the memory, and a third faster.

    The hashes of the assigned users are checked to be as many as the users; otherwise the ids themselves are taken.
    Two events can only be mistaken for each other if they are of one user and one metric: among a thousand million
    events, a hundred per user and metric, with a chance of 1 in 370 million.
    """
    if not (_is_text(connection, events, "user_id") and _is_text(connection, exposures, "user_id")):
        return _DIALECT
    counts = f"SELECT COUNT(DISTINCT user_id), COUNT(DISTINCT hash(user_id)) FROM {exposures.relation}"  # noqa: S608
    ((users, hashes),) = connection.execute(counts).fetchall()
    if users != hashes:
        return _DIALECT
    event = "hash(event_id)" if _is_text(connection, events, "event_id") else "event_id"
    return replace(_DIALECT, user="hash(user_id)", event=event)


def _is_text(connection: DuckDBPyConnection, source: Source, column: str) -> bool:
    if column not in source.columns:
        return False
    query = f"SELECT typeof({column}) FROM {source.relation} LIMIT 1"  # noqa: S608 (a column's name of ours)
    return connection.execute(query).fetchone() == ("VARCHAR",)


def _connected(threads: int | None) -> DuckDBPyConnection:
    try:
        import duckdb
    except ModuleNotFoundError as error:
        raise Unavailable(
            "DuckDB is not installed.", remedy="Run: pip install 'ag2-marketing[duckdb]'"
        ) from error
    connection = duckdb.connect(":memory:", config={"preserve_insertion_order": "false"})
    connection.execute(f"SET memory_limit = '{MEMORY_LIMIT}'")
    if threads is not None:
        connection.execute(f"SET threads = {int(threads)}")
    return connection


def _source(connection: DuckDBPyConnection, paths: Paths) -> Source:
    import duckdb

    listed = [paths] if isinstance(paths, str | Path) else list(paths)
    files = ", ".join("'" + str(path).replace("'", "''") + "'" for path in listed)
    relation = f"read_parquet([{files}])"
    try:
        columns = connection.execute(f"SELECT * FROM {relation} LIMIT 0").description  # noqa: S608 (quoted)
    except duckdb.Error as error:
        first = str(error).splitlines()[0]
        raise InvalidInput(f"The Parquet files cannot be read: {first}") from error
    return Source(relation, frozenset(column[0] for column in columns or ()))


@dataclass(frozen=True)
class _DuckDb:
    connection: DuckDBPyConnection
    experiment: Experiment
    events: Source
    exposures: Source
    as_of: datetime
    dialect: Dialect
    name: str = "duckdb"
    double: str = _DIALECT.double

    def relations(self) -> Mapping[str, str]:
        return relations_of(
            self.experiment, self.events, self.exposures, self.dialect, microseconds(self.as_of)
        )

    async def rows(self, text: str) -> Sequence[Sequence[Any]]:
        return await asyncio.to_thread(lambda: self.connection.execute(text).fetchall())

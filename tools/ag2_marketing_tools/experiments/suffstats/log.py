"""Sums from the store's own log of events, by the SQL text: for any moment, and to check the roll-up by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ag2_marketing_tools.experiments.model import Experiment
from ag2_marketing_tools.experiments.suffstats.engine import sums_on
from ag2_marketing_tools.experiments.suffstats.model import Split, Sums
from ag2_marketing_tools.experiments.suffstats.plan import microseconds
from ag2_marketing_tools.experiments.suffstats.sources import Dialect, Source, relations_of
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store import Store
from ag2_marketing_tools.workspace.store.schema import assignment, refused_event, tracked_event

DIALECTS: Mapping[str, Dialect] = {
    "sqlite": Dialect(
        double="DOUBLE PRECISION",
        # The column is text such as `2026-03-02 09:00:00.999999`, which SQLite's own functions round to milliseconds.
        microseconds="(CAST(strftime('%s', substr({column}, 1, 19)) AS INTEGER) * 1000000"
        " + CAST(substr({column}, 21) AS INTEGER))",
    ),
    "postgresql": Dialect(
        double="DOUBLE PRECISION",
        microseconds="CAST(EXTRACT(EPOCH FROM {column}) * 1000000 AS BIGINT)",
        moment="CAST('{}+00' AS TIMESTAMP WITH TIME ZONE)",
    ),
}


async def sums_from_log(
    experiment: Experiment, ws: Workspace, *, split: Split = "none", as_of: datetime | None = None
) -> Sums:
    """Return an experiment's sums from the store's log, by the SQL text.

    Args:
        experiment: As it stands.
        ws: Whose store is read.
        split: By what the cells are split.
        as_of: Events that were received later are not read, so that the same moment gives the same sums; now
            unless given.
    """
    as_of = as_of or ws.clock.now()
    async with ws.store.read() as connection:
        return await sums_on(
            StoreEngine(connection, ws.store, experiment, as_of),
            experiment,
            split=split,
            as_of=as_of,
            refused=await refused_by(connection, experiment.id, as_of),
            late=await late_by(connection, experiment.id, as_of),
        )


@dataclass(frozen=True)
class StoreEngine:
    """The store as an engine of the SQL text, within one transaction."""

    connection: AsyncConnection
    store: Store
    experiment: Experiment
    as_of: datetime

    @property
    def name(self) -> str:
        """The database."""
        return self.store.dialect

    @property
    def double(self) -> str:
        """Its type of double-precision numbers."""
        return DIALECTS[self.store.dialect].double

    def relations(self) -> Mapping[str, str]:
        """Return the tables as the text reads them."""
        events, exposures = (
            Source(table.name, frozenset(table.columns.keys())) for table in (tracked_event, assignment)
        )
        dialect = DIALECTS[self.store.dialect]
        return relations_of(self.experiment, events, exposures, dialect, microseconds(self.as_of))

    async def rows(self, text: str) -> Sequence[Sequence[Any]]:
        """Run a statement."""
        return (await self.connection.exec_driver_sql(text)).fetchall()


async def refused_by(connection: AsyncConnection, test_id: str, as_of: datetime) -> dict[str, int]:
    """Return how many events of a test were refused, by reason."""
    c = refused_event.c
    query = (
        select(c.reason, func.count())
        .where(c.experiment_id == test_id, c.received_at <= as_of)
        .group_by(c.reason)
        .order_by(c.reason)
    )
    return {reason: number for reason, number in await connection.execute(query)}


async def late_by(connection: AsyncConnection, test_id: str, as_of: datetime) -> int:
    """Return how many events had happened by then and were received only after: a look back misses them."""
    c = tracked_event.c
    query = (
        select(func.count())
        .select_from(tracked_event)
        .where(
            c.experiment_id == test_id, c.received_at > as_of, c.occurred_at <= as_of, c.counts != "nothing"
        )
    )
    return int(await connection.scalar(query) or 0)

"""Sums from Spark, where the log lies there already: the same SQL text in the session that is given."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ag2_marketing_tools.experiments.model import Experiment
from ag2_marketing_tools.experiments.suffstats.engine import sums_on
from ag2_marketing_tools.experiments.suffstats.model import Split, Sums
from ag2_marketing_tools.experiments.suffstats.plan import microseconds
from ag2_marketing_tools.experiments.suffstats.sources import Dialect, Source, relations_of

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_DIALECT = Dialect(double="DOUBLE", microseconds="unix_micros(CAST({column} AS TIMESTAMP))")
_ZONE = "spark.sql.session.timeZone"


async def sums_from_spark(
    session: SparkSession,
    experiment: Experiment,
    *,
    events: DataFrame,
    exposures: DataFrame,
    as_of: datetime,
    split: Split = "none",
) -> Sums:
    """Return an experiment's sums from data frames of its events and exposures (`sources` says their columns).

    The session's time zone is UTC while it runs, and what it was afterwards.

    Args:
        session: A Spark session, local or of a cluster (extra `spark`).
        experiment: As it stands.
        events: Tracked events.
        exposures: Who was assigned which variant, and when.
        as_of: Events that were received later are not read.
        split: By what the cells are split.

    Raises:
        InvalidInput: A frame lacks a column.
    """
    with (
        _in_utc(session),
        _view(session, "events", events) as tracked,
        _view(session, "exposures", exposures) as exposed,
    ):
        return await sums_on(
            _Spark(session, experiment, tracked, exposed, as_of), experiment, split=split, as_of=as_of
        )


@contextmanager
def _in_utc(session: SparkSession) -> Iterator[None]:
    before = session.conf.get(_ZONE)
    session.conf.set(_ZONE, "UTC")
    try:
        yield
    finally:
        if before is None:
            session.conf.unset(_ZONE)
        else:
            session.conf.set(_ZONE, before)


@contextmanager
def _view(session: SparkSession, what: str, frame: DataFrame) -> Iterator[Source]:
    name = f"ag2_marketing_{what}"
    frame.createOrReplaceTempView(name)
    try:
        yield Source(name, frozenset(frame.columns))
    finally:
        session.catalog.dropTempView(name)


@dataclass(frozen=True)
class _Spark:
    session: SparkSession
    experiment: Experiment
    events: Source
    exposures: Source
    as_of: datetime
    name: str = "spark"
    double: str = _DIALECT.double

    def relations(self) -> Mapping[str, str]:
        return relations_of(self.experiment, self.events, self.exposures, _DIALECT, microseconds(self.as_of))

    async def rows(self, text: str) -> Sequence[Sequence[Any]]:
        return await asyncio.to_thread(lambda: self.session.sql(text).collect())

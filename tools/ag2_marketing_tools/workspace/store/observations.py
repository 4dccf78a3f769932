"""Observations: what was measured of any subject (a page, a campaign, a caregiver), when, and by what.

A value has two times: when it was observed, and when it was recorded here. Reading with `known_at` gives what
was known at that moment, so that an old report can be computed again as it stood.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.workspace.ids import IdSource
from ag2_marketing_tools.workspace.store.schema import observation
from ag2_marketing_tools.workspace.store.store import Store

_MOST_COUNTED = 2**63 - 1
_VALUES = tuple(column for column in observation.columns if column.name not in {"id", "recorded_at"})


@dataclass(frozen=True, kw_only=True)
class Observation:
    """One measured value of one metric of one subject.

    Attributes:
        subject_kind: What kind of thing was measured: `page`, `campaign`, `caregiver`, …
        subject_id: Which one, by its id or address.
        metric: The metric's name in the catalogue of metrics.
        value: The figure, in `unit`.
        sample_size: How many cases the figure rests on, where that is known.
        unit: `ms`, `percent`, `user`, …
        observed_at: The moment that the figure describes (aware).
        source: The tool or the vendor that measured it.
    """

    subject_kind: str
    subject_id: str
    metric: str
    value: float
    unit: str
    observed_at: datetime
    source: str
    sample_size: int | None = None

    def __post_init__(self) -> None:
        """Refuse what is no measurement.

        Raises:
            InvalidInput: A name is empty, the value not finite, the size negative, the time without zone.
        """
        for name in ("subject_kind", "subject_id", "metric", "unit", "source"):
            if not getattr(self, name).strip():
                raise InvalidInput(f"An observation's {name} is empty.")
        if not math.isfinite(self.value):
            raise InvalidInput(f"An observation of {self.metric} is {self.value}; expected a finite number.")
        if self.sample_size is not None and not 0 <= self.sample_size <= _MOST_COUNTED:
            raise InvalidInput(f"The sample size {self.sample_size} is not between 0 and {_MOST_COUNTED}.")
        if self.observed_at.utcoffset() is None:
            raise InvalidInput(f"The time {self.observed_at.isoformat()} has no time zone.")


@dataclass(frozen=True)
class Recorded:
    """How many observations were new, and how many stood there already."""

    inserted: int
    duplicate: int


async def record(store: Store, observations: Iterable[Observation], *, ids: IdSource) -> Recorded:
    """Store observations; those whose subject, metric, time and source stand there already are left alone.

    So an import may be repeated. All are stored, or, if the database fails, none.
    """
    now = store.clock.now()
    rows = [{"id": ids.new("observation"), "recorded_at": now, **_row(each)} for each in observations]
    if not rows:
        return Recorded(0, 0)
    async with store.begin() as connection:
        # Counted by what comes back: drivers do not tell the row count of a batch.
        new = await connection.execute(store.insert_new(observation).returning(observation.c.id), rows)
        inserted = len(new.all())
    return Recorded(inserted, len(rows) - inserted)


def _row(each: Observation) -> dict[str, Any]:
    return {column.name: getattr(each, column.name) for column in _VALUES}


async def find(
    store: Store,
    *,
    subject_kind: str | None = None,
    subject_id: str | None = None,
    metric: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    known_at: datetime | None = None,
    limit: int | None = None,
) -> list[Observation]:
    """Return observations in the order of their time.

    Args:
        store: The open database.
        subject_kind: Only subjects of this kind.
        subject_id: Only this subject.
        metric: Only this metric.
        since: Only those observed at this moment or later.
        until: Only those observed before this moment.
        known_at: Only what was recorded at this moment or earlier.
        limit: At most so many, the earliest.
    """
    c = observation.c
    equal = {c.subject_kind: subject_kind, c.subject_id: subject_id, c.metric: metric}
    conditions: list[ColumnElement[bool]] = [
        column == value for column, value in equal.items() if value is not None
    ]
    if since is not None:
        conditions.append(c.observed_at >= since)
    if until is not None:
        conditions.append(c.observed_at < until)
    if known_at is not None:
        conditions.append(c.recorded_at <= known_at)
    query = select(*_VALUES).where(*conditions).order_by(c.observed_at, c.source, c.id).limit(limit)
    async with store.read() as connection:
        return [_observation(row) for row in (await connection.execute(query)).mappings()]


async def latest(
    store: Store,
    *,
    subject_kind: str,
    subject_id: str,
    metric: str,
    at: datetime | None = None,
    known_at: datetime | None = None,
) -> Observation | None:
    """Return the newest observation of a metric, or None where there is none.

    Args:
        store: The open database.
        subject_kind: The subject's kind.
        subject_id: The subject.
        metric: The metric.
        at: The newest one observed at this moment or earlier.
        known_at: The newest one of those recorded at this moment or earlier.
    """
    c = observation.c
    conditions = [c.subject_kind == subject_kind, c.subject_id == subject_id, c.metric == metric]
    if at is not None:
        conditions.append(c.observed_at <= at)
    if known_at is not None:
        conditions.append(c.recorded_at <= known_at)
    order = (c.observed_at.desc(), c.recorded_at.desc(), c.source)
    async with store.read() as connection:
        row = (
            await connection.execute(select(*_VALUES).where(*conditions).order_by(*order).limit(1))
        ).first()
    return None if row is None else _observation(row._mapping)


def _observation(row: Mapping[Any, Any]) -> Observation:
    return Observation(**row)

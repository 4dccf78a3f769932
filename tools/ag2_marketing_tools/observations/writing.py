"""Batches of figures into the store: each whole or not at all, and what stood there already told apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from ag2_marketing_tools.observations.tally import Measured
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.bulk import insert_new_rows
from ag2_marketing_tools.workspace.store.schema import observation

_KEYS_AT_ONCE = 2_000  # four values each: PostgreSQL's drivers and SQLite take 32,766

Key = tuple[str, str, str, datetime]
Content = tuple[float, int | None]


@dataclass
class Written:
    """What became of a batch."""

    new: list[Measured] = field(default_factory=list)
    duplicates: list[Measured] = field(default_factory=list)
    conflicts: list[Measured] = field(default_factory=list)


def key_of(each: Measured) -> Key:
    """Return what makes a measurement of one source unique."""
    return each.kind, each.subject, each.metric, each.observed_at


async def write(ws: Workspace, batch: Sequence[Measured], source: str, *, dry_run: bool) -> Written:
    """Store a batch in one transaction; in a dry run only look."""
    written, unique = _without_repetitions(batch)
    if dry_run:
        async with ws.store.read() as connection:
            standing = await _standing(connection, list(unique), source)
        _sort(unique, set(standing), standing, written)
        return written
    now = ws.clock.now()
    ids = {ws.ids.new("observation"): key for key in unique}
    rows = [_row(id, unique[key], source, now) for id, key in ids.items()]
    async with ws.store.begin() as connection:
        inserted = await insert_new_rows(ws.store, connection, observation, rows)
        if inserted == len(rows):
            written.new.extend(unique.values())
            return written
        stored = await _stored(connection, list(ids)) if inserted else set()
        old = {key for id, key in ids.items() if id not in stored}
        standing = await _standing(connection, list(old), source)
    _sort(unique, old, standing, written)
    return written


def _without_repetitions(batch: Sequence[Measured]) -> tuple[Written, dict[Key, Measured]]:
    written = Written()
    unique: dict[Key, Measured] = {}
    for each in batch:
        first = unique.setdefault(key_of(each), each)
        if first is not each:
            _compare(each, (first.value, first.sample_size), written)
    return written, unique


def _compare(each: Measured, standing: Content | None, written: Written) -> None:
    same = standing is None or standing == (each.value, each.sample_size)
    (written.duplicates if same else written.conflicts).append(each)


def _sort(unique: dict[Key, Measured], old: set[Key], standing: dict[Key, Content], written: Written) -> None:
    for key, each in unique.items():
        if key in old:
            _compare(each, standing.get(key), written)
        else:
            written.new.append(each)


def _row(id: str, each: Measured, source: str, now: datetime) -> tuple[Any, ...]:
    """Return a row in the order of the table's columns."""
    return (
        id,
        each.kind,
        each.subject,
        each.metric,
        each.value,
        each.sample_size,
        each.unit,
        each.observed_at,
        source,
        now,
    )


async def _stored(connection: AsyncConnection, ids: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for some in _chunks(ids):
        rows = await connection.execute(select(observation.c.id).where(observation.c.id.in_(some)))
        found.update(rows.scalars())
    return found


async def _standing(connection: AsyncConnection, keys: Sequence[Key], source: str) -> dict[Key, Content]:
    c = observation.c
    key = (c.subject_kind, c.subject_id, c.metric, c.observed_at)
    found: dict[Key, Content] = {}
    for some in _chunks(keys):
        query = select(*key, c.value, c.sample_size).where(c.source == source, tuple_(*key).in_(some))
        for kind, subject, metric, moment, value, size in await connection.execute(query):
            found[kind, subject, metric, moment] = (value, size)
    return found


def _chunks(values: Sequence[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(values), _KEYS_AT_ONCE):
        yield list(values[start : start + _KEYS_AT_ONCE])

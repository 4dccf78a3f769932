"""The registers: which locations, caregivers and clients there are, where each belongs, and who is active.

A register holds the present state: a subject that is saved again takes the place of what stood there. What was
measured of subjects, at its times, are observations.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.workspace.store.schema import subject
from ag2_marketing_tools.workspace.store.store import Store

_IDS_OF_A_QUERY = 500
_VALUES = (subject.c.kind, subject.c.id, subject.c.location, subject.c.attributes, subject.c.active)
_Key = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Subject:
    """One entry of a register.

    Attributes:
        kind: `location`, `caregiver`, `client`, …
        id: Which one.
        location: The id of the location that it belongs to, where it belongs to one.
        attributes: What else the register says of it: a region, a condition, years of experience.
        active: Whether it takes part today; a client who left is not.
    """

    kind: str
    id: str
    location: str | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    active: bool = True

    def __post_init__(self) -> None:
        """Refuse what names nobody.

        Raises:
            InvalidInput: The kind, the id or a given location is empty.
        """
        for name in ("kind", "id", "location"):
            value = getattr(self, name)
            if value is not None and not value.strip():
                raise InvalidInput(f"A subject's {name} is empty.")


@dataclass(frozen=True)
class Saved:
    """What saving did, by the keys (kind, id) of the subjects."""

    new: frozenset[_Key]
    changed: frozenset[_Key]
    unchanged: frozenset[_Key]


async def compare_subjects(connection: AsyncConnection, subjects: Iterable[Subject]) -> Saved:
    """Tell what saving these subjects would do; of one that is given twice, the last counts."""
    wanted = {(one.kind, one.id): one for one in subjects}
    standing = await _standing(connection, list(wanted))
    new = wanted.keys() - standing.keys()
    changed = {key for key, found in standing.items() if found != wanted[key]}
    return Saved(frozenset(new), frozenset(changed), frozenset(standing.keys() - changed))


async def save_subjects(connection: AsyncConnection, subjects: Iterable[Subject], now: datetime) -> Saved:
    """Enter subjects into their registers, or bring them up to date; what stands there alike is left alone.

    Args:
        connection: A transaction that may write.
        subjects: Of one that is given twice, the last counts.
        now: When they are recorded.
    """
    wanted = {(one.kind, one.id): one for one in subjects}
    saved = await compare_subjects(connection, wanted.values())
    if saved.new:
        await connection.execute(subject.insert(), [_row(wanted[key], now) for key in sorted(saved.new)])
    for kind, id in sorted(saved.changed):
        row = _row(wanted[kind, id], now)
        await connection.execute(
            update(subject).where(subject.c.kind == kind, subject.c.id == id).values(row)
        )
    return saved


async def find_subjects(
    store: Store, kind: str, *, location: str | None = None, active: bool | None = True
) -> list[Subject]:
    """Return the subjects of a kind in the order of their ids.

    Args:
        store: The open database.
        kind: Of this kind.
        location: Only those that belong to this location.
        active: Only the active ones, or with False the others; None for both.
    """
    conditions: list[ColumnElement[bool]] = [subject.c.kind == kind]
    if location is not None:
        conditions.append(subject.c.location == location)
    if active is not None:
        conditions.append(subject.c.active == active)
    query = select(*_VALUES).where(*conditions).order_by(subject.c.id)
    async with store.read() as connection:
        return [_subject(row) for row in (await connection.execute(query)).mappings()]


async def find_subject(store: Store, kind: str, id: str) -> Subject | None:
    """Return one subject, or None where no register has it."""
    async with store.read() as connection:
        return (await _standing(connection, [(kind, id)])).get((kind, id))


async def _standing(connection: AsyncConnection, keys: Sequence[_Key]) -> dict[_Key, Subject]:
    ids_of: dict[str, list[str]] = {}
    for kind, id in keys:
        ids_of.setdefault(kind, []).append(id)
    found = {}
    for kind, ids in ids_of.items():
        for start in range(0, len(ids), _IDS_OF_A_QUERY):
            some = ids[start : start + _IDS_OF_A_QUERY]
            query = select(*_VALUES).where(subject.c.kind == kind, subject.c.id.in_(some))
            for row in (await connection.execute(query)).mappings():
                found[kind, row["id"]] = _subject(row)
    return found


def _row(one: Subject, now: datetime) -> dict[str, Any]:
    values = {column.name: getattr(one, column.name) for column in _VALUES}
    return {**values, "attributes": dict(one.attributes), "recorded_at": now}


def _subject(row: Mapping[Any, Any]) -> Subject:
    return Subject(**row)

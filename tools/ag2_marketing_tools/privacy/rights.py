"""A person's rights: to see everything that is held of them, and to have it erased."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, Table, Text, and_, cast, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningDelete, ReturningUpdate

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.privacy.accesses import LOGGED
from ag2_marketing_tools.privacy.filtering import pseudonym
from ag2_marketing_tools.workspace.ids import IdSource, RandomIds
from ag2_marketing_tools.workspace.store import Store
from ag2_marketing_tools.workspace.store.analyses import about, delete_about
from ag2_marketing_tools.workspace.store.monitoring import give_up_rounds
from ag2_marketing_tools.workspace.store.rows import to_json
from ag2_marketing_tools.workspace.store.schema import (
    PERSON,
    access_log,
    analysis,
    client_profile,
    conversation,
    evidence,
    evidence_payload,
    evidence_subject,
    intervention_response,
    meta,
    metadata,
    monitor_failure,
    observation,
    subject,
    todo,
)
from ag2_marketing_tools.workspace.store.turns import wait_in_line

CLIENT = "client"
_PEOPLE = ("caregiver", CLIENT, "user", PERSON)
_NO_PERSON = frozenset(
    {"condition", "conditions", "experience", "experience_level", "experience_years", "location", "region"}
    | {"region_type", "specialties"}
)
"""Attributes of registers that the program reads, and that name nobody."""
ERASED_TITLE = "(erased)"
ERASURES = "erasures"
"""The row of `meta` that counts erasures: whoever remembers people between transactions looks whether it moved.

On PostgreSQL they hold it FOR SHARE until the rows that name these people are committed.
"""


@dataclass(frozen=True)
class Erased:
    """How much was erased: rows of observations, payloads of evidence, conversations, single values, whole
    audits and analyses, and records (entries of registers, assessments, responses to interventions, to-dos).
    """  # noqa: D205 (one sentence)

    observations: int
    payloads: int
    conversations: int
    values: int
    analyses: int = 0
    records: int = 0


async def erase_subject(store: Store, kind: str, id: str, *, ids: IdSource | None = None) -> Erased:
    """Erase everything that the store holds of a subject, in one transaction.

    Its observations are deleted, its entry in the register, its to-dos, and a client's assessments and responses;
    so are the audits and analyses that are about it or name it. Where the register says of others that they belong
    to it (a client's caregiver), that is taken out. The log of accesses stays: it names its subjects by pseudonym.
    Payloads of evidence that name it become tombstones (the chain still holds);
    conversations that cite them lose their title and report. Columns with its id are cleared, with whatever
    else is personal in those rows; where a row cannot be without the id (a test's assignment), a new one
    that leads to nobody takes its place, so that the results of finished tests stay what they were.
    Rounds of monitors that are under way are given up, and run again.
    SQLite overwrites what is erased; PostgreSQL does so when it vacuums. Backups are not touched.

    Raises:
        InvalidInput: The kind or the id is empty.
        StoreError: The database failed; or all is erased and SQLite's log still holds old versions, because another
            program reads the database: erasing again, once it is closed, empties the log.
    """
    _check_subject(kind, id)
    now = store.clock.now()
    async with store.begin() as connection:
        await _count_erasure(connection, store)  # first: who stores rows by the old count is then done
        named = _payloads_of(store, kind, id)
        counts = []
        for statement in (
            _deletion(observation, _observations_of(kind, id)),
            _entombment(named, now),
            _emptying_of_conversations(named),
            *(_deletion(table, condition) for table, condition in _records_of(kind, id)),
        ):
            counts.append(len((await connection.execute(statement)).all()))
        values = await _take_out_of_registers(connection, kind, id)
        nobody = (ids or RandomIds()).new("erased")
        for table, column in _columns_of(kind):
            emptied: dict[Any, str | None] = {
                other: None for other in table.columns if other.info.get("personal") and other.nullable
            }
            emptied[column] = None if column.nullable and not column.info.get("linked") else nobody
            cleared = update(table).where(column == id).values(emptied).returning(column)
            values += len((await connection.execute(cleared)).all())
        # Last, because the statements above find the payloads by these links.
        await connection.execute(delete(evidence_subject).where(evidence_subject.c.payload_digest.in_(named)))
        analyses = await delete_about(connection, kind, id)
        await give_up_rounds(connection, now)
    await store.forget_overwritten()
    observations, payloads, conversations, *records = counts
    return Erased(observations, payloads, conversations, values, analyses, sum(records))


async def _count_erasure(connection: AsyncConnection, store: Store) -> None:
    await wait_in_line(connection, meta)
    await connection.execute(store.insert_new(meta).values(key=ERASURES, value="0"))
    one_more = cast(cast(meta.c.value, Integer) + 1, Text)
    await connection.execute(update(meta).where(meta.c.key == ERASURES).values(value=one_more))


def _deletion(table: Table, condition: ColumnElement[bool]) -> ReturningDelete[Any]:
    return delete(table).where(condition).returning(*table.primary_key)


def _observations_of(kind: str, id: str) -> ColumnElement[bool]:
    return and_(observation.c.subject_kind == kind, observation.c.subject_id == id)


def _records_of(kind: str, id: str) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    """Yield the tables whose rows are about a subject as a whole, each with the condition that finds them."""
    yield subject, and_(subject.c.kind == kind, subject.c.id == id)
    for table in (todo, monitor_failure):
        yield table, and_(table.c.subject_kind == kind, table.c.subject_id == id)
    if kind == CLIENT:
        yield client_profile, client_profile.c.client_id == id
        yield intervention_response, intervention_response.c.client_id == id


async def _take_out_of_registers(connection: AsyncConnection, kind: str, id: str) -> int:
    """Empty the attributes of other subjects that name this one, and return of how many subjects."""
    naming = cast(subject.c.attributes, Text).contains(json.dumps(id)[1:-1], autoescape=True)
    found = await connection.execute(select(subject.c.kind, subject.c.id, subject.c.attributes).where(naming))
    emptied = 0
    for row in found.all():
        kept = {
            name: _without(id, value) if _may_name(kind, name) else value
            for name, value in row.attributes.items()
        }
        if kept != row.attributes:
            emptied += 1
            same = and_(subject.c.kind == row.kind, subject.c.id == row.id)
            await connection.execute(update(subject).where(same).values(attributes=kept))
    return emptied


def _may_name(kind: str, attribute: str) -> bool:
    """Tell whether an attribute may hold the id of a subject of this kind.

    Companies call them as they like (`carer`, `key_worker`), so an attribute may name a person unless the program
    knows it as something else, or as a person of another kind.
    """
    if kind not in _PEOPLE:
        return attribute in {kind, f"{kind}_id"}
    others = {f"{other}{end}" for other in LOGGED if other != kind for end in ("", "s", "_id", "_ids")}
    return attribute not in _NO_PERSON | others


def _without(id: str, value: Any) -> Any:
    """Return a value without this id: of a list or mapping only that part."""
    if isinstance(value, list):
        return [_without(id, one) for one in value if one != id]
    if isinstance(value, dict):
        return {name: _without(id, one) for name, one in value.items() if name != id}
    return None if value == id else value


def _entombment(named: Select[str], now: datetime) -> ReturningUpdate[Any]:
    c = evidence_payload.c
    erased = update(evidence_payload).where(c.digest.in_(named)).values(payload=None, erased_at=now)
    return erased.returning(c.digest)


def _emptying_of_conversations(named: Select[str]) -> ReturningUpdate[Any]:
    citing = select(evidence.c.conversation_id).where(evidence.c.payload_digest.in_(named))
    emptied = (
        update(conversation).where(conversation.c.id.in_(citing)).values(title=ERASED_TITLE, report=None)
    )
    return emptied.returning(conversation.c.id)


async def export_subject(store: Store, kind: str, id: str) -> dict[str, Any]:
    """Return everything that the store holds of a subject, unfiltered, as JSON by table.

    Raises:
        InvalidInput: The kind or the id is empty.
    """
    _check_subject(kind, id)
    payloads = evidence_payload.c.digest.in_(_payloads_of(store, kind, id))
    log = access_log.c
    queries: list[tuple[Table, Select[Any]]] = [
        (observation, select(observation).where(_observations_of(kind, id))),
        *((table, select(table).where(condition)) for table, condition in _records_of(kind, id)),
        (evidence, select(evidence).where(evidence.c.payload_digest.in_(_payloads_of(store, kind, id)))),
        (evidence_payload, select(evidence_payload).where(payloads)),
        (analysis, select(analysis).where(analysis.c.id.in_(about(kind, [id])))),
        *((table, select(table).where(column == id)) for table, column in _columns_of(kind)),
        (
            access_log,
            select(access_log).where(
                log.subject_kind == kind, log.subject_id == pseudonym(id, store.pseudonym_key)
            ),
        ),
    ]
    exported: dict[str, Any] = {"subject": {"kind": kind, "id": id}}
    async with store.read() as connection:
        for table, query in queries:
            found = await connection.execute(query.order_by(*table.primary_key))
            name = "register" if table is subject else table.name  # `subject` says whose export this is
            exported[name] = [to_json(table, dict(row)) for row in found.mappings()]
    return exported


def _check_subject(kind: str, id: str) -> None:
    if not kind.strip() or not id.strip():
        raise InvalidInput(f"A subject has a kind and an id; these are {kind!r} and {id!r}.")


def _payloads_of(store: Store, kind: str, id: str) -> Select[str]:
    """Choose the payloads that name a subject, also by its pseudonym, and where it is linked as a person."""
    c = evidence_subject.c
    kinds = {kind, PERSON} if kind in _PEOPLE else {kind}
    names = {id, pseudonym(id, store.pseudonym_key)}
    return select(c.payload_digest).where(c.subject_kind.in_(kinds), c.subject_id.in_(names))


def _columns_of(kind: str) -> Iterator[tuple[Table, Any]]:
    """Yield the columns whose value is the id of a subject of this kind."""
    for table in metadata.sorted_tables:
        for column in table.columns:
            if column.info.get("subject_kind") == kind:
                yield table, column

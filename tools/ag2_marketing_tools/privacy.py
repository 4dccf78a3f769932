"""Personal and health data: the one filter before every reader, and a person's rights to see and to erase.

The marks (`marks.personal`, `marks.health`) on a model's fields say what must not travel freely. A personal
value becomes a pseudonym, the same for the same value wherever it stands in one database; a health value is
withheld.

    audience     sees personal values if       sees health values if
    model        share_personal_data           share_health_data_with_remote_model
    transcript   share_personal_data           share_health_data_with_remote_model
    report       share_personal_data           never
    log          never                         never
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal

from pydantic import BaseModel
from sqlalchemy import Integer, Select, Table, Text, cast, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningDelete, ReturningUpdate

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.marks import marked
from ag2_marketing_tools.workspace.ids import IdSource, RandomIds
from ag2_marketing_tools.workspace.settings import Settings
from ag2_marketing_tools.workspace.store import Store
from ag2_marketing_tools.workspace.store.analyses import about, delete_about
from ag2_marketing_tools.workspace.store.rows import to_json
from ag2_marketing_tools.workspace.store.schema import (
    analysis,
    conversation,
    evidence,
    evidence_payload,
    evidence_subject,
    meta,
    metadata,
    observation,
)

Audience = Literal["model", "transcript", "report", "log"]

ERASED_TITLE = "(erased)"
ERASURES = "erasures"
"""The row of `meta` that counts erasures: whoever remembers people between transactions looks whether it moved."""

_PSEUDONYM_BYTES = 8  # 64 bits: among a million people, two share one with a chance of 1 in 37 million
_Schema = dict[str, Any]


def pseudonym(value: object, key: bytes) -> str:
    """Return the name that stands for a personal value, `person-` and 16 hexadecimal digits.

    HMAC-SHA256 (RFC 2104) under the database's own key: stable within it, and nobody without the key can try
    names against it.
    """
    text = str(value).encode(errors="surrogatepass")
    return f"person-{hmac.digest(key, text, hashlib.sha256)[:_PSEUDONYM_BYTES].hex()}"


def for_audience(result: BaseModel, *, audience: Audience, settings: Settings, key: bytes) -> dict[str, Any]:
    """Return a result as the JSON that this audience may see.

    Args:
        result: A tool's result or its parameters.
        audience: Who reads it.
        settings: Say what is shared.
        key: `store.pseudonym_key`.

    Returns:
        The JSON, in which personal values are pseudonyms and health values are null; where any was withheld,
        `withheld` lists their JSON pointers.
    """
    value = result.model_dump(mode="json", by_alias=True)
    return json_for_audience(value, type(result), audience=audience, settings=settings, key=key)


def json_for_audience(
    value: Mapping[str, Any], model: type[BaseModel], *, audience: Audience, settings: Settings, key: bytes
) -> dict[str, Any]:
    """Do what `for_audience` does for the stored JSON of a model."""
    if not (marked(model, "personal") or marked(model, "health")):
        return dict(value)
    shown = _Filter(
        definitions=_schema(model).get("$defs", {}),
        key=None if settings.share_personal_data and audience != "log" else key,
        show_health=settings.share_health_data_with_remote_model and audience in {"model", "transcript"},
    )
    filtered: dict[str, Any] = shown.apply(dict(value), [_schema(model)], "", personal=False)
    return {**filtered, "withheld": shown.withheld} if shown.withheld else filtered


def personal_values(result: BaseModel) -> frozenset[str]:
    """Return the personal values that a result holds, so that its evidence can be linked to those people."""
    schema = _schema(type(result))
    collector = _Filter(definitions=schema.get("$defs", {}), key=b"", show_health=True)
    collector.apply(result.model_dump(mode="json", by_alias=True), [schema], "", personal=False)
    return frozenset(collector.personal)


@lru_cache(maxsize=256)
def _schema(model: type[BaseModel]) -> _Schema:
    return model.model_json_schema(mode="serialization")


@dataclass
class _Filter:
    """Walks a value beside its schema, so that marks are found at any depth, in recursive models too."""

    definitions: Mapping[str, _Schema]
    key: bytes | None
    show_health: bool
    withheld: list[str] = field(default_factory=list)
    personal: set[str] = field(default_factory=set)

    def apply(self, value: Any, schemas: Sequence[_Schema], path: str, *, personal: bool) -> Any:
        nodes = list(self._expand(schemas, set()))
        if value is None:
            return None
        if not self.show_health and any(node.get("health") is True for node in nodes):
            self.withheld.append(path)
            return None
        personal = personal or any(node.get("personal") is True for node in nodes)
        if isinstance(value, dict):
            return self._mapping(value, nodes, path, personal=personal)
        if isinstance(value, list):
            return [
                self.apply(item, list(_items(nodes, index)), f"{path}/{index}", personal=personal)
                for index, item in enumerate(value)
            ]
        return self._leaf(value) if personal else value

    def _mapping(
        self, value: Mapping[str, Any], nodes: Sequence[_Schema], path: str, *, personal: bool
    ) -> dict[str, Any]:
        filtered = {}
        for name, item in value.items():
            declared = [node["properties"][name] for node in nodes if name in node.get("properties", {})]
            # A name that no schema declares is a mapping's key, and as personal as what it stands in.
            shown = self._leaf(name) if personal and not declared else name
            place = f"{path}/{str(shown).replace('~', '~0').replace('/', '~1')}"
            schemas = declared or list(_values(nodes))
            filtered[shown] = self.apply(item, schemas, place, personal=personal)
        return filtered

    def _leaf(self, value: Any) -> Any:
        self.personal.add(str(value))
        return value if self.key is None else pseudonym(value, self.key)

    def _expand(self, schemas: Sequence[_Schema], seen: set[str]) -> Iterator[_Schema]:
        """Yield the schemas that may hold here: references followed, every branch of a union."""
        for schema in schemas:
            yield schema
            reference = schema.get("$ref", "").rpartition("/")[2]
            if reference and reference not in seen:
                yield from self._expand([self.definitions[reference]], seen | {reference})
            for union in ("anyOf", "oneOf", "allOf"):
                yield from self._expand(schema.get(union, ()), seen)


def _items(nodes: Sequence[_Schema], index: int) -> Iterator[_Schema]:
    for node in nodes:
        prefix = node.get("prefixItems", ())
        if index < len(prefix):
            yield prefix[index]
        elif isinstance(node.get("items"), dict):
            yield node["items"]


def _values(nodes: Sequence[_Schema]) -> Iterator[_Schema]:
    for node in nodes:
        yield from node.get("patternProperties", {}).values()
        if isinstance(node.get("additionalProperties"), dict):
            yield node["additionalProperties"]


@dataclass(frozen=True)
class Erased:
    """How much was erased: rows of observations, payloads of evidence, conversations, single values, and
    whole audits and analyses.
    """  # noqa: D205 (one sentence)

    observations: int
    payloads: int
    conversations: int
    values: int
    analyses: int = 0


async def erase_subject(store: Store, kind: str, id: str, *, ids: IdSource | None = None) -> Erased:
    """Erase everything that the store holds of a subject, in one transaction.

    Its observations are deleted, and so are the audits and analyses that are about it or name it.
    Payloads of evidence that name it become tombstones (the chain still holds);
    conversations that cite them lose their title and report. Columns with its id are cleared, with whatever
    else is personal in those rows; where a row cannot be without the id (a test's assignment), a new one
    that leads to nobody takes its place, so that the results of finished tests stay what they were.
    SQLite overwrites what is erased; PostgreSQL does so when it vacuums. Backups are not touched.

    Raises:
        InvalidInput: The kind or the id is empty.
    """
    _check_subject(kind, id)
    now = store.clock.now()
    async with store.begin() as connection:
        named = _payloads_of(kind, id)
        counts = []
        for statement in (
            _deletion_of_observations(kind, id),
            _entombment(named, now),
            _emptying_of_conversations(named),
        ):
            counts.append(len((await connection.execute(statement)).all()))
        values, nobody = 0, (ids or RandomIds()).new("erased")
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
        await _count_erasure(connection, store)
    await store.forget_overwritten()
    observations, payloads, conversations = counts
    return Erased(observations, payloads, conversations, values, analyses)


async def _count_erasure(connection: AsyncConnection, store: Store) -> None:
    await connection.execute(store.insert_new(meta).values(key=ERASURES, value="0"))
    one_more = cast(cast(meta.c.value, Integer) + 1, Text)
    await connection.execute(update(meta).where(meta.c.key == ERASURES).values(value=one_more))


def _deletion_of_observations(kind: str, id: str) -> ReturningDelete[Any]:
    c = observation.c
    return delete(observation).where(c.subject_kind == kind, c.subject_id == id).returning(c.id)


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
    c = observation.c
    payloads = evidence_payload.c.digest.in_(_payloads_of(kind, id))
    queries: list[tuple[Table, Select[Any]]] = [
        (observation, select(observation).where(c.subject_kind == kind, c.subject_id == id)),
        (evidence, select(evidence).where(evidence.c.payload_digest.in_(_payloads_of(kind, id)))),
        (evidence_payload, select(evidence_payload).where(payloads)),
        (analysis, select(analysis).where(analysis.c.id.in_(about(kind, [id])))),
        *((table, select(table).where(column == id)) for table, column in _columns_of(kind)),
    ]
    exported: dict[str, Any] = {"subject": {"kind": kind, "id": id}}
    async with store.read() as connection:
        for table, query in queries:
            found = await connection.execute(query.order_by(*table.primary_key))
            exported[table.name] = [to_json(table, dict(row)) for row in found.mappings()]
    return exported


def _check_subject(kind: str, id: str) -> None:
    if not kind.strip() or not id.strip():
        raise InvalidInput(f"A subject has a kind and an id; these are {kind!r} and {id!r}.")


def _payloads_of(kind: str, id: str) -> Select[str]:
    c = evidence_subject.c
    return select(c.payload_digest).where(c.subject_kind == kind, c.subject_id == id)


def _columns_of(kind: str) -> Iterator[tuple[Table, Any]]:
    """Yield the columns whose value is the id of a subject of this kind."""
    for table in metadata.sorted_tables:
        for column in table.columns:
            if column.info.get("subject_kind") == kind:
                yield table, column

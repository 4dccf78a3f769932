"""Finished conversations: the report, the head of the evidence chain, and the evidence.

The chain (`evidence`) covers digests only; the payloads lie apart, each once, so that one can be erased and
the chain still holds. What a digest covers is the ledger's business; here it is only kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from ag2_marketing_tools.errors import NotFound, StoreError
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.workspace.store.schema import (
    conversation,
    evidence,
    evidence_payload,
    evidence_subject,
    meta,
)
from ag2_marketing_tools.workspace.store.store import Store


@dataclass(frozen=True, order=True)
class Subject:
    """Somebody or something that data speak of."""

    kind: str
    id: str


@dataclass(frozen=True, kw_only=True)
class StoredEvidence:
    """One entry of the chain.

    Attributes:
        evidence_id: `E1`, `U1`, …
        tool: The tool that was called.
        at: When.
        payload_digest: The digest of `payload`.
        digest: The digest of this entry, which covers the one before it.
        payload: What the digest was taken over, as JSON; None once it was erased.
        subjects: Whom the payload names.
        erased_at: When the payload was erased, if it was.
    """

    evidence_id: str
    tool: str
    at: datetime
    payload_digest: str
    digest: str
    payload: Any
    subjects: tuple[Subject, ...] = ()
    erased_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class StoredConversation:
    """A conversation as it is kept: `head` is the digest of the last entry of its evidence."""

    id: str
    kind: str
    title: str
    started_at: datetime
    finished_at: datetime | None = None
    head: str | None = None
    report: Any = None
    evidence: tuple[StoredEvidence, ...] = ()


async def save(
    store: Store, finished: StoredConversation, *, unless_moved: tuple[str, str] | None = None
) -> None:
    """Keep a conversation, all of it or nothing.

    A payload that was erased before stays erased: saving the same one again does not bring it back.

    Args:
        store: The open database.
        finished: The conversation.
        unless_moved: A count of `meta` and what it was when the conversation began (erasures): where it moved
            since, the conversation is not kept.

    Raises:
        Conflict: A conversation of this id is there already.
        StoreError: The count moved.
    """
    async with store.begin() as connection:
        if unless_moved is not None:
            await _check_unmoved(store, connection, *unless_moved)
        values = {name: getattr(finished, name) for name in conversation.columns.keys()}  # noqa: SIM118
        await connection.execute(conversation.insert(), values)
        if finished.evidence:
            await _save_payloads(store, connection, finished.evidence)
            await connection.execute(evidence.insert(), _chain(finished))


async def _check_unmoved(store: Store, connection: AsyncConnection, key: str, seen: str) -> None:
    """Hold the count still until the transaction ends (SQLite has one writer anyway), and compare it.

    Raises:
        StoreError: It moved.
    """
    await connection.execute(store.insert_new(meta).values(key=key, value="0"))
    held = select(meta.c.value).where(meta.c.key == key).with_for_update(read=True)
    if await connection.scalar(held) != seen:
        raise StoreError(
            say("Somebody was erased from the store while this was going on, and it may name them."),
            remedy=say("Run it again: what is found then can be kept."),
        )


async def _save_payloads(
    store: Store, connection: AsyncConnection, entries: Sequence[StoredEvidence]
) -> None:
    payloads = {
        entry.payload_digest: {"payload": entry.payload, "erased_at": entry.erased_at} for entry in entries
    }
    await connection.execute(
        store.insert_new(evidence_payload),
        [{"digest": digest, **values} for digest, values in payloads.items()],
    )
    tombstones = select(evidence_payload.c.digest).where(evidence_payload.c.erased_at.is_not(None))
    erased = set((await connection.execute(tombstones)).scalars())
    links = sorted(
        {
            (entry.payload_digest, subject.kind, subject.id)
            for entry in entries
            for subject in entry.subjects
            if entry.payload_digest not in erased
        }
    )
    if links:
        names = ("payload_digest", "subject_kind", "subject_id")
        await connection.execute(
            store.insert_new(evidence_subject), [dict(zip(names, link, strict=True)) for link in links]
        )


def _chain(finished: StoredConversation) -> list[dict[str, Any]]:
    names = ("evidence_id", "tool", "at", "payload_digest", "digest")
    return [
        {
            "conversation_id": finished.id,
            "position": position,
            **{name: getattr(entry, name) for name in names},
        }
        for position, entry in enumerate(finished.evidence)
    ]


async def load(store: Store, conversation_id: str) -> StoredConversation:
    """Return a conversation with its evidence in the chain's order.

    Raises:
        NotFound: There is no conversation of this id.
    """
    async with store.read() as connection:
        found = await connection.execute(select(conversation).where(conversation.c.id == conversation_id))
        head = found.mappings().first()
        if head is None:
            raise NotFound(f"There is no conversation {conversation_id!r}.")
        return StoredConversation(**head, evidence=await _load_evidence(connection, conversation_id))


async def _load_evidence(connection: AsyncConnection, conversation_id: str) -> tuple[StoredEvidence, ...]:
    query = (
        select(
            evidence.c.evidence_id,
            evidence.c.tool,
            evidence.c.at,
            evidence.c.payload_digest,
            evidence.c.digest,
            evidence_payload.c.payload,
            evidence_payload.c.erased_at,
        )
        .join(evidence_payload, evidence_payload.c.digest == evidence.c.payload_digest)
        .where(evidence.c.conversation_id == conversation_id)
        .order_by(evidence.c.position)
    )
    links = (
        select(evidence_subject)
        .join(evidence, evidence.c.payload_digest == evidence_subject.c.payload_digest)
        .where(evidence.c.conversation_id == conversation_id)
    )
    subjects: dict[str, set[Subject]] = {}
    for digest, kind, subject_id in await connection.execute(links):
        subjects.setdefault(digest, set()).add(Subject(kind, subject_id))
    return tuple(
        StoredEvidence(**row, subjects=tuple(sorted(subjects.get(row["payload_digest"], ()))))
        for row in (await connection.execute(query)).mappings()
    )

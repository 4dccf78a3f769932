"""Finished conversations and their evidence."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from ag2_marketing_tools.workspace.store.schema.base import metadata, personal
from ag2_marketing_tools.workspace.store.types import UtcDateTime, json_column

conversation = Table(
    "conversation",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False, info=personal()),
    Column("started_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    Column("head", Text),
    Column("report", json_column(), info=personal()),
    Index(None, "started_at"),
    comment="A finished conversation: its report, and the head of its evidence chain.",
)

evidence_payload = Table(
    "evidence_payload",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("payload", json_column(), info=personal()),
    Column("erased_at", UtcDateTime),
    comment="What a tool call returned, apart from the chain; NULL with `erased_at` is a tombstone.",
)

evidence = Table(
    "evidence",
    metadata,
    Column("conversation_id", Text, ForeignKey(conversation.c.id), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("evidence_id", Text, nullable=False),
    Column("tool", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("payload_digest", Text, ForeignKey(evidence_payload.c.digest), nullable=False),
    Column("digest", Text, nullable=False),
    UniqueConstraint("conversation_id", "evidence_id"),
    Index(None, "payload_digest"),
    comment="The chain: each digest covers the payload's digest and the entry before it.",
)

evidence_subject = Table(
    "evidence_subject",
    metadata,
    Column("payload_digest", Text, ForeignKey(evidence_payload.c.digest), primary_key=True),
    Column("subject_kind", Text, primary_key=True),
    Column("subject_id", Text, primary_key=True, info=personal()),
    Index(None, "subject_kind", "subject_id"),
    comment="Whom a payload names, so that erasure finds it.",
)

"""Monitors: who runs one just now, the rounds that were run, and what they found for a person to deal with."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from ag2_marketing_tools.workspace.store.schema.base import metadata, personal
from ag2_marketing_tools.workspace.store.types import UtcDateTime, json_column

_HEALTH: dict[str, Any] = personal() | {"health": True}

monitor = Table(
    "monitor",
    metadata,
    Column("name", Text, primary_key=True),
    Column("round_id", Text),
    Column("leased_until", UtcDateTime),
    Column("due_at", UtcDateTime),
    comment="A monitor's lease: which round is under way, how long it may take, and when the next one is due.",
)

monitor_round = Table(
    "monitor_round",
    metadata,
    Column("id", Text, primary_key=True),
    Column("monitor", Text, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("subjects", Integer),
    Column("failed", Integer),
    Column("found", json_column()),
    Column("changes", json_column()),
    Column("open_todos", Integer),
    Index(None, "monitor", "started_at"),
    comment="One round of a monitor: how many subjects it looked at, what it found by kind, and which to-dos it "
    "opened, reopened and cleared.",
)

monitor_failure = Table(
    "monitor_failure",
    metadata,
    Column("round_id", Text, ForeignKey(monitor_round.c.id), primary_key=True),
    Column("subject_kind", Text, primary_key=True),
    Column("subject_id", Text, primary_key=True, info=personal()),
    Column("reason", Text, nullable=False, info=personal()),
    Index(None, "subject_kind", "subject_id"),
    comment="A subject that a round could not look at, and why.",
)

todo = Table(
    "todo",
    metadata,
    Column("id", Text, primary_key=True),
    Column("monitor", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("subject_kind", Text, nullable=False),
    Column("subject_id", Text, nullable=False, info=personal()),
    Column("topic", Text, nullable=False),
    Column("text", Text, nullable=False, info=_HEALTH),
    Column("finding", json_column(), nullable=False, info=_HEALTH),
    Column("sensitive", Boolean, nullable=False),
    Column("state", Text, nullable=False),
    Column("rounds", Integer, nullable=False),
    Column("first_seen_at", UtcDateTime, nullable=False),
    Column("last_seen_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    UniqueConstraint("monitor", "subject_kind", "subject_id", "kind", "topic", name="uq_todo_matter"),
    Index(None, "subject_kind", "subject_id"),
    Index(None, "state"),
    comment="What a monitor found that a person should deal with: one row for a matter, however many rounds see it.",
)

"""Campaigns and their posts."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from ag2_marketing_tools.workspace.store.schema.base import PERSON, metadata, personal
from ag2_marketing_tools.workspace.store.types import UtcDateTime, json_column

campaign = Table(
    "campaign",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("config", json_column(), nullable=False),
    Column("targeting", json_column()),
    Column("tracking", json_column(), nullable=False),
    Column("status", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("approved_at", UtcDateTime),
    Column("approved_by", Text, info=personal(PERSON)),
    Index(None, "status", "created_at"),
    comment="A planned campaign as it was asked for.",
)

post = Table(
    "post",
    metadata,
    Column("id", Text, primary_key=True),
    Column("campaign_id", Text, ForeignKey(campaign.c.id), nullable=False),
    Column("item", Integer, nullable=False),
    Column("occurrence", Integer, nullable=False),
    Column("platform", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("run_at", UtcDateTime, nullable=False),
    Column("timezone", Text, nullable=False),
    Column("content", json_column(), nullable=False),
    Column("preview", json_column(), nullable=False),
    Column("version", Integer, nullable=False),
    Column("intent_key", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("external_id", Text),
    UniqueConstraint("intent_key"),
    Index(None, "campaign_id", "item", "occurrence"),
    Index(None, "state", "run_at"),
    comment="One post on one platform at one time; `intent_key` keeps it from going out twice.",
)

post_transition = Table(
    "post_transition",
    metadata,
    Column("id", Text, primary_key=True),
    Column("post_id", Text, ForeignKey(post.c.id), nullable=False),
    Column("from_state", Text),
    Column("to_state", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", Text, info=personal(PERSON)),
    Column("reason", Text),
    Index(None, "post_id", "at"),
    comment="Every change of a post's state: from what, to what, when, by whom and why.",
)

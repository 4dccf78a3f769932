"""Finished audits and content analyses."""

from __future__ import annotations

from sqlalchemy import Column, Double, ForeignKey, Index, Integer, Table, Text

from ag2_marketing_tools.workspace.store.schema.base import metadata, personal
from ag2_marketing_tools.workspace.store.types import UtcDateTime, json_column

analysis = Table(
    "analysis",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("page_url", Text, nullable=False),
    Column("finished_at", UtcDateTime, nullable=False),
    Column("product_version", Text, nullable=False),
    Column("catalogue_version", Text, nullable=False),
    Column("parameters", json_column(), nullable=False),
    Column("score", Double),
    Column("critical", Integer),
    Column("warning", Integer),
    Column("info", Integer),
    Column("pages", Integer),
    Column("words", Integer),
    Column("gaps", Integer),
    Column("size", Integer, nullable=False),
    Column("result", json_column(), nullable=False, info=personal()),
    Index(None, "kind", "page_url", "finished_at"),
    comment="A finished audit or content analysis of one page: its headline figures, and in `result` all of "
    "it with the version of its form.",
)

analysis_subject = Table(
    "analysis_subject",
    metadata,
    Column("analysis_id", Text, ForeignKey(analysis.c.id), primary_key=True),
    Column("subject_kind", Text, primary_key=True),
    Column("subject_id", Text, primary_key=True, info=personal()),
    Index(None, "subject_kind", "subject_id"),
    comment="What an analysis is about: the addresses of its page, and whom its result names.",
)

"""Whom the company knows: its registers, what was recorded of clients, and who looked at it.

A subject's id is personal where it is a person's. Rows of a person are deleted when they are erased; of the log of
accesses the row stays, for it names its subject by pseudonym from the start.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, Column, Index, Table, Text

from ag2_marketing_tools.workspace.store.schema.base import PERSON, metadata, personal
from ag2_marketing_tools.workspace.store.types import UtcDateTime, json_column

_HEALTH: dict[str, Any] = personal() | {"health": True}

subject = Table(
    "subject",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("id", Text, primary_key=True, info=personal()),
    Column("location", Text),
    Column("attributes", json_column(), nullable=False, info=_HEALTH),
    Column("active", Boolean, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    Index(None, "kind", "location"),
    comment="The registers as they stand: each location, caregiver and client, where it belongs, and what else the "
    "register says of it.",
)

client_profile = Table(
    "client_profile",
    metadata,
    Column("client_id", Text, primary_key=True, info=personal()),
    Column("assessed_at", UtcDateTime, primary_key=True),
    Column("assessment", json_column(), nullable=False, info=_HEALTH),
    Column("recorded_at", UtcDateTime, nullable=False),
    comment="A client's assessments as they were given; the latest is the baseline that progress is measured from.",
)

intervention_response = Table(
    "intervention_response",
    metadata,
    Column("client_id", Text, primary_key=True, info=personal()),
    Column("intervention_id", Text, primary_key=True),
    Column("responded_at", UtcDateTime, primary_key=True),
    Column("response", json_column(), nullable=False, info=_HEALTH),
    Column("recorded_at", UtcDateTime, nullable=False),
    comment="How a client responded to an intervention at one time, as it was given.",
)

access_log = Table(
    "access_log",
    metadata,
    Column("id", Text, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", Text, info=personal(PERSON) | {"linked": True}),
    Column("tool", Text, nullable=False),
    Column("subject_kind", Text, nullable=False),
    Column("subject_id", Text, nullable=False, info=personal()),
    Column("audience", Text, nullable=False),
    Index(None, "subject_kind", "subject_id", "at"),
    comment="Who reached figures of a client or a caregiver, through which tool, and for whom. `subject_id` is the "
    "pseudonym. Rows are only ever added.",
)

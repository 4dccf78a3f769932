"""What was measured of any subject."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Double, Index, Table, Text, UniqueConstraint

from ag2_marketing_tools.workspace.store.schema.base import metadata, personal
from ag2_marketing_tools.workspace.store.types import UtcDateTime

observation = Table(
    "observation",
    metadata,
    Column("id", Text, primary_key=True),
    Column("subject_kind", Text, nullable=False),
    Column("subject_id", Text, nullable=False, info=personal()),
    Column("metric", Text, nullable=False),
    Column("value", Double, nullable=False),
    Column("sample_size", BigInteger),
    Column("unit", Text, nullable=False),
    Column("observed_at", UtcDateTime, nullable=False),
    Column("source", Text, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    UniqueConstraint(
        "subject_kind", "subject_id", "metric", "observed_at", "source", name="uq_observation_measurement"
    ),
    Index(None, "metric", "observed_at"),
    comment="One measured value of one metric of one subject (a page, a caregiver) at one time.",
)

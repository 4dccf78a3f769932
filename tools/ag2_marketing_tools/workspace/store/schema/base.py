"""What every table shares: the metadata, the marks of personal columns, and the database's own facts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, MetaData, Table, Text

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


PERSON = "person"
"""The subject kind of people who use the product (approvers, actors)."""


def personal(subject_kind: str | None = None) -> dict[str, Any]:
    """Return the `info` of a column that names or describes a person.

    Args:
        subject_kind: Given where the whole value is the id of a subject of this kind; erasure then clears it.
    """
    return {"personal": True} if subject_kind is None else {"personal": True, "subject_kind": subject_kind}


meta = Table(
    "meta",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
    comment="Facts about this database itself, such as the key of its pseudonyms.",
)

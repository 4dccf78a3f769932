"""Who may reach the server: accounts and their logins, tokens of programs, and write keys of projects.

Nothing in here opens a door: passwords are kept as Argon2id hashes, every other secret as its SHA-256.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table, Text

from ag2_marketing_tools.workspace.store.schema.base import PERSON, metadata, personal
from ag2_marketing_tools.workspace.store.types import UtcDateTime

account = Table(
    "account",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, unique=True, info=personal(PERSON)),
    Column("password_hash", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    comment="A person who may log in to the server's pages; without a name (it was erased), nobody can.",
)

login_session = Table(
    "login_session",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("account_id", Text, ForeignKey(account.c.id), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime, nullable=False),
    Index(None, "account_id"),
    comment="A login that has not ended; the digest is of the secret in its cookie.",
)

access_token = Table(
    "access_token",
    metadata,
    Column("id", Text, primary_key=True),
    Column("label", Text, nullable=False),
    Column("digest", Text, nullable=False, unique=True),
    Column("role", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime),
    comment="What a program shows to read: a bearer token.",
)

write_key = Table(
    "write_key",
    metadata,
    Column("id", Text, primary_key=True),
    Column("project", Text, nullable=False),
    Column("digest", Text, nullable=False, unique=True),
    Column("created_at", UtcDateTime, nullable=False),
    comment="What a project's pages show to send events.",
)

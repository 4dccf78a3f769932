"""Registers of locations, caregivers and clients, what was recorded of clients, and who looked at it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision: str | None = "0006"


def upgrade() -> None:
    """Create the tables of people."""
    op.create_table(
        "subject",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("location", sa.Text(), nullable=True),
        sa.Column("attributes", sa.JSON(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", "id", name=op.f("pk_subject")),
        comment="The registers as they stand: each location, caregiver and client, where it belongs, and what else "
        "the register says of it.",
    )
    op.create_index(op.f("ix_subject_kind_location"), "subject", ["kind", "location"])
    op.create_table(
        "client_profile",
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("assessed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("assessment", sa.JSON(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("client_id", "assessed_at", name=op.f("pk_client_profile")),
        comment="A client's assessments as they were given; the latest is the baseline that progress is measured "
        "from.",
    )
    op.create_table(
        "intervention_response",
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("intervention_id", sa.Text(), nullable=False),
        sa.Column("responded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("response", sa.JSON(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint(
            "client_id", "intervention_id", "responded_at", name=op.f("pk_intervention_response")
        ),
        comment="How a client responded to an intervention at one time, as it was given.",
    )
    op.create_table(
        "access_log",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=True),
        sa.Column("tool", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_log")),
        comment="Who reached figures of a client or a caregiver, through which tool, and for whom. `subject_id` is "
        "the pseudonym. Rows are only ever added.",
    )
    op.create_index(
        op.f("ix_access_log_subject_kind_subject_id_at"), "access_log", ["subject_kind", "subject_id", "at"]
    )
    _only_add_to_the_log()


_ADDED = "rows of access_log are only ever added"
_KEPT = "id, at, tool, subject_kind, subject_id, audience"
"""What no erasure touches: of a person who looked at something, the name goes."""
_RESTORING = "SELECT 1 FROM meta WHERE key = 'restoring'"
"""While a backup takes the place of everything, it takes that of the log, too."""


def _only_add_to_the_log() -> None:
    events = [("deleted", "DELETE"), ("changed", f"UPDATE OF {_KEPT}")]
    if op.get_bind().dialect.name == "sqlite":
        for name, event in events:
            op.execute(
                f"CREATE TRIGGER access_log_not_{name} BEFORE {event} ON access_log "
                f"WHEN NOT EXISTS ({_RESTORING}) BEGIN SELECT RAISE(ABORT, '{_ADDED}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION access_log_kept() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF EXISTS ({_RESTORING}) THEN RETURN OLD; END IF; RAISE EXCEPTION '{_ADDED}'; END $$"
    )
    for name, event in events:
        op.execute(
            f"CREATE TRIGGER access_log_not_{name} BEFORE {event} ON access_log "
            "FOR EACH ROW EXECUTE FUNCTION access_log_kept()"
        )

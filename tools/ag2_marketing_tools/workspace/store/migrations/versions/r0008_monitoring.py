"""Monitors: leases, rounds, failures and to-dos."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision: str | None = "0007"


def upgrade() -> None:
    """Create the tables of monitors."""
    _rounds()
    _todos()


def _rounds() -> None:
    op.create_table(
        "monitor",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("round_id", sa.Text(), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_monitor")),
        comment="A monitor's lease: which round is under way, how long it may take, and when the next one is due.",
    )
    op.create_table(
        "monitor_round",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("monitor", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("subjects", sa.Integer(), nullable=True),
        sa.Column("failed", sa.Integer(), nullable=True),
        sa.Column("found", sa.JSON(), nullable=True),
        sa.Column("changes", sa.JSON(), nullable=True),
        sa.Column("open_todos", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monitor_round")),
        comment="One round of a monitor: how many subjects it looked at, what it found by kind, and which to-dos it "
        "opened, reopened and cleared.",
    )
    op.create_index(op.f("ix_monitor_round_monitor_started_at"), "monitor_round", ["monitor", "started_at"])
    op.create_table(
        "monitor_failure",
        sa.Column("round_id", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("round_id", "subject_kind", "subject_id", name=op.f("pk_monitor_failure")),
        sa.ForeignKeyConstraint(["round_id"], ["monitor_round.id"], name=op.f("fk_monitor_failure_round_id")),
        comment="A subject that a round could not look at, and why.",
    )
    op.create_index(
        op.f("ix_monitor_failure_subject_kind_subject_id"), "monitor_failure", ["subject_kind", "subject_id"]
    )


def _todos() -> None:
    op.create_table(
        "todo",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("monitor", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("finding", sa.JSON(), nullable=False),
        sa.Column("sensitive", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("rounds", sa.Integer(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_todo")),
        sa.UniqueConstraint("monitor", "subject_kind", "subject_id", "kind", "topic", name="uq_todo_matter"),
        comment="What a monitor found that a person should deal with: one row for a matter, however many rounds see "
        "it.",
    )
    op.create_index(op.f("ix_todo_subject_kind_subject_id"), "todo", ["subject_kind", "subject_id"])
    op.create_index(op.f("ix_todo_state"), "todo", ["state"])

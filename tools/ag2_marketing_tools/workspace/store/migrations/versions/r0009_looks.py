"""The looks of group-sequential plans."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision: str | None = "0008"


def upgrade() -> None:
    """Create the table of looks."""
    op.create_table(
        "experiment_look",
        sa.Column("experiment_id", sa.Text(), nullable=False),
        sa.Column("look", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("users", sa.Integer(), nullable=False),
        sa.Column("material", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("experiment_id", "look", name=op.f("pk_experiment_look")),
        sa.ForeignKeyConstraint(
            ["experiment_id"], ["experiment.id"], name=op.f("fk_experiment_look_experiment_id")
        ),
        comment="When a group-sequential plan's look was taken, and at how many users; until the next one is due, the "
        "test is judged by `material`, the sums that the look saw.",
    )

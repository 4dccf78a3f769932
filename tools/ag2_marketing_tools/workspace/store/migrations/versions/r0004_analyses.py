"""Finished audits and content analyses, and what they are about."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision: str | None = "0003"


def upgrade() -> None:
    """Create the tables of analyses."""
    op.create_table(
        "analysis",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("page_url", sa.Text(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("product_version", sa.Text(), nullable=False),
        sa.Column("catalogue_version", sa.Text(), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("score", sa.Double()),
        sa.Column("critical", sa.Integer()),
        sa.Column("warning", sa.Integer()),
        sa.Column("info", sa.Integer()),
        sa.Column("pages", sa.Integer()),
        sa.Column("words", sa.Integer()),
        sa.Column("gaps", sa.Integer()),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_analysis")),
        comment="A finished audit or content analysis of one page: its headline figures, and in `result` all "
        "of it with the version of its form.",
    )
    op.create_index(
        op.f("ix_analysis_kind_page_url_finished_at"), "analysis", ["kind", "page_url", "finished_at"]
    )
    op.create_table(
        "analysis_subject",
        sa.Column("analysis_id", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(
            "analysis_id", "subject_kind", "subject_id", name=op.f("pk_analysis_subject")
        ),
        sa.ForeignKeyConstraint(
            ["analysis_id"], ["analysis.id"], name=op.f("fk_analysis_subject_analysis_id")
        ),
        comment="What an analysis is about: the addresses of its page, and whom its result names.",
    )
    op.create_index(
        op.f("ix_analysis_subject_subject_kind_subject_id"),
        "analysis_subject",
        ["subject_kind", "subject_id"],
    )

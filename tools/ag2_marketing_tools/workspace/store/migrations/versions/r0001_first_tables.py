"""The first tables: campaigns and posts, observations, conversations and their evidence."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision: str | None = None


def upgrade() -> None:
    """Create every table."""
    _create_meta()
    _create_campaigns()
    _create_observations()
    _create_conversations()


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _create_meta() -> None:
    op.create_table(
        "meta",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_meta")),
        comment="Facts about this database itself, such as the key of its pseudonyms.",
    )


def _create_campaigns() -> None:
    op.create_table(
        "campaign",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("config", sa.JSON(), nullable=False),
        sa.Column("targeting", sa.JSON()),
        sa.Column("tracking", sa.JSON(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        _moment("created_at"),
        _moment("approved_at", nullable=True),
        sa.Column("approved_by", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
        comment="A planned campaign as it was asked for.",
    )
    op.create_index(op.f("ix_campaign_status_created_at"), "campaign", ["status", "created_at"])
    _create_posts()
    op.create_table(
        "post_transition",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("post_id", sa.Text(), nullable=False),
        sa.Column("from_state", sa.Text()),
        sa.Column("to_state", sa.Text(), nullable=False),
        _moment("at"),
        sa.Column("actor", sa.Text()),
        sa.Column("reason", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_transition")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_post_transition_post_id")),
        comment="Every change of a post's state: from what, to what, when, by whom and why.",
    )
    op.create_index(op.f("ix_post_transition_post_id_at"), "post_transition", ["post_id", "at"])


def _create_posts() -> None:
    op.create_table(
        "post",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("campaign_id", sa.Text(), nullable=False),
        sa.Column("item", sa.Integer(), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text()),
        _moment("run_at"),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("preview", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("intent_key", sa.Text(), nullable=False),
        _moment("created_at"),
        _moment("updated_at"),
        sa.Column("external_id", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_post_campaign_id")),
        sa.UniqueConstraint("intent_key", name=op.f("uq_post_intent_key")),
        comment="One post on one platform at one time; `intent_key` keeps it from going out twice.",
    )
    op.create_index(
        op.f("ix_post_campaign_id_item_occurrence"), "post", ["campaign_id", "item", "occurrence"]
    )
    op.create_index(op.f("ix_post_state_run_at"), "post", ["state", "run_at"])


def _create_observations() -> None:
    key = ["subject_kind", "subject_id", "metric", "observed_at", "source"]
    op.create_table(
        "observation",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("metric", sa.Text(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("sample_size", sa.BigInteger()),
        sa.Column("unit", sa.Text(), nullable=False),
        _moment("observed_at"),
        sa.Column("source", sa.Text(), nullable=False),
        _moment("recorded_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observation")),
        sa.UniqueConstraint(*key, name=op.f("uq_observation_measurement")),
        comment="One measured value of one metric of one subject (a page, a caregiver) at one time.",
    )
    op.create_index(op.f("ix_observation_metric_observed_at"), "observation", ["metric", "observed_at"])


def _create_conversations() -> None:
    op.create_table(
        "conversation",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        _moment("started_at"),
        _moment("finished_at", nullable=True),
        sa.Column("head", sa.Text()),
        sa.Column("report", sa.JSON()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation")),
        comment="A finished conversation: its report, and the head of its evidence chain.",
    )
    op.create_index(op.f("ix_conversation_started_at"), "conversation", ["started_at"])
    op.create_table(
        "evidence_payload",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("payload", sa.JSON()),
        _moment("erased_at", nullable=True),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_evidence_payload")),
        comment="What a tool call returned, apart from the chain; NULL with `erased_at` is a tombstone.",
    )
    _create_evidence()
    op.create_table(
        "evidence_subject",
        sa.Column("payload_digest", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(
            "payload_digest", "subject_kind", "subject_id", name=op.f("pk_evidence_subject")
        ),
        sa.ForeignKeyConstraint(
            ["payload_digest"], ["evidence_payload.digest"], name=op.f("fk_evidence_subject_payload_digest")
        ),
        comment="Whom a payload names, so that erasure finds it.",
    )
    op.create_index(
        op.f("ix_evidence_subject_subject_kind_subject_id"),
        "evidence_subject",
        ["subject_kind", "subject_id"],
    )


def _create_evidence() -> None:
    op.create_table(
        "evidence",
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("evidence_id", sa.Text(), nullable=False),
        sa.Column("tool", sa.Text(), nullable=False),
        _moment("at"),
        sa.Column("payload_digest", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "position", name=op.f("pk_evidence")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_evidence_conversation_id")
        ),
        sa.ForeignKeyConstraint(
            ["payload_digest"], ["evidence_payload.digest"], name=op.f("fk_evidence_payload_digest")
        ),
        sa.UniqueConstraint(
            "conversation_id", "evidence_id", name=op.f("uq_evidence_conversation_id_evidence_id")
        ),
        comment="The chain: each digest covers the payload's digest and the entry before it.",
    )
    op.create_index(op.f("ix_evidence_payload_digest"), "evidence", ["payload_digest"])

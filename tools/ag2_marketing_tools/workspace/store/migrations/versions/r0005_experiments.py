"""Experiments: set-ups, phases, assignments, events and their roll-up."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision: str | None = "0004"


def upgrade() -> None:
    """Create the tables of experiments."""
    op.create_table(
        "holdout",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.Column("share", sa.Double(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_holdout")),
        comment="A share of all users that takes part in no experiment that respects it.",
    )
    op.create_table(
        "metric_definition",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_metric_definition")),
        comment="A metric that this company defined itself, beside those that come with the product.",
    )
    op.create_table(
        "refused_event",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("experiment_id", sa.Text(), nullable=True),
        sa.Column("event_id", sa.Text(), nullable=True),
        sa.Column("user_id", sa.Text(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("metric", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refused_event")),
        comment="An event that was not taken, with its reason: kept to be counted and looked at, never analysed.",
    )
    op.create_index(
        op.f("ix_refused_event_experiment_id_reason"),
        "refused_event",
        ["experiment_id", "reason"],
        unique=False,
    )
    op.create_table(
        "tracked_event",
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("metric", sa.Text(), nullable=False),
        sa.Column("experiment_id", sa.Text(), nullable=True),
        sa.Column("variant_id", sa.Text(), nullable=True),
        sa.Column("user_id", sa.Text(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("context", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("event_id", "metric", name=op.f("pk_tracked_event")),
        comment="One value of one metric of one event, once however often it was sent. `counts` says towards "
        "what: `outcome` (after the exposure, inside its window), `pre_period` (before it), `nothing` "
        "(kept only).",
    )
    op.create_index(
        op.f("ix_tracked_event_experiment_id_user_id"),
        "tracked_event",
        ["experiment_id", "user_id"],
        unique=False,
    )
    op.create_table(
        "user_metric",
        sa.Column("cell", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("events", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.Double(), nullable=False),
        sa.Column("maximum", sa.Double(), nullable=True),
        sa.Column("pre_events", sa.BigInteger(), nullable=False),
        sa.Column("pre_total", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("cell", "user_id", name=op.f("pk_user_metric")),
        comment="The roll-up: what one user did in one metric, kept up with each batch of events, so that an "
        "analysis does not read the log. `cell` is an `experiment_cell`: a short key makes small rows, which "
        "is what a batch of events costs.",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "experiment",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("config", sa.JSON(), nullable=False),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.Column("hash_version", sa.Integer(), nullable=False),
        sa.Column("layer", sa.Text(), nullable=True),
        sa.Column("layer_low", sa.Double(), nullable=True),
        sa.Column("layer_high", sa.Double(), nullable=True),
        sa.Column("holdout", sa.Text(), nullable=True),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("start_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["holdout"], ["holdout.name"], name=op.f("fk_experiment_holdout")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_experiment")),
        comment="A test as it was asked for: `config` holds metrics, targeting and thresholds; the layer's half-"
        "open range [low, high) is the part of its users that this test may have.",
    )
    op.create_index(op.f("ix_experiment_layer"), "experiment", ["layer"], unique=False)
    op.create_index(op.f("ix_experiment_state_start_at"), "experiment", ["state", "start_at"], unique=False)
    op.create_table(
        "experiment_change",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("experiment_id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["experiment_id"], ["experiment.id"], name=op.f("fk_experiment_change_experiment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_experiment_change")),
        comment="Everything that was done to an experiment: what, when, by whom and why.",
    )
    op.create_index(
        op.f("ix_experiment_change_experiment_id_at"),
        "experiment_change",
        ["experiment_id", "at"],
        unique=False,
    )
    op.create_table(
        "experiment_phase",
        sa.Column("experiment_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("weights", sa.JSON(), nullable=False),
        sa.Column("coverage", sa.Double(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["experiment_id"], ["experiment.id"], name=op.f("fk_experiment_phase_experiment_id")
        ),
        sa.PrimaryKeyConstraint("experiment_id", "number", name=op.f("pk_experiment_phase")),
        comment="A stretch of time with one allocation: `weights` by variant id, sum 1; `coverage` is the share "
        "of eligible users that takes part at all. A change of allocation begins a new phase.",
    )
    op.create_table(
        "experiment_variant",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("experiment_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=True),
        sa.Column("is_control", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["experiment_id"], ["experiment.id"], name=op.f("fk_experiment_variant_experiment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_experiment_variant")),
        sa.UniqueConstraint("experiment_id", "name", name=op.f("uq_experiment_variant_experiment_id_name")),
        sa.UniqueConstraint(
            "experiment_id", "position", name=op.f("uq_experiment_variant_experiment_id_position")
        ),
        comment="A variant and what its users are shown.",
    )
    op.create_table(
        "experiment_cell",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("experiment_id", sa.Text(), nullable=False),
        sa.Column("variant_id", sa.Text(), nullable=False),
        sa.Column("metric", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["experiment_id"], ["experiment.id"], name=op.f("fk_experiment_cell_experiment_id")
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["experiment_variant.id"], name=op.f("fk_experiment_cell_variant_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_experiment_cell")),
        sa.UniqueConstraint(
            "experiment_id",
            "metric",
            "variant_id",
            name=op.f("uq_experiment_cell_experiment_id_metric_variant_id"),
        ),
        comment="One tracked metric of one variant: what a row of the roll-up belongs to. The id is a digest of "
        "variant and metric, so that it is the same in every process and needs no counter.",
    )
    op.create_table(
        "assignment",
        sa.Column("experiment_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("variant_id", sa.Text(), nullable=False),
        sa.Column("phase", sa.Integer(), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("excluded", sa.Text(), nullable=True),
        sa.Column("context", sa.JSON(), nullable=True),
        sa.Column("segment", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["experiment_id"], ["experiment.id"], name=op.f("fk_assignment_experiment_id")
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["experiment_variant.id"], name=op.f("fk_assignment_variant_id")
        ),
        sa.PrimaryKeyConstraint("experiment_id", "user_id", name=op.f("pk_assignment")),
        comment="Who was shown which variant first, and when: the exposure. `excluded` names why a user does not"
        " count (`bot`, `several_variants`), by what was known before the exposure.",
    )
    op.create_index(
        op.f("ix_assignment_experiment_id_excluded_variant_id_phase_assigned_at"),
        "assignment",
        ["experiment_id", "excluded", "variant_id", "phase", "assigned_at"],
        unique=False,
    )

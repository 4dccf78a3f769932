"""Experiments: what was set up, who saw which variant, and what was tracked of them.

A user's id is personal data of a subject of the kind `user`. Times are the moments of the events themselves;
`received_at` and `recorded_at` tell when this database learned of them.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)

from ag2_marketing_tools.workspace.store.schema.base import PERSON, metadata, personal
from ag2_marketing_tools.workspace.store.types import UtcDateTime, json_column

USER = "user"
"""The subject kind of people who take part in experiments."""

holdout = Table(
    "holdout",
    metadata,
    Column("name", Text, primary_key=True),
    Column("salt", Text, nullable=False),
    Column("share", Double, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    comment="A share of all users that takes part in no experiment that respects it.",
)

metric_definition = Table(
    "metric_definition",
    metadata,
    Column("name", Text, primary_key=True),
    Column("definition", json_column(), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    comment="A metric that this company defined itself, beside those that come with the product.",
)

experiment = Table(
    "experiment",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("config", json_column(), nullable=False),
    Column("salt", Text, nullable=False),
    Column("hash_version", Integer, nullable=False),
    Column("layer", Text),
    Column("layer_low", Double),
    Column("layer_high", Double),
    Column("holdout", Text, ForeignKey(holdout.c.name)),
    Column("timezone", Text, nullable=False),
    Column("start_at", UtcDateTime, nullable=False),
    Column("end_at", UtcDateTime, nullable=False),
    Column("stopped_at", UtcDateTime),
    Column("version", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Index(None, "state", "start_at"),
    Index(None, "layer"),
    comment="A test as it was asked for: `config` holds metrics, targeting and thresholds; the layer's half-open "
    "range [low, high) is the part of its users that this test may have.",
)

experiment_variant = Table(
    "experiment_variant",
    metadata,
    Column("id", Text, primary_key=True),
    Column("experiment_id", Text, ForeignKey(experiment.c.id), nullable=False),
    Column("position", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("content", json_column()),
    Column("is_control", Boolean, nullable=False),
    UniqueConstraint("experiment_id", "position"),
    UniqueConstraint("experiment_id", "name"),
    comment="A variant and what its users are shown.",
)

experiment_phase = Table(
    "experiment_phase",
    metadata,
    Column("experiment_id", Text, ForeignKey(experiment.c.id), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("weights", json_column(), nullable=False),
    Column("coverage", Double, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("reason", Text),
    comment="A stretch of time with one allocation: `weights` by variant id, sum 1; `coverage` is the share of "
    "eligible users that takes part at all. A change of allocation begins a new phase.",
)

experiment_change = Table(
    "experiment_change",
    metadata,
    Column("id", Text, primary_key=True),
    Column("experiment_id", Text, ForeignKey(experiment.c.id), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", Text, info=personal(PERSON)),
    Column("action", Text, nullable=False),
    Column("before", json_column()),
    Column("after", json_column()),
    Column("reason", Text),
    Index(None, "experiment_id", "at"),
    comment="Everything that was done to an experiment: what, when, by whom and why.",
)

experiment_look = Table(
    "experiment_look",
    metadata,
    Column("experiment_id", Text, ForeignKey(experiment.c.id), primary_key=True),
    Column("look", Integer, primary_key=True, autoincrement=False),
    Column("taken_at", UtcDateTime, nullable=False),
    Column("users", Integer, nullable=False),
    Column("material", json_column(), nullable=False),
    comment="When a group-sequential plan's look was taken, and at how many users; until the next one is due, the test "
    "is judged by `material`, the sums that the look saw.",
)

assignment = Table(
    "assignment",
    metadata,
    Column("experiment_id", Text, ForeignKey(experiment.c.id), primary_key=True),
    Column("user_id", Text, primary_key=True, info=personal(USER)),
    Column("variant_id", Text, ForeignKey(experiment_variant.c.id), nullable=False),
    Column("phase", Integer, nullable=False),
    Column("assigned_at", UtcDateTime, nullable=False),
    Column("excluded", Text),
    Column("context", json_column(), info=personal()),
    Column("segment", Text),
    Index(None, "experiment_id", "excluded", "variant_id", "phase", "assigned_at"),  # users are counted in it
    comment="Who was shown which variant first, and when: the exposure. `excluded` names why a user does not "
    "count (`bot`, `several_variants`), by what was known before the exposure.",
)

tracked_event = Table(
    "tracked_event",
    metadata,
    Column("event_id", Text, primary_key=True),
    Column("metric", Text, primary_key=True),
    Column("experiment_id", Text),
    Column("variant_id", Text),
    Column("user_id", Text, info=personal(USER) | {"linked": True}),
    Column("channel", Text, nullable=False),
    Column("value", Double, nullable=False),
    Column("counts", Text, nullable=False),
    Column("occurred_at", UtcDateTime, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("context", json_column(), info=personal()),
    Index(None, "experiment_id", "user_id"),
    comment="One value of one metric of one event, once however often it was sent. `counts` says towards what: "
    "`outcome` (after the exposure, inside its window), `pre_period` (before it), `nothing` (kept only).",
)

refused_event = Table(
    "refused_event",
    metadata,
    Column("id", Text, primary_key=True),
    Column("experiment_id", Text),
    Column("event_id", Text),
    Column("user_id", Text, info=personal(USER)),
    Column("channel", Text),
    Column("metric", Text),
    Column("reason", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("payload", json_column(), info=personal()),
    Column("received_at", UtcDateTime, nullable=False),
    Index(None, "experiment_id", "reason"),
    comment="An event that was not taken, with its reason: kept to be counted and looked at, never analysed.",
)

experiment_cell = Table(
    "experiment_cell",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("experiment_id", Text, ForeignKey(experiment.c.id), nullable=False),
    Column("variant_id", Text, ForeignKey(experiment_variant.c.id), nullable=False),
    Column("metric", Text, nullable=False),
    UniqueConstraint("experiment_id", "metric", "variant_id"),
    comment="One tracked metric of one variant: what a row of the roll-up belongs to. The id is a digest of "
    "variant and metric, so that it is the same in every process and needs no counter.",
)

user_metric = Table(
    "user_metric",
    metadata,
    Column("cell", BigInteger, primary_key=True, autoincrement=False),
    Column("user_id", Text, primary_key=True, info=personal(USER)),
    Column("events", BigInteger, nullable=False),
    Column("total", Double, nullable=False),
    Column("maximum", Double),
    Column("pre_events", BigInteger, nullable=False),
    Column("pre_total", Double, nullable=False),
    comment="The roll-up: what one user did in one metric, kept up with each batch of events, so that an "
    "analysis does not read the log. `cell` is an `experiment_cell`: a short key makes small rows, which is what "
    "a batch of events costs.",
    sqlite_with_rowid=False,  # the rows lie in the order in which an analysis reads them
)

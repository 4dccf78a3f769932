"""One row of every table of experiments, with values that are easily lost."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Table

from ag2_marketing_tools.workspace.store.schema import (
    assignment,
    experiment,
    experiment_cell,
    experiment_change,
    experiment_look,
    experiment_phase,
    experiment_variant,
    holdout,
    metric_definition,
    refused_event,
    tracked_event,
    user_metric,
)

AT = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC)
USER = "anna@example.org"


def an_experiment() -> list[tuple[Table, dict[str, Any]]]:
    """Rows of a test in which one person took part, each after the rows that it refers to."""
    of, who = {"experiment_id": "x1"}, {"user_id": USER, "variant_id": "v1"}
    stretch = {"start_at": AT, "end_at": AT, "created_at": AT, "updated_at": AT, "timezone": "UTC"}
    hashed = {
        "salt": "s",
        "hash_version": 1,
        "layer": "l",
        "layer_low": 0.1,
        "layer_high": 1.0,
        "holdout": "h",
    }
    named = {"name": "Caf\u00e9", "state": "running", "config": {"b": 1.0, "a": []}, "version": 1}
    event = {"event_id": "e1", "metric": "m", "channel": "email", "value": 5e-324, "counts": "outcome"}
    return [
        (holdout, {"name": "h", "salt": "s", "share": 0.1, "created_at": AT}),
        (metric_definition, {"name": "m", "definition": {"kind": "binary"}, "created_at": AT}),
        (experiment, {"id": "x1", **named, **hashed, **stretch}),
        (experiment_variant, {"id": "v1", **of, "position": 0, "name": "Control", "is_control": True}),
        (experiment_look, {**of, "look": 1, "taken_at": AT, "users": 2_000, "material": {}}),
        (experiment_phase, {**of, "number": 1, "weights": {"v1": 1.0}, "coverage": 1.0, "started_at": AT}),
        (experiment_change, {"id": "c1", **of, "at": AT, "actor": "bert", "action": "set_up"}),
        (assignment, {**of, **who, "phase": 1, "assigned_at": AT, "context": {"name": USER}}),
        (experiment_cell, {"id": -(2**63), **of, "variant_id": "v1", "metric": "m"}),
        (
            tracked_event,
            {**event, **of, **who, "occurred_at": AT, "received_at": AT} | {"context": {"name": USER}},
        ),
        (
            refused_event,
            {
                "id": "r1",
                **of,
                "user_id": USER,
                "reason": "not_finite",
                "metric": "m",
                "detail": "NaN",
                "received_at": AT,
            }
            | {"payload": {"user_id": USER}},
        ),
        (
            user_metric,
            {"cell": -(2**63), "user_id": USER, "events": 2**62, "total": 1.0, "maximum": 1.0}
            | {"pre_events": 0, "pre_total": 0.0},
        ),
    ]

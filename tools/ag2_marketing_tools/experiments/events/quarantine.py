"""What is not taken is kept: to be counted and looked at, never analysed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection

from ag2_marketing_tools.experiments.events.model import IncomingEvent, Refusal
from ag2_marketing_tools.experiments.events.values import is_id, named
from ag2_marketing_tools.workspace.store import Store
from ag2_marketing_tools.workspace.store.schema import refused_event

LONGEST_KEPT = 4_000
"""Characters of JSON that are kept of a context or a refused event; the rest is cut off, and it says so."""


def as_json(value: Any) -> str:
    """Return anything as JSON that every database takes: what JSON cannot hold as text, what is too long cut."""
    try:
        plain = json.loads(json.dumps(value, default=repr, skipkeys=True), parse_constant=str)
        text = json.dumps(plain, allow_nan=False, separators=(",", ":"))
    except (ValueError, TypeError, RecursionError, OverflowError):
        return json.dumps({"unreadable": type(value).__name__})
    return text if len(text) <= LONGEST_KEPT else json.dumps({"cut": text[:LONGEST_KEPT]})


def quarantine(
    connection: Connection,
    store: Store,
    refused: Iterable[tuple[IncomingEvent, str, Refusal]],
    received_at: datetime,
) -> None:
    """Keep what was refused, once however often a client sends it.

    Args:
        connection: The batch's transaction.
        store: Whose dialect it is.
        refused: Event, the id that it goes by, and why; once per refusal.
        received_at: When the batch came in.
    """
    rows = {}
    for event, event_id, refusal in refused:
        id = _id_of(event_id, refusal)
        rows[id] = {"id": id, **_row(event, event_id, refusal, received_at)}
    if rows:
        connection.execute(store.insert_new(refused_event), [rows[id] for id in sorted(rows)])


def _id_of(event_id: str, refusal: Refusal) -> str:
    """Return the same id for the same refusal; an event without a sound id goes by one that was drawn for it."""
    key = "\x1f".join((event_id, refusal.metric or "", refusal.reason))
    return f"refused_{sha256(key.encode()).hexdigest()[:20]}"


def _row(event: IncomingEvent, event_id: str, refusal: Refusal, received_at: datetime) -> dict[str, Any]:
    payload = {
        "metrics": event.metrics,
        "variant_id": event.variant_id,
        "occurred_at": event.occurred_at.isoformat()
        if isinstance(event.occurred_at, datetime)
        else event.occurred_at,
        "context": event.context,
    }
    odd = {
        name: value
        for name in ("event_id", "experiment_id", "user_id", "channel")
        if (value := getattr(event, name)) is not None and not is_id(value)
    }
    return {
        "experiment_id": event.experiment_id if is_id(event.experiment_id) else None,
        "event_id": event_id,
        "user_id": event.user_id if is_id(event.user_id) else None,
        "channel": event.channel if is_id(event.channel) else None,
        "metric": None if refusal.metric is None else named(refusal.metric).strip("'"),
        "reason": refusal.reason,
        "detail": refusal.detail,
        "payload": json.loads(as_json({**payload, **odd})),
        "received_at": received_at,
    }

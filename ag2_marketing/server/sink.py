"""Where events go: the engine, or whatever else keeps the promise that what it returned for is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

Kind = Literal["recorded", "duplicate", "quarantined"]


@dataclass(frozen=True, slots=True)
class IncomingEvent:
    """An event on its way into the store; times by the server's clock."""

    event_id: str
    experiment_id: str | None
    variant_id: str | None
    user_id: str | None
    channel: str
    metrics: Mapping[str, object]
    occurred_at: datetime | None
    context: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one event: `recorded`, a `duplicate`, or `quarantined` for a reason."""

    kind: Kind
    reason: str | None = None


class EventSink(Protocol):
    """Stores events."""

    async def write(self, events: Sequence[IncomingEvent]) -> Sequence[Outcome]:
        """Store events in one transaction, and return once it is durable: one outcome per event, in order.

        Raises:
            InvalidInput, Conflict: One of the events cannot be stored; none was.
            StoreError: The database failed; nothing was stored.
        """
        ...

"""Where events go: the engine, or whatever else keeps the promise that what it returned for is stored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ag2_marketing_tools.experiments.events import EventOutcome, IncomingEvent


class EventSink(Protocol):
    """Stores events."""

    async def write(self, events: Sequence[IncomingEvent]) -> Sequence[EventOutcome]:
        """Store events in one transaction, and return once it is durable: one outcome per event, in order.

        Raises:
            InvalidInput, Conflict: One of the events cannot be stored; none was.
            StoreError: The database failed; nothing was stored.
        """
        ...

"""One way to track events of every channel: e-mail, website and social media."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from ag2_marketing.adapters.answers import as_dict, failed
from ag2_marketing.classes.base import ToolFace
from ag2_marketing_tools.errors import InvalidInput, MarketingError
from ag2_marketing_tools.experiments import track_event

UNDERSTOOD = frozenset({"test_id", "variant_id", "user_id", "event_id", "occurred_at", "value"})
"""What of an event's metadata the tracking reads; everything else is kept with the event."""

Track = Callable[[str, Mapping[str, Any]], Awaitable[dict[str, Any]]]


class UnifiedTracker(ToolFace):
    """Tracks events of every channel in one form; with a test's id they count in that test.

    Attributes:
        channels: How each channel is tracked, by its name; a further channel is a further entry.
    """

    def __init__(self, **options: Any) -> None:
        """Take the channels; for `options` see `ToolFace`."""
        super().__init__(**options)
        self.channels: dict[str, Track] = {
            "email": self._track_email,
            "website": self._track_website,
            "social": self._track_social,
        }

    async def track_event(
        self, channel: str, event_type: str, metadata: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Record an event.

        Args:
            channel: `email`, `website` or `social`.
            event_type: A metric or one of its events, such as `open`, `conversion` or `pageview`.
            metadata: What is known besides; `test_id`, `variant_id`, `user_id`, `event_id`, `occurred_at` and
                `value` are understood, everything else is kept with the event. Without a `test_id` it is an event
                of the channel alone.

        Returns:
            `event_id`, `recorded_metrics` and `status` `recorded`; or `status` `error` and `error`.

        Raises:
            InvalidInput: There is no such channel (a `ValueError`).
        """
        if channel not in self.channels:
            raise InvalidInput(f"Unsupported channel: {channel}")
        return await self.channels[channel](event_type, metadata or {})

    async def _track_email(self, event_type: str, metadata: Mapping[str, Any]) -> dict[str, Any]:
        return await self._track("email", event_type, metadata)

    async def _track_website(self, event_type: str, metadata: Mapping[str, Any]) -> dict[str, Any]:
        return await self._track("website", event_type, metadata)

    async def _track_social(self, event_type: str, metadata: Mapping[str, Any]) -> dict[str, Any]:
        return await self._track("social", event_type, metadata)

    async def _track(self, channel: str, event_type: str, metadata: Mapping[str, Any]) -> dict[str, Any]:
        try:
            if not isinstance(metadata, Mapping):
                raise InvalidInput(
                    f"metadata is a {type(metadata).__name__}.",
                    remedy="Give a mapping, such as {'user_id': …}.",
                )
            known = {name: value for name, value in metadata.items() if name in UNDERSTOOD}
            further = {name: value for name, value in metadata.items() if name not in UNDERSTOOD}
            event = {**known, "channel": channel, "event_type": event_type, "context": further}
            return as_dict(await self._call(track_event, event))
        except MarketingError as error:
            return failed(error, event_id=None, recorded_metrics=[])

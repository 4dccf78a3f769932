"""One way to track events of every channel: e-mail, website and social media."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from ag2_marketing.adapters.direct import run_once, sharing
from ag2_marketing_tools.errors import InvalidInput, MarketingError
from ag2_marketing_tools.experiments import track_event
from ag2_marketing_tools.workspace import Settings, Workspace
from ag2_marketing_tools.workspace.gateway import Services

UNDERSTOOD = frozenset({"test_id", "variant_id", "user_id", "event_id", "occurred_at", "value"})
"""What of an event's metadata the tracking reads; everything else is kept with the event."""

Track = Callable[[str, Mapping[str, Any]], Awaitable[dict[str, Any]]]


class UnifiedTracker:
    """Tracks events of every channel in one form; with a test's id they count in that test.

    Attributes:
        channels: How each channel is tracked, by its name; a further channel is a further entry.

    Args:
        workspace: An open workspace to work in; without one, each call opens and closes its own.
        settings: Settings of the workspaces that it opens itself; read from the environment when not given.
    """

    def __init__(self, *, workspace: Workspace | None = None, settings: Settings | None = None) -> None:
        self.settings = settings or (workspace.settings if workspace else Settings())
        services = Services()
        self._source = (
            sharing(workspace) if workspace else lambda: Workspace.open(self.settings, services=services)
        )
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
            tracked = await run_once(track_event, event, self._source)
        except MarketingError as error:
            return {
                "event_id": None,
                "recorded_metrics": [],
                "status": "error",
                "error": error.message,
                "remedy": error.remedy,
            }
        return tracked.model_dump(mode="json")

"""Counts every request by its route and status."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ag2_marketing.server.operation.figures import Figures
from ag2_marketing_tools.workspace import Clock


class CountRequests:
    """Counts and times requests; the route is named by its endpoint, never by what a client wrote."""

    def __init__(self, app: ASGIApp, *, figures: Figures, clock: Clock) -> None:
        self._app, self._figures, self._clock = app, figures, clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started_s, status = self._clock.monotonic_s(), 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            route = getattr(scope.get("endpoint"), "__name__", "none")
            self._figures.requests.labels(route, str(status)).inc()
            self._figures.request_s.labels(route).observe(self._clock.monotonic_s() - started_s)

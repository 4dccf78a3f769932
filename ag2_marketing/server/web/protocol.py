"""HTTP/1.1 as uvicorn speaks it, with limits on what a client may do before a request is complete.

uvicorn itself waits for headers without end, and takes any number of them.
"""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEADERS_TIMEOUT_S = 10.0
MAX_HEADER_BYTES = 32_768
LINGER_S = 5.0
"""How long the rest of a request is read, and forgotten, after it was refused: who closes at once, with the rest
unread, makes the client lose the answer."""


class LimitedProtocol(HttpToolsProtocol):
    """Closes connections whose headers are too slow or too large, or that go on after they were refused."""

    _deadline: asyncio.TimerHandle | None = None
    _header_bytes = 0
    _in_headers = True

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._await_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what came; bytes before the end of the headers are counted."""
        if self._in_headers:
            if self._deadline is None:  # a further request of a connection that was kept
                self._await_headers()
            self._header_bytes += len(data)
        super().data_received(data)
        if self._in_headers and self._header_bytes > MAX_HEADER_BYTES:
            self.transport.close()

    def on_headers_complete(self) -> None:
        """Begin to answer; a header that only went over the limit with its end is refused too."""
        self._stop_waiting()
        self._in_headers = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Count anew for the next request."""
        super().on_message_complete()
        self._stop_waiting()
        self._in_headers, self._header_bytes = True, 0

    def on_response_complete(self) -> None:
        """Give a client that is still sending what was refused a little time to stop."""
        super().on_response_complete()
        if not self._in_headers and self.cycle.response_complete and self._deadline is None:
            self._deadline = self.loop.call_later(LINGER_S, self._give_up)

    def _await_headers(self) -> None:
        self._deadline = self.loop.call_later(HEADERS_TIMEOUT_S, self._give_up)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        self._deadline = None
        if self.transport is not None and not self.transport.is_closing():
            self.transport.close()

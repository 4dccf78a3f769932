"""One deadline over a whole fetch: per-read time-outs let a server drip one byte at a time for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

from ag2_marketing_tools.errors import FetchFailed
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.workspace.clock import Clock


class Deadline:
    """Look-up, connection, redirects, retries, back-off and body must all end within `limit_s`.

    Time spent queueing for our own politeness and rate limits is not held against the other server: a crawl
    of a hundred pages of one host would otherwise time out by its own good manners.
    """

    def __init__(self, what: str, limit_s: float, *, clock: Clock) -> None:
        self.limit_s = limit_s
        self._what = what
        self._clock = clock
        self._timeout = asyncio.timeout(limit_s)
        self._started_s = clock.monotonic_s()
        self._paused_s = 0.0

    async def __aenter__(self) -> Deadline:
        await self._timeout.__aenter__()
        self._started_s = self._clock.monotonic_s()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await self._timeout.__aexit__(kind, error, trace)
        except TimeoutError:
            raise FetchFailed(
                say("{url} did not answer in full within {limit:g} s.", url=self._what, limit=self.limit_s),
                kind="timeout",
                remedy=say("Try again later, or raise fetch_deadline_s."),
            ) from None

    @property
    def expired(self) -> bool:
        """Whether the deadline, and not somebody else, is what cancels the work."""
        return self._timeout.expired()

    def spent_s(self) -> float:
        """Seconds since the start, our own queueing left out."""
        return self._clock.monotonic_s() - self._started_s - self._paused_s

    def remaining_s(self) -> float:
        """Seconds that are left."""
        return self.limit_s - self.spent_s()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Stop the count while we queue for a limit of our own."""
        loop = asyncio.get_running_loop()
        when = self._timeout.when()
        left_s = (when - loop.time()) if when is not None else self.limit_s
        started_s = self._clock.monotonic_s()
        self._timeout.reschedule(None)
        try:
            yield
        finally:
            self._paused_s += self._clock.monotonic_s() - started_s
            self._timeout.reschedule(loop.time() + left_s)

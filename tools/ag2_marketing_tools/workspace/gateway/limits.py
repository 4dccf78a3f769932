"""How often a service or a host may be asked."""

from __future__ import annotations

import math
from collections import deque

from ag2_marketing_tools.errors import InvalidInput, RateLimited
from ag2_marketing_tools.workspace.clock import Clock, SystemClock


class RateLimiter:
    """At most `max_requests` within any `time_window` seconds; who comes too early waits.

    It remembers when the last requests were let through (a sliding log), so that the limit holds in every
    window and not only on average. It keeps no lock and no future and reads the workspace's clock, and thus
    outlives an event loop: the next workspace, in another loop, goes on counting where this one stopped.
    """

    def __init__(self, max_requests: int, time_window: float, *, clock: Clock | None = None) -> None:
        """Set the limit.

        Args:
            max_requests: Requests that may start within the window.
            time_window: The window, in seconds.
            clock: The machine's clock when not given.

        Raises:
            InvalidInput: A limit below one request, or a window that is not above zero.
        """
        if isinstance(max_requests, bool) or not isinstance(max_requests, int) or max_requests < 1:
            raise InvalidInput(f"max_requests is {max_requests!r}.", remedy="Give a whole number above zero.")
        if not isinstance(time_window, int | float) or not 0 < time_window < math.inf:
            raise InvalidInput(f"time_window is {time_window!r}.", remedy="Give seconds, above zero.")
        self.max_requests = max_requests
        self.time_window = float(time_window)
        self._clock = clock or SystemClock()
        self._starts: deque[float] = deque()

    def wait_s(self) -> float:
        """Return the seconds that a request made now would have to wait."""
        return max(0.0, self._next_start_s() - self._clock.monotonic_s())

    async def acquire(self, *, max_wait_s: float | None = None) -> None:
        """Wait for a place and take it; places are given in the order of asking.

        Raises:
            RateLimited: The wait would be longer than `max_wait_s`; no place was taken.
        """
        start_s = self._next_start_s()
        wait_s = start_s - self._clock.monotonic_s()
        if max_wait_s is not None and wait_s > max_wait_s:
            raise RateLimited(
                f"Our own limit of {self.max_requests} requests in {self.time_window:g} s is used up.",
                retry_after_s=wait_s,
                remedy=f"Try again in {math.ceil(wait_s)} s.",
            )
        self._starts.append(start_s)
        try:
            if wait_s > 0:
                await self._clock.sleep(wait_s)
        except BaseException:
            self._starts.remove(start_s)  # who stops waiting gives the place back
            raise

    def _next_start_s(self) -> float:
        now_s = self._clock.monotonic_s()
        while self._starts and self._starts[0] <= now_s - self.time_window:
            self._starts.popleft()
        if len(self._starts) < self.max_requests:
            return now_s
        return max(now_s, self._starts[-self.max_requests] + self.time_window)

"""What is remembered of each service and host between requests: its limits and how it fared."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from cachetools import LRUCache

from ag2_marketing_tools.errors import CircuitOpen, FetchFailed
from ag2_marketing_tools.workspace.clock import Clock, SystemClock
from ag2_marketing_tools.workspace.gateway.breaker import CircuitBreaker
from ag2_marketing_tools.workspace.gateway.limits import RateLimiter

WEB: Final = "web"
"""The service of ordinary pages: each host stands for itself."""
_MOST_HOSTS: Final = 4096
_OUTAGES: Final = frozenset({"dns", "connect", "tls", "timeout", "protocol"})
_SERVER_ERROR: Final = 500


@dataclass(frozen=True)
class ServicePolicy:
    """How a service wants to be treated.

    Attributes:
        max_requests: Requests within `window_s`; None for no limit but the host's.
        window_s: The window, in seconds.
        failure_threshold: Failures in a row that open the breaker.
        recovery_timeout_s: Seconds until it is tried again.
    """

    max_requests: int | None = None
    window_s: float = 60.0
    failure_threshold: int = 5
    recovery_timeout_s: float = 30.0


class Service:
    """A service's breaker and, where it has a limit, its rate limiter."""

    def __init__(self, name: str, policy: ServicePolicy, clock: Clock) -> None:
        self.name = name
        self.breaker = CircuitBreaker(policy.failure_threshold, policy.recovery_timeout_s, clock=clock)
        self.limiter = (
            RateLimiter(policy.max_requests, policy.window_s, clock=clock)
            if policy.max_requests is not None
            else None
        )

    def enter(self) -> None:
        """Begin a request; end it by one of the `record` methods.

        Raises:
            CircuitOpen: The service failed too often and rests.
        """
        try:
            self.breaker.enter()
        except CircuitOpen as resting:
            wait_s = resting.retry_after_s
            raise CircuitOpen(
                f"Circuit breaker is open: {self.name} failed {self.breaker.failures} times in a row; "
                f"it is tried again in {math.ceil(wait_s)} s.",
                retry_after_s=wait_s,
            ) from None

    def record_status(self, status: int) -> None:
        """Record an answer: a 5xx is a failure of the service, a 4xx is the caller's own fault."""
        if status >= _SERVER_ERROR:
            self.breaker.failure()
        else:
            self.breaker.success()

    def record_error(self, error: BaseException, *, out_of_time: bool) -> None:
        """Record how a request ended without a usable answer."""
        if out_of_time or (isinstance(error, FetchFailed) and error.kind in _OUTAGES):
            self.breaker.failure()
        elif isinstance(error, FetchFailed):
            self.breaker.success()  # it answered, with something we do not take
        else:
            self.breaker.leave()


class Services:
    """The limiters and breakers of all services and hosts.

    Pass one object to several gateways, and those that are opened later, in other event loops, keep to what
    the earlier ones used up. Not for several threads at once.
    """

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._named: dict[str, Service] = {}
        self._hosts: LRUCache[str, Service] = LRUCache(_MOST_HOSTS)
        self._paces: LRUCache[str, RateLimiter] = LRUCache(_MOST_HOSTS)

    def configure(self, name: str, policy: ServicePolicy) -> Service:
        """Set a service's policy; what was counted for it before is forgotten.

        Raises:
            InvalidInput: A value of the policy is out of range.
        """
        self._named[name] = Service(name, policy, self._clock)
        return self._named[name]

    def service(self, name: str, host: str, default: ServicePolicy) -> Service:
        """Return a service, or, for `web`, the host as a service of its own."""
        if name == WEB:
            if host not in self._hosts:
                self._hosts[host] = Service(host, default, self._clock)
            return self._hosts[host]
        if name not in self._named:
            self.configure(name, default)
        return self._named[name]

    def pace(self, host: str, interval_s: float) -> RateLimiter | None:
        """Return what spaces the requests to a host; a longer interval, once set, stays."""
        if interval_s > 0:
            pace = self._paces.setdefault(host, RateLimiter(1, interval_s, clock=self._clock))
            pace.time_window = max(pace.time_window, interval_s)
        return self._paces.get(host)

"""Guessing passwords: slowed per name and per client, alike for names that exist and names that do not."""

from __future__ import annotations

from dataclasses import dataclass, field

from ag2_marketing.server.access.secrets import digest_of
from ag2_marketing.server.web.limits import TokenBuckets
from ag2_marketing.server.web.problems import Problem
from ag2_marketing_tools.workspace import Clock

FAILURES_AT_ONCE = 5
"""Of one client with one name, then one a minute."""

OF_ONE_CLIENT = 20
OF_ONE_NAME = 50
"""From everywhere: high, since others could lock a person out by it."""

_RATE_PER_S = 1 / 60


@dataclass
class LoginThrottle:
    """Counts failed logins."""

    clock: Clock
    _pairs: TokenBuckets = field(init=False)
    _clients: TokenBuckets = field(init=False)
    _names: TokenBuckets = field(init=False)

    def __post_init__(self) -> None:
        self._pairs = TokenBuckets(_RATE_PER_S, FAILURES_AT_ONCE, self.clock)
        self._clients = TokenBuckets(_RATE_PER_S, OF_ONE_CLIENT, self.clock)
        self._names = TokenBuckets(_RATE_PER_S, OF_ONE_NAME, self.clock)

    def attempt(self, client: str, name: str) -> None:
        """Count an attempt before its password is looked at, so that many at once gain nothing.

        Raises:
            Problem: There were too many (429).
        """
        who = digest_of(name)
        buckets = ((self._pairs, f"{client} {who}"), (self._clients, client), (self._names, who))
        wait_s = max(bucket.wait_s(key) for bucket, key in buckets)
        if wait_s:
            raise Problem(429, "logins", "Too many attempts. Wait a minute.", retry_after_s=wait_s)

    def succeeded(self, client: str, name: str) -> None:
        """Forget a person's earlier mistakes."""
        self._pairs.refill(f"{client} {digest_of(name)}")

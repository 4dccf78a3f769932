"""Rate limits by token bucket: a bounded number of clients is remembered, the longest unseen is forgotten first."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address

from cachetools import LRUCache

from ag2_marketing_tools.workspace import Clock

MAX_CLIENTS = 20_000
"""Clients that are remembered: some 4 MB."""

_IPV6_NETWORK_BITS = 64
"""What one IPv6 customer commonly has at least, and can change addresses within at will (RFC 6177)."""


@dataclass
class TokenBuckets:
    """A bucket per client: it holds `burst` tokens, gains `rate_per_s`, and each act takes one.

    Attributes:
        rate_per_s: Acts per second in the long run.
        burst: Acts at once.
        clock: Tells the time that went by.
        max_clients: How many are remembered.
    """

    rate_per_s: float
    burst: float
    clock: Clock
    max_clients: int = MAX_CLIENTS
    _buckets: LRUCache[str, tuple[float, float]] = field(init=False)

    def __post_init__(self) -> None:
        self._buckets = LRUCache(self.max_clients)

    def wait_s(self, client: str) -> float:
        """Take a token and return 0, or return how long to wait for the next one."""
        tokens = self._tokens(client)
        if tokens < 1:
            return (1 - tokens) / self.rate_per_s
        self._buckets[client] = (tokens - 1, self.clock.monotonic_s())
        return 0.0

    def refill(self, client: str) -> None:
        """Forget what a client did."""
        self._buckets.pop(client, None)

    def _tokens(self, client: str) -> float:
        now_s = self.clock.monotonic_s()
        tokens, at_s = self._buckets.get(client, (self.burst, now_s))
        return min(self.burst, tokens + (now_s - at_s) * self.rate_per_s)


def client_of(address: str | None) -> str:
    """Return under which name an address is counted: IPv6 by its network, everything else as it is."""
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return address or "unknown"
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    network_bits = int(parsed) >> (128 - _IPV6_NETWORK_BITS)
    return f"{IPv6Address(network_bits << (128 - _IPV6_NETWORK_BITS))}/{_IPV6_NETWORK_BITS}"

"""Token buckets: what a client may do at once and in the long run, in memory that does not grow."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ag2_marketing.server.web.limits import TokenBuckets, client_of
from ag2_marketing_tools.workspace import FixedClock

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_a_burst_is_allowed_then_the_rate() -> None:
    clock = FixedClock(NOW)
    buckets = TokenBuckets(2.0, 3, clock)
    assert [buckets.wait_s("a") for _ in range(4)] == [0, 0, 0, 0.5]
    clock.advance(0.25)
    assert buckets.wait_s("a") == 0.25
    clock.advance(0.25)
    assert [buckets.wait_s("a"), buckets.wait_s("a")] == [0, 0.5]
    clock.advance(3600)
    assert [buckets.wait_s("a") for _ in range(4)] == [0, 0, 0, 0.5]


def test_clients_do_not_share_a_bucket_and_one_can_be_forgiven() -> None:
    buckets = TokenBuckets(1.0, 1, FixedClock(NOW))
    assert [buckets.wait_s("a"), buckets.wait_s("b"), buckets.wait_s("a")] == [0, 0, 1]
    buckets.refill("a")
    assert buckets.wait_s("a") == 0


def test_no_more_clients_are_remembered_than_were_meant() -> None:
    buckets = TokenBuckets(0.001, 1, FixedClock(NOW), max_clients=10)
    for number in range(1_000):
        buckets.wait_s(str(number))
    assert len(buckets._buckets) == 10
    assert buckets.wait_s("999") > 0
    assert buckets.wait_s("0") == 0


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("a.sock", "a.sock"),
        (None, "unknown"),
    ],
)
def test_an_ipv6_client_is_its_network(address: str | None, client: str) -> None:
    assert client_of(address) == client

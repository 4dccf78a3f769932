"""The hash of the assignment: published vectors, four engines, uniformity, independence, and its bounds."""

from __future__ import annotations

import json
from importlib import resources
from itertools import pairwise
from typing import Any

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2, kstest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.experiments.assignment.allocation import Allocation, Allocator
from ag2_marketing_tools.experiments.assignment.hashing import bounds_of, bucket, cut, place_of, started
from ag2_marketing_tools.statistics.buckets import growthbook_bucket

VECTORS: dict[str, Any] = json.loads(
    resources.files("ag2_marketing_tools.experiments.assignment").joinpath("vectors.json").read_text("utf-8")
)
USERS = 200_000


def weights() -> st.SearchStrategy[list[float]]:
    """Arbitrary shares that sum to 1, some of them 0."""
    counts = st.lists(st.integers(0, 1000), min_size=2, max_size=12).filter(any)
    return counts.map(lambda found: [count / sum(found) for count in found])


def allocator(shares: list[float], *, coverage: float = 1.0, salt: str = "salt_a") -> Allocator:
    return Allocator(
        Allocation(
            test_id="t",
            hash_version=1,
            salt=salt,
            variant_ids=tuple(str(place) for place in range(len(shares))),
            bounds=tuple(bounds_of(shares)),
            coverage=coverage,
        )
    )


@pytest.mark.parametrize("vector", VECTORS["buckets"], ids=lambda vector: vector["user_id"][:20])
def test_a_bucket_is_the_published_one(vector: dict[str, Any]) -> None:
    assert bucket(vector["purpose"], vector["salt"], vector["user_id"]) == vector["bucket"]


@pytest.mark.parametrize("vector", VECTORS["bounds"], ids=str)
def test_bounds_are_the_published_ones(vector: dict[str, Any]) -> None:
    assert bounds_of(vector["weights"]) == vector["bounds"]


@pytest.mark.parametrize("vector", VECTORS["assignments"], ids=lambda vector: vector["user_id"][:20])
def test_the_variant_is_the_published_one_in_numbers_and_in_bytes(vector: dict[str, Any]) -> None:
    place = place_of(bucket("variant", vector["salt"], vector["user_id"]), vector["bounds"])
    ready = Allocator(
        Allocation(
            test_id="t",
            hash_version=1,
            salt=vector["salt"],
            variant_ids=tuple(str(place) for place in range(len(vector["bounds"]))),
            bounds=tuple(vector["bounds"]),
        )
    )
    assert (place, ready.variant_of(vector["user_id"])) == (vector["variant"], str(vector["variant"]))


def keys() -> list[tuple[str, float]]:
    return [
        (f"{vector['purpose']}:{vector['salt']}:{vector['user_id']}", vector["bucket"])
        for vector in VECTORS["buckets"]
    ]


def test_duckdb_computes_the_same_buckets() -> None:
    sql = "SELECT (('0x' || left(md5(?), 14))::bigint // 8) / 9007199254740992.0"
    for key, expected in keys():
        assert duckdb.execute(sql, [key]).fetchone() == (expected,)


@pytest.mark.needs("postgresql")
async def test_postgresql_computes_the_same_buckets(postgres_url: str) -> None:
    sql = text(
        "SELECT ('x' || lpad(left(md5(CAST(:key AS text)), 14), 16, '0'))::bit(64)::bigint / 8 "
        "/ 9007199254740992.0::float8"
    )
    engine = create_async_engine(make_url(postgres_url).set(drivername="postgresql+asyncpg"))
    async with engine.connect() as connection:
        for key, expected in keys():
            assert await connection.scalar(sql, {"key": key}) == expected
    await engine.dispose()


def buckets(purpose: Any, salt: str, users: int = USERS) -> np.ndarray[Any, Any]:
    begun, found = started(purpose, salt), bytearray()
    for number in range(users):
        hashed = begun()
        hashed.update(b"user_%d" % number)
        found += b"\0" + hashed.digest()[:7]
    return (np.frombuffer(bytes(found), dtype=">u8") >> 3).astype(np.float64) / 2**53


def uniform_p(found: np.ndarray[Any, Any]) -> float:
    observed = np.bincount((found * 1000).astype(int), minlength=1000)
    expected = len(found) / 1000
    return float(chi2.sf(((observed - expected) ** 2 / expected).sum(), 999))


def test_buckets_of_sequential_ids_are_uniform() -> None:
    found = buckets("variant", "salt_a")
    assert uniform_p(found) > 0.001
    assert kstest(found, "uniform").pvalue > 0.001


def independent_p(one: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> float:
    cells = 20
    joint = np.zeros((cells, cells))
    np.add.at(joint, ((one * cells).astype(int), (other * cells).astype(int)), 1)
    expected = joint.sum(1, keepdims=True) * joint.sum(0, keepdims=True) / joint.sum()
    return float(chi2.sf(((joint - expected) ** 2 / expected).sum(), (cells - 1) ** 2))


def test_a_single_pass_of_fnv_1a_is_not_independent_between_tests() -> None:
    """Pitfall 14: what the older version of another product's hash does with sequential ids."""
    users = [f"user_{number}" for number in range(50_000)]
    one, other = (
        np.array([growthbook_bucket(salt, user, 1) for user in users]) for salt in ("salt_a", "salt_b")
    )
    assert independent_p(one, other) < 1e-6


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("variant", "salt_a"), ("variant", "salt_b")),
        (("variant", "salt_1"), ("variant", "salt_2")),
        (("variant", "salt_a"), ("coverage", "salt_a")),
        (("layer", "pricing"), ("variant", "salt_a")),
        (("layer", "pricing"), ("layer", "checkout")),
        (("holdout", "pricing"), ("layer", "pricing")),
    ],
)
def test_two_tests_or_purposes_share_nothing(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert independent_p(buckets(*one), buckets(*other)) > 0.001


@given(weights())
def test_bounds_rise_and_end_at_one_exactly(shares: list[float]) -> None:
    bounds = bounds_of(shares)
    assert all(low <= high for low, high in pairwise(bounds))
    assert bounds[-1] == 1.0


@given(weights(), st.text(min_size=1))
def test_a_variant_without_traffic_gets_nobody_and_everybody_gets_one(shares: list[float], user: str) -> None:
    user = user.encode("utf-8", "replace").decode()
    assert shares[int(allocator(shares).variant_of(user))] > 0.0


@given(st.floats(0, 1), st.text(min_size=1))
def test_bytes_decide_as_numbers_do(bound: float, user: str) -> None:
    user = user.encode("utf-8", "replace").decode()
    hashed = started("variant", "salt_a")()
    hashed.update(user.encode())
    assert (hashed.digest() < cut(bound)) is (bucket("variant", "salt_a", user) < bound)


@given(bucket_number=st.integers(0, 2**53 - 1))
def test_bytes_decide_as_numbers_do_at_the_bound_itself(bucket_number: int) -> None:
    lowest = (bucket_number << 3).to_bytes(7, "big") + b"\x00" * 9
    highest = (bucket_number << 3 | 7).to_bytes(7, "big") + b"\xff" * 9
    bound = bucket_number / 2**53
    assert not lowest < cut(bound)
    assert highest < cut((bucket_number + 1) / 2**53)


@given(weights(), st.floats(0.001, 1), st.floats(0.001, 1), st.integers())
def test_another_coverage_moves_nobody_between_variants(
    shares: list[float], one: float, other: float, number: int
) -> None:
    few, many = (allocator(shares, coverage=coverage) for coverage in sorted((one, other)))
    user = f"user_{number}"
    if few.shut_by(user) is None:
        assert many.shut_by(user) is None
        assert few.variant_of(user) == many.variant_of(user)


@settings(max_examples=20)
@given(weights())
def test_shares_are_met(shares: list[float]) -> None:
    """Pitfall 12 of buckets too coarse: with 53 bits the shares are the weights, within chance."""
    ready, users = allocator(shares), 5_000
    counts = np.zeros(len(shares))
    for number in range(users):
        counts[int(ready.variant_of(f"user_{number}"))] += 1
    expected = np.array(shares) * users
    spread = np.sqrt(expected * (1 - np.array(shares)))
    assert (np.abs(counts - expected) <= 5.5 * spread + 1e-6).all()


@pytest.mark.parametrize(
    "shares", [[0.5, 0.4], [0.5, 0.5 + 2e-9], [0.33, 0.33, 0.33], [1.0, 1.0], [0.0, 0.0]]
)
def test_weights_that_do_not_sum_to_one_are_refused(shares: list[float]) -> None:
    with pytest.raises(InvalidInput) as refused:
        bounds_of(shares)
    assert refused.value.message == "Total traffic allocation must equal 1.0"


@pytest.mark.parametrize("shares", [[0.33, 0.33, 0.34], [0.1] * 10, [1 / 3] * 3, [0.5, 0.5 + 5e-10]])
def test_weights_that_do_within_a_billionth_pass(shares: list[float]) -> None:
    assert bounds_of(shares)[-1] == 1.0


@pytest.mark.parametrize("shares", [[-0.5, 1.5], [float("nan"), 1.0], [2.0, -1.0], [float("inf"), 0.0]])
def test_weights_that_are_no_shares_are_refused(shares: list[float]) -> None:
    with pytest.raises(InvalidInput, match="between 0 and 1"):
        bounds_of(shares)


@pytest.mark.parametrize("salt", ["", "a:b"])
def test_a_salt_that_two_keys_could_share_is_refused(salt: str) -> None:
    with pytest.raises(InvalidInput, match="cannot be a salt"):
        started("variant", salt)


def test_an_unknown_version_of_the_algorithm_is_refused() -> None:
    allocation = Allocation(test_id="t", hash_version=2, salt="s", variant_ids=("a",), bounds=(1.0,))
    with pytest.raises(InvalidInput, match="hashes by version 2"):
        Allocator(allocation)

"""Assignments a second, beside GrowthBook's SDK, and whether the hash is uniform and independent at 10⁷ users.

Run `python benchmarks/assignment.py`; GROWTHBOOK_PYTHON names a Python that has growthbook 4.0.0. One experiment,
three variants, no layer, string ids that were made beforehand, one thread, CPU time. GrowthBook: one instance
that is reused, `set_attributes` and `run`, hash version 2, its fastest way; sticky with its own in-memory service.
Both sides are timed in turn, block by block, in one run; a block assigns each user once, and sticky blocks meet
users whom the memory knows. Then through SQLite, for new and for known users: `assign_variant`, one call and one
durable row each, and `assign_variants`, a thousand users a call.
Then 10⁷ sequential ids: chi-square over 1,000 and 10,000 cells and Kolmogorov-Smirnov for each purpose, and
chi-square of 20 x 20 cells between tests, layers and purposes; FNV-1a of a single pass beside them.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import chi2, kstest

from ag2_marketing_tools.experiments import (
    AssignVariant,
    AssignVariants,
    HashOnlyClient,
    StickyClient,
    assign_variant,
    assign_variants,
    setup_experiment,
)
from ag2_marketing_tools.experiments.assignment.client import EXPORT_FORMAT
from ag2_marketing_tools.experiments.assignment.hashing import Purpose, bounds_of, started
from ag2_marketing_tools.experiments.assignment.parameters import Person
from ag2_marketing_tools.workspace import Settings, Workspace

USERS, BLOCKS, STORED, BATCH, BATCHES = 50_000, 11, 500, 1_000, 20
MANY = 10_000_000
WEIGHTS = [0.33, 0.33, 0.34]
TARGET_HASH, TARGET_STICKY = 10.0, 5.0
Buckets = np.ndarray[Any, np.dtype[np.float64]]

PEER = """
import json, sys, time
from growthbook import Experiment, GrowthBook, InMemoryStickyBucketService
users = [f"user_{n}" for n in range(int(sys.argv[1]))]
def experiment():
    return Experiment(key="exp", variations=["a", "b", "c"], weights=[0.33, 0.33, 0.34], hashVersion=2,
                      meta=[{"key": "0"}, {"key": "1"}, {"key": "2"}])
plain = GrowthBook(attributes={"id": "x"})
sticky = GrowthBook(attributes={"id": "x"}, sticky_bucket_service=InMemoryStickyBucketService())
def rate(gb):
    exp = experiment()
    begun = time.process_time()
    for user in users:
        gb.set_attributes({"id": user})
        gb.run(exp)
    return len(users) / (time.process_time() - begun)
rate(sticky)
for line in sys.stdin:
    print(json.dumps([rate(plain), rate(sticky)]), flush=True)
"""


def export() -> dict[str, Any]:
    """Return an export of one test without layer, holdout or targeting."""
    test = {
        "test_id": "test_1",
        "hash_version": 1,
        "open": True,
        "reallocated": False,
        "salt": "salt_0123456789abcdef0123",
        "variant_ids": ["variant_a", "variant_b", "variant_c"],
        "bounds": bounds_of(WEIGHTS),
        "coverage": 1.0,
        "layer": None,
        "holdout": None,
        "targeting": {},
        "control": "variant_a",
        "contents": {},
    }
    return {"format": EXPORT_FORMAT, "tests": [test]}


def rate(assign: Callable[[str, str], str | None], users: list[str]) -> float:
    """Return assignments a second of one block."""
    begun = time.process_time()
    for user in users:
        assign("test_1", user)
    return len(users) / (time.process_time() - begun)


def in_memory() -> None:
    """Print the rates of hashing alone and of sticky in memory, beside GrowthBook's."""
    users = [f"user_{number}" for number in range(USERS)]
    hashing, sticky = HashOnlyClient(export()), StickyClient(export(), {})
    rate(sticky.assign, users)
    python = os.environ.get("GROWTHBOOK_PYTHON")
    peer = _peer(python) if python else None
    mine, theirs = list[tuple[float, float]](), list[list[float]]()
    for _ in range(BLOCKS):
        mine.append((rate(hashing.assign, users), rate(sticky.assign, users)))
        if peer is not None:
            theirs.append(_block(peer))
    if peer is not None and peer.stdin is not None:
        peer.stdin.close()
        peer.wait()
    for place, (name, target) in enumerate((("hash-only", TARGET_HASH), ("sticky in memory", TARGET_STICKY))):
        ours = [block[place] for block in mine]
        print(f"{name:18} {_spread(ours)}", end="")
        if theirs:
            other = [block[place] for block in theirs]
            ratio = statistics.median(ours) / statistics.median(other)
            print(f"   GrowthBook {_spread(other)}   {ratio:.1f} times (target {target:g})", end="")
        print()
    if peer is None:
        print("GrowthBook: not measured, GROWTHBOOK_PYTHON names no Python that has it")


def _peer(python: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [python, "-c", PEER, str(USERS)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def _block(peer: subprocess.Popen[str]) -> list[float]:
    if peer.stdin is None or peer.stdout is None:
        raise RuntimeError("the other process has no pipes")
    peer.stdin.write("again\n")
    peer.stdin.flush()
    found: list[float] = json.loads(peer.stdout.readline())
    return found


def _spread(rates: list[float]) -> str:
    return f"median {statistics.median(rates):>10,.0f}/s ({min(rates):,.0f} to {max(rates):,.0f})"


async def through_the_store() -> None:
    """Print the rates of `assign_variant` on SQLite, for users whom it meets for the first time and again."""
    with tempfile.TemporaryDirectory() as home:
        async with Workspace.open(Settings(_env_file=None, home=Path(home))) as ws:
            variants = [
                {"name": name, "traffic_allocation": share}
                for name, share in zip("ABC", WEIGHTS, strict=True)
            ]
            test = await setup_experiment.run({"variants": variants}, ws)
            asked = [AssignVariant(test_id=test.test_id, user_id=f"user_{n}") for n in range(STORED)]
            listed = [
                AssignVariants(
                    test_id=test.test_id, users=[Person(user_id=f"{block}_{n}") for n in range(BATCH)]
                )
                for block in range(BATCHES)
            ]
            for name in ("new", "known"):
                begun = _now()
                for params in asked:
                    await assign_variant(params, ws)
                _report(f"SQLite, {name}, one a call", STORED, begun)
                begun = _now()
                for many in listed:
                    await assign_variants(many, ws)
                _report(f"SQLite, {name}, {BATCH:,} a call", BATCH * BATCHES, begun)


def _now() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def _report(name: str, users: int, begun: tuple[float, float]) -> None:
    wall_s, cpu_s = (now - before for now, before in zip(_now(), begun, strict=True))
    print(f"{name:28} {users / wall_s:>9,.0f}/s on the clock, {users / cpu_s:>9,.0f}/s of CPU time")


def buckets(purpose: Purpose, salt: str) -> Buckets:
    """Return the buckets of 10⁷ sequential ids."""
    begun, found = started(purpose, salt), bytearray()
    for number in range(MANY):
        hashed = begun()
        hashed.update(b"user_%d" % number)
        found += hashed.digest()[:8]
    return (np.frombuffer(found, dtype=">u8") >> 11).astype(np.float64) / 2**53


def fnv_buckets(seed: str) -> Buckets:
    """Return the same ids' buckets by one pass of FNV-1a over id and seed."""
    digits = np.char.zfill(np.arange(MANY).astype("S8"), 8).view(np.uint8).reshape(MANY, 8)
    value = np.full(MANY, 0x811C9DC5, dtype=np.uint32)
    prime = np.uint32(0x01000193)
    for column in (*b"user_", *digits.T, *seed.encode()):
        value = (value ^ np.asarray(column, dtype=np.uint32)) * prime
    return (value % 1000) / 1000.0 + 0.0005


def uniform_p(found: Buckets, cells: int) -> float:
    """Return the p-value of equal cells, of either tail: too even is no chance either."""
    observed = np.bincount((found * cells).astype(np.int64), minlength=cells)
    statistic = float(((observed - MANY / cells) ** 2).sum() / (MANY / cells))
    return 2.0 * min(float(chi2.sf(statistic, cells - 1)), float(chi2.cdf(statistic, cells - 1)))


def independent_p(one: Buckets, other: Buckets, cells: int = 20) -> float:
    """Return the p-value of independence of two bucketings of the same users."""
    places = (one * cells).astype(np.int64) * cells + (other * cells).astype(np.int64)
    joint = np.bincount(places, minlength=cells * cells).reshape(cells, cells)
    expected = joint.sum(1, keepdims=True) * joint.sum(0, keepdims=True) / MANY
    return float(chi2.sf(((joint - expected) ** 2 / expected).sum(), (cells - 1) ** 2))


def quality() -> None:
    """Print p-values of uniformity and independence, and fail where chance cannot explain one."""
    keys: list[tuple[Purpose, str]] = [
        ("variant", "salt_1"),
        ("variant", "salt_2"),
        ("coverage", "salt_1"),
        ("layer", "pricing"),
        ("layer", "checkout"),
        ("holdout", "holdout_1"),
    ]
    found = {f"{purpose}:{salt}": buckets(purpose, salt) for purpose, salt in keys}
    worst = 1.0
    for name, values in found.items():
        p = [uniform_p(values, 1_000), uniform_p(values, 10_000), float(kstest(values, "uniform").pvalue)]
        worst = min(worst, *p)
        print(f"uniform      {name:22} 1,000 cells p={p[0]:.3f}, 10,000 cells p={p[1]:.3f}, KS p={p[2]:.3f}")
    for one, other in combinations(found, 2):
        p_joint = independent_p(found[one], found[other])
        worst = min(worst, p_joint)
        print(f"independent  {one} and {other}: p={p_joint:.3f}")
    first, second = fnv_buckets("salt_1"), fnv_buckets("salt_2")
    print(
        f"FNV-1a once  two tests: p={independent_p(first, second):.1e}; uniform p={uniform_p(first, 1_000):.1e}"
    )
    tests = 3 * len(found) + len(found) * (len(found) - 1) // 2
    print(f"least p of {tests}: {worst:.4f}; by chance alone it is below {0.01 / tests:.5f} in 1 % of runs")
    if worst < 0.001 / tests:
        sys.exit("the hash is not uniform or not independent")


def main() -> None:
    """Run all parts."""
    in_memory()
    asyncio.run(through_the_store())
    quality()


if __name__ == "__main__":
    main()

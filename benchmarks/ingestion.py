"""Events over HTTP on loopback, with durable answers, beside bare inserts and beside a bare handler.

Batches of 500 events through `ag2-marketing serve`, in events a second, beside the bare insert rate: the same
table, indexes and driver, rows made beforehand, 1,000 to a commit, and nothing else (no check, no roll-up, no HTTP).
Then single events beside a bare Starlette handler with the same writer and the same parser of HTTP. Then the
times of requests at half of each load, by the clock. Server, handler and clients are processes of their own; the
parts are measured in turn, `ROUNDS` times, and each figure is the median. SQLite, synchronous = FULL. The CPU time
of each part stands beside its rate: on a machine that does other things too, it says more.
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
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

import psutil  # noqa: E402
from running_tests import an_experiment, set_up  # noqa: E402

from ag2_marketing.server.access.write_keys import add_key  # noqa: E402
from ag2_marketing_tools.workspace import Settings, Workspace  # noqa: E402
from ag2_marketing_tools.workspace.store.schema import tracked_event  # noqa: E402

PARTS = Path(__file__).parent / "ingesting"
ROUNDS = 5
ROWS, COMMIT = 40_000, 1_000
BATCH, BATCHES, BATCH_CONNECTIONS = 500, 80, 8
SINGLES, SINGLE_CONNECTIONS = 3_000, 32
USERS = 5_000
SECONDS_AT_HALF = 10
NO_LIMITS = {
    "AG2_MARKETING_SERVER_REQUESTS_PER_S": "1e9",
    "AG2_MARKETING_SERVER_BURST_REQUESTS": "1000000000",
}
Seen = dict[str, float]


@dataclass(frozen=True)
class Part:
    """A server, where it listens."""

    url: str
    process: psutil.Process

    def cpu_s(self) -> float:
        """Return what it has used."""
        used = self.process.cpu_times()
        return used.user + used.system


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        key = asyncio.run(_prepared(home))
        serve = [str(Path(sys.executable).with_name("ag2-marketing")), "serve", "--port", "0"]
        with (
            _process(home, serve) as server,
            _process(home, [sys.executable, str(PARTS / "bare.py")]) as bare,
        ):
            found = [_round(Path(folder) / f"bare-{number}", server, bare, key) for number in range(rounds)]
            median = {name: statistics.median(one[name] for one in found) for name in found[0]}
            half_batch = _load(server, key, BATCH, median["batch"] / BATCH / 2)
            half_single = _load(server, key, 1, median["single"] / 2)
    _print(found, median, half_batch, half_single)


def _round(home: Path, server: Part, bare: Part, key: str) -> Seen:
    found: Seen = {}
    found["inserts"], found["inserts_us"] = asyncio.run(_bare_inserts(home))
    for name, part, events in (("batch", server, BATCH), ("single", server, 1), ("handler", bare, 1)):
        seen = _load(part, key, events)
        found[name], found[f"{name}_us"] = seen["events_per_s"], seen["cpu_us"]
    return found


def _print(found: list[Seen], median: Seen, half_batch: Seen, half_single: Seen) -> None:
    named = {
        "inserts": f"bare inserts, {COMMIT:,} rows a commit",
        "batch": f"batch endpoint, {BATCH} events a request",
        "single": "single events",
        "handler": "single events, bare Starlette handler with the same writer",
    }
    for name, title in named.items():
        each = sorted(one[name] for one in found)
        print(
            f"{title}: {median[name]:,.0f} events/s ({each[0]:,.0f} to {each[-1]:,.0f}, {len(each)} rounds), "
            f"{median[f'{name}_us']:,.1f} us of CPU each"
        )
    _print_share(found, "batch endpoint of bare inserts, target 0.5", "batch", "inserts")
    _print_share(found, "single events of the bare handler", "single", "handler")
    for title, seen in (("batches", half_batch), ("single events", half_single)):
        print(
            f"{title} at half of that load ({seen['requests_per_s']:,.0f} requests/s): median "
            f"{seen['median_ms']:.1f} ms, p99 {seen['p99_ms']:.1f} ms, target p99 50 ms"
        )


def _print_share(found: list[Seen], title: str, ours: str, other: str) -> None:
    rates = statistics.median(one[ours] / one[other] for one in found)
    cpu = statistics.median(one[f"{other}_us"] / one[f"{ours}_us"] for one in found)
    print(f"{title}: {rates:.2f} by the clock, {cpu:.2f} by CPU time (medians of the rounds)")


async def _prepared(home: Path) -> str:
    """Set up a running test with its users assigned, and return a write key."""
    async with Workspace.open(Settings(_env_file=None, home=home)) as ws:
        now = ws.clock.now()
        test = an_experiment(
            metrics=["conversion_rate"], start_at=now - timedelta(days=1), end_at=now + timedelta(days=7)
        )
        seat = {"assigned_at": now - timedelta(hours=1)}
        await set_up(ws, test, {f"user-{n}": {"variant": "AB"[n % 2], **seat} for n in range(USERS)})
        return await add_key(ws, "benchmark")


async def _bare_inserts(home: Path) -> tuple[float, float]:
    """Return rows a second, and microseconds of CPU each: an empty table, its indexes, the driver alone."""
    async with Workspace.open(Settings(_env_file=None, home=home)) as ws:
        names = [column.name for column in tracked_event.columns]
        marks = ", ".join("?" * len(names))
        insert = f"INSERT INTO tracked_event ({', '.join(names)}) VALUES ({marks})"
        rows = [tuple(_row(number)[name] for name in names) for number in range(ROWS)]
        started, used = time.perf_counter(), time.process_time()
        for start in range(0, ROWS, COMMIT):
            async with ws.store.begin() as connection:
                await connection.exec_driver_sql(insert, rows[start : start + COMMIT])
        return ROWS / (time.perf_counter() - started), (time.process_time() - used) / ROWS * 1e6


def _row(number: int) -> dict[str, Any]:
    user = number % USERS
    at = "2026-03-02 09:00:00.000000"
    return {
        "event_id": f"18dfa0b3c2f4e1a0-{number // BATCH}-{number % BATCH}",
        "metric": "conversion_rate",
        "experiment_id": "test_1",
        "variant_id": f"test_1_{'AB'[user % 2]}",
        "user_id": f"user-{user}",
        "channel": "website",
        "value": 1.0,
        "counts": "outcome",
        "occurred_at": at,
        "received_at": at,
        "context": None,
    }


def _load(part: Part, key: str, events: int, rate: float = 0.0) -> Seen:
    if rate:
        requests, connections = int(rate * SECONDS_AT_HALF), 64
    elif events == 1:
        requests, connections = SINGLES, SINGLE_CONNECTIONS
    else:
        requests, connections = BATCHES, BATCH_CONNECTIONS
    arguments = [part.url, key, *map(str, (requests, events, connections, rate))]
    before = part.cpu_s()
    done = subprocess.run(
        [sys.executable, str(PARTS / "load.py"), *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    seen: Seen = json.loads(done.stdout)
    return {**seen, "cpu_us": (part.cpu_s() - before) / (requests * events) * 1e6}


@contextmanager
def _process(home: Path, command: list[str]) -> Iterator[Part]:
    """Run a server; its address is the last word of its first line."""
    variables = {**os.environ, **NO_LIMITS, "AG2_MARKETING_HOME": str(home)}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=variables)
    try:
        assert process.stdout is not None
        yield Part(process.stdout.readline().split()[-1], psutil.Process(process.pid))
    finally:
        process.terminate()
        process.wait(30)


if __name__ == "__main__":
    main()

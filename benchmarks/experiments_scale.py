"""What the analysis of a large experiment waits for: 10 million events in Parquet, and a million rows of the roll-up.

Run `python benchmarks/experiments_scale.py` (`--quick` for a hundredth; `--rounds 5` for more than three).

Parquet: 10 million events of 1 million users in 3 variants and 4 metrics, 2 % of them sent twice. The engine's runner
(deduplication by event id, exposure filter, roll-up per user, sums, squares and cross products) beside the same steps
written by hand for DuckDB alone, in fresh processes in turn: once with the runner's limit of memory, once without any.
Both give the same counts and sums, which is checked. Memory is the largest resident set of the process.

Roll-up: `sums_from_store` on SQLite, users counted by variant and day included, beside one bare statement that adds
up the same rows.
"""

from __future__ import annotations

import asyncio
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

sys.path.insert(0, str(Path(__file__).parent.parent / "tools"))
from ag2_marketing_tools.experiments.events.roll_up import cell_of
from ag2_marketing_tools.experiments.metrics import MetricDefinition, built_in_metrics
from ag2_marketing_tools.experiments.model import Experiment, ExperimentMetric, Phase, Variant
from ag2_marketing_tools.experiments.repository import Record, add_experiment
from ag2_marketing_tools.experiments.suffstats import Sums, sums_from_duckdb, sums_from_store
from ag2_marketing_tools.experiments.suffstats.parquet import MEMORY_LIMIT
from ag2_marketing_tools.workspace import FixedClock, Settings, Workspace
from ag2_marketing_tools.workspace.store.schema import assignment, user_metric

EVENTS, USERS, ROLLED_UP_USERS, THREADS = 10_000_000, 1_000_000, 250_000, 2
START = datetime(2026, 3, 1, 9, tzinfo=UTC)
END = START + timedelta(days=7)
REVENUE = MetricDefinition(
    name="order_value", title="Order value", channels=("website",), kind="continuous", unit="eur", direction="higher"
)  # fmt: skip
VARIANTS = ("test_A", "test_B", "test_C")

BARE = """
WITH ev AS (SELECT DISTINCT event_id, user_id, metric, value, occurred_at FROM read_parquet('{events}')),
pu AS (
  SELECT a.variant_id, ev.metric, ev.user_id, SUM(ev.value) AS y
  FROM ev JOIN read_parquet('{exposures}') AS a ON a.user_id = ev.user_id AND ev.occurred_at >= a.assigned_at
  GROUP BY a.variant_id, ev.metric, ev.user_id)
SELECT variant_id, metric, COUNT(*), SUM(y), SUM(y * y) FROM pu GROUP BY variant_id, metric
"""


def an_experiment() -> Experiment:
    """Return a test of three variants and four metrics."""
    definitions = [built_in_metrics()[name] for name in ("page_views", "social_shares", "comment_count")]
    return Experiment(
        id="test", name="A test", state="running", salt="test", hash_version=1, timezone="UTC",
        start_at=START, end_at=END, min_sample_size=100,
        variants=tuple(
            Variant(id=id, name=id, content=None, is_control=place == 0, position=place)
            for place, id in enumerate(VARIANTS)
        ),
        phases=(Phase(number=1, weights=dict.fromkeys(VARIANTS, 1 / 3), started_at=START),),
        metrics=tuple(ExperimentMetric(definition=one, role="goal") for one in (*definitions, REVENUE)),
    )  # fmt: skip


def write_parquet(folder: Path, events: int, users: int) -> None:
    """Write events and exposures, the same ones each time: all that is random is a hash of the row's number."""
    week_us, day_us = 6 * 86_400_000_000, 86_400_000_000
    start = f"TIMESTAMPTZ '{START.isoformat()}'"
    exposures = f"""SELECT 'test' AS experiment_id, 'user_' || i AS user_id,
        'test_' || ['A', 'B', 'C'][1 + CAST(hash(i) % 3 AS INT)] AS variant_id, 1 AS phase,
        {start} + to_microseconds(CAST(hash(i + 7) % {day_us} AS BIGINT)) AS assigned_at FROM range({users}) t(i)"""
    names = [metric.name for metric in an_experiment().metrics]
    tracked = f"""SELECT 'event_' || lower(hex(k)) AS event_id, 'test' AS experiment_id,
        {names!r}[1 + CAST(hash(k + 3) % 4 AS INT)] AS metric, 'user_' || (hash(k + 1) % {users}) AS user_id,
        CAST(hash(k + 5) % 1000 AS DOUBLE) AS value,
        {start} + to_microseconds(CAST(hash(k + 11) % {week_us} AS BIGINT)) AS occurred_at
        FROM (SELECT i AS k FROM range({events}) t(i) UNION ALL SELECT i * 50 FROM range({events // 50}) t(i))"""
    with duckdb.connect() as connection:
        connection.execute(f"SET threads = {THREADS}")
        for name, query in (("exposures", exposures), ("events", tracked)):
            connection.execute(
                f"COPY ({query}) TO '{folder / name}.parquet' (FORMAT parquet, COMPRESSION zstd)"
            )


def answer(folder: Path, how: str) -> dict[str, Any]:
    """Compute the sums in this process and return what they are, and what they cost."""
    events, exposures = str(folder / "events.parquet"), str(folder / "exposures.parquet")
    wall, cpu = time.perf_counter(), time.process_time()
    if how == "engine":
        found = sums_of(
            asyncio.run(
                sums_from_duckdb(
                    an_experiment(), events=events, exposures=exposures, as_of=END, threads=THREADS
                )
            )
        )
    else:
        with duckdb.connect() as connection:
            connection.execute(f"SET threads = {THREADS}")
            if how == "bare, same limit":
                connection.execute(f"SET memory_limit = '{MEMORY_LIMIT}'")
                connection.execute("SET preserve_insertion_order = false")
            rows = connection.execute(BARE.format(events=events, exposures=exposures)).fetchall()
        found = {f"{variant} {metric}": (active, total) for variant, metric, active, total, _ in rows}
    spent = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
    memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"sums": found, "memory_mb": memory_mb, **spent}


def sums_of(sums: Sums) -> dict[str, tuple[int, float]]:
    """Return users with events and the total by variant and metric."""
    return {
        f"{cell.variant_id} {cell.metric}": (cell.active, cell.joint.count * cell.joint.means[0])
        for cell in sums.cells
        if cell.joint is not None
    }


def in_a_process(folder: Path, how: str) -> dict[str, Any]:
    """Run `answer` in a fresh process."""
    ran = subprocess.run(
        [sys.executable, __file__, "--answer", how, str(folder)], capture_output=True, text=True, check=True
    )
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def parquet(events: int, users: int, rounds: int) -> None:
    """Time the runner and the bare statement in turn, and print the figures."""
    kinds = ("engine", "bare, same limit", "bare, no limit")
    with tempfile.TemporaryDirectory() as folder:
        write_parquet(Path(folder), events, users)
        runs = [{how: in_a_process(Path(folder), how) for how in kinds} for _ in range(rounds)]
    for run in runs:
        for name, (active, total) in run["engine"]["sums"].items():
            other = run["bare, no limit"]["sums"][name]
            if active != other[0] or abs(total - other[1]) > 1e-9 * abs(total):
                raise SystemExit(f"{name}: {active} users and {total}, beside {other}")
    print(
        f"{events * 1.02:,.0f} rows of {events:,} events in Parquet, {THREADS} threads, {rounds} rounds in turn:"
    )
    for how in kinds:
        print(f"{how}: {spread(runs, how, 'wall')} s, CPU {spread(runs, how, 'cpu')} s, "
              f"peak memory {max(run[how]['memory_mb'] for run in runs):.0f} MB")  # fmt: skip
    for how in kinds[1:]:
        for what in ("wall", "cpu"):
            ratios = sorted(run["engine"][what] / run[how][what] for run in runs)
            print(f"engine beside {how}, {what}: {statistics.median(ratios):.2f} times "
                  f"({ratios[0]:.2f} to {ratios[-1]:.2f}; target at most 1.3)")  # fmt: skip


def spread(runs: list[dict[str, Any]], how: str, what: str) -> str:
    """Return a median with its range."""
    values = sorted(run[how][what] for run in runs)
    return f"{statistics.median(values):.2f} ({values[0]:.2f} to {values[-1]:.2f})"


async def roll_up(users: int, rounds: int) -> None:
    """Time `sums_from_store`, and print the figures."""
    test = an_experiment()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(_env_file=None, home=Path(folder))
        async with Workspace.open(settings, clock=FixedClock(END - timedelta(days=1))) as ws:
            await fill(ws, test, users)
            cells = ", ".join(str(cell_of(v.id, m.name)) for v in test.variants for m in test.metrics)
            totals = "SELECT cell, COUNT(*), SUM(total), SUM(total * total) FROM user_metric"
            bare = f"{totals} WHERE cell IN ({cells}) GROUP BY cell"
            ours: list[tuple[float, float]] = []
            theirs: list[tuple[float, float]] = []
            for _ in range(rounds + 1):
                wall, cpu = time.perf_counter(), time.process_time()
                await sums_from_store(test, ws)
                ours.append((time.perf_counter() - wall, time.process_time() - cpu))
                wall, cpu = time.perf_counter(), time.process_time()
                async with ws.store.read() as connection:
                    await connection.exec_driver_sql(bare)
                theirs.append((time.perf_counter() - wall, time.process_time() - cpu))
    print(f"\n{4 * users:,} rows of the roll-up in SQLite, {rounds} rounds after the first:")
    for name, times in (("sums_from_store", ours[1:]), ("one bare statement", theirs[1:])):
        walls, cpus = sorted(1e3 * wall for wall, _ in times), sorted(1e3 * cpu for _, cpu in times)
        print(f"{name}: {statistics.median(walls):.0f} ms ({walls[0]:.0f} to {walls[-1]:.0f}), "
              f"CPU {statistics.median(cpus):.0f} ms ({cpus[0]:.0f} to {cpus[-1]:.0f}; target under 300)")  # fmt: skip


async def fill(ws: Workspace, test: Experiment, users: int) -> None:
    """Store a test of which every user did something in every metric."""
    names = [f"user_{number:07d}" for number in range(users)]
    apart = timedelta(days=5) / users
    in_the_test = {"experiment_id": test.id, "phase": 1}
    seats = [
        {**in_the_test, "user_id": name, "variant_id": VARIANTS[n % 3], "assigned_at": START + n * apart}
        for n, name in enumerate(names)
    ]
    async with ws.store.begin() as connection:
        await add_experiment(connection, test, Record(ws.ids, START))
        await connection.execute(assignment.insert(), seats)
        for metric in test.metrics:
            rows = [
                {"cell": cell_of(VARIANTS[n % 3], metric.name), "user_id": name, "events": 1 + n % 4,
                 "total": float(n * 7919 % 1009), "maximum": 1.0, "pre_events": 0, "pre_total": 0.0}
                for n, name in enumerate(names)
            ]  # fmt: skip
            await connection.execute(user_metric.insert(), rows)


def main(arguments: list[str]) -> None:
    """Run both parts."""
    if "--answer" in arguments:
        how, folder = arguments[-2:]
        print(json.dumps(answer(Path(folder), how)))
        return
    quick = 100 if "--quick" in arguments else 1
    rounds = int(arguments[arguments.index("--rounds") + 1]) if "--rounds" in arguments else 3
    parquet(EVENTS // quick, USERS // quick, rounds)
    asyncio.run(roll_up(ROLLED_UP_USERS // quick, 3 * rounds))


if __name__ == "__main__":
    main(sys.argv[1:])

"""Import of a million observations beside the bare bulk insert of the same store, in rows a second.

A long CSV file of 10⁶ rows, 1 % of them broken, read, checked and stored by `import_observations`; beside it the
driver's own bulk insert of as many rows that were made beforehand, into the same table with the same indexes, as
many to a commit (SQLite: `executemany`; PostgreSQL, where AG2_MARKETING_BENCHMARK_POSTGRES holds the URL of an
empty database: one statement over arrays). Each runs as a process of its own, in turn, `ROUNDS` times; figures are
medians. The peak memory of the import stands beside its size.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg

from ag2_marketing_tools.observations import import_observations
from ag2_marketing_tools.observations.importing import FIGURES_OF_A_BATCH
from ag2_marketing_tools.workspace import RandomIds, Settings, Workspace
from ag2_marketing_tools.workspace.store import upgrade
from ag2_marketing_tools.workspace.store.schema import observation

ROUNDS, ROWS, BROKEN_OF = 3, 1_000_000, 100
METRICS = (
    "CaregiverQualityMetrics/visit_compliance/care_plan_adherence/task_completion",
    "CaregiverQualityMetrics/client_satisfaction/direct_feedback/care_quality",
    "CaregiverQualityMetrics/client_satisfaction/direct_feedback/reliability",
    "HomeCareIndustryBenchmarks/care_quality/response_metrics/care_request",
)
UNITS = ("percent", "percent", "percent", "h")
MAPPING = """
source = "benchmark"
[subject]
kind = "caregiver"
id_column = "who"
[time]
column = "day"
[long]
metric_column = "metric"
value_column = "value"
unit_column = "unit"
n_column = "n"
"""
_BROKEN = ((3, "about ninety"), (1, "2020-02-30"), (4, "furlong"), (0, ""), (5, "-1"), (2, "no/such/metric"))
"""What stands in a broken row: a text, a day that is none, an unknown unit, nobody, a negative count, no metric."""
START = datetime(2020, 1, 1, tzinfo=UTC)


def _figures(rows: int) -> Iterator[tuple[str, str, float, int, str, datetime]]:
    for number in range(rows):
        which = number % len(METRICS)
        caregiver, day = (number // len(METRICS)) % 500, number // len(METRICS) // 500
        yield (
            f"cg-{caregiver:04}",
            METRICS[which],
            80 + number % 190 / 10,
            5 + number % 40,
            UNITS[which],
            START + timedelta(days=day),
        )


def _write(path: Path, rows: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write("who,day,metric,value,unit,n\n")
        for number, (who, metric, value, n, unit, day) in enumerate(_figures(rows)):
            cells = [who, f"{day:%Y-%m-%d}", metric, f"{value:.1f}", unit, str(n)]
            if number % BROKEN_OF == 0:
                column, broken = _BROKEN[number // BROKEN_OF % len(_BROKEN)]
                cells[column] = broken
            file.write(",".join(cells) + "\n")


def _settings(home: Path) -> Settings:
    url = os.environ.get("AG2_MARKETING_BENCHMARK_POSTGRES")
    return Settings(_env_file=None, home=home, **({"database_url": url} if url else {}))


async def _import(folder: Path) -> dict[str, Any]:
    settings = _settings(folder / "import")
    await upgrade(settings)
    given = {"file": str(folder / "figures.csv"), "mapping": str(folder / "mapping.toml")}
    async with Workspace.open(settings) as ws:
        await _emptied(ws)
        begun, cpu = time.perf_counter(), time.process_time()
        report = await import_observations.run(given, ws)
        took, cpu = time.perf_counter() - begun, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"rate": report.rows / took, "cpu_us": cpu / report.rows * 1e6, "peak_mb": peak} | {
        "taken": report.taken,
        "rejected": sum(report.reasons.values()),
        "reasons": dict(sorted(report.reasons.items())),
    }


async def _bare(folder: Path, rows: int) -> dict[str, Any]:
    settings, ids = _settings(folder / "bare"), RandomIds()
    await upgrade(settings)
    columns = [column.name for column in observation.columns]
    postgres = settings.database_url is not None
    now: Any = datetime(2026, 1, 1, tzinfo=UTC)
    ready = []
    for who, metric, value, n, unit, day in _figures(rows):
        moments = (
            (day, now) if postgres else (f"{day:%Y-%m-%d} 00:00:00.000000", "2026-01-01 00:00:00.000000")
        )
        id_ = ids.new("observation")
        ready.append((id_, "caregiver", who, metric, value, n, unit, moments[0], "benchmark", moments[1]))
    batches = [ready[start : start + FIGURES_OF_A_BATCH] for start in range(0, rows, FIGURES_OF_A_BATCH)]
    if postgres:
        return await _bare_postgres(settings, batches, rows)
    connection = sqlite3.connect(settings.sqlite_path, isolation_level=None)
    for pragma in ("synchronous = FULL", "secure_delete = ON", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")
    marks = ", ".join("?" * len(columns))
    statement = f"INSERT INTO observation ({', '.join(columns)}) VALUES ({marks}) ON CONFLICT DO NOTHING"
    begun, cpu = time.perf_counter(), time.process_time()
    for batch in batches:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(statement, batch)
        connection.execute("COMMIT")
    took, cpu = time.perf_counter() - begun, time.process_time() - cpu
    connection.close()
    return {"rate": rows / took, "cpu_us": cpu / rows * 1e6}


async def _bare_postgres(settings: Settings, batches: list[list[Any]], rows: int) -> dict[str, Any]:
    assert settings.database_url is not None
    connection = await asyncpg.connect(settings.database_url.get_secret_value())
    await connection.execute("TRUNCATE observation")
    types = ("text", "text", "text", "text", "float8", "bigint", "text", "timestamptz", "text", "timestamptz")
    arrays = ", ".join(f"${number}::{name}[]" for number, name in enumerate(types, 1))
    statement = f"INSERT INTO observation SELECT * FROM unnest({arrays}) ON CONFLICT DO NOTHING"
    columns = [[list(column) for column in zip(*batch, strict=True)] for batch in batches]
    begun, cpu = time.perf_counter(), time.process_time()
    for batch in columns:
        await connection.execute(statement, *batch)
    took, cpu = time.perf_counter() - begun, time.process_time() - cpu
    await connection.close()
    return {"rate": rows / took, "cpu_us": cpu / rows * 1e6}


async def _emptied(ws: Workspace) -> None:
    async with ws.store.begin() as connection:
        await connection.execute(observation.delete())


def _measured(what: str, folder: Path, rows: int) -> dict[str, Any]:
    command = [sys.executable, __file__, what, str(folder), str(rows)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else ROUNDS
    bare, ours = [], []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "mapping.toml").write_text(MAPPING, "utf-8")
            _write(folder / "figures.csv", rows)
            bare.append(_measured("bare", folder, rows))
            ours.append(_measured("import", folder, rows))
    for title, found in (("bare bulk insert", bare), ("import", ours)):
        rates = sorted(one["rate"] for one in found)
        print(
            f"{title}: {statistics.median(rates):,.0f} rows/s ({rates[0]:,.0f} to {rates[-1]:,.0f}), "
            f"{statistics.median(one['cpu_us'] for one in found):.1f} us of CPU each"
        )
    share = statistics.median(us["rate"] / other["rate"] for us, other in zip(ours, bare, strict=True))
    print(f"import of the bare insert, target 0.40: {share:.2f} (median of the rounds)")
    print(f"taken {ours[0]['taken']:,}, refused {ours[0]['rejected']:,} of {rows:,} rows")
    print("refused because of " + ", ".join(f"{why}: {n:,}" for why, n in ours[0]["reasons"].items()))
    print(f"peak memory of the import: {max(one['peak_mb'] for one in ours):.0f} MB")


def _part(what: str, folder: Path, rows: int) -> None:
    print(json.dumps(asyncio.run(_import(folder) if what == "import" else _bare(folder, rows))))


if __name__ == "__main__":
    if len(sys.argv) > 3:
        _part(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
    else:
        main()

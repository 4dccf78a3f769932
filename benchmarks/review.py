"""A full review of one location without a model: wall time, and the CPU time of its parts.

The synthetic company of `examples/care_company` (12 locations, 150 caregivers, 600 clients, 18 months) is imported
into SQLite first. Then the review of one location is run `ROUNDS` times: the conversation with its tool calls, which
is what the target of 2 s is for; and the same as `ag2-marketing review` does it, with the report kept in the store and
its three files written. The interpreter and its imports are not counted, so the first round is left out; figures are
medians, with the largest.

    python benchmarks/review.py [LOCATION [ROUNDS]]
"""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ag2_marketing.report.review.build import build_review
from ag2_marketing.report.write import write_report
from ag2_marketing.workflows.review import run_location_review
from ag2_marketing_tools.benchmarks import compare_with_benchmarks
from ag2_marketing_tools.care import location_caregivers, location_outcomes
from ag2_marketing_tools.observations import import_observations, show_course
from ag2_marketing_tools.workspace import FixedClock, Settings, Workspace
from ag2_marketing_tools.workspace.store import upgrade

ROUNDS, TARGET_S = 11, 2.0
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
GENERATE = Path(__file__).parent.parent / "examples" / "care_company" / "generate.py"
FILES = (
    "locations.csv",
    "caregivers.csv",
    "clients.csv",
    "caregiver_weeks.csv",
    "location_weeks.csv",
    "caregiver_months.csv",
    "client_months.jsonl",
)


async def fill(settings: Settings, folder: Path) -> None:
    """Generate the company and import its registers and figures."""
    subprocess.run([sys.executable, str(GENERATE), str(folder)], check=True, stdout=subprocess.DEVNULL)
    await upgrade(settings)
    async with Workspace.open(settings, clock=FixedClock(NOW)) as ws:
        for name in FILES:
            mapping = folder / f"{name.partition('.')[0]}.toml"
            await import_observations.run({"file": str(folder / name), "mapping": str(mapping)}, ws)


async def alone(location: str, settings: Settings) -> None:
    """Run one review."""
    async with Workspace.open(settings, clock=FixedClock(NOW)) as ws:
        answer = await run_location_review(location, workspace=ws, llm_config=False)
    if answer["status"] != "success":
        raise SystemExit(f"the review failed: {answer}")


async def whole(location: str, settings: Settings, out: Path) -> None:
    """Run one review, from the question to the files."""
    async with Workspace.open(settings, clock=FixedClock(NOW)) as ws:
        answer = await run_location_review(location, workspace=ws, llm_config=False)
        write_report(await build_review(answer, ws), out)


async def timed(label: str, run: Callable[[], Awaitable[Any]], rounds: int) -> float:
    """Print the times of a part, and return the median of its wall time."""
    rows = []
    for _ in range(rounds + 1):
        wall, cpu = time.perf_counter(), time.process_time()
        await run()
        rows.append((time.perf_counter() - wall, time.process_time() - cpu))
    walls, cpus = zip(*rows[1:], strict=True)
    print(
        f"{label}: {statistics.median(walls) * 1000:.0f} ms (largest {max(walls) * 1000:.0f}), CPU "
        f"{statistics.median(cpus) * 1000:.0f} ms"
    )
    return statistics.median(walls)


async def main(location: str, rounds: int) -> None:
    """Fill a database and measure."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = Settings(_env_file=None, home=folder / "home")
        await fill(settings, folder / "company")
        median = await timed("review", lambda: alone(location, settings), rounds)
        await timed(
            "review with its report's files", lambda: whole(location, settings, folder / "out"), rounds
        )
        about = {"location": location}
        async with Workspace.open(settings, clock=FixedClock(NOW)) as ws:
            for tool, given in (
                (
                    compare_with_benchmarks,
                    {
                        "system": "HomeCareIndustryBenchmarks",
                        "subject_kind": "location",
                        "subject": location,
                        "over": "3_months",
                    },
                ),
                (show_course, {"subject_kind": "location", "subject_id": location}),
                (location_caregivers, about | {"over": "3_months"}),
                (location_outcomes, about),
            ):
                await timed(f"  {tool.name}", lambda tool=tool, given=given: tool.run(given, ws), rounds)
        print(f"target {TARGET_S:.0f} s: {'met' if median < TARGET_S else 'missed'}")


if __name__ == "__main__":
    given = sys.argv[1:]
    asyncio.run(main(given[0] if given else "loc-01", int(given[1]) if len(given) > 1 else ROUNDS))

"""What the conversation costs beside its tool calls: the no-model workflow on the bundled sites.

Every tool call of a run is timed where it is made; the overhead is the rest of the run's wall time. Imports
and the opening of the store are not counted: the first run is left out, and the workspace stays open.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from ag2_marketing.adapters import session as sessions
from ag2_marketing.demo import COMPETITORS, TARGET, served_sites
from ag2_marketing.workflows.marketing import run_marketing_workflow
from ag2_marketing_tools.workspace import Settings, Workspace

RUNS = 15


async def measure(home: Path) -> list[tuple[float, float]]:
    """Return, for each run, its wall time and the time spent in tool calls, in seconds."""
    spent = 0.0
    attempt = sessions.attempt

    async def timed(*args: Any, **kwargs: Any) -> Any:
        nonlocal spent
        start = time.perf_counter()
        try:
            return await attempt(*args, **kwargs)
        finally:
            spent += time.perf_counter() - start

    sessions.attempt = timed
    rows = []
    with served_sites() as origins:
        settings = Settings(
            _env_file=None,
            home=home,
            allowed_origins=tuple(origins.values()),
            host_min_interval_s=0.0,
            fetch_cache_s=0.0,
        )
        async with Workspace.open(settings) as ws:
            for _ in range(RUNS + 1):
                spent = 0.0
                start = time.perf_counter()
                answer = await run_marketing_workflow(
                    f"{origins[TARGET]}/",
                    competitors=[f"{origins[name]}/" for name in COMPETITORS],
                    workspace=ws,
                    llm_config=False,
                )
                rows.append((time.perf_counter() - start, spent))
                if answer["status"] != "success":
                    raise SystemExit(f"the workflow failed: {answer}")
    sessions.attempt = attempt
    return rows[1:]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        rows = asyncio.run(measure(Path(folder)))
    overheads = [(total - tools) / tools * 100 for total, tools in rows]
    print(
        f"workflow: {statistics.median(total for total, _ in rows) * 1000:.0f} ms, "
        f"of which tool calls {statistics.median(tools for _, tools in rows) * 1000:.0f} ms; "
        f"overhead median {statistics.median(overheads):.1f} % "
        f"(minimum {min(overheads):.1f} %, maximum {max(overheads):.1f} %; {RUNS} runs)"
    )


if __name__ == "__main__":
    main()

"""What the conversation costs beside its tool calls: the no-model workflow on the bundled sites.

Every tool call of a run is timed where it is made; the overhead is the rest of the run's wall time. Imports
and the opening of the workspace are not counted: the first run is left out, and each run has a workspace of
its own, as on the command line. The sites are served by another process. Two settings: the defaults, in which
the gateway leaves the pause between two requests to a host that politeness asks for, and no pause at all.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from ag2_marketing.adapters import session as sessions
from ag2_marketing.demo import COMPETITORS, TARGET, served_sites
from ag2_marketing.workflows.marketing import run_marketing_workflow
from ag2_marketing_tools.workspace import Settings, Workspace

RUNS = 11


class ToolTime:
    """Adds up the time spent in tool calls while it is in place."""

    def __init__(self) -> None:
        self.spent_s = 0.0
        self._attempt = sessions.attempt

    async def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run a tool call and count its time."""
        start = time.perf_counter()
        try:
            return await self._attempt(*args, **kwargs)
        finally:
            self.spent_s += time.perf_counter() - start


@contextmanager
def sites_of_another_process() -> Iterator[dict[str, str]]:
    """Serve the bundled sites from a child process."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    child = context.Process(target=_serve, args=(there,), daemon=True)
    child.start()
    try:
        yield here.recv()
    finally:
        here.send("stop")
        child.join()


def _serve(pipe: Connection) -> None:
    with served_sites() as origins:
        pipe.send(origins)
        pipe.recv()


async def run_once(settings: Settings, origins: dict[str, str]) -> tuple[float, float]:
    """Return a run's wall time and the time spent in its tool calls, in seconds."""
    async with Workspace.open(settings) as ws:
        sessions.attempt = clock = ToolTime()
        start = time.perf_counter()
        answer = await run_marketing_workflow(
            f"{origins[TARGET]}/",
            competitors=[f"{origins[name]}/" for name in COMPETITORS],
            workspace=ws,
            llm_config=False,
        )
        total = time.perf_counter() - start
    sessions.attempt = clock._attempt
    if answer["status"] != "success":
        raise SystemExit(f"the workflow failed: {answer}")
    return total, clock.spent_s


def report(label: str, rows: list[tuple[float, float]]) -> None:
    """Print the medians of the runs."""
    total, tools = (statistics.median(column) * 1000 for column in zip(*rows, strict=True))
    overheads = [(wall - spent) / spent * 100 for wall, spent in rows]
    print(
        f"{label}: {total:.0f} ms, of which tool calls {tools:.0f} ms; overhead median "
        f"{statistics.median(overheads):.1f} % ({min(overheads):.1f} to {max(overheads):.1f} %, "
        f"{len(rows)} runs)"
    )


async def main() -> None:
    """Measure both settings."""
    with sites_of_another_process() as origins, tempfile.TemporaryDirectory() as folder:
        polite = Settings(_env_file=None, home=Path(folder), allowed_origins=tuple(origins.values()))
        hasty = polite.model_copy(update={"host_min_interval_s": 0.0, "fetch_cache_s": 0.0})
        for label, settings in (("default settings", polite), ("no pause between requests", hasty)):
            rows = [await run_once(settings, origins) for _ in range(RUNS + 1)]
            report(label, rows[1:])


if __name__ == "__main__":
    asyncio.run(main())

"""Several processes, and processes that are killed: each event counts once, and no batch is stored by half."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Mapping

from running_tests import an_experiment, set_up
from sqlalchemy import func, select

from ag2_marketing_tools.experiments.events import IncomingEvent, ingest
from ag2_marketing_tools.workspace import Settings, Workspace
from ag2_marketing_tools.workspace.store.schema import tracked_event, user_metric

EVENTS, BATCH, USERS = 3_000, 100, 40

SENDER = textwrap.dedent(
    """
    import asyncio, json, sys
    from datetime import UTC, datetime
    from ag2_marketing_tools.experiments.events import IncomingEvent, ingest
    from ag2_marketing_tools.workspace import FixedClock, Settings, Workspace

    async def main(order, events, batch, users):
        clock = FixedClock(datetime(2026, 3, 2, 9, tzinfo=UTC))
        sent = [
            IncomingEvent(event_id=f"e{i}", experiment_id="test_1", user_id=f"u{i % users}",
                          metrics={"page_view": 1 + i % 3, "revenue": i / 4},
                          occurred_at=datetime(2026, 3, 2, 8, tzinfo=UTC))
            for i in range(events)
        ][:: order]
        async with Workspace.open(Settings(_env_file=None), clock=clock) as ws:
            for start in range(0, events, batch):
                report = await ingest(sent[start : start + batch], ws)
                print(json.dumps([report.recorded, report.duplicates, dict(report.refused)]), flush=True)

    asyncio.run(main(*map(int, sys.argv[1:])))
    """
)


def sender(settings: Settings, order: int) -> subprocess.Popen[str]:
    """A process that sends all events, one report a line; `order` -1 sends them backwards."""
    environment: Mapping[str, str] = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "AG2_MARKETING_HOME": str(settings.home),
    }
    if settings.database_url is not None:
        environment = {**environment, "AG2_MARKETING_DATABASE_URL": settings.database_url.get_secret_value()}
    arguments = [str(each) for each in (order, EVENTS, BATCH, USERS)]
    return subprocess.Popen(
        [sys.executable, "-c", SENDER, *arguments], env=environment, stdout=subprocess.PIPE, text=True
    )


async def counted(ws: Workspace) -> tuple[int, float, int, float]:
    """Values and their sum in the log, and in the roll-up."""
    async with ws.store.read() as connection:
        log = (await connection.execute(select(func.count(), func.sum(tracked_event.c.value)))).one()
        c = user_metric.c
        rolled_up = (await connection.execute(select(func.sum(c.events), func.sum(c.total)))).one()
    return (int(log[0]), float(log[1] or 0), int(rolled_up[0] or 0), float(rolled_up[1] or 0))


ALL = 2 * EVENTS, sum(1 + i % 3 + i / 4 for i in range(EVENTS))


async def test_two_processes_that_send_the_same_events_count_each_once(ws: Workspace) -> None:
    await set_up(ws, an_experiment(), {f"u{i}": "AB"[i % 2] for i in range(USERS)})
    reports = []
    processes = [sender(ws.settings, order) for order in (1, -1)]
    for process in processes:
        with process:
            output, _ = process.communicate(timeout=300)
        assert process.returncode == 0
        reports += [json.loads(line) for line in output.splitlines()]
    assert sum(recorded for recorded, _, _ in reports) == 2 * EVENTS
    assert sum(duplicates for _, duplicates, _ in reports) == 2 * EVENTS
    assert all(refused == {} for _, _, refused in reports)
    assert await counted(ws) == (*ALL, *ALL)


async def test_a_process_that_is_killed_leaves_whole_batches_and_loses_none_that_it_reported(
    ws: Workspace,
) -> None:
    await set_up(ws, an_experiment(), {f"u{i}": "AB"[i % 2] for i in range(USERS)})
    with sender(ws.settings, 1) as process:
        assert process.stdout is not None
        reported = 0
        for line in process.stdout:
            reported += json.loads(line)[0]
            if reported >= 8 * 2 * BATCH:
                process.send_signal(signal.SIGKILL)
                break
        rest = process.stdout.read().splitlines()
    reported += sum(json.loads(line)[0] for line in rest if line.endswith("]"))
    values, total, rolled_up, rolled_up_total = await counted(ws)
    assert values >= reported >= 8 * 2 * BATCH
    assert values % (2 * BATCH) == 0
    assert (rolled_up, rolled_up_total) == (values, total)

    with sender(ws.settings, -1) as process:  # what was not answered is sent again, and more than that
        process.communicate(timeout=300)
    assert await counted(ws) == (*ALL, *ALL)


async def test_a_batch_that_fails_leaves_nothing(ws: Workspace) -> None:
    await set_up(ws, an_experiment(), {"u1": "A"})

    class Unreadable(dict[str, object]):
        def items(self):  # type: ignore[no-untyped-def]
            raise RuntimeError("the client's object breaks while it is read")

    good = IncomingEvent(event_id="e1", experiment_id="test_1", user_id="u1", metrics={"page_view": 1})
    bad = IncomingEvent(event_id="e2", experiment_id="test_1", user_id="u1", metrics=Unreadable(page_view=1))
    try:
        await ingest([good, bad], ws)
    except RuntimeError:
        assert await counted(ws) == (0, 0.0, 0, 0.0)
    else:
        raise AssertionError("the batch should have failed")
    assert (await ingest([good], ws)).recorded == 1

"""`monitor`: rounds, their history and their to-dos from the command line, as real processes are stopped and killed."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from command_line import Invoke, is_one_sentence

from ag2_marketing_tools.workspace import Settings, SystemClock, Workspace
from ag2_marketing_tools.workspace.store.monitoring import find_rounds
from ag2_marketing_tools.workspace.store.observations import Observation, record
from ag2_marketing_tools.workspace.store.todos import find_todos

Start = Callable[..., "subprocess.Popen[str]"]
LATE = "CaregiverQualityMetrics/visit_compliance/timeliness/on_time_arrival"
SOON_S = 60


@pytest.fixture
def caregivers(home: Path) -> list[str]:
    """Three caregivers, observed yesterday: the first is late too often."""
    names = ["anna", "ben", "carl"]
    yesterday = SystemClock().now() - timedelta(days=1)
    rows = [
        Observation(
            subject_kind="caregiver",
            subject_id=name,
            metric=LATE,
            value=60.0 if name == "anna" else 97.0,
            unit="percent",
            sample_size=500,
            observed_at=yesterday,
            source="test",
        )
        for name in names
    ]

    async def store() -> None:
        async with Workspace.open(Settings()) as ws:
            await record(ws.store, rows, ids=ws.ids)

    asyncio.run(store())
    return names


def stored(read: Callable[[Workspace], Any]) -> Any:
    async def look() -> Any:
        async with Workspace.open(Settings()) as ws:
            return await read(ws)

    return asyncio.run(look())


def states() -> list[str]:
    """The states of the rounds, oldest first."""
    return [each.state for each in reversed(stored(lambda ws: find_rounds(ws.store)))]


def test_one_round_is_told_and_listed_with_its_todo(invoke: Invoke, caregivers: list[str]) -> None:
    ran = invoke("monitor", "caregivers", "--once")
    assert ran.exit_code == 0
    assert ran.stdout == (
        "caregivers: completed. 3 subjects looked at, 0 failed; 1 new, 0 back, 0 gone, 1 open.\n"
    )
    todos = invoke("monitor", "caregivers", "--todos").stdout
    assert "action, caregiver anna (caregivers; since " in todos
    assert "60 %" in todos
    history = invoke("monitor", "caregivers", "--history").stdout
    assert "caregivers: completed" in history
    assert "3 subjects, 0 failed; 1 new" in history
    assert "1 to-do open." in invoke("monitor", "--list").stdout


def test_a_todo_that_a_person_has_done_is_no_longer_open(invoke: Invoke, caregivers: list[str]) -> None:
    invoke("monitor", "caregivers", "--once")
    (todo,) = json.loads(invoke("monitor", "--todos", "--json").stdout)["todos"]
    done = invoke("monitor", "--done", todo["id"])
    assert done.stdout == f"The to-do {todo['id']} is done.\n"
    assert invoke("monitor", "--todos").stdout == "Nothing is open.\n"
    invoke("monitor", "caregivers", "--once")
    assert invoke("monitor", "--todos").stdout == "Nothing is open.\n"


def test_a_round_is_given_as_json(invoke: Invoke, caregivers: list[str]) -> None:
    ran = json.loads(invoke("monitor", "caregivers", "--once", "--json").stdout)
    assert (ran["state"], ran["looked_at"], ran["failures"], len(ran["opened"])) == ("completed", 3, [], 1)
    (listed,) = json.loads(invoke("monitor", "--history", "--json").stdout)["rounds"]
    assert (listed["id"], listed["opened"]) == (ran["round_id"], ran["opened"])
    names = [each["name"] for each in json.loads(invoke("monitor", "--list", "--json").stdout)]
    assert names[:2] == ["performance", "competitive"]


def test_a_round_that_fails_ends_with_1_and_says_why(invoke: Invoke) -> None:
    ran = invoke("monitor", "performance", "--once")
    assert ran.exit_code == 1
    assert "Nothing was observed of a company." in ran.stdout
    assert "No round was run yet." in invoke("monitor", "peers", "--history").stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "Which monitor?"),
        (["carers"], "There is no monitor 'carers'. Did you mean caregivers?"),
        (["peers", "--every", "soon"], "'soon' is no interval"),
        (["peers", "--every", "0s"], "'0s' is no interval"),
        (["peers", "--once", "--every", "1d"], "Give one of --list"),
        (["--done", "todo_x"], "There is no to-do 'todo_x'."),
    ],
)
def test_what_cannot_be_done_is_one_sentence(arguments: list[str], told: str, invoke: Invoke) -> None:
    finished = invoke("monitor", *arguments)
    assert finished.exit_code == 2
    assert is_one_sentence(finished.stderr)
    assert told in finished.stderr


def test_it_speaks_german(invoke: Invoke, caregivers: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AG2_MARKETING_LANGUAGE", "de")
    ran = invoke("monitor", "caregivers", "--once").stdout
    assert ran == (
        "caregivers: abgeschlossen. 3 Subjekte angesehen, 0 fehlgeschlagen; 1 neu, 0 wieder da, 0 erledigt, "
        "1 offen.\n"
    )


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_a_loop_that_is_told_to_stop_stops_cleanly(
    told: signal.Signals, start: Start, caregivers: list[str]
) -> None:
    process = start("monitor", "caregivers", "--every", "1h")
    assert process.stdout is not None
    assert process.stdout.readline() == "The monitor caregivers runs every 1h; Ctrl-C stops it.\n"
    assert process.stdout.readline().startswith("caregivers: completed.")
    process.send_signal(told)
    out, err = process.communicate(timeout=SOON_S)
    assert (process.returncode, out, err) == (
        0,
        "Stopped; everything that was found is stored.\n",
        "",
    )
    assert states() == ["completed"]


def test_two_processes_do_a_round_once(start: Start, caregivers: list[str]) -> None:
    processes = [start("monitor", "caregivers", "--every", "1h") for _ in range(2)]
    for process in processes:
        assert process.stdout is not None
        process.stdout.readline()  # it runs
    deadline = time.monotonic() + SOON_S
    while states() in ([], ["running"]) and time.monotonic() < deadline:
        time.sleep(0.1)
    lines: list[str] = []
    for process in processes:
        process.send_signal(signal.SIGTERM)
        lines += process.communicate(timeout=SOON_S)[0].splitlines()
    assert [process.returncode for process in processes] == [0, 0]
    assert states() == ["completed"]
    assert sum(line.startswith("caregivers: completed.") for line in lines) == 1


def test_a_killed_process_leaves_nothing_half_written_and_is_replaced(
    start: Start, invoke: Invoke, caregivers: list[str]
) -> None:
    """The store holds a round under way and nothing of it; once its lease has run out, another process goes on."""
    program = (
        "import asyncio, dataclasses, os\n"
        "from ag2_marketing.monitor import MONITORS, run_round\n"
        "from ag2_marketing_tools.workspace import Workspace\n"
        "real = MONITORS['caregivers']\n"
        "async def look(ws, kind, id):\n"
        "    found = await real.look(ws, kind, id)\n"
        "    if id == 'ben':\n"
        "        os.kill(os.getpid(), 9)\n"
        "    return found\n"
        "async def main():\n"
        "    async with Workspace.open() as ws:\n"
        "        await run_round(dataclasses.replace(real, look=look), ws, every_s=3600)\n"
        "asyncio.run(main())\n"
    )
    killed = subprocess.run([sys.executable, "-c", program], check=False, timeout=SOON_S)
    assert killed.returncode == -signal.SIGKILL
    assert states() == ["running"]
    assert stored(lambda ws: find_todos(ws.store)) == []
    refused = invoke("monitor", "caregivers", "--once")
    assert refused.exit_code == 1
    assert "Another process runs the monitor caregivers just now." in refused.stderr

    async def run_out(ws: Workspace) -> None:
        from sqlalchemy import update

        from ag2_marketing_tools.workspace.store.schema import monitor

        async with ws.store.begin() as connection:
            await connection.execute(update(monitor).values(leased_until=ws.clock.now()))

    stored(run_out)
    assert invoke("monitor", "caregivers", "--once").exit_code == 0
    assert states() == ["lost", "completed"]
    assert len(stored(lambda ws: find_todos(ws.store))) == 1

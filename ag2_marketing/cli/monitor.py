"""`monitor`: run a monitoring loop, and see what its rounds found."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ag2_marketing.cli.outputs import once
from ag2_marketing.cli.terminal import INTERRUPTED, JOB_FAILED, command, fail, print_json, printable, show
from ag2_marketing.cli.tooling import JsonOption
from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.messages import say

if TYPE_CHECKING:
    from ag2_marketing.monitor import Monitor, Ran


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("monitor", short_help="Run a monitoring loop, and see what its rounds found.")(monitor)


@command
async def monitor(
    name: Annotated[str | None, typer.Argument(help="Which monitor; --list names them.")] = None,
    *,
    list_all: Annotated[
        bool, typer.Option("--list", help="List the monitors with their last rounds.")
    ] = False,
    only_once: Annotated[bool, typer.Option("--once", help="Run one round now, and leave.")] = False,
    every: Annotated[
        str | None,
        typer.Option("--every", help="How often, as in 30m, 1h, 1d or 2w; the monitor's own if not given."),
    ] = None,
    history: Annotated[bool, typer.Option("--history", help="List its rounds, newest first.")] = False,
    todos: Annotated[
        bool, typer.Option("--todos", help="List what is open for a person to deal with.")
    ] = False,
    done: Annotated[str | None, typer.Option("--done", metavar="ID", help="Mark a to-do as done.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many rounds or to-dos.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """Run a monitoring loop until it is stopped (Ctrl-C), one process at a time, and see what its rounds found.

    What it finds becomes to-dos that a person deals with; it never changes anybody's care by itself.
    """
    from ag2_marketing.cli import monitor_summary as told
    from ag2_marketing.monitor import MONITORS, monitor_named, seconds_of

    asked = [list_all, only_once, every is not None, history, todos, done is not None]
    if sum(asked) > 1:
        raise InvalidInput(say("Give one of --list, --once, --every, --history, --todos and --done."))
    chosen = None if name is None else monitor_named(name)
    if done is not None:
        from ag2_marketing_tools.monitors import settle_todo

        settled = await once(settle_todo, {"todo_id": done}, say("Writing …"))
        _tell(settled, as_json, told.settled)
    elif todos:
        from ag2_marketing_tools.monitors import list_todos

        found = await once(list_todos, {"monitor": name, "limit": limit}, say("Reading …"))
        _tell(found, as_json, told.todos)
    elif history:
        from ag2_marketing_tools.monitors import list_rounds

        found = await once(list_rounds, {"monitor": name, "limit": limit}, say("Reading …"))
        _tell(found, as_json, told.rounds)
    elif chosen is None:
        if not list_all:
            raise InvalidInput(say("Which monitor? There are {names}.", names=", ".join(MONITORS)))
        await _list(as_json=as_json)
    else:
        await _run(chosen, chosen.every_s if every is None else seconds_of(every), only_once, as_json)


def _tell(result: Any, as_json: bool, lines: Any) -> None:  # noqa: FBT001 (the command's own switch)
    if as_json:
        print_json(result.model_dump(mode="json"))
        return
    for line in lines(result):
        show(line)


async def _list(*, as_json: bool) -> None:
    from ag2_marketing.cli.monitor_summary import listed
    from ag2_marketing.monitor import MONITORS
    from ag2_marketing.monitor.interval import written
    from ag2_marketing_tools.workspace import Workspace
    from ag2_marketing_tools.workspace.store.monitoring import find_rounds

    entries = []
    async with Workspace.open() as ws:
        for one in MONITORS.values():
            last = next(iter(await find_rounds(ws.store, one.name, limit=1)), None)
            entries.append(
                {
                    "name": one.name,
                    "about": one.about(),
                    "every": written(one.every_s),
                    "last_state": last.state if last else None,
                    "last_started_at": last.started_at.isoformat() if last else None,
                    "open_todos": last.open_todos if last else None,
                }
            )
    if as_json:
        print_json(entries)
        return
    for line in listed(entries):
        show(line)


async def _run(monitor: Monitor, every_s: int, only_once: bool, as_json: bool) -> None:  # noqa: FBT001 (switches)
    with _stopped_by_signals() as stop:
        if only_once:
            await _once(monitor, every_s, stop, as_json=as_json)
        else:
            await _until_stopped(monitor, every_s, stop, as_json=as_json)


async def _once(monitor: Monitor, every_s: int, stop: asyncio.Event, *, as_json: bool) -> None:
    from ag2_marketing.monitor import Ran, run_round
    from ag2_marketing_tools.workspace import Workspace

    async with Workspace.open() as ws:
        answer = await run_round(monitor, ws, every_s=every_s, stop=stop)
    if not isinstance(answer, Ran):
        fail(say("Another process runs the monitor {name} just now.", name=monitor.name), JOB_FAILED)
    _tell_round(answer, as_json=as_json)
    if answer.finished.state != "completed":
        raise typer.Exit(INTERRUPTED if answer.finished.state == "stopped" else JOB_FAILED)


async def _until_stopped(monitor: Monitor, every_s: int, stop: asyncio.Event, *, as_json: bool) -> None:
    from ag2_marketing.monitor import watch
    from ag2_marketing.monitor.interval import written
    from ag2_marketing_tools.workspace import Settings, SystemClock, Workspace

    settings, every = Settings(), written(every_s)
    if not as_json:
        show(say("The monitor {name} runs every {every}; Ctrl-C stops it.", name=monitor.name, every=every))
    await watch(
        monitor,
        lambda: Workspace.open(settings),
        every_s=every_s,
        clock=SystemClock(),
        stop=stop,
        told=partial(_tell_round, as_json=as_json),
    )
    if not as_json:
        show(say("Stopped; everything that was found is stored."))


def _tell_round(event: Ran | Exception, *, as_json: bool) -> None:
    from ag2_marketing.cli.monitor_summary import ran

    if isinstance(event, Exception):
        typer.secho(say("No round could be run: {reason}", reason=printable(str(event))), err=True, fg="red")
    elif as_json:
        print_json(_as_json(event))
    else:
        for line in ran(event):
            show(line)


def _as_json(event: Ran) -> dict[str, Any]:
    ended, changes = event.finished, event.changes
    return {
        "monitor": event.monitor,
        "round_id": event.round_id,
        "state": ended.state,
        "reason": ended.reason,
        "looked_at": len(ended.looked),
        "failures": [
            {"subject_kind": kind, "subject": id, "reason": reason}
            for (kind, id), reason in ended.failures.items()
        ],
        "not_reached": len(ended.unreached),
        "found": len(ended.found),
        "opened": changes.opened,
        "reopened": changes.reopened,
        "cleared": changes.cleared,
        "open_todos": changes.open_todos,
    }


@contextmanager
def _stopped_by_signals() -> Iterator[asyncio.Event]:
    """Let the first SIGINT or SIGTERM end the round after its subject, and a second one interrupt it."""
    stop, loop, task = asyncio.Event(), asyncio.get_running_loop(), asyncio.current_task()

    def told(*_: object) -> None:
        if stop.is_set() and task is not None:
            loop.call_soon_threadsafe(task.cancel)
        loop.call_soon_threadsafe(stop.set)

    before = {one: signal.signal(one, told) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)

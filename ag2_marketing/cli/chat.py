"""The chat command."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import typer

from ag2_marketing.cli.terminal import Progress, ask, command, printable, progress, show

if TYPE_CHECKING:
    from ag2_marketing.adapters.direct import AnyTool
    from ag2_marketing.adapters.transcript import Entry

LEAVE = {"exit", "quit", "bye"}


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command("chat", short_help="Talk with the team (needs a model).")(chat)


@command
async def chat() -> None:
    """Talk with the team (needs a model; without one it says what is missing)."""
    from ag2_marketing.workflows.chat import Team
    from ag2_marketing_tools.workspace import Workspace

    line = Progress()

    async def approve(tool: AnyTool, arguments: dict[str, Any]) -> bool:
        return await _approved(tool, arguments, line)

    async with Workspace.open() as ws:
        team = Team(ws, approver=approve)
        show("Your team is here. Ask anything; `exit` leaves.")
        while (question := await ask("you> ")) is not None:
            if question.lower() in LEAVE:
                break
            if not question:
                continue
            with progress("The team is at work …") as line:
                entries = await team.ask(question)
            for entry in entries:
                _show(entry)


def _show(entry: Entry) -> None:
    if entry.kind == "message":
        show(f"{entry.speaker}> ", nl=False, bold=True)
        show(entry.text)
    elif entry.kind == "call":
        show(f"   [{entry.evidence}] {entry.speaker}: {entry.text}", dim=True)
    else:
        show(f"   ({entry.speaker}: {entry.text})", dim=True)


async def _approved(tool: AnyTool, arguments: dict[str, Any], line: Progress) -> bool:
    wanted = json.dumps(arguments, ensure_ascii=False, indent=2)
    answer = await line.ask(printable(f"{tool.name} would store: {wanted}\nStore it? (yes/no) "))
    return answer.lower() in {"y", "yes"}

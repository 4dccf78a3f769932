"""The chat command."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import typer

from ag2_marketing.cli.terminal import command, progress

if TYPE_CHECKING:
    from ag2_marketing.adapters.direct import AnyTool
    from ag2_marketing.adapters.transcript import Entry

LEAVE = {"exit", "quit", "bye"}


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command("chat")(chat)


@command
async def chat() -> None:
    """Talk with the team (needs a model; without one it says what is missing)."""
    from ag2_marketing.workflows.chat import Team
    from ag2_marketing_tools.workspace import Workspace

    async with Workspace.open() as ws:
        team = Team(ws, approver=_approve)
        typer.echo("Your team is here. Ask anything; `exit` leaves.")
        while (question := await _read("you> ")) is not None:
            if question.lower() in LEAVE:
                break
            if not question:
                continue
            with progress("…"):
                entries = await team.ask(question)
            for entry in entries:
                _show(entry)


def _show(entry: Entry) -> None:
    if entry.kind == "message":
        typer.secho(f"{entry.speaker}> ", nl=False, bold=True)
        typer.echo(entry.text)
    elif entry.kind == "call":
        typer.secho(f"   [{entry.evidence}] {entry.speaker}: {entry.text}", dim=True)
    else:
        typer.secho(f"   ({entry.speaker}: {entry.text})", dim=True)


async def _read(prompt: str) -> str | None:
    try:
        return (await asyncio.to_thread(input, prompt)).strip()
    except EOFError:
        return None


async def _approve(tool: AnyTool, arguments: dict[str, Any]) -> bool:
    typer.echo(f"{tool.name} would store: {arguments}")
    answer = await _read("Store it? (yes/no) ")
    return answer is not None and answer.lower() in {"y", "yes"}

"""Commands on what is stored of a page, and on the form of the output."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from ag2_marketing.cli.outputs import once
from ag2_marketing.cli.terminal import command, print_json, printed, show
from ag2_marketing.cli.tooling import JsonOption
from ag2_marketing_tools.messages import say


class Kind(StrEnum):
    """What is kept."""

    audit = "audit"
    content = "content"


class Published(StrEnum):
    """What has a published schema."""

    audit = "audit"
    content = "content"
    report = "report"


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("history", short_help="List the stored audits and content analyses of a page.")(history)
    app.command("schema", short_help="Print the JSON schema of an output.")(schema)


@command
async def history(
    url: Annotated[str, typer.Argument(help="The page.")],
    *,
    kind: Annotated[Kind | None, typer.Option(help="Only these; both when not given.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=500, help="At most so many, the newest.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """List the stored audits and content analyses of a page, newest first, with score and counts."""
    from ag2_marketing.cli.change_summary import history_lines
    from ag2_marketing_tools.history import list_history

    arguments = {"url": url, "kind": kind and kind.value, "limit": limit}
    found = (await once(list_history, arguments, say("Looking into the history …"))).model_dump(mode="json")
    if as_json:
        print_json(found)
        return
    for line in history_lines(found):
        show(line)


@command
async def schema(
    output: Annotated[Published, typer.Argument(help="Which output: audit, content or report.")],
) -> None:
    """Print the JSON schema of what `audit --json`, `content --json` or report.json holds."""
    from ag2_marketing.report.exports import schema_text

    printed(schema_text(output.value))

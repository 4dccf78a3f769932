"""In which form a single audit or analysis is given, and what it is compared with."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from ag2_marketing.cli.terminal import print_json, printed, progress, show
from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.messages import say

Facts = Mapping[str, Any]


class AuditFormat(StrEnum):
    """Forms of an audit on standard output."""

    text = "text"
    json = "json"
    csv = "csv"
    sarif = "sarif"


CompareOption = Annotated[bool, typer.Option("--compare", help="Tell what changed since the one before it.")]
AgainstOption = Annotated[
    str | None,
    typer.Option(
        "--against",
        help="Compare with the run of this id, or the last one up to this date (implies --compare).",
    ),
]
FormatOption = Annotated[
    AuditFormat | None, typer.Option("--format", help="Form on standard output; text when not given.")
]
FilesOption = Annotated[
    Path | None, typer.Option("--out", help="Folder to write the result's files to, too.")
]


def one_format(asked: AuditFormat | None, *, as_json: bool) -> AuditFormat:
    """Return the form that is asked for.

    Raises:
        InvalidInput: Two different ones are.
    """
    if as_json and asked not in {None, AuditFormat.json}:
        raise InvalidInput(
            say("--json and --format {form} contradict each other; give one of them.", form=str(asked))
        )
    return AuditFormat.json if as_json else asked or AuditFormat.text


async def once(tool: Any, arguments: dict[str, Any], message: str) -> Any:
    """Run one tool, and show that something goes on."""
    from ag2_marketing.adapters.direct import run_once
    from ag2_marketing_tools.workspace import Workspace

    with progress(message):
        return await run_once(tool, arguments, Workspace.open)


async def changes_since(
    tool: Any, result: Any, url: str, *, wanted: bool, against: str | None
) -> dict[str, Any] | None:
    """Return what changed since the run before, or None where nobody asks or the result was not kept.

    Raises:
        MarketingError: `against` names no run.
    """
    if not wanted and against is None:
        return None
    if result.history_id is None:
        show(say("Not compared: this result was not kept in the history."), err=True)
        return None
    arguments = {"url": url, "run": result.history_id, "against": against}
    found = await once(tool, arguments, say("Comparing …"))
    changes: dict[str, Any] = found.model_dump(mode="json")
    return changes


def show_audit(audit: dict[str, Any], changes: dict[str, Any] | None, form: AuditFormat) -> None:
    """Print an audit with its changes."""
    from ag2_marketing.cli.change_summary import audit_change_lines
    from ag2_marketing.cli.summaries import audit_lines
    from ag2_marketing.report.exports import csv_text, sarif_text

    if form is AuditFormat.json:
        print_json(with_changes(audit, changes))
    elif form is AuditFormat.csv:
        printed(csv_text(audit, changes))
    elif form is AuditFormat.sarif:
        printed(sarif_text(audit, changes))
    else:
        for line in (*audit_lines(audit), *(audit_change_lines(changes) if changes else ())):
            show(line)


def show_content(analysis: dict[str, Any], changes: dict[str, Any] | None, *, as_json: bool) -> None:
    """Print a content analysis with its changes."""
    from ag2_marketing.cli.change_summary import content_change_lines
    from ag2_marketing.cli.summaries import content_lines

    if as_json:
        print_json(with_changes(analysis, changes))
        return
    for line in (*content_lines(analysis), *(content_change_lines(changes) if changes else ())):
        show(line)


def with_changes(result: dict[str, Any], changes: dict[str, Any] | None) -> dict[str, Any]:
    """Return a result as JSON output holds it."""
    return result if changes is None else {**result, "comparison": changes}

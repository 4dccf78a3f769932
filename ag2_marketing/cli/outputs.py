"""In which form a single audit or analysis is given, and what it is compared with."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ag2_marketing.cli.terminal import print_json, printed, progress, show
from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.messages import say

if TYPE_CHECKING:
    from ag2_marketing.agents.base import MarketingAgent
    from ag2_marketing.report import Report
    from ag2_marketing.workflows.alone import Made

Facts = Mapping[str, Any]


class AuditFormat(StrEnum):
    """Forms of an audit on standard output."""

    text = "text"
    json = "json"
    html = "html"
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
    Path | None, typer.Option("--out", help="Folder to write the report and the result's files to, too.")
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
        return await run_once(tool, arguments, Workspace.open, audience="terminal")


async def changes_since(tool: Any, result: Any, url: str, *, wanted: bool, against: str | None) -> list[Made]:
    """Compare with the run before, and list the runs; nothing where nobody asks or the result was not kept.

    Raises:
        MarketingError: `against` names no run.
    """
    if not wanted and against is None:
        return []
    if result.history_id is None:
        show(say("Not compared: this result was not kept in the history."), err=True)
        return []
    from ag2_marketing_tools.history import list_history

    compared = {"url": url, "run": result.history_id, "against": against}
    found = await once(tool, compared, say("Comparing …"))
    listed = {"url": url}
    runs = await once(list_history, listed, say("Comparing …"))
    return [(tool, compared, found), (list_history, listed, runs)]


def changes_in(made: list[Made]) -> dict[str, Any] | None:
    """Return what a comparison said, where one was made."""
    return made[0][2].model_dump(mode="json") if made else None


async def report_of(
    agent: type[MarketingAgent], part: str, made: list[Made], *, url: str, task: str
) -> Report:
    """Return the report of work that was done alone, and keep it in the store."""
    from ag2_marketing.report import build_report
    from ag2_marketing.workflows.alone import answer_alone
    from ag2_marketing_tools.workspace import Workspace

    async with Workspace.open() as ws:
        return await build_report(await answer_alone(agent, part, made, ws, url=url, task=task), ws)


def show_audit(
    audit: dict[str, Any], changes: dict[str, Any] | None, form: AuditFormat, report: Report | None
) -> None:
    """Print an audit with its changes; as HTML it is the report."""
    from ag2_marketing.cli.change_summary import audit_change_lines
    from ag2_marketing.cli.summaries import audit_lines
    from ag2_marketing.report.exports import csv_text, sarif_text

    if form is AuditFormat.html and report is not None:
        from ag2_marketing.report.page import html_page

        printed(html_page(report))
    elif form is AuditFormat.json:
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
    from ag2_marketing.cli.content_summary import content_lines

    if as_json:
        print_json(with_changes(analysis, changes))
        return
    for line in (*content_lines(analysis), *(content_change_lines(changes) if changes else ())):
        show(line)


def show_place(paths: Mapping[str, Path], *, wanted: bool) -> None:
    """Say where the report lies, after a result that was told in words."""
    if wanted and paths:
        show("\n" + say("Report: {file}", file=paths["html"]))


def with_changes(result: dict[str, Any], changes: dict[str, Any] | None) -> dict[str, Any]:
    """Return a result as JSON output holds it."""
    return result if changes is None else {**result, "comparison": changes}

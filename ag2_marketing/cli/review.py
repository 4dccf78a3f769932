"""The command that reviews a location: where it stands, how caregivers and clients do, and what to do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeGuard

import typer

from ag2_marketing.cli.terminal import JOB_FAILED, command, fail, print_json, progress, show
from ag2_marketing.cli.tooling import JsonOption
from ag2_marketing_tools.messages import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ag2_marketing.adapters.transcript import Entry
    from ag2_marketing.report import Report

LATEST = "latest"


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command("review", short_help="One location: benchmarks, caregivers, clients, what to do.")(review)


@command
async def review(
    *,
    location: Annotated[str, typer.Option("--location", help="The location's id, as its register has it.")],
    over: Annotated[
        str,
        typer.Option(
            "--over",
            help="Period whose figures are taken together, as in 3_months; `latest` takes the latest of each.",
        ),
    ] = "3_months",
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            help="File for the report (.html, .md, .json) or a folder; the project home's when not given.",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Say where a location stands, how its caregivers and clients do, and what to do, and write the report."""
    from ag2_marketing.cli.review_summary import review_lines
    from ag2_marketing.report.review.build import build_review
    from ag2_marketing.report.write import kind_of
    from ag2_marketing.workflows.review import run_location_review
    from ag2_marketing_tools.workspace import Settings, Workspace

    settings = Settings()
    if _is_file(out):
        kind_of(out)  # refused before the team is at work
    async with Workspace.open(settings) as ws:
        with progress(say("The team is at work …")) as line:

            def narrate(entry: Entry) -> None:
                line.now(f"{entry.speaker}: {entry.text.splitlines()[0][:100] if entry.text else entry.kind}")

            answer = await run_location_review(
                location, over=None if over == LATEST else over, workspace=ws, listener=narrate
            )
        report = await build_review(answer, ws)
    paths = _written(report, out, settings.home / "reports" / report.id)
    if as_json:
        public = {name: value for name, value in answer.items() if name != "evidence"}
        print_json({**public, "report": {kind: str(path) for kind, path in paths.items()}})
    else:
        for text in review_lines(answer, report):
            show(text)
        show("\n" + say("Report: {file}", file=next(iter(paths.values()))))
    if answer["status"] != "success":
        fail(_why(answer), JOB_FAILED)


def _written(report: Report, out: Path | None, usual: Path) -> Mapping[str, Path]:
    from ag2_marketing.report.write import write_report, write_report_as

    if _is_file(out):
        return write_report_as(report, out)
    return write_report(report, out or usual)


def _is_file(out: Path | None) -> TypeGuard[Path]:
    return out is not None and bool(out.suffix) and not out.is_dir()


def _why(answer: Mapping[str, Any]) -> str:
    """Say once what could not be looked at."""
    parts = (*answer["positions"], answer["caregivers"], answer["outcomes"])
    failures = " ".join(dict.fromkeys(part["error"] for part in parts if part["status"] == "error"))
    return failures if answer["status"] == "error" else say("Finished in part. {why}", why=failures)

"""Commands that do the job: run the whole workflow, try it, or store a campaign."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ag2_marketing.cli.gate import FailOnNewOption, FailOnOption, Gate
from ag2_marketing.cli.options import CompetitorOption, KeywordOption, LabOption, MaxPagesOption
from ag2_marketing.cli.outputs import CompareOption, once
from ag2_marketing.cli.terminal import JOB_FAILED, command, fail, print_json, progress, show
from ag2_marketing.cli.tooling import JsonOption
from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.messages import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ag2_marketing.adapters.transcript import Entry
    from ag2_marketing.cli.terminal import Progress
    from ag2_marketing_tools.workspace import Settings

OutOption = Annotated[
    Path | None, typer.Option("--out", help="Folder for the report; the project home's when not given.")
]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("run", short_help="The whole job: audit, content strategy, campaign, report.")(run)
    app.command("demo", short_help="The whole job on three bundled sites, offline.")(demo)
    app.command("schedule", short_help="Store a campaign from a JSON file; nothing is published.")(schedule)


@command
async def run(
    url: Annotated[str, typer.Argument(help="The page to work for.")],
    *,
    competitor: CompetitorOption = None,
    keyword: KeywordOption = None,
    platform: Annotated[
        list[str] | None,
        typer.Option("--platform", help="Where to post; facebook and twitter when not given."),
    ] = None,
    content_type: Annotated[str | None, typer.Option(help="Shapes the recommended outline.")] = None,
    max_pages: MaxPagesOption = 25,
    lab: LabOption = False,
    human: Annotated[
        bool, typer.Option("--human", help="You approve before anything is stored as scheduled.")
    ] = False,
    compare: CompareOption = False,
    fail_on: FailOnOption = None,
    fail_on_new: FailOnNewOption = False,
    out: OutOption = None,
    as_json: JsonOption = False,
) -> None:
    """Audit a site, work out its content strategy, plan and store its campaign, and write the report."""
    from ag2_marketing_tools.workspace import Settings

    await _run(
        Settings(),
        url,
        competitors=competitor or (),
        out=out,
        as_json=as_json,
        gate=Gate(fail_on, only_new=fail_on_new),
        compare=compare or fail_on_new,
        focus_keywords=keyword or (),
        content_type=content_type,
        max_pages=max_pages,
        lab=lab,
        human=human,
        **({"platforms": platform} if platform else {}),
    )


@command
async def demo(*, out: OutOption = None, as_json: JsonOption = False) -> None:
    """Run the whole workflow on three small bundled sites, without a key, a model or the web."""
    from ag2_marketing.demo import COMPETITORS, TARGET, served_sites
    from ag2_marketing_tools.workspace import Settings

    settings = Settings()
    with served_sites() as origins:
        settings = settings.model_copy(
            update={
                "home": settings.home / "demo",
                "database_url": None,
                "llm_model": None,
                "allowed_origins": (*settings.allowed_origins, *origins.values()),
                "host_min_interval_s": 0.0,
                "organisation": "Maple Lane Home Care",
            }
        )
        await _run(
            settings,
            f"{origins[TARGET]}/",
            competitors=[f"{origins[name]}/" for name in COMPETITORS],
            out=out,
            as_json=as_json,
        )


async def _run(
    settings: Settings,
    url: str,
    *,
    competitors: Sequence[str],
    out: Path | None,
    as_json: bool,
    gate: Gate | None = None,
    **task: Any,
) -> None:
    from ag2_marketing.report import build_report, summary_lines, write_report
    from ag2_marketing.report.exports import write_findings
    from ag2_marketing.workflows.marketing import run_marketing_workflow
    from ag2_marketing_tools.workspace import Workspace

    async with Workspace.open(settings) as ws:
        with progress(say("The team is at work …")) as line:
            answer = await run_marketing_workflow(
                url,
                competitors=competitors,
                workspace=ws,
                ask=line.ask,
                listener=_narrator(line, aloud=task.get("human", False)),
                **task,
            )
        report = await build_report(answer, ws)
        folder = out or settings.home / "reports" / report.id
        paths = write_report(report, folder)
    audited, changes = answer["audit"], _comparison(answer)
    findings = {} if audited["status"] == "error" else write_findings(folder, audited, changes)
    if as_json:
        print_json({**_public(answer), "report": _names(paths), "findings": _names(findings)})
    else:
        for text in summary_lines(report):
            show(text)
        for text in _change_lines(answer):
            show(text)
        _show_files(paths, findings)
    if answer["status"] == "partial":
        fail(say("Finished in part. {why}", why=answer["campaign"]["reason"]), JOB_FAILED)
    if answer["status"] == "error":
        fail(_failures(answer), JOB_FAILED)
    if gate is not None:
        gate.check(audited, changes)


def _show_files(paths: dict[str, Path], findings: dict[str, Path]) -> None:
    """Name the report's files."""
    show("\n" + say("Report: {file}", file=paths["html"]))
    show(say("        (the same as {files})", files=f"{paths['markdown'].name}, {paths['json'].name}"))
    if findings:
        names = ", ".join(path.name for path in findings.values())
        show(say("        (its findings for programs: {files})", files=names))


def _names(paths: dict[str, Path]) -> dict[str, str]:
    return {kind: str(path) for kind, path in paths.items()}


def _change_lines(answer: dict[str, Any]) -> Iterator[str]:
    """Yield what changed since the runs before, where that was asked for."""
    from ag2_marketing.cli.change_summary import audit_change_lines, content_change_lines

    for kind, lines in (("audit", audit_change_lines), ("content", content_change_lines)):
        changes = answer.get("changes", {}).get(kind)
        if changes is None:
            continue
        yield from (
            [say("Not compared: {why}", why=changes["error"])]
            if changes["status"] == "error"
            else lines(changes)
        )


def _comparison(answer: dict[str, Any]) -> dict[str, Any] | None:
    """Return what changed since the audit before; None where nobody asked, or it could not be told."""
    changes: dict[str, Any] | None = answer.get("changes", {}).get("audit")
    return changes if changes is not None and changes["status"] == "success" else None


def _narrator(line: Progress, *, aloud: bool) -> Callable[[Entry], None]:
    """Return a listener that shows what is going on; aloud, for a person who decides, messages stay whole."""

    def narrate(entry: Entry) -> None:
        if aloud and entry.kind == "message":
            line.say(f"{entry.speaker}> {entry.text}\n")
        line.now(f"{entry.speaker}: {entry.text.splitlines()[0][:100] if entry.text else entry.kind}")

    return narrate


def _failures(answer: dict[str, Any]) -> str:
    """Say once what went wrong: steps that build on a failed one repeat its reason."""
    parts = (answer["audit"], answer["content_analysis"], answer["plan"], answer["campaign"])
    return " ".join(dict.fromkeys(part["error"] for part in parts if part["status"] == "error"))


def _public(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "evidence"}


@command
async def schedule(
    config: Annotated[Path, typer.Argument(help="The campaign as a JSON file (`-` reads standard input).")],
    *,
    as_json: JsonOption = False,
) -> None:
    """Validate a campaign, preview its posts and store them with their times. Nothing is published."""
    from ag2_marketing.cli.summaries import campaign_lines
    from ag2_marketing_tools.campaigns import schedule_campaign

    result = await once(schedule_campaign, _json_file(config), say("Storing the campaign …"))
    stored = result.model_dump(mode="json")
    if as_json:
        print_json(stored)
        return
    for line in campaign_lines(stored):
        show(line)


def _json_file(path: Path) -> dict[str, Any]:
    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text("utf-8")
        value = json.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{path} cannot be read: {error}.") from error
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"{path} is not JSON: {error}.") from error
    if not isinstance(value, dict):
        raise InvalidInput(
            f"{path} holds no JSON object; expected a campaign with name, platforms and content."
        )
    return value

"""Commands that do the job: run the whole workflow, or one part of it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ag2_marketing.cli.terminal import JOB_FAILED, command, fail, print_json, progress, show
from ag2_marketing.cli.tooling import JsonOption
from ag2_marketing_tools.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ag2_marketing.adapters.transcript import Entry
    from ag2_marketing.cli.terminal import Progress
    from ag2_marketing_tools.workspace import Settings

CompetitorOption = Annotated[
    list[str] | None, typer.Option("--competitor", help="A competitor's page or host; repeat for more.")
]
KeywordOption = Annotated[
    list[str] | None, typer.Option("--keyword", help="A focus keyword; repeat for more.")
]
MaxPagesOption = Annotated[
    int, typer.Option("--max-pages", min=1, max=10_000, help="Pages of the site that the audit reads.")
]
OutOption = Annotated[
    Path | None, typer.Option("--out", help="Folder for the report; the project home's when not given.")
]
LabOption = Annotated[
    bool, typer.Option("--lab", help="Visit the page in Chromium, too (extra `browser`); half a minute more.")
]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("run", short_help="The whole job: audit, content strategy, campaign, report.")(run)
    app.command("demo", short_help="The whole job on three bundled sites, offline.")(demo)
    app.command("audit")(audit)
    app.command("content")(content)
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
    settings: Settings, url: str, *, competitors: Sequence[str], out: Path | None, as_json: bool, **task: Any
) -> None:
    from ag2_marketing.report import build_report, summary_lines, write_report
    from ag2_marketing.workflows.marketing import run_marketing_workflow
    from ag2_marketing_tools.workspace import Workspace

    async with Workspace.open(settings) as ws:
        with progress("The team is at work …") as line:
            answer = await run_marketing_workflow(
                url,
                competitors=competitors,
                workspace=ws,
                ask=line.ask,
                listener=_narrator(line, aloud=task.get("human", False)),
                **task,
            )
        report = await build_report(answer, ws)
        paths = write_report(report, out or settings.home / "reports" / report.id)
    if as_json:
        print_json({**_public(answer), "report": {kind: str(path) for kind, path in paths.items()}})
    else:
        for text in summary_lines(report):
            show(text)
        show(f"\nReport: {paths['html']}")
        show(f"        (the same as {paths['markdown'].name} and {paths['json'].name})")
    if answer["status"] == "error":
        fail(_failures(answer), JOB_FAILED)


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
async def audit(
    url: Annotated[str, typer.Argument(help="The page to audit.")],
    *,
    metric: Annotated[
        list[str] | None, typer.Option("--metric", help="Only this part of the audit; repeat for more.")
    ] = None,
    max_pages: MaxPagesOption = 25,
    lab: LabOption = False,
    as_json: JsonOption = False,
) -> None:
    """Audit a page and the site around it."""
    from ag2_marketing.cli.summaries import audit_lines
    from ag2_marketing_tools.seo import public_audit, run_audit

    arguments = {"url": url, "specific_metrics": metric or None, "max_pages": max_pages, "lab": lab}
    result = await _one(run_audit, arguments, "Auditing …")
    _show(public_audit(result), audit_lines, as_json=as_json)


@command
async def content(
    url: Annotated[str, typer.Argument(help="The page to analyse.")],
    *,
    competitor: CompetitorOption = None,
    keyword: KeywordOption = None,
    content_type: Annotated[str | None, typer.Option(help="Shapes the recommended outline.")] = None,
    country: Annotated[
        str | None,
        typer.Option(help="Country of search demand, such as us or de; the setting's when not given."),
    ] = None,
    max_pages: Annotated[
        int,
        typer.Option(help="Most pages of the site to read for internal links and duplicates; 1 reads none."),
    ] = 25,
    demand_terms: Annotated[
        int, typer.Option(help="Most terms to ask a vendor about, where its key is set; 0 asks none.")
    ] = 20,
    as_json: JsonOption = False,
) -> None:
    """Analyse a page's content beside its competitors' and the other pages of its site."""
    from ag2_marketing.cli.summaries import content_lines
    from ag2_marketing_tools.content import analyze_content

    arguments = {
        "target_url": url,
        "competitors": competitor or [],
        "focus_keywords": keyword or [],
        "content_type": content_type,
        "country": country,
        "max_pages": max_pages,
        "demand_terms": demand_terms,
    }
    result = await _one(analyze_content, arguments, "Reading the pages …")
    _show(result.model_dump(mode="json"), content_lines, as_json=as_json)


@command
async def schedule(
    config: Annotated[Path, typer.Argument(help="The campaign as a JSON file (`-` reads standard input).")],
    *,
    as_json: JsonOption = False,
) -> None:
    """Validate a campaign, preview its posts and store them with their times. Nothing is published."""
    from ag2_marketing.cli.summaries import campaign_lines
    from ag2_marketing_tools.campaigns import schedule_campaign

    result = await _one(schedule_campaign, _json_file(config), "Storing the campaign …")
    _show(result.model_dump(mode="json"), campaign_lines, as_json=as_json)


async def _one(tool: Any, arguments: dict[str, Any], message: str) -> Any:
    from ag2_marketing.adapters.direct import run_once
    from ag2_marketing_tools.workspace import Workspace

    with progress(message):
        return await run_once(tool, arguments, Workspace.open)


def _show(result: dict[str, Any], lines: Any, *, as_json: bool) -> None:
    if as_json:
        print_json(result)
        return
    for line in lines(result):
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

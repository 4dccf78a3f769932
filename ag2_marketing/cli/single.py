"""Commands that do one part of the job: audit a page, or analyse its content."""

from __future__ import annotations

from typing import Annotated

import typer

from ag2_marketing.cli.gate import FailOnNewOption, FailOnOption, Gate
from ag2_marketing.cli.options import CompetitorOption, KeywordOption, LabOption, MaxPagesOption
from ag2_marketing.cli.outputs import (
    AgainstOption,
    AuditFormat,
    CompareOption,
    FilesOption,
    FormatOption,
    changes_in,
    changes_since,
    once,
    one_format,
    report_of,
    show_audit,
    show_content,
    show_place,
    with_changes,
)
from ag2_marketing.cli.terminal import command
from ag2_marketing.cli.tooling import JsonOption
from ag2_marketing_tools.messages import say


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("audit")(audit)
    app.command("content")(content)


@command
async def audit(
    url: Annotated[str, typer.Argument(help="The page to audit.")],
    *,
    metric: Annotated[
        list[str] | None, typer.Option("--metric", help="Only this part of the audit; repeat for more.")
    ] = None,
    max_pages: MaxPagesOption = 25,
    lab: LabOption = False,
    compare: CompareOption = False,
    against: AgainstOption = None,
    fail_on: FailOnOption = None,
    fail_on_new: FailOnNewOption = False,
    out: FilesOption = None,
    form: FormatOption = None,
    as_json: JsonOption = False,
) -> None:
    """Audit a page and the site around it."""
    from ag2_marketing_tools.seo import compare_audits, public_audit, run_audit

    form = one_format(form, as_json=as_json)
    arguments = {"url": url, "specific_metrics": metric or None, "max_pages": max_pages, "lab": lab}
    result = await once(run_audit, arguments, say("Auditing …"))
    compared = await changes_since(
        compare_audits, result, url, wanted=compare or fail_on_new, against=against
    )
    changes, public, report, paths = changes_in(compared), public_audit(result), None, {}
    if out is not None or form is AuditFormat.html:
        from ag2_marketing.agents.seo_audit import SEOAuditAgent

        made = [(run_audit, arguments, result), *compared]
        report = await report_of(SEOAuditAgent, "audit", made, url=url, task=say("Audit {url}.", url=url))
    if out is not None and report is not None:
        from ag2_marketing.report import write_report
        from ag2_marketing.report.exports import audit_files

        paths = write_report(report, out, audit_files(with_changes(public, changes), changes))
    show_audit(public, changes, form, report)
    show_place(paths, wanted=form is AuditFormat.text)
    Gate(fail_on, only_new=fail_on_new).check(public, changes)


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
    compare: CompareOption = False,
    against: AgainstOption = None,
    out: FilesOption = None,
    as_json: JsonOption = False,
) -> None:
    """Analyse a page's content beside its competitors' and the other pages of its site."""
    from ag2_marketing_tools.content import analyze_content, compare_content

    arguments = {
        "target_url": url,
        "competitors": competitor or [],
        "focus_keywords": keyword or [],
        "content_type": content_type,
        "country": country,
        "max_pages": max_pages,
        "demand_terms": demand_terms,
    }
    result = await once(analyze_content, arguments, say("Reading the pages …"))
    compared = await changes_since(compare_content, result, url, wanted=compare, against=against)
    changes, analysis, paths = changes_in(compared), result.model_dump(mode="json"), {}
    if out is not None:
        from ag2_marketing.agents.content_strategy import ContentStrategyAgent
        from ag2_marketing.report import write_report
        from ag2_marketing.report.exports import content_files

        made = [(analyze_content, arguments, result), *compared]
        task = say("Analyse the content of {url}.", url=url)
        report = await report_of(ContentStrategyAgent, "content", made, url=url, task=task)
        paths = write_report(report, out, content_files(with_changes(analysis, changes)))
    show_content(analysis, changes, as_json=as_json)
    show_place(paths, wanted=not as_json)

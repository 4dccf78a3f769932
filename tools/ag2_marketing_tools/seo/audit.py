"""The audit of one page."""

from __future__ import annotations

from dataclasses import replace

from ag2_marketing_tools.pages.fetch import fetch_with_robots
from ag2_marketing_tools.seo import engine, sections
from ag2_marketing_tools.seo.catalogue import Part, parts_named, vendors
from ag2_marketing_tools.seo.core_web_vitals import LOCAL, NO_KEY, core_web_vitals, lab_score
from ag2_marketing_tools.seo.history.keeping import kept
from ag2_marketing_tools.seo.model import Audit, RunAudit
from ag2_marketing_tools.seo.site_files import site_files
from ag2_marketing_tools.seo.subject import Subject
from ag2_marketing_tools.seo.vendors.failure import VendorFailure
from ag2_marketing_tools.seo.vendors.pagespeed import SERVICE, PageSpeedAnswer, ask_pagespeed
from ag2_marketing_tools.tool import tool
from ag2_marketing_tools.workspace import Workspace

_NOT_ASKED = "It was not asked for."


@tool(family="seo")
async def run_audit(params: RunAudit, ws: Workspace) -> Audit:
    """Audit one page for search engines and visitors: indexing, title and description, headings, content,
    links, images, structured data, mobile, performance, security and, with a PageSpeed key, Core Web Vitals.

    Findings come gravest first, each with its figure, its evidence and how to mend it. What could not be
    measured is null with a reason; nothing is guessed.
    """  # noqa: D205 (one paragraph is what a model reads)
    parts = parts_named(params.specific_metrics)
    fetched = await fetch_with_robots(params.url, ws)
    site = await site_files(fetched.page, fetched.robots, parts, ws)
    subject = Subject(fetched.page, fetched.robots, core_web_vitals(_NOT_ASKED), ws.clock.now(), site)
    answer = await _pagespeed(subject, parts, ws)
    subject = replace(subject, vitals=core_web_vitals(answer))
    judged = engine.judge(subject, parts)
    found = subject.keywords
    audit = Audit(
        url=params.url,
        final_url=subject.page.url,
        timestamp=subject.now.isoformat(),
        http_status=subject.page.transfer.status,
        score=engine.score(judged),
        summary=engine.summary(judged),
        findings=engine.findings(judged),
        core_web_vitals=subject.vitals if "core_web_vitals" in parts else None,
        security=sections.security(subject) if "security" in parts else None,
        mobile=sections.mobile(subject) if "mobile" in parts else None,
        performance=sections.performance(subject, lab_score(answer)) if "performance" in parts else None,
        meta=sections.meta(subject),
        headings=sections.headings(subject),
        page=sections.page_facts(subject),
        recommended_keywords=[keyword.term for keyword in found],
        keywords=found,
        checks=engine.results(judged),
        parts=list(parts),
        notes=_notes(subject, answer, ws),
    )
    return await kept(audit, params, ws)


async def _pagespeed(
    subject: Subject, parts: tuple[Part, ...], ws: Workspace
) -> PageSpeedAnswer | VendorFailure | str:
    if not {"core_web_vitals", "performance"} & set(parts):
        return _NOT_ASKED
    if SERVICE not in ws.api_keys:
        return NO_KEY
    return LOCAL if subject.local else await ask_pagespeed(subject.page.url, ws)


def _notes(subject: Subject, answer: PageSpeedAnswer | VendorFailure | str, ws: Workspace) -> list[str]:
    notes = [f"The key {name!r} was ignored: {_why_ignored(name)}" for name in ws.api_keys if name != SERVICE]
    if isinstance(answer, VendorFailure):
        notes.append(answer.message)
    status = subject.page.transfer.status
    if status >= 400:
        notes.append(f"The server answered with HTTP {status}: this is the audit of an error page.")
    if subject.page.url.startswith("http:") and not subject.local:
        notes.append("The page was read over plain HTTP.")
    return notes


def _why_ignored(name: str) -> str:
    known = vendors().get(name)
    return f"this version does not ask {known.name}." if known else "no vendor goes by that name."

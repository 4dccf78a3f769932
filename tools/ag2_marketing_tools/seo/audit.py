"""The audit of one page, and of the site around it."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from ag2_marketing_tools.messages import say
from ag2_marketing_tools.pages.fetch import Fetched, fetch_with_robots
from ag2_marketing_tools.seo import engine, sections
from ag2_marketing_tools.seo.catalogue import Part, parts_named
from ag2_marketing_tools.seo.core_web_vitals import core_web_vitals, lab_scores
from ag2_marketing_tools.seo.history.keeping import kept
from ag2_marketing_tools.seo.lab.asked import blocking_times, visit_if_asked
from ag2_marketing_tools.seo.model import Audit, RunAudit
from ag2_marketing_tools.seo.outside import Outside, look_outside
from ag2_marketing_tools.seo.security.look import look_at_protection
from ag2_marketing_tools.seo.site.crawling import crawl_site
from ag2_marketing_tools.seo.site_files import site_files
from ag2_marketing_tools.seo.subject import Subject
from ag2_marketing_tools.tool import tool
from ag2_marketing_tools.vendors import vendors_of_key
from ag2_marketing_tools.workspace import Workspace

_ASKED_KEYS = frozenset({"pagespeed", "google", "security"})


@tool(family="seo")
async def run_audit(params: RunAudit, ws: Workspace) -> Audit:
    """Audit a page and its site for search engines and visitors: indexing, title and description, headings,
    content, links, images, structured data, mobile, performance, security and, with a PageSpeed key, Core Web
    Vitals. `findings` are those of the page; `site` tells what its other pages, up to `max_pages`, share.

    Findings come gravest first, each with its figure, its evidence and how to mend it. What could not be
    measured is null with a reason; nothing is guessed.
    """  # noqa: D205 (one paragraph is what a model reads)
    parts = parts_named(params.specific_metrics)
    fetched = await fetch_with_robots(params.url, ws)
    lab = await visit_if_asked(fetched.page, parts, ws, asked=params.lab)  # alone: it measures time
    outside, subject = await asyncio.gather(
        look_outside(fetched.page, fetched.robots, parts, ws), _look_around(fetched, parts, params, ws)
    )
    subject = replace(
        subject,
        vitals=core_web_vitals(outside.speeds),
        files=outside.files,
        blocking_times=(*outside.blocking_times, *blocking_times(lab)),
        weights=outside.weights(fetched.page),
        lab=lab,
    )
    judged = engine.judge(subject, parts)
    found, crawled = subject.keywords, subject.crawled
    audit = Audit(
        url=params.url,
        final_url=subject.page.url,
        timestamp=subject.now.isoformat(),
        http_status=subject.page.transfer.status,
        score=engine.score(judged),
        summary=engine.summary(judged),
        findings=engine.findings(judged),
        site=None if isinstance(crawled, str) else crawled.audit,
        site_reason=crawled if isinstance(crawled, str) else None,
        core_web_vitals=subject.vitals if "core_web_vitals" in parts else None,
        search_console=None if isinstance(outside.search_console, str) else outside.search_console,
        search_console_reason=outside.search_console if isinstance(outside.search_console, str) else None,
        security=sections.security(subject) if "security" in parts else None,
        mobile=sections.mobile(subject) if "mobile" in parts else None,
        performance=sections.performance(
            subject, lab_scores(outside.speeds), outside.page_weight(subject.page)
        )
        if "performance" in parts
        else None,
        lab=None if isinstance(lab, str) else lab,
        lab_reason=lab if isinstance(lab, str) else None,
        meta=sections.meta(subject),
        headings=sections.headings(subject),
        page=sections.page_facts(subject),
        recommended_keywords=[keyword.term for keyword in found],
        keywords=found,
        checks=engine.results(judged),
        parts=list(parts),
        notes=[*_notes(subject, outside, ws), *_crawl_notes(subject)],
    )
    return await kept(audit, params, ws)


async def _look_around(fetched: Fetched, parts: tuple[Part, ...], params: RunAudit, ws: Workspace) -> Subject:
    """Look at the page's own site, while vendors take their time."""
    site, looked_at = await asyncio.gather(
        site_files(fetched.page, fetched.robots, parts, ws), look_at_protection(fetched, parts, ws)
    )
    not_yet = core_web_vitals(say("It was not measured."))
    subject = Subject(fetched.page, fetched.robots, not_yet, ws.clock.now(), site, looked_at=looked_at)
    return replace(subject, crawled=await crawl_site(subject, parts, params.max_pages, ws))


def _notes(subject: Subject, outside: Outside, ws: Workspace) -> list[str]:
    notes = [_unused(name) for name in ws.api_keys if name not in _ASKED_KEYS]
    notes += outside.notes
    status = subject.page.transfer.status
    if status >= 400:
        notes.append(
            say(
                "The server answered with HTTP {status}: this is the audit of an error page.",
                status=str(status),
            )
        )
    if subject.page.url.startswith("http:") and not subject.local:
        notes.append(say("The page was read over plain HTTP."))
    return notes


def _crawl_notes(subject: Subject) -> list[str]:
    notes = [] if isinstance(subject.crawled, str) else list(subject.crawled.notes)
    if subject.shown_by_script:
        notes.append(
            say("The page shows its content by a script, which was not run: its content was not judged.")
        )
    return notes


def _unused(name: str) -> str:
    titles = ", ".join(vendor.title for vendor in vendors_of_key(name))
    if not titles:
        return say("The key {key} was not used: no vendor's key goes by that name.", key=repr(name))
    return say(
        "The key {key} was not used: the audit of a page asks nothing of {vendors}.",
        key=repr(name),
        vendors=titles,
    )

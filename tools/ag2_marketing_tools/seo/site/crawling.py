"""The crawl behind the audit of a site: begun, gone on with, and let go of once it was read."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ag2_marketing_tools.errors import Conflict, MarketingError, NotFound
from ag2_marketing_tools.messages import count_of, say
from ag2_marketing_tools.pages.crawl import Crawl, crawl, forget, resume, unfinished
from ag2_marketing_tools.pages.crawl.identity import plain
from ag2_marketing_tools.pages.crawl.state import Header
from ag2_marketing_tools.pages.crawl.visit import COUNTED
from ag2_marketing_tools.pages.model import Page
from ag2_marketing_tools.pages.urls import origin
from ag2_marketing_tools.seo.catalogue import Check, Part
from ag2_marketing_tools.seo.site.facts import SiteFacts
from ag2_marketing_tools.seo.site.judge import PageJudge
from ag2_marketing_tools.seo.site.limits import site_limits
from ag2_marketing_tools.seo.site.remark import PURPOSE, page_checks, purpose_of
from ag2_marketing_tools.seo.site.together import site_facts
from ag2_marketing_tools.seo.subject import Subject
from ag2_marketing_tools.workspace import Workspace

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Task:
    """What is to be crawled, and by what its pages are judged."""

    audited: Subject
    start_url: str
    judged_by: tuple[Check, ...]
    parts: tuple[Part, ...]
    max_pages: int
    ws: Workspace

    @property
    def purpose(self) -> str:
        return purpose_of(self.judged_by)

    def judge(self) -> PageJudge:
        return PageJudge(self.audited, self.judged_by, self.ws, self.max_pages)


async def crawl_site(
    audited: Subject, parts: tuple[Part, ...], max_pages: int, ws: Workspace
) -> SiteFacts | str:
    """Crawl the site of an audited page and judge its pages, or return the reason why there is nothing.

    Whatever goes wrong with the crawl, the audit of the page itself stands.
    """
    if max_pages == 1:
        return say("Only this page was asked for.")
    judged_by = page_checks(parts)
    if not judged_by:
        return say("None of the parts that were asked for looks at further pages.")
    task = _Task(audited, _start(audited.page), judged_by, parts, max_pages, ws)
    try:
        return await _crawled(task)
    except MarketingError as error:
        return say("The site could not be crawled: {why}", why=error.message)
    except Exception:
        logger.exception("the crawl of an audit failed unexpectedly")
        return say(
            "The site could not be crawled because of a defect in the program; its log has the details."
        )


def _start(page: Page) -> str:
    """Return where to begin: at the page, or at the home page where it answered with an error."""
    return plain(page.url) if page.transfer.status < 400 else f"{origin(page.url)}/"


async def _crawled(task: _Task) -> SiteFacts:
    left = await _left_undone(task)
    if left is not None:
        try:
            return await _run(task, await resume(left.id, task.ws, on_page=task.judge()), left.started_at)
        except (Conflict, NotFound):  # another process goes on with it, so this one begins its own
            logger.info("the crawl %s is gone on with by another process", left.id)
    try:
        return await _run(task, _new(task))
    except (Conflict, NotFound):  # another process took this one for left undone
        return await _run(task, _new(task))


def _new(task: _Task) -> Crawl:
    return crawl(
        task.start_url,
        task.ws,
        max_pages=task.max_pages,
        scope="host",  # other hosts of the domain may be other people's, as on shared platforms
        on_page=task.judge(),
        purpose=task.purpose,
    )


async def _run(task: _Task, one: Crawl, began: datetime | None = None) -> SiteFacts:
    fresh = 0
    async for page in one:
        fresh += page.outcome in COUNTED
    facts = await site_facts(one, task.judged_by, task.parts, plain(task.audited.page.url))
    found = facts.audit.crawl
    notes = []
    if task.start_url != plain(task.audited.page.url):
        notes.append(say("The page answers with an error, so the crawl began at the home page."))
    if began is not None:
        notes.append(
            say(
                "The crawl of {start} that was interrupted on {date} went on: {pages} had been read.",
                pages=count_of(found.page_count - fresh, "page"),
                start=task.start_url,
                date=began.date().isoformat(),
            )
        )
    if found.state == "finished":
        await forget(task.ws.store, one.id)
    await _clear(task)
    return replace(facts, notes=tuple(notes))


# ---- crawls that were left undone


async def _left_undone(task: _Task) -> Header | None:
    """Return a recent crawl of the same audit that was interrupted and that nobody runs any more."""
    found = await _recent(task)
    if found is None or not _at_work(found, task.ws):
        return found
    # It may have been killed this moment, or be at work in another process: that shows soon.
    await task.ws.clock.sleep(site_limits().crawl.at_work_s)
    found = await _recent(task)
    return None if found is None or _at_work(found, task.ws) else found


async def _recent(task: _Task) -> Header | None:
    ws = task.ws
    found = await unfinished(ws.store, task.start_url, purpose=task.purpose, max_pages=task.max_pages)
    return next((header for header in found if not _is_old(header, ws)), None)


def _at_work(header: Header, ws: Workspace) -> bool:
    idle_after = timedelta(seconds=site_limits().crawl.at_work_s)
    return header.at_work_at is not None and ws.clock.now() - header.at_work_at < idle_after


def _is_old(header: Header, ws: Workspace) -> bool:
    return ws.clock.now() - header.started_at > timedelta(seconds=site_limits().crawl.resumed_for_s)


async def _clear(task: _Task) -> None:
    """Forget crawls of audits that nobody will go on with."""
    ws = task.ws
    for header in await unfinished(ws.store):
        if (header.purpose or "").startswith(PURPOSE) and _is_old(header, ws) and not _at_work(header, ws):
            await forget(ws.store, header.id)

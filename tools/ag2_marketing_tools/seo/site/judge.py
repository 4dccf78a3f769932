"""Judges each page as the crawl reads it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from ag2_marketing_tools.errors import OutgoingError
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.pages.crawl.visit import Remark
from ag2_marketing_tools.pages.model import Page
from ag2_marketing_tools.pages.robots import RobotsTxt, robots_of
from ag2_marketing_tools.pages.site_files import SiteFiles
from ag2_marketing_tools.pages.urls import origin
from ag2_marketing_tools.seo import engine
from ag2_marketing_tools.seo.catalogue import Check
from ag2_marketing_tools.seo.site.remark import remark_of
from ag2_marketing_tools.seo.subject import Subject
from ag2_marketing_tools.workspace import Workspace

progress = logging.getLogger("ag2_marketing_tools.progress")
"""Says how far long work has come; whoever shows it to a person listens here."""


class PageJudge:
    """What a crawl calls with each page; what it returns is stored with the page."""

    def __init__(self, audited: Subject, judged_by: Sequence[Check], ws: Workspace, most_pages: int) -> None:
        self._audited = audited
        self._judged_by = judged_by
        self._ws = ws
        self._most_pages = most_pages
        self._robots = {origin(audited.page.url): audited.robots}
        self._count = 0

    async def __call__(self, page: Page) -> Remark:
        """Judge a page in a thread of its own, so that the crawl goes on meanwhile."""
        robots = await self._robots_for(page.url)
        remark = await asyncio.to_thread(self._judge, page, robots)
        self._count += 1
        progress.info(
            say("Judging the site: {done} of at most {most} pages", done=self._count, most=self._most_pages)
        )
        return remark

    def _judge(self, page: Page, robots: RobotsTxt) -> Remark:
        # The sitemap is left out: what it means for each page, the crawl knows better (`signals`).
        files = SiteFiles(favicon=self._audited.site.favicon)
        subject = Subject(page, robots, self._audited.vitals, self._audited.now, files)
        return remark_of(engine.judge_by(subject, self._judged_by), page)

    async def _robots_for(self, url: str) -> RobotsTxt:
        """Return the robots.txt that holds for a page; it was asked for before the page was."""
        site = origin(url)
        if site not in self._robots:
            try:
                self._robots[site] = await robots_of(url, self._ws)
            except OutgoingError:
                self._robots[site] = RobotsTxt(url=f"{site}/robots.txt", status=None)
        return self._robots[site]

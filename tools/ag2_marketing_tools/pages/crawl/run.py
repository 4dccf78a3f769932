"""One run over a crawl's frontier: bounded, polite, breadth-first, and to be broken off at any moment.

Addresses are asked for in the order of the frontier, several at once, and their answers are taken in that
same order. What is asked for next hence never depends on which answer came first: two crawls of the same
site by the same limits find the same.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import replace
from typing import Final

from ag2_marketing_tools.pages.crawl.facts import limits
from ag2_marketing_tools.pages.crawl.model import CrawledPage
from ag2_marketing_tools.pages.crawl.seeding import seed
from ag2_marketing_tools.pages.crawl.state import State, StopReason
from ag2_marketing_tools.pages.crawl.stored import crawled_page
from ag2_marketing_tools.pages.crawl.visit import (
    ASKED,
    COUNTED,
    HostRests,
    Outcome,
    Remark,
    Visit,
    Visitor,
    Waiting,
)
from ag2_marketing_tools.pages.model import Page
from ag2_marketing_tools.workspace import Workspace

OnPage = Callable[[Page], Awaitable[Remark | None]]

_BATCH_VISITS: Final = 32
_LONGEST_UNSTORED_S: Final = 1.0
_FRONTIER_AT_ONCE: Final = 64


class Run:
    """One run."""

    def __init__(self, ws: Workspace, state: State, visitor: Visitor, on_page: OnPage | None) -> None:
        self._ws = ws
        self._state = state
        self._visitor = visitor
        self._on_page = on_page
        self._ready: deque[Waiting] = deque()
        self._window: deque[tuple[Waiting, asyncio.Task[Visit]]] = deque()
        self._unstored: list[Visit] = []
        self._fresh: deque[CrawledPage] = deque()
        self._host_rests = False
        self._stored_s = ws.clock.monotonic_s()
        most = limits().crawl
        self._most_requests = most.requests_per_page * state.header.max_pages + most.spare_requests

    async def all(self, concurrency: int) -> AsyncGenerator[CrawledPage, None]:
        """Run to the end: the start page and its redirects, the sitemaps, everything else."""
        await self._state.claim()
        if self._state.header.state in {"starting", "seeding"}:
            async for page in self._through(1, deepest=0):
                yield page
            if self._has_budget() and not self._host_rests:
                await seed(self._state, self._visitor, self._ws)
            if not self._host_rests:
                await self._state.enter("running")
        async for page in self._through(concurrency, deepest=None):
            yield page
        if self._host_rests:
            await self._state.enter(self._state.header.state, stop_reason="host_rests")
        else:
            reason = await self._why_finished()
            await self._state.enter("finished", stop_reason=reason, finished_at=self._ws.clock.now())

    async def stop(self) -> None:
        """Leave what is being asked for, store what was answered, and let others go on with the crawl."""
        tasks = [task for _, task in self._window]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._window.clear()
        await self._store()
        await self._state.release()

    async def _through(self, concurrency: int, *, deepest: int | None) -> AsyncGenerator[CrawledPage, None]:
        while not self._host_rests:
            await self._refill(concurrency, deepest)
            if not self._window:
                break
            try:
                visit = await self._window[0][1]
            except HostRests:
                self._host_rests = True
                break
            self._window.popleft()
            self._unstored.append(await self._looked_at(visit))
            await self._store_if_due()
            while self._fresh:
                yield self._fresh.popleft()
        await self._store()
        while self._fresh:
            yield self._fresh.popleft()

    async def _looked_at(self, visit: Visit) -> Visit:
        """Show a page to the crawl's caller, and let go of it."""
        if visit.page is None or self._on_page is None:
            return visit
        return replace(visit, page=None, remark=await self._on_page(visit.page))

    async def _refill(self, concurrency: int, deepest: int | None) -> None:
        """Ask for further addresses, as many at once as may be and as the limits leave."""
        while len(self._window) < concurrency and self._has_budget():
            if not self._ready:
                await self._store()  # what was found last may be next
                in_hand = [waiting.number for waiting, _ in self._window]
                self._ready.extend(
                    await self._state.frontier(_FRONTIER_AT_ONCE, without=in_hand, deepest=deepest)
                )
            if not self._ready:
                break
            waiting = self._ready.popleft()
            self._window.append((waiting, asyncio.create_task(self._visitor.visit(waiting))))

    def _has_budget(self) -> bool:
        most = self._state.header.max_pages
        in_hand = len(self._window)
        pages = self._state.pages + self._among_unstored(COUNTED) + in_hand
        requests = self._state.requests + self._among_unstored(ASKED) + in_hand
        return pages < most and requests < self._most_requests

    def _among_unstored(self, outcomes: frozenset[Outcome]) -> int:
        return sum(visit.outcome in outcomes for visit in self._unstored)

    async def _store_if_due(self) -> None:
        waited_s = self._ws.clock.monotonic_s() - self._stored_s
        if len(self._unstored) >= _BATCH_VISITS or waited_s >= _LONGEST_UNSTORED_S:
            await self._store()

    async def _store(self) -> None:
        visits, self._unstored = self._unstored, []
        rows = await self._state.record(visits, most_hops=self._ws.settings.fetch_max_redirects)
        self._fresh.extend(
            crawled_page(row, url=visit.waiting.url, in_sitemap=_known_listed(visit))
            for visit, row in zip(visits, rows, strict=True)
        )
        self._stored_s = self._ws.clock.monotonic_s()

    async def _why_finished(self) -> StopReason:
        if not await self._state.any_waiting():
            return "complete"
        return "max_pages" if self._state.pages >= self._state.header.max_pages else "max_requests"


def _known_listed(visit: Visit) -> bool | None:
    return visit.waiting.in_sitemap if visit.waiting.level else None

"""The crawl as its caller sees it: begun, run, put off, resumed, reported on."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final

from ag2_marketing_tools.errors import AddressRefused, FetchFailed, InvalidInput
from ag2_marketing_tools.pages.crawl.duplicates import Group, find_duplicates
from ag2_marketing_tools.pages.crawl.facts import limits
from ag2_marketing_tools.pages.crawl.identity import Scope, plain
from ag2_marketing_tools.pages.crawl.model import CrawledPage, CrawlReport
from ag2_marketing_tools.pages.crawl.report import Lengths, build_report
from ag2_marketing_tools.pages.crawl.run import OnPage, Run
from ag2_marketing_tools.pages.crawl.state import Header, State, read_header, read_headers
from ag2_marketing_tools.pages.crawl.stored import read_pages
from ag2_marketing_tools.pages.crawl.visit import Visitor
from ag2_marketing_tools.pages.urls import candidates
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store import Store
from ag2_marketing_tools.workspace.store.schema import crawl as crawl_table

_UNREACHABLE: Final = frozenset({"connect", "tls", "timeout", "protocol"})


@dataclass(frozen=True)
class _Plan:
    """What a crawl is asked to do; `crawl_id` for one that goes on."""

    address: str
    max_pages: int
    scope: Scope
    purpose: str | None = None
    crawl_id: str | None = None


def crawl(
    start_url: str,
    ws: Workspace,
    *,
    max_pages: int = 25,
    concurrency: int | None = None,
    scope: Scope = "site",
    on_page: OnPage | None = None,
    purpose: str | None = None,
) -> Crawl:
    """Return a crawl of a site, to be run by `async for page in …`.

    Args:
        start_url: An address, or a bare host, which is tried by https, then by http.
        ws: The workspace; its store keeps what is found, its gateway the limits per host.
        max_pages: The most addresses that are asked for, redirects not counted.
        concurrency: Addresses asked for at once; twice the gateway's connections to a host when not given.
            The gateway's limits hold whatever this is.
        scope: `site` for all hosts of the registrable domain, `host` for the start page's own host alone.
        on_page: Gets each document with a success status as a whole `Page`, in order, before it is stored;
            what it returns is stored with it, so that no page that is stored lacks it. After an interruption
            it may get pages of the last second again. What it raises ends the crawl.
        purpose: What the crawl is for, by which `unfinished` finds it.

    Raises:
        InvalidInput: It is no web address, or a limit is below 1.
    """
    candidates(start_url)
    _require_positive("max_pages", max_pages)
    plan = _Plan(start_url, max_pages, scope, purpose)
    return Crawl(ws, plan, concurrency=concurrency, on_page=on_page)


async def resume(
    crawl_id: str, ws: Workspace, *, concurrency: int | None = None, on_page: OnPage | None = None
) -> Crawl:
    """Return a stored crawl; run, it goes on where it stopped, without asking for what it has.

    Raises:
        NotFound: There is no such crawl.
    """
    header = await read_header(ws.store, crawl_id)
    plan = _Plan(header.start_url, header.max_pages, header.scope, header.purpose, crawl_id)
    return Crawl(ws, plan, concurrency=concurrency, on_page=on_page)


async def unfinished(
    store: Store, start_url: str | None = None, *, purpose: str | None = None, max_pages: int | None = None
) -> list[Header]:
    """Return the crawls that can go on, the newest first; `at_work_at` tells which may be at work just now.

    Args:
        store: The store.
        start_url: Only those that began at this address, as it was found then.
        purpose: Only those for this purpose.
        max_pages: Only those with this limit.
    """
    wanted = {
        "start_url": None if start_url is None else plain(start_url),
        "purpose": purpose,
        "max_pages": max_pages,
    }
    conditions = [crawl_table.c[name] == value for name, value in wanted.items() if value is not None]
    return [header for header in await read_headers(store, *conditions) if header.state != "finished"]


def _require_positive(name: str, value: int) -> None:
    if isinstance(value, bool) or value < 1:
        raise InvalidInput(f"{name} is {value!r}.", remedy="Give a whole number above zero.")


class Crawl:
    """One crawl. Iterating runs it and yields each address once what it answered is stored.

    Leaving the loop early puts the crawl off: iterating again, or `resume` with its id, goes on.
    """

    def __init__(
        self, ws: Workspace, plan: _Plan, *, concurrency: int | None, on_page: OnPage | None
    ) -> None:
        self._ws = ws
        self._plan = plan
        self._id = plan.crawl_id
        self._concurrency = concurrency or 2 * ws.settings.host_max_connections
        _require_positive("concurrency", self._concurrency)
        self._on_page = on_page

    @property
    def id(self) -> str:
        """The crawl's id, known once it runs.

        Raises:
            InvalidInput: It was not begun yet.
        """
        if self._id is None:
            raise InvalidInput("The crawl was not begun yet.", remedy="Iterate over it first.")
        return self._id

    def __aiter__(self) -> AsyncGenerator[CrawledPage, None]:
        """Run the crawl, or go on with it.

        Raises:
            FetchFailed: The start page's host cannot be reached.
            AddressRefused: The address rules forbid the start page.
            Conflict: Another process goes on with the same crawl.
        """
        return self._run()

    def pages(self) -> AsyncIterator[CrawledPage]:
        """Return all that is stored of the crawl, in the order of discovery."""
        return read_pages(self._ws.store, self.id)

    async def duplicates(self) -> list[Group]:
        """Return the groups of pages that are the same, or nearly, by the pages' numbers."""
        return await find_duplicates(self._ws.store, self.id)

    async def report(
        self,
        *,
        longest_list: int = 100,
        most_sources: int | None = None,
        duplicates: list[Group] | None = None,
    ) -> CrawlReport:
        """Return what the crawl found so far.

        Args:
            longest_list: At most so many of each kind are listed.
            most_sources: At most so many sources of each broken address; all when not given.
            duplicates: What `duplicates` returned, where it is known already.
        """
        groups = await self.duplicates() if duplicates is None else duplicates
        lengths = Lengths(longest_list, most_sources)
        return await build_report(self._ws.store, self.id, groups, lengths)

    async def _run(self) -> AsyncGenerator[CrawledPage, None]:
        visitor = Visitor(
            self._ws,
            with_page=self._on_page is not None,
            cached=self._plan.max_pages <= limits().crawl.most_pages_cached,
        )
        state = await self._state(visitor)
        run = Run(self._ws, state, visitor, self._on_page)
        if state.header.state == "finished":
            return
        try:
            async with aclosing(run.all(self._concurrency)) as found:
                async for page in found:
                    yield page
        finally:
            await run.stop()

    async def _state(self, visitor: Visitor) -> State:
        ws = self._ws
        if self._id is not None:
            return await State.load(ws.store, await read_header(ws.store, self._id))
        url = plain(await _reachable(self._plan.address, visitor))
        crawl_id = ws.ids.new("crawl")
        header = Header(
            id=crawl_id,
            start_url=url,
            anchor_url=url,
            scope=self._plan.scope,
            max_pages=self._plan.max_pages,
            state="starting",
            stop_reason=None,
            skipped={},
            started_at=ws.clock.now(),
            finished_at=None,
            purpose=self._plan.purpose,
        )
        state = await State.create(ws.store, header)
        self._id = crawl_id
        return state


async def _reachable(address: str, visitor: Visitor) -> str:
    """Return the address to begin with: of a bare host the first form whose robots.txt can be asked for."""
    *earlier, last = candidates(address)
    for url in earlier:
        try:
            await visitor.robots(url)
        except AddressRefused:
            continue
        except FetchFailed as failure:
            if failure.kind not in _UNREACHABLE:
                raise
        else:
            return url
    await visitor.robots(last)
    return last

"""What a crawl knows, in the store: its frontier, the addresses it has seen, and what they answered.

Every change of one batch of visits is one transaction, so a crawl that is killed goes on from its last batch.
One crawl is run by one process at a time; a second one's first batch is refused by the store (`Conflict`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ag2_marketing_tools.errors import NotFound
from ag2_marketing_tools.pages.crawl.addresses import AddressBook, Found
from ag2_marketing_tools.pages.crawl.identity import Scope, in_scope, plain
from ag2_marketing_tools.pages.crawl.visit import ASKED, COUNTED, Outcome, Visit, Waiting
from ag2_marketing_tools.pages.urls import origin
from ag2_marketing_tools.workspace.store import Store
from ag2_marketing_tools.workspace.store.schema import crawl, crawl_page, crawl_sitemap, crawl_url

Phase = Literal["starting", "seeding", "running", "finished"]
StopReason = Literal["complete", "max_pages", "max_requests", "host_rests"]

_WAITING = tuple(crawl_url.c[name] for name in Waiting.__annotations__)


@dataclass(frozen=True)
class Header:
    """The crawl itself.

    Attributes:
        id: Its id.
        start_url: Where it began.
        anchor_url: Where the start page was found, after its redirects; the scope is counted from here.
        scope: Which addresses belong to the site.
        max_pages: The most pages.
        state: How far it has come.
        stop_reason: Why it ended.
        skipped: How many addresses were left out, by reason.
        started_at: When it began.
        finished_at: When it ended.
        purpose: What its caller began it for; a crawl goes on for the same purpose only.
        at_work_at: When it was last at work; None while nobody runs it.
    """

    id: str
    start_url: str
    anchor_url: str
    scope: Scope
    max_pages: int
    state: Phase
    stop_reason: StopReason | None
    skipped: dict[str, int]
    started_at: datetime
    finished_at: datetime | None
    purpose: str | None = None
    at_work_at: datetime | None = None


_HEADER = tuple(crawl.c[name] for name in Header.__annotations__)


async def read_header(store: Store, crawl_id: str) -> Header:
    """Return the crawl with this id.

    Raises:
        NotFound: There is none.
    """
    async with store.read() as connection:
        row = (await connection.execute(select(*_HEADER).where(crawl.c.id == crawl_id))).mappings().first()
    if row is None:
        raise NotFound(f"There is no crawl {crawl_id!r}.")
    return Header(**row)


async def read_headers(store: Store, *conditions: ColumnElement[bool]) -> list[Header]:
    """Return the crawls for which all conditions on `crawl` hold, the newest first."""
    query = select(*_HEADER).where(*conditions).order_by(crawl.c.started_at.desc(), crawl.c.id)
    async with store.read() as connection:
        return [Header(**row) for row in (await connection.execute(query)).mappings()]


async def forget(store: Store, crawl_id: str) -> None:
    """Delete a crawl with all that it found.

    Raises:
        NotFound: There is none.
    """
    await read_header(store, crawl_id)
    async with store.begin() as connection:
        for table in (crawl_page, crawl_sitemap, crawl_url):
            await connection.execute(delete(table).where(table.c.crawl_id == crawl_id))
        await connection.execute(delete(crawl).where(crawl.c.id == crawl_id))


class State:
    """A crawl's state, opened for going on."""

    def __init__(self, store: Store, header: Header, book: AddressBook, outcomes: Counter[Outcome]) -> None:
        self.header = header
        self._store = store
        self._book = book
        self._outcomes = outcomes
        self._skipped: Counter[str] = Counter(header.skipped)

    @classmethod
    async def create(cls, store: Store, header: Header) -> State:
        """Begin a crawl: its frontier holds the start page alone."""
        state = cls(store, header, AddressBook(header.id), Counter())
        async with store.begin() as connection:
            await connection.execute(
                crawl.insert(), {name: getattr(header, name) for name in Header.__annotations__}
            )
            await state._book.add(connection, [Found(header.start_url, level=0)])
        return state

    @classmethod
    async def load(cls, store: Store, header: Header) -> State:
        """Open a crawl that was begun before."""
        counts = select(crawl_page.c.outcome, func.count()).where(crawl_page.c.crawl_id == header.id)
        async with store.read() as connection:
            found = (await connection.execute(counts.group_by(crawl_page.c.outcome))).all()
            book = await AddressBook.load(connection, header.id)
        return cls(store, header, book, Counter({outcome: count for outcome, count in found}))

    @property
    def pages(self) -> int:
        """How many addresses answered with anything but a redirect."""
        return sum(self._outcomes[outcome] for outcome in COUNTED)

    @property
    def requests(self) -> int:
        """How many addresses were asked for."""
        return sum(self._outcomes[outcome] for outcome in ASKED)

    async def frontier(
        self, limit: int, *, without: Sequence[int] = (), deepest: int | None = None
    ) -> list[Waiting]:
        """Return the next addresses to ask for, nearest to the start first; all of one rank and level.

        Args:
            limit: At most so many.
            without: The numbers of those that are being asked for already.
            deepest: Only levels up to this one.
        """
        c = crawl_url.c
        waiting = select(*_WAITING).where(c.crawl_id == self.header.id, c.waiting, c.number.not_in(without))
        if deepest is not None:
            waiting = waiting.where(c.level <= deepest)
        query = waiting.order_by(c.rank, c.level, c.number).limit(limit)
        async with self._store.read() as connection:
            rows = [Waiting(**row) for row in (await connection.execute(query)).mappings()]
        return [row for row in rows if (row.rank, row.level) == (rows[0].rank, rows[0].level)]

    async def any_waiting(self) -> bool:
        """Tell whether the frontier holds anything."""
        return bool(await self.frontier(1))

    async def record(self, visits: Sequence[Visit], *, most_hops: int) -> list[dict[str, Any]]:
        """Store a batch of visits and what they found, all or nothing, and return the rows."""
        if not visits:
            return []
        anchor = _anchor_after(visits, self.header)
        header = replace(self.header, anchor_url=anchor)
        found, external = self._found(visits, header, most_hops)
        async with self._store.begin() as connection:
            numbers = await self._book.add(connection, found)
            self._skipped.update(self._book.take_skipped())
            rows = [self._row(visit, numbers, external) for visit in visits]
            await connection.execute(crawl_page.insert(), rows)
            await self._no_longer_waiting(connection, [visit.waiting.number for visit in visits])
            await self._update(
                connection,
                anchor_url=anchor,
                skipped=dict(self._skipped),
                at_work_at=self._store.clock.now(),
            )
        self._outcomes.update(visit.outcome for visit in visits)
        return rows

    def _found(
        self, visits: Sequence[Visit], header: Header, most_hops: int
    ) -> tuple[list[Found], dict[int, int]]:
        found: list[Found] = []
        external: dict[int, int] = {}
        same_host = f"{origin(header.anchor_url)}/"
        for visit in visits:
            waiting = visit.waiting
            if visit.location is not None:
                target = self._redirect_target(visit, header, most_hops)
                found += [target] if target else []
            links = visit.reading.links if visit.reading else []
            own = [
                url
                for url in links
                if url.startswith(same_host) or in_scope(url, header.anchor_url, header.scope)
            ]
            external[waiting.number] = len(links) - len(own)
            found += [Found(url, level=waiting.level + 1) for url in own]
        return found, external

    def _redirect_target(self, visit: Visit, header: Header, most_hops: int) -> Found | None:
        waiting = visit.waiting
        if visit.location is None or not in_scope(visit.location, header.anchor_url, header.scope):
            return None
        if waiting.hops >= most_hops:
            self._skipped["too_many_redirects"] += 1
            return None
        return Found(visit.location, level=waiting.level, hops=waiting.hops + 1)

    def _row(self, visit: Visit, numbers: dict[str, int], external: dict[int, int]) -> dict[str, Any]:
        reading = visit.reading
        kept: dict[str, Any] = dict.fromkeys((*_OF_READING, "external_links"))
        if reading is not None:
            kept = {name: getattr(reading, name) for name in _OF_READING}
            kept["links"] = sorted({numbers[url] for url in reading.links if url in numbers})
            kept["external_links"] = external[visit.waiting.number]
        return {
            "crawl_id": self.header.id,
            "number": visit.waiting.number,
            **{name: getattr(visit, name) for name in _OF_VISIT},
            "redirect_to": numbers.get(visit.location) if visit.location else None,
            **kept,
        }

    async def _no_longer_waiting(self, connection: AsyncConnection, numbers: list[int]) -> None:
        c = crawl_url.c
        done = update(crawl_url).where(c.crawl_id == self.header.id, c.number.in_(numbers))
        await connection.execute(done.values(waiting=False))

    async def _update(self, connection: AsyncConnection, **values: Any) -> None:
        await connection.execute(update(crawl).where(crawl.c.id == self.header.id).values(**values))
        self.header = replace(self.header, **values)

    async def listed(self, connection: AsyncConnection, urls: Iterable[str], *, level: int) -> int:
        """Take note of addresses that a sitemap lists, and return how many were left out."""
        header = self.header
        listed = list(urls)
        own = [url for url in listed if in_scope(url, header.anchor_url, header.scope)]
        found = [Found(url, level=level, in_sitemap=True) for url in own]
        known = await self._book.add(connection, found)
        self._skipped.update(self._book.take_skipped())
        return len(listed) - sum(url in known for url in own)

    async def enter(
        self,
        phase: Phase,
        *,
        stop_reason: StopReason | None = None,
        finished_at: datetime | None = None,
    ) -> None:
        """Take note of how far the crawl has come."""
        async with self._store.begin() as connection:
            await self._update(connection, state=phase, stop_reason=stop_reason, finished_at=finished_at)

    async def claim(self) -> None:
        """Take note that the crawl is at work."""
        async with self._store.begin() as connection:
            await self._update(connection, at_work_at=self._store.clock.now())

    async def release(self) -> None:
        """Take note that nobody runs the crawl any more."""
        async with self._store.begin() as connection:
            await self._update(connection, at_work_at=None)


_OF_VISIT = (
    "outcome", "status", "reason", "media_type", "location", "html_bytes", "wire_bytes",
    "time_to_first_byte_ms", "total_ms", "fetched_at", "remark",
)  # fmt: skip
_OF_READING = (
    "title", "description", "h1", "canonical_url", "canonical_key", "noindex", "nofollow", "words",
    "text_digest", "sketch", "javascript_signs", "links",
)  # fmt: skip


def _anchor_after(visits: Sequence[Visit], header: Header) -> str:
    """Return where the start page leads to: the site may have moved to another host, or to https."""
    anchor = header.anchor_url
    for visit in visits:
        if visit.waiting.level == 0 and visit.location is not None and visit.location.startswith("http"):
            anchor = plain(visit.location)
    return anchor

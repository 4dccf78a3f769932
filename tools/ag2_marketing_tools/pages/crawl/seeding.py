"""A site's sitemaps, found in robots.txt or where they usually lie, read within limits."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ag2_marketing_tools.errors import OutgoingError
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.pages.crawl.addresses import FROM_SITEMAP
from ag2_marketing_tools.pages.crawl.facts import limits
from ag2_marketing_tools.pages.crawl.sitemaps import Entry, NotASitemap, entries_of, mended
from ag2_marketing_tools.pages.crawl.state import State
from ag2_marketing_tools.pages.crawl.visit import Visitor
from ag2_marketing_tools.pages.urls import origin, resolve
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.gateway import gunzip
from ag2_marketing_tools.workspace.store.schema import crawl_sitemap

_GZIP_MAGIC = b"\x1f\x8b"
_GUESSED = "/sitemap.xml"
_LONGEST_PROBLEM = 500
_STORED_AT_ONCE = 1_000


@dataclass(frozen=True)
class _Sitemap:
    number: int
    url: str
    depth: int
    guessed: bool


class _Problem(Exception):
    """Why a sitemap gave nothing, or not all."""


async def seed(state: State, visitor: Visitor, ws: Workspace) -> None:
    """Read the sitemaps of a crawl's site into its frontier; those that were read before are left alone.

    Whatever is wrong with a sitemap is stored with it and ends nothing.
    """
    seeding = _Seeding(state, visitor, ws)
    if state.header.state == "starting":
        await seeding.begin()
    while (sitemap := await seeding.next()) is not None:
        await seeding.read(sitemap)


class _Seeding:
    def __init__(self, state: State, visitor: Visitor, ws: Workspace) -> None:
        self._state = state
        self._visitor = visitor
        self._ws = ws
        self._id = state.header.id

    async def begin(self) -> None:
        """Take note of the sitemaps that robots.txt names, or of the usual place."""
        anchor = self._state.header.anchor_url
        try:
            robots = await self._visitor.robots(anchor)
        except OutgoingError:
            named = []
        else:
            named = [url for line in robots.sitemaps if (url := resolve(robots.url, line)) is not None]
        usual = urljoin(f"{origin(anchor)}/", _GUESSED)
        async with self._ws.store.begin() as connection:
            await self._note(connection, named, depth=0, guessed=False)
            await self._note(connection, [usual], depth=0, guessed=True)
        await self._state.enter("seeding")

    async def next(self) -> _Sitemap | None:
        """Return the next sitemap that was not read yet."""
        c = crawl_sitemap.c
        query = select(c.number, c.url, c.depth, c.guessed).where(c.crawl_id == self._id, c.waiting)
        async with self._ws.store.read() as connection:
            row = (await connection.execute(query.order_by(c.number).limit(1))).mappings().first()
        return _Sitemap(**row) if row else None

    async def read(self, sitemap: _Sitemap) -> None:
        """Read one sitemap: pages join the frontier, further sitemaps the queue, in one transaction."""
        problem: str | None = None
        found: list[Entry] = []
        try:
            content = await self._fetched(sitemap)
            await asyncio.to_thread(_collect, content, found, await self._room())
        except (_Problem, NotASitemap) as why:
            problem = str(why)
        except OutgoingError as error:
            problem = error.message
        pages = [entry.url for entry in found if entry.kind == "page"]
        further = [entry.url for entry in found if entry.kind == "sitemap"]
        async with self._ws.store.begin() as connection:
            left_out = 0
            for start in range(0, len(pages), _STORED_AT_ONCE):
                some = pages[start : start + _STORED_AT_ONCE]
                left_out += await self._state.listed(connection, some, level=FROM_SITEMAP)
            if further and sitemap.depth >= limits().sitemaps.deepest:
                problem = say(
                    "It lists {sitemaps} further sitemaps, too deep within indexes.", sitemaps=len(further)
                )
            elif further:
                noted = await self._note(connection, further, depth=sitemap.depth + 1, guessed=False)
                if not noted:
                    problem = say("Only {most} sitemaps are read.", most=limits().sitemaps.most_files)
            await self._done(connection, sitemap, len(pages), left_out, problem)

    async def _fetched(self, sitemap: _Sitemap) -> bytes:
        largest = limits().sitemaps.largest_bytes
        if not await self._visitor.allowed(sitemap.url):
            raise _Problem(say("robots.txt forbids it."))
        response = await self._ws.gateway.fetch(sitemap.url, max_bytes=largest, cached=False)
        if response.status != 200:
            raise _Problem(say("It answered with HTTP {status}.", status=str(response.status)))
        if response.content.startswith(_GZIP_MAGIC):
            return await asyncio.to_thread(gunzip, response.content, max_bytes=largest)
        return response.content

    async def _room(self) -> int:
        c = crawl_sitemap.c
        query = select(func.sum(c.entries)).where(c.crawl_id == self._id)
        async with self._ws.store.read() as connection:
            return limits().sitemaps.most_entries - int(await connection.scalar(query) or 0)

    async def _note(
        self, connection: AsyncConnection, urls: Iterable[str], *, depth: int, guessed: bool
    ) -> bool:
        """Queue sitemaps, each once; tell whether there was room for all of them."""
        c = crawl_sitemap.c
        known = set(await connection.scalars(select(c.url).where(c.crawl_id == self._id)))
        new = [url for url in dict.fromkeys(urls) if url not in known]
        room = limits().sitemaps.most_files - len(known)
        rows: list[dict[str, Any]] = [
            {"crawl_id": self._id, "number": len(known) + place, "url": url, "waiting": True, "depth": depth,
             "guessed": guessed}
            for place, url in enumerate(new[: max(0, room)])
        ]  # fmt: skip
        if rows:
            await connection.execute(insert(crawl_sitemap), rows)
        return len(rows) == len(new)

    async def _done(
        self, connection: AsyncConnection, sitemap: _Sitemap, entries: int, left_out: int, problem: str | None
    ) -> None:
        c = crawl_sitemap.c
        done = update(crawl_sitemap).where(c.crawl_id == self._id, c.number == sitemap.number)
        told = problem[:_LONGEST_PROBLEM] if problem else None
        values = {"waiting": False, "entries": entries, "left_out": left_out, "problem": told}
        await connection.execute(done.values(**values))


def _collect(content: bytes, found: list[Entry], room: int) -> None:
    for entry in entries_of(mended(content)):
        if len(found) >= room:
            raise _Problem(
                say("Only {most} addresses of all sitemaps are read.", most=limits().sitemaps.most_entries)
            )
        found.append(entry)

"""The addresses that a crawl knows: each once, with a number, in the store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from cachetools import LRUCache
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ag2_marketing_tools.pages.crawl.identity import Traps, is_file, key_of, plain
from ag2_marketing_tools.workspace.store.schema import crawl_url

_MOST_REMEMBERED = 20_000  # links whose numbers are at hand; the others are looked up
_ASKED_AT_ONCE = 500  # keys in one query: SQLite allows 32,766 values, PostgreSQL as many
FROM_SITEMAP = 1_000_000
"""The level of addresses that only a sitemap lists: after all that links lead to."""


@dataclass(frozen=True)
class Found:
    """An address that was come upon, as it was written."""

    url: str
    level: int
    hops: int = 0
    in_sitemap: bool = False


@dataclass(frozen=True)
class _Known:
    number: int
    level: int
    waiting: bool


def _portions(values: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]


class AddressBook:
    """Gives addresses their numbers; those of traps get none.

    It remembers the latest of them, and of all others only what counts their variants.
    """

    def __init__(self, crawl_id: str) -> None:
        self._crawl_id = crawl_id
        self._next = 0
        self._remembered: LRUCache[str, int] = LRUCache(_MOST_REMEMBERED)
        self._traps = Traps()
        self._skipped: Counter[str] = Counter()

    @classmethod
    async def load(cls, connection: AsyncConnection, crawl_id: str) -> AddressBook:
        """Open the book of a crawl that was begun before."""
        book = cls(crawl_id)
        c = crawl_url.c
        newest = await connection.scalar(select(func.max(c.number)).where(c.crawl_id == crawl_id))
        book._next = 0 if newest is None else newest + 1
        variants = select(c.url).where(c.crawl_id == crawl_id, c.url.like("%?%"))
        async for url in (await connection.stream(variants)).scalars():
            book._traps.count(url)
        return book

    def take_skipped(self) -> Counter[str]:
        """Return how many addresses were left out since the last time, by reason."""
        skipped, self._skipped = self._skipped, Counter()
        return skipped

    async def add(self, connection: AsyncConnection, found: Iterable[Found]) -> dict[str, int]:
        """Return the number of each address by its writing; new ones join the frontier."""
        numbers: dict[str, int] = {}
        unknown: dict[str, Found] = {}
        for one in found:
            number = None if one.in_sitemap else self._remembered.get(one.url)
            if number is not None:
                numbers[one.url] = number
            else:
                unknown.setdefault(one.url, one)
        keys: dict[str, int] = {}
        for url in unknown:
            try:
                keys[url] = key_of(plain(url))
            except ValueError:  # nothing that urllib can take apart
                self._skipped["unreadable"] += 1
        known = await self._look_up(connection, set(keys.values()))
        await self._renew(connection, unknown, keys, known)
        rows = self._new_rows(unknown, keys, known)
        if rows:
            await connection.execute(crawl_url.insert(), rows)
        fresh = {url: known[key].number for url, key in keys.items() if key in known}
        self._remembered.update(fresh)
        return numbers | fresh

    async def _look_up(self, connection: AsyncConnection, keys: set[int]) -> dict[int, _Known]:
        c = crawl_url.c
        known: dict[int, _Known] = {}
        for some in _portions(sorted(keys), _ASKED_AT_ONCE):
            query = select(c.key, c.number, c.level, c.waiting).where(
                c.crawl_id == self._crawl_id, c.key.in_(some)
            )
            for row in await connection.execute(query):
                known[row.key] = _Known(row.number, row.level, row.waiting)
        return known

    def _new_rows(
        self, unknown: dict[str, Found], keys: dict[str, int], known: dict[int, _Known]
    ) -> list[dict[str, Any]]:
        rows = []
        for url, key in keys.items():
            if key in known:
                continue
            one, address = unknown[url], plain(url)
            trap = self._traps.reason(address, one.level % FROM_SITEMAP)
            if trap is not None:
                self._skipped[trap] += 1
                continue
            self._traps.count(address)
            known[key] = _Known(self._next, one.level, waiting=True)
            rows.append({**self._row(one), "url": address, "key": key, "rank": int(is_file(address))})
            self._next += 1
        return rows

    def _row(self, one: Found) -> dict[str, Any]:
        return {
            "crawl_id": self._crawl_id,
            "number": self._next,
            "waiting": True,
            "level": one.level,
            "hops": one.hops,
            "in_sitemap": one.in_sitemap,
        }

    async def _renew(
        self,
        connection: AsyncConnection,
        unknown: dict[str, Found],
        keys: dict[str, int],
        known: dict[int, _Known],
    ) -> None:
        """Move what was known already nearer to the start, and mark what a sitemap lists."""
        nearer: dict[int, list[int]] = {}
        listed = []
        for url, key in keys.items():
            one, before = unknown[url], known.get(key)
            if before is None:
                continue
            if before.waiting and one.level < before.level:
                nearer.setdefault(one.level, []).append(before.number)
            if one.in_sitemap:
                listed.append(before.number)
        for level, numbers in nearer.items():
            await self._set(connection, numbers, level=level)
        await self._set(connection, listed, in_sitemap=True)

    async def _set(self, connection: AsyncConnection, numbers: Sequence[int], **values: Any) -> None:
        c = crawl_url.c
        for some in _portions(numbers, _ASKED_AT_ONCE):
            changed = update(crawl_url).where(c.crawl_id == self._crawl_id, c.number.in_(some))
            await connection.execute(changed.values(**values))

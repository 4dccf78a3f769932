"""One address, asked for politely: what it answered, whatever that was."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from urllib.parse import urlsplit

from cachetools import TTLCache

from ag2_marketing_tools.errors import AddressRefused, CircuitOpen, FetchFailed, OutgoingError
from ag2_marketing_tools.pages.crawl.facts import limits
from ag2_marketing_tools.pages.crawl.reading import Reading, read_page
from ag2_marketing_tools.pages.fetch import HTML_TYPES, LONGEST_CRAWL_DELAY_S
from ag2_marketing_tools.pages.model import Page, Transfer
from ag2_marketing_tools.pages.parse import parse_page
from ag2_marketing_tools.pages.robots import RobotsTxt, robots_of
from ag2_marketing_tools.pages.urls import origin, resolve
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.gateway import Response

Outcome = Literal["page", "redirect", "error", "not_html", "failed", "refused", "forbidden"]
"""What came of asking for an address.

page       a document with a success status
redirect   it points elsewhere
error      a status of 4xx or 5xx, or one that is no answer to a plain request
not_html   something else than a page
failed     no usable answer (no connection, time-out, too large)
refused    the address rules forbid it; it was not asked for
forbidden  robots.txt forbids it; it was not asked for
"""

ASKED: frozenset[Outcome] = frozenset({"page", "redirect", "error", "not_html", "failed"})
"""Outcomes that took a request."""
COUNTED: frozenset[Outcome] = ASKED - {"redirect"}
"""Outcomes that count as a page."""

Remark = dict[str, Any]
"""What a crawl's caller notes of a page, as JSON."""

_ROBOTS_KEPT_S = 86_400.0  # RFC 9309, 2.4: a copy is used for no more than 24 hours
_MOST_ROBOTS = 256
_LONGEST_REASON = 500
_INLINE_BYTES = 100_000  # larger documents are read in a thread of their own, so that nothing else waits
_FIRST_REST_S = 1.0
_SNIFFED_BYTES = 1_024


@dataclass(frozen=True)
class Waiting:
    """An address of the frontier.

    Attributes:
        number: Its number within the crawl.
        url: The address as it is asked for.
        rank: 0 for what looks like a page, 1 for what looks like a file.
        level: How many clicks from the start page it was found at.
        hops: How many redirects led to it.
        in_sitemap: Whether a sitemap lists it.
    """

    number: int
    url: str
    rank: int
    level: int
    hops: int
    in_sitemap: bool


@dataclass(frozen=True)
class Visit:
    """What came of asking for an address.

    `page` is there only until the crawl's caller has looked at it; `remark` is what the caller noted then.
    """

    waiting: Waiting
    outcome: Outcome
    fetched_at: datetime
    status: int | None = None
    reason: str | None = None
    media_type: str | None = None
    location: str | None = None
    html_bytes: int | None = None
    wire_bytes: int | None = None
    time_to_first_byte_ms: float | None = None
    total_ms: float | None = None
    reading: Reading | None = None
    page: Page | None = field(default=None, repr=False)
    remark: Remark | None = None


class HostRests(Exception):
    """A host failed so often in a row that the crawl is put off; what was found stays."""


class Visitor:
    """Asks for addresses: robots.txt first, its delay kept, a failing host left in peace for a while."""

    def __init__(self, ws: Workspace, *, with_page: bool, cached: bool = False) -> None:
        """Prepare; nothing is asked for yet.

        Args:
            ws: The workspace.
            with_page: Whether a full `Page` is made of each document, too.
            cached: Whether the gateway keeps documents for a while, for who reads the same pages right after.
        """
        self._ws = ws
        self._with_page = with_page
        self._cached = cached
        self._robots: TTLCache[str, RobotsTxt] = TTLCache(
            _MOST_ROBOTS, _ROBOTS_KEPT_S, timer=ws.clock.monotonic_s
        )
        self._asking: dict[str, asyncio.Lock] = {}
        self._resting = asyncio.Lock()
        self._rests = 0
        self._slowed_s: dict[str, float] = {}

    async def robots(self, url: str) -> RobotsTxt:
        """Return the robots.txt that holds for an address; its delay holds from here on.

        Raises:
            OutgoingError: As `robots_of`.
        """
        site = origin(url)
        async with self._asking.setdefault(site, asyncio.Lock()):
            known = self._robots.get(site)
            if known is None:
                known = await robots_of(url, self._ws)
                self._robots[site] = known
                delay_s = known.crawl_delay_s(self._ws.settings.user_agent)
                self._slow_down(url, min(delay_s or 0.0, LONGEST_CRAWL_DELAY_S))
        return known

    async def allowed(self, url: str) -> bool:
        """Tell whether robots.txt lets an address be asked for.

        Raises:
            OutgoingError: As `robots_of`.
        """
        return (await self.robots(url)).allows(url, self._ws.settings.user_agent)

    async def visit(self, waiting: Waiting) -> Visit:
        """Ask for an address; whatever comes of it is an answer.

        Raises:
            HostRests: Its host fails and fails; the address was not asked for.
        """
        with suppress(CircuitOpen):
            return await self._noted(waiting)
        async with self._resting:  # one at a time finds out whether the host is well again
            while True:
                try:
                    return await self._noted(waiting)
                except CircuitOpen as resting:
                    if resting.retry_after_s > 0:  # else another one is finding out just now
                        if self._rests >= limits().crawl.most_rests:
                            raise HostRests(str(resting)) from None
                        self._rests += 1
                    await self._ws.clock.sleep(max(resting.retry_after_s, _FIRST_REST_S))

    async def _noted(self, waiting: Waiting) -> Visit:
        visit = await self._visit(waiting)
        if visit.status is not None and visit.status < 500:
            self._rests = 0
        return visit

    async def _visit(self, waiting: Waiting) -> Visit:
        now = self._ws.clock.now()
        try:
            if not await self.allowed(waiting.url):
                return Visit(waiting, "forbidden", now, reason="robots.txt forbids it")
            response = await self._ws.gateway.fetch(
                waiting.url, accept=HTML_TYPES, follow_redirects=False, cached=self._cached
            )
            return await self._answered(waiting, response, now)
        except CircuitOpen:
            raise
        except FetchFailed as failure:
            return Visit(
                waiting,
                "not_html" if failure.kind == "content_type" else "failed",
                now,
                status=failure.status,
                media_type=failure.media_type,
                reason=failure.message[:_LONGEST_REASON],
            )
        except OutgoingError as error:
            outcome: Outcome = "refused" if isinstance(error, AddressRefused) else "failed"
            return Visit(waiting, outcome, now, reason=error.message[:_LONGEST_REASON])

    async def _answered(self, waiting: Waiting, response: Response, now: datetime) -> Visit:
        status = response.status
        outcome = _outcome(response)
        location = _location(waiting.url, response) if outcome == "redirect" else None
        reading, page = None, None
        if outcome == "page":
            reading = await _in_thread_if_large(
                response, lambda: read_page(response.content, waiting.url, _headers(response))
            )
            if self._with_page:
                page = await asyncio.to_thread(parse_page, response.content, _transfer(waiting.url, response))
        if status == 429:
            self._slow_down_more(waiting.url)
        return Visit(
            waiting,
            outcome if outcome != "redirect" or location else "error",
            now,
            status=status,
            media_type=response.media_type,
            location=location,
            html_bytes=len(response.content),
            wire_bytes=response.wire_bytes,
            time_to_first_byte_ms=round(response.time_to_first_byte_ms, 1),
            total_ms=round(response.total_ms, 1),
            reading=reading,
            page=page,
        )

    def _slow_down_more(self, url: str) -> None:
        """Double the pause between requests to a host that says there were too many (RFC 6585, 2012)."""
        host = urlsplit(url).hostname or ""
        self._slowed_s[host] = min(
            LONGEST_CRAWL_DELAY_S, max(_FIRST_REST_S, 2 * self._slowed_s.get(host, 0.0))
        )
        self._slow_down(url, self._slowed_s[host])

    def _slow_down(self, url: str, interval_s: float) -> None:
        host = urlsplit(url).hostname
        if host and interval_s > 0:
            self._ws.gateway.slow_down(host, interval_s)


def _outcome(response: Response) -> Outcome:
    if 200 <= response.status < 300:
        return "page" if response.media_type is not None or _looks_like_html(response.content) else "not_html"
    return "redirect" if 300 <= response.status < 400 and "location" in response.headers else "error"


def _looks_like_html(content: bytes) -> bool:
    start = content[:_SNIFFED_BYTES]
    return not start.strip() or (b"<" in start and b"\x00" not in start)


def _location(url: str, response: Response) -> str | None:
    location = response.headers["location"].strip().replace(" ", "%20").replace("\t", "%09")
    return resolve(url, location) if location else None


async def _in_thread_if_large(response: Response, read: Callable[[], Reading]) -> Reading:
    return await asyncio.to_thread(read) if len(response.content) > _INLINE_BYTES else read()


def _headers(response: Response) -> Mapping[str, str]:
    return {name.lower(): ", ".join(response.headers.get_list(name)) for name in response.headers}


def _transfer(url: str, response: Response) -> Transfer:
    return Transfer(
        requested_url=url,
        final_url=url,
        status=response.status,
        redirects=[],
        headers=dict(_headers(response)),
        media_type=response.media_type,
        encoding="utf-8",
        html_bytes=len(response.content),
        wire_bytes=response.wire_bytes,
        time_to_first_byte_ms=round(response.time_to_first_byte_ms, 1),
        total_ms=round(response.total_ms, 1),
        http_version=response.http_version,
    )

"""Fetching a page: robots.txt first, then the document, then the parser."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from urllib.parse import urlsplit

from ag2_marketing_tools.errors import AddressRefused, FetchFailed, OutgoingError
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.pages.model import Page, Redirect, Transfer
from ag2_marketing_tools.pages.parse import parse_page
from ag2_marketing_tools.pages.robots import RobotsTxt, robots_of
from ag2_marketing_tools.pages.urls import candidates, origin
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.gateway.response import Response

HTML_TYPES = ("text/html", "application/xhtml+xml")
LONGEST_CRAWL_DELAY_S = 30.0  # a site that asks for more would stop an analysis of a few pages
_TRY_HTTP_AFTER = frozenset({"connect", "tls", "timeout", "protocol"})
_SIGNATURES = (
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip file"),
)
_SNIFFED_BYTES = 1_024


@dataclass(frozen=True)
class Fetched:
    """A page, the robots.txt of the site that it was finally read from, and the answer that it was read from."""

    page: Page
    robots: RobotsTxt
    response: Response


async def fetch_page(url: str, ws: Workspace) -> Page:
    """Fetch and parse a page, as `fetch_with_robots` does."""
    return (await fetch_with_robots(url, ws)).page


async def fetch_with_robots(url: str, ws: Workspace) -> Fetched:
    """Fetch and parse a page; a bare host is tried by https, then by http.

    A page with an error status (4xx, 5xx) is returned where it holds HTML: look at `page.transfer.status`.

    Raises:
        InvalidInput: It is no web address.
        AddressRefused: The address rules forbid it.
        FetchFailed: It could not be read; `kind` says why (`forbidden_by_robots`, `content_type`, `dns`, …).
        RateLimited: The host asks for a longer wait than is sensible.
        CircuitOpen: The host failed too often and rests.
    """
    *earlier, last = candidates(url)
    for candidate in earlier:
        try:
            return await _fetch(candidate, ws)
        except OutgoingError as error:
            if not _may_answer_by_http(error):
                raise
    return await _fetch(last, ws)


def _may_answer_by_http(error: OutgoingError) -> bool:
    # A refused address may be an allowed one by http: developers let `http://127.0.0.1:8000` through.
    return isinstance(error, AddressRefused) or (
        isinstance(error, FetchFailed) and error.kind in _TRY_HTTP_AFTER
    )


async def _fetch(url: str, ws: Workspace) -> Fetched:
    robots = await robots_of(url, ws)
    _require_allowed(url, robots, ws)
    response = await ws.gateway.fetch(url, accept=HTML_TYPES)
    if origin(response.url) != origin(url):
        robots = await robots_of(response.url, ws)
    _require_allowed(response.url, robots, ws)
    _keep_crawl_delay(response.url, robots, ws)
    _require_html(response)
    page = await asyncio.to_thread(parse_page, response.content, _transfer(response))
    return Fetched(page, robots, response)


def _require_allowed(url: str, robots: RobotsTxt, ws: Workspace) -> None:
    if robots.allows(url, ws.settings.user_agent):
        return
    agent = ws.settings.user_agent.partition("/")[0]
    cause = robots.refuses_all or say(
        "it disallows {path} for {agent!r}", path=urlsplit(url).path or "/", agent=agent
    )
    raise FetchFailed(
        say(
            "{url} was not fetched, because {robots} forbids it: {cause}.",
            url=url,
            robots=robots.url,
            cause=cause,
        ),
        kind="forbidden_by_robots",
        status=robots.status,
        remedy=say("The site's owner can allow it there; a page that is allowed can be fetched now."),
    )


def _keep_crawl_delay(url: str, robots: RobotsTxt, ws: Workspace) -> None:
    delay_s = robots.crawl_delay_s(ws.settings.user_agent)
    host = urlsplit(url).hostname
    if delay_s and host:
        ws.gateway.slow_down(host, min(delay_s, LONGEST_CRAWL_DELAY_S))


def _require_html(response: Response) -> None:
    declared = response.media_type
    mislabelled = declared is not None and declared not in HTML_TYPES
    problem = say("is declared as {type}", type=declared) if mislabelled else _not_html(response.content)
    if response.status >= 400 and (problem or not response.content.strip()):
        raise FetchFailed(
            say(
                "{url} answered with HTTP {status} and no page to look at.",
                url=response.url,
                status=str(response.status),
            ),
            kind="status",
            status=response.status,
            remedy=say("Check the address in a browser."),
        )
    if problem:
        raise FetchFailed(
            say("{url} {problem}, which is no HTML page.", url=response.url, problem=problem),
            kind="content_type",
            status=response.status,
            remedy=say("Give the address of a page (text/html)."),
        )


def _not_html(content: bytes) -> str | None:
    start = content[:_SNIFFED_BYTES]
    for signature, what in _SIGNATURES:
        if start.startswith(signature):
            return say("holds {kind}", kind=what)
    if b"\x00" in start and not start.startswith((b"\xff\xfe", b"\xfe\xff")) and b"<" not in start:
        return say("holds binary data")
    return None


def _transfer(response: Response) -> Transfer:
    return Transfer(
        requested_url=response.requested_url,
        final_url=response.url,
        status=response.status,
        redirects=[
            Redirect(url=hop.url, status=hop.status, location=hop.location) for hop in response.redirects
        ],
        headers=_headers(response),
        media_type=response.media_type,
        encoding="utf-8",
        html_bytes=len(response.content),
        wire_bytes=response.wire_bytes,
        time_to_first_byte_ms=round(response.time_to_first_byte_ms, 1),
        total_ms=round(response.total_ms, 1),
        http_version=response.http_version,
    )


def _headers(response: Response) -> dict[str, str]:
    return {name.lower(): ", ".join(response.headers.get_list(name)) for name in response.headers}

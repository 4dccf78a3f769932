"""How large the files are that a page names: by HEAD, else by a GET for the first byte, as far as is polite."""

from __future__ import annotations

import asyncio
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final
from urllib.parse import urldefrag, urlsplit

from pydantic import BaseModel, ConfigDict

from ag2_marketing_tools.errors import FetchFailed, OutgoingError
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.pages.model import Page, Resource
from ag2_marketing_tools.pages.robots import RobotsTxt
from ag2_marketing_tools.pages.urls import origin, site_of
from ag2_marketing_tools.seo.speed_model import FileFact
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.gateway.response import Response

_TOTAL: Final = re.compile(r"bytes\s+(?:\d{1,15}-\d{1,15}|\*)/(\d{1,15})", re.IGNORECASE)
"""`Content-Range` (RFC 9110, section 14.4, 2022)."""
_LENGTH: Final = re.compile(r"\d{1,15}")
_GONE: Final = frozenset({404, 410})
_FIRST_BYTE: Final = {"range": "bytes=0-0"}


class FileRules(BaseModel):
    """Which files are asked for, and the bounds, from `data/files.toml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    elements: frozenset[str]
    most_images: int
    most_others: int
    at_once: int
    deadline_s: float
    longest_s: float


@dataclass(frozen=True)
class FileSizes:
    """The files that a page names, measured or not; empty where none was asked for."""

    images: tuple[FileFact, ...] = ()
    others: tuple[FileFact, ...] = ()

    @property
    def all(self) -> tuple[FileFact, ...]:
        """Images and others."""
        return (*self.images, *self.others)


@cache
def file_rules() -> FileRules:
    """Return the rules, validated."""
    text = files("ag2_marketing_tools.seo").joinpath("data", "files.toml").read_text("utf-8")
    return FileRules.model_validate(tomllib.loads(text))


async def image_sizes(page: Page, robots: RobotsTxt, ws: Workspace) -> tuple[FileFact, ...]:
    """Measure the page's images, those of its own site first."""
    images = [one for one in _files(page) if one.element == "img"]
    return await _measured(images, file_rules().most_images, page, robots, ws)


async def other_sizes(page: Page, robots: RobotsTxt, ws: Workspace) -> tuple[FileFact, ...]:
    """Measure the page's scripts, style sheets, icons and preloaded files, those of its own site first."""
    others = [one for one in _files(page) if one.element != "img"]
    return await _measured(others, file_rules().most_others, page, robots, ws)


def other_files(page: Page, reason: str) -> tuple[FileFact, ...]:
    """Return the page's files that are no images, with the reason why they were not measured."""
    return tuple(_unknown(one, reason) for one in _files(page) if one.element != "img")


def _files(page: Page) -> list[Resource]:
    """Return each file once; one that is shown as an image counts as one."""
    page_itself = urldefrag(page.url).url
    wanted = [
        one
        for one in page.resources
        if one.element in file_rules().elements
        and one.url.lower().startswith(("http:", "https:"))
        and one.url != page_itself  # an image with `#` for an address is none
    ]
    by_url = {one.url: one for one in sorted(wanted, key=lambda one: one.element == "img")}
    site = site_of(page.url)
    in_order = (by_url[url] for url in dict.fromkeys(one.url for one in wanted))
    return sorted(in_order, key=lambda one: site_of(one.url) != site)


async def _measured(
    resources: list[Resource], most: int, page: Page, robots: RobotsTxt, ws: Workspace
) -> tuple[FileFact, ...]:
    rules = file_rules()
    places = asyncio.Semaphore(rules.at_once)
    ends_s = ws.clock.monotonic_s() + rules.longest_s

    async def measure(resource: Resource) -> FileFact:
        async with places:
            if ws.clock.monotonic_s() >= ends_s:
                return _unknown(resource, say("The time for measuring files was used up."))
            return await _measure(resource, robots, ws)

    found = await asyncio.gather(*(measure(one) for one in resources[:most]))
    bound = say("It is beyond the {most} files of its kind that an audit asks for.", most=most)
    return (*found, *(_unknown(one, bound) for one in resources[most:]))


async def _measure(resource: Resource, robots: RobotsTxt, ws: Workspace) -> FileFact:
    if origin(resource.url) == origin(robots.url) and not robots.allows(resource.url, ws.settings.user_agent):
        return _unknown(resource, say("robots.txt forbids to fetch it."))
    try:
        size = await _asked_for(resource.url, "HEAD", ws)
        if size is None:
            size = await _asked_for(resource.url, "GET", ws)
    except OutgoingError as error:
        return _unknown(resource, error.message)
    if isinstance(size, int):
        return FileFact(url=resource.url, element=resource.element, size=size)
    return _unknown(resource, size or say("The server does not tell its size."))


async def _asked_for(url: str, method: str, ws: Workspace) -> int | str | None:
    """Return a size as transferred, the reason why there is no file, or None where it is not told so."""
    try:
        response = await ws.gateway.fetch(
            url,
            method=method,
            headers=_FIRST_BYTE if method == "GET" else None,
            service=f"files of {urlsplit(url).hostname}",  # a breaker apart from that of the host's pages
            deadline_s=file_rules().deadline_s,
            max_attempts=1,
        )
    except FetchFailed as failure:
        if method == "HEAD" and failure.kind == "protocol":
            return None  # a server that knows no HEAD
        raise
    if method == "HEAD" and response.status >= 300 and response.status not in _GONE:
        return None
    return _size(response, method)


def _size(response: Response, method: str) -> int | str | None:
    if response.status == 206:
        total = _TOTAL.fullmatch(response.headers.get("content-range", "").strip())
        return int(total[1]) if total else None
    if response.status >= 300:
        return say("It answers with HTTP {status}.", status=str(response.status))
    if method == "GET":
        return response.wire_bytes
    announced = response.headers.get("content-length", "")
    return int(announced) or None if _LENGTH.fullmatch(announced) else None


def largest(facts: Iterable[FileFact], most: int) -> list[FileFact]:
    """Return the largest of the files that were measured."""
    return sorted((one for one in facts if one.size is not None), key=lambda one: -(one.size or 0))[:most]


def _unknown(resource: Resource, reason: str) -> FileFact:
    return FileFact(url=resource.url, element=resource.element, size=None, reason=reason)

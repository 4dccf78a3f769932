"""A real web site on loopback, of any size, whose pages are made when they are asked for.

As a program it serves until its input ends: `python tests/generated_site.py --pages 2000` prints its origin,
and at the end how many pages were asked for in how many seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import hashlib
import json
import re
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

HTML = "text/html; charset=utf-8"
_TEXT = (
    "home care nurse visit family day night week support friendly local help meals bath walking memory trust "
    "garden music kitchen doctor phone call hour plan cost price team trained gentle safe early late street "
    "town county office open form ask answer free first choice daughter son mother father aunt uncle"
)
_WORDS = tuple(_TEXT.split())
_CHILDREN = 6
_STATUS = {200: "OK", 301: "Moved Permanently", 302: "Found", 404: "Not Found", 503: "Service Unavailable"}


@dataclass(frozen=True)
class Answer:
    """What the site says to one path."""

    body: bytes | str = b""
    status: int = 200
    content_type: str | None = HTML
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """One request: its path with the query, when it came, how many were then being answered, from whom."""

    path: str
    at_s: float
    at_once: int
    agent: str


Maker = Callable[[str], Answer | None]


@dataclass
class GeneratedSite:
    """The site: `/` and `/page/1` to `/page/{pages - 1}` in a tree, each with a text of its own.

    Attributes:
        origin: Where it is served.
        pages: How many pages the tree has.
        answers: Answers to single paths, before all others.
        makers: Asked in turn for paths (with their query) that have no answer of their own.
        delay_s: How long each answer takes, or a function that says it of a path.
        now: The clock of `Asked.at_s`.
        asked: All requests, in order.
        most_connections: The most connections that were open at once.
    """

    pages: int = 1
    origin: str = ""
    words: int = 250
    extra_links: int = 20
    answers: dict[str, Answer] = field(default_factory=dict)
    makers: list[Maker] = field(default_factory=list)
    delay_s: float | Callable[[str], float] = 0.0
    now: Callable[[], float] = time.monotonic
    asked: list[Asked] = field(default_factory=list)
    most_connections: int = 0
    _being_answered: int = 0
    _transports: set[asyncio.Transport] = field(default_factory=set)

    def url(self, path: str = "/") -> str:
        """Return the address of a path."""
        return self.origin + path

    def put(
        self,
        path: str,
        body: bytes | str = b"",
        *,
        status: int = 200,
        content_type: str | None = HTML,
        **headers: str,
    ) -> str:
        """Write down an answer and return its address; `x_robots_tag="…"` stands for `x-robots-tag`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[path] = Answer(body, status, content_type, named)
        return self.url(path)

    def times_asked(self) -> Counter[str]:
        """Return how often each path was asked for."""
        return Counter(asked.path for asked in self.asked)

    def path_of(self, number: int) -> str:
        """Return the path of a page of the tree."""
        return "/" if number == 0 else f"/page/{number}"

    def answer(self, path: str) -> Answer:
        """Return what is answered to a path with its query."""
        if path in self.answers:
            return self.answers[path]
        for maker in self.makers:
            made = maker(path)
            if made is not None:
                return made
        number = 0 if path == "/" else int(path[6:]) if path[:6] == "/page/" and path[6:].isdigit() else -1
        if 0 <= number < self.pages:
            return Answer(self.tree_page(number))
        return Answer("<!doctype html><title>Not found</title><h1>Not found</h1>", 404)

    def tree_page(self, number: int) -> str:
        """Return a page of the tree: its children, some other pages, a text of its own."""
        first = number * _CHILDREN + 1
        linked = [*range(first, min(first + _CHILDREN, self.pages))]
        linked += [(number * 31 + step * 97) % self.pages for step in range(self.extra_links)]
        return document(
            f"Page {number}",
            paragraphs(self.words, seed=number),
            [(self.path_of(each), f"to page {each}") for each in linked],
        )

    def sitemap(self, paths: list[str]) -> str:
        """Return a sitemap of these paths."""
        entries = "".join(f"<url><loc>{self.url(path)}</loc></url>" for path in paths)
        return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>'


def paragraphs(words: int, *, seed: object) -> str:
    """Return a text of so many words, the same for the same seed."""
    stream = hashlib.shake_128(str(seed).encode()).digest(words)
    chosen = [_WORDS[byte % len(_WORDS)] for byte in stream]
    return "".join(f"<p>{' '.join(chosen[at : at + 40])}.</p>\n" for at in range(0, words, 40))


def document(title: str, text: str, links: list[tuple[str, str]], *, head: str = "") -> str:
    """Return a page with navigation, text and links."""
    anchors = "\n".join(f'<li><a href="{href}">{label}</a></li>' for href, label in links)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="description" content="About {title}, at home and elsewhere.">{head}</head><body>'
        f'<nav><a href="/">Home</a></nav><main><h1>{title}</h1>{text}<ul>{anchors}</ul></main>'
        "<footer>Care at home</footer></body></html>"
    )


class _Connection(asyncio.Protocol):
    def __init__(self, site: GeneratedSite) -> None:
        self._site = site
        self._received = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._site._transports.add(transport)
        self._site.most_connections = max(self._site.most_connections, len(self._site._transports))

    def connection_lost(self, error: Exception | None) -> None:
        if self._transport is not None:
            self._site._transports.discard(self._transport)
        self._transport = None

    def data_received(self, data: bytes) -> None:
        self._received += data
        while b"\r\n\r\n" in self._received:
            head, _, self._received = self._received.partition(b"\r\n\r\n")
            path = head.split(b" ", 2)[1].decode("ascii", "replace")
            site = self._site
            site._being_answered += 1
            agent = re.search(rb"(?im)^user-agent: *(.*?)\r?$", head)
            who = agent[1].decode("latin-1") if agent else ""
            site.asked.append(Asked(path, site.now(), site._being_answered, who))
            delay_s = site.delay_s(path) if callable(site.delay_s) else site.delay_s
            if delay_s:
                asyncio.get_running_loop().call_later(delay_s, self._answer, path)
            else:
                self._answer(path)

    def _answer(self, path: str) -> None:
        self._site._being_answered -= 1
        if self._transport is None:
            return
        answer = self._site.answer(path)
        body = answer.body.encode() if isinstance(answer.body, str) else answer.body
        lines = [f"HTTP/1.1 {answer.status} {_STATUS.get(answer.status, 'Other')}"]
        if answer.content_type is not None:
            lines.append(f"content-type: {answer.content_type}")
        lines += [f"{name}: {value}" for name, value in answer.headers.items()]
        lines += [f"content-length: {len(body)}", "", ""]
        self._transport.write("\r\n".join(lines).encode("latin-1") + body)


@contextmanager
def running(site: GeneratedSite) -> Iterator[GeneratedSite]:
    """Serve a site on a free port of 127.0.0.1, from a thread of its own."""
    loop = asyncio.new_event_loop()
    ready = threading.Event()
    stopping = asyncio.Event()

    async def serve() -> None:
        server = await loop.create_server(lambda: _Connection(site), "127.0.0.1", 0)
        site.origin = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        ready.set()
        await stopping.wait()
        server.close()
        for transport in list(site._transports):
            transport.abort()
        await asyncio.sleep(0.01)

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    ready.wait()
    try:
        yield site
    finally:
        loop.call_soon_threadsafe(stopping.set)
        thread.join()
        loop.close()


def main() -> None:
    """Serve a tree of pages until the input ends."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--pages", type=int, default=2000)
    arguments = parser.parse_args()
    site = GeneratedSite(pages=arguments.pages)
    with running(site):
        listed = [site.path_of(number) for number in range(arguments.pages)]
        site.put("/robots.txt", "User-agent: *\nDisallow: /private\n", content_type="text/plain")
        site.put(
            "/sitemap.xml", gzip.compress(site.sitemap(listed).encode()), content_type="application/gzip"
        )
        sys.stdout.write(f"{site.origin}\n")
        sys.stdout.flush()
        sys.stdin.read()
        pages = [asked.at_s for asked in site.asked if asked.path == "/" or asked.path.startswith("/page/")]
        seconds = pages[-1] - pages[0] if pages else 0.0
        sys.stdout.write(json.dumps({"requests": len(pages), "seconds": seconds}))


if __name__ == "__main__":
    main()

"""A real web site on loopback whose answers a test writes down."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

HTML = {"content-type": "text/html; charset=utf-8"}


@dataclass(frozen=True)
class Answer:
    """What the site says to one path; headers of the same name are sent one after the other."""

    body: bytes | str = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: dict(HTML))

    @property
    def content(self) -> bytes:
        """The body as it is sent."""
        return self.body.encode() if isinstance(self.body, str) else self.body

    def sent_headers(self) -> dict[str, str]:
        """Return the headers, the body's length among them unless it is given; an empty one is left out."""
        headers = {"content-length": str(len(self.content)), **self.headers}
        return {name: value for name, value in headers.items() if value}


@dataclass(frozen=True)
class Asked:
    """One request that the site got."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass
class Site:
    """The site: put answers into `answers` by path; an unknown path is a 404 without a page.

    `answering`, where it is set, is asked first.
    """

    origin: str
    answers: dict[str, Answer] = field(default_factory=dict)
    answering: Callable[[Asked], Answer | None] | None = None
    asked: list[Asked] = field(default_factory=list)

    def url(self, path: str = "/") -> str:
        """Return the address of a path."""
        return self.origin + path

    def put(self, path: str, body: bytes | str = b"", *, status: int = 200, **headers: str) -> str:
        """Write down an answer and return its address; `content_type="…"` stands for `content-type`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[path] = Answer(body, status, {**HTML, **named})
        return self.url(path)

    def answer_to(self, asked: Asked) -> Answer:
        """Return what is said to a request."""
        special = self.answering(asked) if self.answering else None
        return special or self.answers.get(asked.path) or Answer(b"", 404, {"content-type": "text/plain"})

    def paths(self) -> list[str]:
        """Return the paths that were asked for, in order."""
        return [asked.path for asked in self.asked]


@contextmanager
def running_site() -> Iterator[Site]:
    """Run a site on a free port of 127.0.0.1."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            headers = {name.lower(): value for name, value in self.headers.items()}
            sent = self.rfile.read(int(headers.get("content-length", 0)))
            asked = Asked(self.command, parts.path, parse_qs(parts.query), headers, sent)
            site.asked.append(asked)
            answer = site.answer_to(asked)
            self.send_response(answer.status)
            for name, value in answer.sent_headers().items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(b"" if self.command == "HEAD" else answer.content)

        def do_HEAD(self) -> None:
            self.do_GET()

        def do_POST(self) -> None:
            self.do_GET()

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except ConnectionError:  # the client had enough
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site = Site(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

"""A real server on loopback that speaks as the vendors' APIs do: what to say is written down by the test."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

JSON = "application/json"


@dataclass(frozen=True)
class Reply:
    """What the server says once: a body that is no text and no bytes is written as JSON."""

    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = JSON


@dataclass(frozen=True)
class Asked:
    """One request that the server got."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    json: Any

    @property
    def raw(self) -> str:
        """Everything of it, to look for a text in."""
        return repr((self.path, self.query, self.headers, self.json))


@dataclass
class VendorServer:
    """The server; it gives the replies one after the other, the last one for ever."""

    origin: str
    replies: list[Reply] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)

    def says(self, *replies: Reply) -> None:
        """Write down what is said from now on."""
        self.replies = list(replies)

    def next_reply(self) -> Reply:
        """Return the reply to the next request."""
        if not self.replies:
            return Reply("nothing was written down", 599, content_type="text/plain")
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


def _body(reply: Reply, asked: Asked) -> bytes:
    if isinstance(reply.body, bytes):
        return reply.body
    if isinstance(reply.body, str):
        return reply.body.encode()
    body = reply.body
    if isinstance(body, dict) and body.get("jsonrpc") and isinstance(body.get("id"), str):
        body = {**body, "id": asked.json["id"]}  # as JSON-RPC asks for
    return json.dumps(body, ensure_ascii=False).encode()


@contextmanager
def running_vendor() -> Iterator[VendorServer]:
    """Run the server on a free port of 127.0.0.1."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            sent = self.rfile.read(int(self.headers.get("content-length", 0)))
            parts = urlsplit(self.path)
            headers = {name.lower(): value for name, value in self.headers.items()}
            query = tuple(parse_qsl(parts.query, keep_blank_values=True))
            asked = Asked(self.command, parts.path, query, headers, json.loads(sent) if sent else None)
            server.asked.append(asked)
            reply = server.next_reply()
            body = _body(reply, asked)
            self.send_response(reply.status)
            for name, value in {"content-type": reply.content_type, **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.do_GET()

        def version_string(self) -> str:
            return "vendor"

        def date_time_string(self, timestamp: float | None = None) -> str:
            return "Mon, 02 Mar 2026 09:00:00 GMT"

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except ConnectionError:  # the client had enough
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running.daemon_threads = True
    server = VendorServer(f"http://127.0.0.1:{running.server_address[1]}")
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        running.shutdown()
        running.server_close()
        thread.join()

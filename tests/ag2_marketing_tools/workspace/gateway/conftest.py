"""Real servers on loopback that stand for the public web.

`Web` serves plain HTTP and TLS on two loopback ports. `MappedConnector` is what the gateway connects with: it
takes the address that the rules let through, notes it, and leads the connection to those servers. The rules
thus judge the very address that is then connected to, as in use; only the last step, the wire, is turned.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpcore
import pytest
import pytest_asyncio
import trustme

from ag2_marketing_tools.workspace.clock import FixedClock, SystemClock
from ag2_marketing_tools.workspace.gateway import Gateway
from ag2_marketing_tools.workspace.settings import Settings

PUBLIC = "93.184.216.34"


@dataclass
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    tls_name: str | None


Handler = Callable[[Request, asyncio.StreamWriter], Awaitable[None]]


def page(
    body: bytes = b"<h1>hello</h1>",
    *,
    status: str = "200 OK",
    content_type: str | None = "text/html; charset=utf-8",
    headers: Sequence[str] = (),
) -> Handler:
    """A handler that answers with a body and closes."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    if content_type:
        lines.append(f"Content-Type: {content_type}")

    async def handle(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write("\r\n".join([*lines, "", ""]).encode() + (b"" if request.method == "HEAD" else body))

    return handle


def redirect(location: str, status: int = 302) -> Handler:
    """A handler that redirects."""
    return page(b"", status=f"{status} Found", headers=[f"Location: {location}"])


@dataclass
class Web:
    """The servers, what they serve, and what they were asked."""

    routes: dict[str, Handler] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    http_port: int = 0
    https_port: int = 0
    running: int = 0
    most_running: int = 0

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.http_port}"

    def on(self, path: str, handler: Handler) -> None:
        self.routes[path] = handler

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
                await self._one(reader, writer)
        finally:
            self.running -= 1
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, path, _ = head[0].split(" ", 2)
        headers = {k.lower(): v for k, _, v in (line.partition(": ") for line in head[1:] if line)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        tls = writer.get_extra_info("ssl_object")
        request = Request(method, path, headers, body, getattr(tls, "asked_name", None))
        self.requests.append(request)
        handler = (
            self.routes.get(path) or self.routes.get("*") or page(b"nothing here", status="404 Not Found")
        )
        await handler(request, writer)
        with contextlib.suppress(ConnectionError):
            await writer.drain()


class MappedConnector(httpcore.AsyncNetworkBackend):
    """Leads every connection to the loopback servers, and notes the address that was meant."""

    def __init__(self, web: Web) -> None:
        self.web = web
        self.connected: list[str] = []
        self.unreachable: set[str] = set()
        self._tcp = httpcore.AnyIOBackend()

    async def connect_tcp(self, host: str, port: int, *args: Any, **kwargs: Any) -> Any:
        self.connected.append(host)
        if host in self.unreachable:
            raise httpcore.ConnectError("unreachable")
        there = self.web.https_port if port in (443, 8443) else self.web.http_port
        return await self._tcp.connect_tcp("127.0.0.1", there, *args, **kwargs)


class Names:
    """A name server: each look-up of a name gives its next list of answers, the last one for ever."""

    def __init__(self) -> None:
        self.answers: dict[str, list[list[str]]] = {}
        self.asked: list[str] = []

    def set(self, host: str, *answers: list[str]) -> None:
        self.answers[host] = list(answers)

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        known = self.answers.get(host)
        if known is None:
            raise OSError(f"no such name: {host}")
        return known.pop(0) if len(known) > 1 else known[0]


@dataclass
class Outside:
    """The web, its names and the connector, and gateways to reach it through."""

    web: Web
    names: Names
    connector: MappedConnector
    tls: ssl.SSLContext
    make: Callable[..., Gateway]


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="session")
def server_tls(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    names = ["a.test", "b.test", "redirect.test", "example.com", "1.1.1.1.example.com", "xn--exmple-cua.com"]
    cert = authority.issue_cert(*names, "8.8.8.8", "2606:4700:4700::1111")
    cert.configure_cert(context)

    def note_name(connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        connection.asked_name = name  # type: ignore[attr-defined]

    context.sni_callback = note_name
    return context


@pytest.fixture
def client_tls(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


@pytest_asyncio.fixture
async def outside(
    server_tls: ssl.SSLContext, client_tls: ssl.SSLContext, clean_settings: Callable[..., Settings]
) -> AsyncIterator[Outside]:
    web, names = Web(), Names()
    connector = MappedConnector(web)
    plain = await asyncio.start_server(web.serve, "127.0.0.1", 0)
    secure = await asyncio.start_server(web.serve, "127.0.0.1", 0, ssl=server_tls)
    web.http_port = plain.sockets[0].getsockname()[1]
    web.https_port = secure.sockets[0].getsockname()[1]
    gateways: list[Gateway] = []

    def make(*, clock: Any = None, services: Any = None, mapped: bool = True, **settings: Any) -> Gateway:
        gateway = Gateway(
            clean_settings(**settings),
            clock=clock or SystemClock(),
            resolver=names if mapped else None,
            connector=connector if mapped else None,
            services=services,
            tls=client_tls,
        )
        gateways.append(gateway)
        return gateway

    yield Outside(web, names, connector, client_tls, make)
    for gateway in gateways:
        await gateway.aclose()
    for server in (plain, secure):
        server.close()


@pytest.fixture
def clean_settings(tmp_path: Any) -> Callable[..., Settings]:
    """Settings that no environment variable and no file of the machine reaches."""

    def make(**values: Any) -> Settings:
        values = {"home": tmp_path, "host_min_interval_s": 0.0, "fetch_backoff_s": 0.001, **values}
        return Settings(_env_file=None, **values)

    return make


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 11, 23, 12, 0, tzinfo=UTC))


@pytest.fixture
def serve_page() -> Callable[..., Handler]:
    return page


@pytest.fixture
def serve_redirect() -> Callable[..., Handler]:
    return redirect


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)

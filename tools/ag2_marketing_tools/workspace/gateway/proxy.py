"""The only way out for a browser: a proxy on loopback that holds every connection to the address rules.

A browser looks names up, follows redirects and loads whatever a page names by itself. Behind this proxy it
can do none of that unseen: it asks for `host:port`, the gateway judges every address of the host, and the
connection is made to an address that was judged. Encrypted connections pass through unread.
"""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import urlsplit

import h11
import httpcore

from ag2_marketing_tools.errors import MarketingError
from ag2_marketing_tools.workspace.gateway.gateway import Gateway

_PIECE_BYTES = 65_536
_HOP_BY_HOP = frozenset({b"proxy-authorization", b"proxy-connection", b"connection", b"keep-alive", b"te"})
_CONNECTION_FAULTS = (OSError, httpcore.NetworkError, httpcore.TimeoutException, h11.ProtocolError)


class _Ended(Exception):
    """One side of a tunnel has sent all that it had to send."""


class _TooMuch(Exception):
    """The cap on what one visit may receive is reached."""


@dataclass
class CheckedProxy:
    """A running proxy.

    Attributes:
        url: Where it listens.
        username: What a client must send, so that no other program of this machine uses the proxy.
        password: The same.
        received_bytes: What other servers have sent so far, on the wire.
        refused: Targets that the address rules refused, with the reason, in order of their first appearance.
    """

    url: str
    username: str
    password: str
    received_bytes: int = 0
    refused: dict[str, str] = field(default_factory=dict)


@asynccontextmanager
async def checked_proxy(
    gateway: Gateway, *, password: str, max_bytes: int, connect_timeout_s: float
) -> AsyncIterator[CheckedProxy]:
    """Run a proxy until the block ends; connections that are open then are closed.

    Args:
        gateway: Whose address rules hold.
        password: What the browser must know; a fresh one, so that nobody else on this machine does.
        max_bytes: The most that is received from all servers together; what comes after it is cut off.
        connect_timeout_s: Longest wait for a connection to be accepted.
    """
    proxy = CheckedProxy(url="", username="browser", password=password)
    relay = _Relay(gateway, proxy, max_bytes=max_bytes, connect_timeout_s=connect_timeout_s)
    server = await asyncio.start_server(relay.serve, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()[:2]
    proxy.url = f"http://{host}:{port}"
    try:
        yield proxy
    finally:
        server.close()
        await relay.aclose()


class _Relay:
    """Serves the browser's connections."""

    def __init__(
        self, gateway: Gateway, proxy: CheckedProxy, *, max_bytes: int, connect_timeout_s: float
    ) -> None:
        self._gateway = gateway
        self._proxy = proxy
        self._max_bytes = max_bytes
        self._connect_timeout_s = connect_timeout_s
        self._tasks: set[asyncio.Task[None]] = set()
        credentials = b64encode(f"{proxy.username}:{proxy.password}".encode())
        self._authorization = b"Basic " + credentials

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection of the browser."""
        task = asyncio.current_task()
        if task is None:
            return
        self._tasks.add(task)
        client = _Client(reader, writer)
        try:
            await self._serve(client)
        except (*_CONNECTION_FAULTS, _TooMuch, asyncio.IncompleteReadError):
            pass  # The browser sees its connection end, as it would without us.
        finally:
            self._tasks.discard(task)
            writer.close()
            with suppress(*_CONNECTION_FAULTS):
                await writer.wait_closed()

    async def aclose(self) -> None:
        """End what is still open."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(self, client: _Client) -> None:
        """Serve one request or one tunnel; for the next one the browser connects anew."""
        request = await client.request()
        if request is None:
            return
        if dict(request.headers).get(b"proxy-authorization") != self._authorization:
            await client.refuse(407, ("Proxy-Authenticate", 'Basic realm="browser"'))
        elif request.method == b"CONNECT":
            await self._tunnel(client, request.target.decode("ascii", "replace"))
        else:
            await self._forward(client, request)

    async def _tunnel(self, client: _Client, authority: str) -> None:
        stream = await self._connect("https", f"https://{authority}/", client)
        if stream is None:
            return
        try:
            await client.established()
            async with asyncio.TaskGroup() as both:
                both.create_task(_pass_on(client.read, stream.write))
                both.create_task(_pass_on(partial(self._received, stream), client.write))
        except* (*_CONNECTION_FAULTS, _Ended, _TooMuch):
            pass  # One side hung up, and so the other side's connection ends, too.
        finally:
            await stream.aclose()

    async def _forward(self, client: _Client, request: h11.Request) -> None:
        """Pass on one plain request, and its answer; the connection to the server serves this one alone."""
        url = request.target.decode("ascii", "replace")
        stream = await self._connect("http", url, client)
        if stream is None:
            return
        parts = urlsplit(url)
        target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        headers = [(name, value) for name, value in request.headers if name not in _HOP_BY_HOP]
        server = h11.Connection(h11.CLIENT)
        try:
            passed_on = h11.Request(
                method=request.method, target=target, headers=[*headers, (b"connection", b"close")]
            )
            await stream.write(server.send(passed_on) or b"")
            async for event in client.body():
                await stream.write(server.send(event) or b"")
            await self._answer(client, server, stream)
        finally:
            await stream.aclose()

    async def _answer(
        self, client: _Client, server: h11.Connection, stream: httpcore.AsyncNetworkStream
    ) -> None:
        while True:
            event = server.next_event()
            if event is h11.NEED_DATA:
                server.receive_data(await self._received(stream))
            elif isinstance(event, h11.Response):
                kept = [(name, value) for name, value in event.headers if name not in _HOP_BY_HOP]
                kept.append((b"connection", b"close"))
                reply = h11.Response(status_code=event.status_code, reason=event.reason, headers=kept)
                await client.send(reply)
            elif isinstance(event, h11.Data | h11.EndOfMessage):
                await client.send(event)
                if isinstance(event, h11.EndOfMessage):
                    return
            elif not isinstance(event, h11.InformationalResponse):
                raise h11.RemoteProtocolError("the server ended its answer too early")

    async def _connect(self, scheme: str, url: str, client: _Client) -> httpcore.AsyncNetworkStream | None:
        """Connect to a judged address, or tell the browser why not."""
        try:
            target = self._gateway.target(url)
            backend = self._gateway.backend(scheme)
            return await backend.connect_tcp(target.host, target.port, self._connect_timeout_s)
        except MarketingError as refusal:
            parts = urlsplit(url)
            self._proxy.refused.setdefault(f"{parts.scheme}://{parts.netloc}", refusal.message)
            await client.refuse(403)
        except (httpcore.NetworkError, httpcore.TimeoutException):
            await client.refuse(502)
        return None

    async def _received(self, stream: httpcore.AsyncNetworkStream) -> bytes:
        data = await stream.read(_PIECE_BYTES)
        self._proxy.received_bytes += len(data)
        if self._proxy.received_bytes > self._max_bytes:
            raise _TooMuch
        return data


class _Client:
    """The browser's side of one connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._http = h11.Connection(h11.SERVER)

    async def request(self) -> h11.Request | None:
        """Return the next request; None at the connection's end."""
        event = await self._event()
        return event if isinstance(event, h11.Request) else None

    async def body(self) -> AsyncIterator[h11.Data | h11.EndOfMessage]:
        """Yield the request's body and its end."""
        while True:
            event = await self._event()
            if not isinstance(event, h11.Data | h11.EndOfMessage):
                raise h11.RemoteProtocolError("the request ended too early")
            yield event
            if isinstance(event, h11.EndOfMessage):
                return

    async def send(self, event: h11.Event) -> None:
        """Send a part of the answer."""
        await self.write(self._http.send(event) or b"")

    async def refuse(self, status: int, *headers: tuple[str, str]) -> None:
        """Answer in place of the server."""
        usual = [("Content-Length", "0"), ("Connection", "close")]
        await self.send(h11.Response(status_code=status, headers=[*usual, *headers]))
        await self.send(h11.EndOfMessage())

    async def established(self) -> None:
        """Say that the tunnel stands; what follows is not ours to read."""
        await self.write(b"HTTP/1.1 200 Connection established\r\n\r\n")

    async def read(self) -> bytes:
        """Read what the browser sends through a tunnel, beginning with what came along with its request."""
        early, _ = self._http.trailing_data
        if early:
            self._http = h11.Connection(h11.SERVER)
            return early
        return await self._reader.read(_PIECE_BYTES)

    async def write(self, data: bytes) -> None:
        """Write to the browser."""
        self._writer.write(data)
        await self._writer.drain()

    async def _event(self) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        while (event := self._http.next_event()) is h11.NEED_DATA:
            self._http.receive_data(await self._reader.read(_PIECE_BYTES))
        return event


async def _pass_on(read: Callable[[], Awaitable[bytes]], write: Callable[[bytes], Awaitable[None]]) -> None:
    while data := await read():
        await write(data)
    raise _Ended

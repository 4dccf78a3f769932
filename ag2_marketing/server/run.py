"""The server as a process: its address, TLS, and stopping without losing anything.

Stopping (SIGTERM, Ctrl-C) closes the door first, lets the requests that are inside finish, writes what waits,
and only then closes the store.
"""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
import ssl
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from ag2_marketing.server.web.protocol import LimitedProtocol
from ag2_marketing_tools.errors import InvalidInput, Unavailable
from ag2_marketing_tools.workspace import Settings

FINISH_S = 20
"""How long requests that are inside may take when the server stops."""

KEEP_ALIVE_S = 15
"""How long a connection without a request is kept."""

SWITCH_S = 0.0005
"""How long the database's thread may wait for the event loop to let go of the interpreter, after each statement."""

_POLL_S = 0.02


def fast_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Return how to make uvloop's event loop; None on Windows, which it does not know."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


@dataclass(frozen=True)
class Tls:
    """A certificate with its chain, and its key, as PEM files."""

    certificate: Path
    key: Path


@dataclass(frozen=True)
class Running:
    """A server that listens.

    Attributes:
        url: Its address.
    """

    url: str
    _server: uvicorn.Server
    _task: asyncio.Task[None]

    def stop(self) -> None:
        """Begin to stop."""
        self._server.should_exit = True

    async def stopped(self) -> None:
        """Wait until it has stopped."""
        await asyncio.wait([self._task])


async def serve(
    app: ASGIApp, settings: Settings, *, tls: Tls | None = None, ready: Callable[[str], None]
) -> None:
    """Serve until the process is told to stop; `ready` is told the address once the server listens.

    Raises:
        Unavailable: The address is taken, or may not be bound.
        InvalidInput: The certificate or its key cannot be used.
    """
    async with running(app, settings, tls=tls) as server:
        with _stopped_by_signals(server):
            _tune_interpreter()
            ready(server.url)
            await server.stopped()


def _tune_interpreter() -> None:
    gc.collect()
    gc.freeze()  # what is loaded stays: looking at it again with every collection costs a fifth
    sys.setswitchinterval(SWITCH_S)


@asynccontextmanager
async def running(app: ASGIApp, settings: Settings, *, tls: Tls | None = None) -> AsyncIterator[Running]:
    """Run an application at the settings' address, and stop it gracefully at the end.

    Raises:
        Unavailable: The address is taken, or may not be bound.
        InvalidInput: The certificate or its key cannot be used.
    """
    config = _config(app, settings, tls)
    listening = _bound(settings)
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[listening]), name="server")
    try:
        while not server.started and not task.done():
            await asyncio.sleep(_POLL_S)
        host, port = listening.getsockname()[:2] if not task.done() else ("", 0)
        shown = f"[{host}]" if ":" in host else host
        yield Running(f"{'https' if tls else 'http'}://{shown}:{port}", server, task)
    finally:
        server.should_exit = True
        await task


class _Server(uvicorn.Server):
    """uvicorn's server without its own handlers of signals, which would end the process before the store is closed."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _config(app: ASGIApp, settings: Settings, tls: Tls | None) -> uvicorn.Config:
    config = uvicorn.Config(
        app,
        http=LimitedProtocol,
        ws="none",
        lifespan="on",
        log_config=None,
        log_level="error",
        access_log=False,  # it would hold what stands in addresses
        server_header=False,
        proxy_headers=bool(settings.server_trusted_proxies),
        forwarded_allow_ips=list(settings.server_trusted_proxies),
        limit_concurrency=settings.server_max_connections,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=FINISH_S,
        ssl_certfile=tls.certificate if tls else None,
        ssl_keyfile=tls.key if tls else None,
    )
    try:
        config.load()
    except (OSError, ssl.SSLError) as error:
        named = f"{tls.certificate} and {tls.key}" if tls else "none"
        raise InvalidInput(f"The certificate and its key ({named}) cannot be used: {error}.") from error
    return config


def _bound(settings: Settings) -> socket.socket:
    host, port = settings.server_host, settings.server_port
    try:
        return socket.create_server(
            (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=2048
        )
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise Unavailable(
            f"The address {host}, port {port}, cannot be used ({reason}).",
            remedy="Give another one: ag2-marketing serve --port …",
        ) from error


@contextmanager
def _stopped_by_signals(server: Running) -> Iterator[None]:
    signals = (signal.SIGINT, signal.SIGTERM)
    before = {one: signal.signal(one, lambda *_: server.stop()) for one in signals}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)

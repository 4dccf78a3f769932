"""Public hosts on loopback, and a workspace that reaches them, with vendors' lists beside."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from secure_web import CLOSED, LedToLoopback, SecureWeb, resolver, running_web
from vendor_server import VendorServer, running_vendor

from ag2_marketing_tools.workspace import FixedClock, SequentialIds, Settings, SystemClock, Workspace
from ag2_marketing_tools.workspace.gateway import Gateway


@pytest.fixture
def web() -> Iterator[SecureWeb]:
    with running_web() as running:
        yield running


@pytest.fixture
def vendor() -> Iterator[VendorServer]:
    with running_vendor() as running:
        yield running


@pytest.fixture
async def silent() -> AsyncIterator[str]:
    """The origin of a server that takes requests and never answers."""
    connections: list[asyncio.StreamWriter] = []
    server = await asyncio.start_server(lambda _, writer: connections.append(writer), "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    for connection in connections:
        connection.close()
    server.close()


@pytest.fixture
async def ws(tmp_path: Path, web: SecureWeb, vendor: VendorServer, silent: str) -> AsyncIterator[Workspace]:
    """Its clock stands still at today: what TLS says of certificates goes by the machine's clock."""
    settings = Settings(
        _env_file=None,
        home=tmp_path / "home",
        allowed_origins=(vendor.origin, CLOSED, silent),
        host_min_interval_s=0,
        fetch_backoff_s=0,
        vendor_base_urls={name: f"{vendor.origin}/{name}" for name in ("web_risk", "safe_browsing")},
    )
    clock = FixedClock(SystemClock().now())
    gateway = Gateway(
        settings, clock=clock, resolver=resolver, connector=LedToLoopback(web), tls=web.client_tls
    )
    try:
        async with Workspace.open(settings, clock=clock, ids=SequentialIds(), gateway=gateway) as opened:
            yield opened
    finally:
        await gateway.aclose()

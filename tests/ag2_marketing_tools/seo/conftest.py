"""A real site on loopback, and a workspace that may reach it, also as the public host `care.example`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpcore
import pytest
from loopback_site import Site, running_site

from ag2_marketing_tools.vendors import all_vendors
from ag2_marketing_tools.workspace import FixedClock, SequentialIds, Settings, Workspace
from ag2_marketing_tools.workspace.gateway import Gateway

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PUBLIC_ADDRESS = "93.184.215.14"


class RoutedToLoopback(httpcore.AsyncNetworkBackend):
    """Connects to the loopback site where `care.example` is meant; the checks before that are real."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._real = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        if host == PUBLIC_ADDRESS:
            host, port = "127.0.0.1", self._port
        return await self._real.connect_tcp(host, port, timeout, local_address, socket_options)

    async def sleep(self, seconds: float) -> None:
        await self._real.sleep(seconds)


async def resolver(host: str, port: int) -> Sequence[str]:
    if host == "care.example":
        return [PUBLIC_ADDRESS]
    raise OSError(f"{host} is not known")


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as running:
        yield running


@pytest.fixture
async def ws(tmp_path: Path, site: Site) -> AsyncIterator[Workspace]:
    settings = Settings(
        _env_file=None,
        home=tmp_path / "home",
        allowed_origins=(site.origin,),
        host_min_interval_s=0,
        vendor_base_urls={
            **{name: site.url(f"/{name}") for name in all_vendors()},
            "pagespeed": site.url("/pagespeedonline/v5"),
        },
    )
    clock = FixedClock(NOW)
    connector = RoutedToLoopback(urlsplit(site.origin).port or 0)
    gateway = Gateway(settings, clock=clock, resolver=resolver, connector=connector)
    try:
        async with Workspace.open(settings, clock=clock, ids=SequentialIds(), gateway=gateway) as opened:
            yield opened
    finally:
        await gateway.aclose()

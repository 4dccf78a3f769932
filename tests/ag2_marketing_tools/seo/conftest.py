"""A real site on loopback, and a workspace that may reach it, also as the public host `care.example`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from led_to_loopback import RoutedToLoopback
from loopback_site import Site, running_site

from ag2_marketing_tools.vendors import all_vendors
from ag2_marketing_tools.workspace import FixedClock, SequentialIds, Settings, Workspace
from ag2_marketing_tools.workspace.gateway import Gateway

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PUBLIC_ADDRESS = "93.184.215.14"


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
    port = urlsplit(site.origin).port
    connector = RoutedToLoopback(lambda host, _port: port if host == PUBLIC_ADDRESS else None)
    gateway = Gateway(settings, clock=clock, resolver=resolver, connector=connector)
    try:
        async with Workspace.open(settings, clock=clock, ids=SequentialIds(), gateway=gateway) as opened:
            yield opened
    finally:
        await gateway.aclose()

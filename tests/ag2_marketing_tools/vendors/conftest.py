"""A vendor on loopback, and a workspace that asks it in place of every vendor."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from vendor_server import VendorServer, running_vendor

from ag2_marketing_tools.vendors import all_vendors
from ag2_marketing_tools.workspace import FixedClock, SequentialIds, Settings, Workspace

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
KEYS = {vendor.key: f"the-{vendor.key}-key-nobody-may-see" for vendor in all_vendors().values()}
KEYS["moz_links"] = "mozscape-access1:the-links-secret-nobody-may-see"


@pytest.fixture
def keys() -> dict[str, str]:
    return dict(KEYS)


@pytest.fixture
def vendor_server() -> Iterator[VendorServer]:
    with running_vendor() as server:
        yield server


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
async def ws(tmp_path: Path, vendor_server: VendorServer, clock: FixedClock) -> AsyncIterator[Workspace]:
    settings = Settings(
        _env_file=None,
        home=tmp_path / "home",
        allowed_origins=(vendor_server.origin,),
        host_min_interval_s=0,
        breaker_max_failures=50,
        vendor_base_urls={name: f"{vendor_server.origin}/{name}" for name in all_vendors()},
    )
    async with Workspace.open(settings, clock=clock, ids=SequentialIds()) as opened:
        yield opened.with_credentials(api_keys=KEYS)

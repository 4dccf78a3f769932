"""Two real sites on loopback, and a workspace that may reach them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from loopback_site import Site, running_site

from ag2_marketing_tools.workspace import FixedClock, SequentialIds, Settings, Workspace


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as running:
        yield running


@pytest.fixture
def other_site() -> Iterator[Site]:
    with running_site() as running:
        yield running


@pytest.fixture
async def ws(tmp_path: Path, site: Site, other_site: Site) -> AsyncIterator[Workspace]:
    settings = Settings(
        _env_file=None,
        home=tmp_path / "home",
        allowed_origins=(site.origin, other_site.origin),
        host_min_interval_s=0,
        fetch_max_attempts=1,
    )
    clock = FixedClock(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
    async with Workspace.open(settings, clock=clock, ids=SequentialIds()) as opened:
        yield opened

"""A workspace with a fixed clock and counted ids that may reach servers on loopback without a pause."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from loopback_site import Site, running_site

from ag2_marketing_tools.workspace import FixedClock, SequentialIds, Settings, Workspace

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def loopback_settings(folder: Path, *origins: str, **settings: Any) -> Settings:
    """Return settings that let the gateway reach these origins."""
    return Settings(
        _env_file=None, home=folder / "home", allowed_origins=origins, host_min_interval_s=0, **settings
    )


@asynccontextmanager
async def loopback_workspace(settings: Settings, clock: FixedClock | None = None) -> AsyncIterator[Workspace]:
    """Open a workspace whose clock stands at NOW where none is given."""
    ids = SequentialIds()
    async with Workspace.open(settings, clock=clock or FixedClock(NOW), ids=ids) as opened:
        yield opened


# Fixtures for a `conftest.py` to name.


@pytest.fixture
def site() -> Iterator[Site]:
    """A real site on loopback, without a page yet."""
    with running_site() as running:
        yield running


@pytest.fixture
async def ws(tmp_path: Path, site: Site) -> AsyncIterator[Workspace]:
    """A workspace that may reach the site."""
    async with loopback_workspace(loopback_settings(tmp_path, site.origin)) as opened:
        yield opened

"""Two real sites on loopback, and a workspace that may reach them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from loopback_site import Site, running_site
from loopback_workspace import loopback_settings, loopback_workspace, site

from ag2_marketing_tools.workspace import Workspace

__all__ = ["other_site", "site", "ws"]


@pytest.fixture
def other_site() -> Iterator[Site]:
    with running_site() as running:
        yield running


@pytest.fixture
async def ws(tmp_path: Path, site: Site, other_site: Site) -> AsyncIterator[Workspace]:
    settings = loopback_settings(tmp_path, site.origin, other_site.origin, fetch_max_attempts=1)
    async with loopback_workspace(settings) as opened:
        yield opened

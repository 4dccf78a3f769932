"""A generated site on loopback, and a workspace that may reach it without a pause between requests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from audited_site import Audited
from generated_site import GeneratedSite, running
from loopback_workspace import NOW, loopback_settings, loopback_workspace

from ag2_marketing_tools.seo import Audit, run_audit
from ag2_marketing_tools.workspace import FixedClock, Settings, Workspace


@pytest.fixture
def site() -> Iterator[GeneratedSite]:
    with running(GeneratedSite(pages=0)) as served:
        yield served


@pytest.fixture
def settings(tmp_path: Path, site: GeneratedSite) -> Settings:
    return loopback_settings(tmp_path, site.origin, fetch_max_attempts=1)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
async def ws(settings: Settings, clock: FixedClock) -> AsyncIterator[Workspace]:
    async with loopback_workspace(settings, clock) as opened:
        yield opened


@pytest.fixture
def audited(site: GeneratedSite, ws: Workspace) -> Audited:
    """Audit a page of the site."""

    async def run(path: str = "/", **arguments: Any) -> Audit:
        return await run_audit.run({"url": site.url(path), **arguments}, ws)

    return run

"""Workspaces for campaigns: over SQLite and PostgreSQL, with a clock that is moved by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from ag2_marketing_tools.workspace import FixedClock, SequentialIds, Settings, Workspace
from ag2_marketing_tools.workspace.store import upgrade

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)  # a Monday


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
async def both(store_settings: Settings, clock: FixedClock) -> AsyncIterator[Workspace]:
    """A workspace over SQLite, then over PostgreSQL."""
    await upgrade(store_settings)
    async with Workspace.open(store_settings, clock=clock, ids=SequentialIds()) as ws:
        yield ws


@pytest.fixture
async def ws(tmp_path: Any, clock: FixedClock) -> AsyncIterator[Workspace]:
    """A workspace over SQLite."""
    settings = Settings(_env_file=None, home=tmp_path / "home")
    async with Workspace.open(settings, clock=clock, ids=SequentialIds()) as opened:
        yield opened


@pytest.fixture
def config() -> Callable[..., dict[str, Any]]:
    """Make a campaign of one post for tomorrow, with some parts changed."""

    def make(**changes: Any) -> dict[str, Any]:
        return {
            "name": "Spring",
            "platforms": ["facebook"],
            "content": [{"text": "Hello", "schedule": "2026-11-24T09:00:00+00:00"}],
            **changes,
        }

    return make

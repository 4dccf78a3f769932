"""A workspace on each database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from ag2_marketing_tools.workspace import Settings, Workspace

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
async def either(store_settings: Settings) -> AsyncIterator[Workspace]:
    """A workspace that repeats itself, on SQLite and then on PostgreSQL; its clock stands at NOW."""
    from ag2_marketing_tools.workspace import FixedClock, SequentialIds, Workspace
    from ag2_marketing_tools.workspace.store import upgrade

    await upgrade(store_settings)
    async with Workspace.open(store_settings, clock=FixedClock(NOW), ids=SequentialIds()) as opened:
        yield opened

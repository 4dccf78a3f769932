from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tracking_server import Tracking, server_settings, tracking_server


@pytest.fixture
async def tracking(tmp_path: Path) -> AsyncIterator[Tracking]:
    """A running server with the default settings."""
    async with tracking_server(server_settings(tmp_path)) as running:
        yield running

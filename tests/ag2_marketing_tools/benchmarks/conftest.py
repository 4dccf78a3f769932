"""A workspace of the defaults."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ag2_marketing_tools.workspace import Settings, Workspace


@pytest.fixture
async def ws(tmp_path: Path) -> AsyncIterator[Workspace]:
    """An open workspace in an empty home."""
    async with Workspace.open(Settings(_env_file=None, home=tmp_path / "home")) as opened:
        yield opened

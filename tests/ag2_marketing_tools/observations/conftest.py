"""Files to import, and a workspace on each database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ag2_marketing_tools.observations import import_observations
from ag2_marketing_tools.observations.report import ImportReport
from ag2_marketing_tools.workspace import FixedClock, RandomIds, Settings, Workspace

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
Importing = Callable[..., Any]


@pytest.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[Workspace]:
    """An open workspace on SQLite, for what does not depend on the database."""
    settings = Settings(_env_file=None, home=tmp_path / "sqlite")
    async with Workspace.open(settings, clock=FixedClock(NOW), ids=RandomIds()) as opened:
        yield opened


@pytest.fixture
def importing(tmp_path: Path) -> Importing:
    """Writes a file and its mapping, and imports it."""

    async def run(
        ws: Workspace, content: str | bytes, mapping: str, *, name: str = "f.csv", **given: Any
    ) -> ImportReport:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        (tmp_path / "m.toml").write_text(mapping, "utf-8")
        arguments = {"file": str(path), "mapping": str(tmp_path / "m.toml"), **given}
        return await import_observations.run(arguments, ws)

    return run

"""The bundled sites, a workspace that may reach them, and a model's configuration."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from autogen import LLMConfig
from conftest import NOW

from ag2_marketing.demo import served_sites
from ag2_marketing_tools.workspace import FixedClock, SequentialIds, Settings, Workspace


@pytest.fixture(scope="session")
def sites() -> Iterator[dict[str, str]]:
    """Origins of the bundled sites, by name."""
    with served_sites() as origins:
        yield origins


@pytest.fixture
def settings(sites: dict[str, str], tmp_path: Path) -> Settings:
    """Settings that let the gateway reach the bundled sites."""
    return Settings(home=tmp_path / "home", allowed_origins=tuple(sites.values()), host_min_interval_s=0.0)


@pytest.fixture
async def ws(settings: Settings) -> AsyncIterator[Workspace]:
    """A workspace whose clock stands still."""
    async with Workspace.open(settings, clock=FixedClock(NOW), ids=SequentialIds()) as opened:
        yield opened


@pytest.fixture
def llm() -> Callable[[str], Any]:
    """Builds AG2's configuration of a model at a base URL."""

    def build(url: str) -> Any:
        return LLMConfig(
            {"model": "scripted", "api_key": "sk-test", "base_url": url, "price": [0, 0], "max_retries": 0}
        )

    return build

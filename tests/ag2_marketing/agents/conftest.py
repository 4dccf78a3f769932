"""A bundled site, a workspace that may reach it, models by script, and agents of other people."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from autogen import ConversableAgent, LLMConfig
from autogen.io.base import IOStream
from conftest import NOW

from ag2_marketing.demo import TARGET, served_sites
from ag2_marketing.workflows.conversation import Quiet
from ag2_marketing_tools.workspace import FixedClock, SequentialIds, Settings, Workspace


@pytest.fixture(scope="session")
def origin() -> Iterator[str]:
    """The origin of a bundled site."""
    with served_sites() as origins:
        yield origins[TARGET]


@pytest.fixture
def page(origin: str) -> str:
    """A page to audit."""
    return f"{origin}/"


@pytest.fixture
async def ws(origin: str, tmp_path: Path) -> AsyncIterator[Workspace]:
    """A workspace that may reach the site; its clock stands still."""
    settings = Settings(
        _env_file=None, home=tmp_path / "home", allowed_origins=(origin,), host_min_interval_s=0.0
    )
    async with Workspace.open(settings, clock=FixedClock(NOW), ids=SequentialIds()) as opened:
        yield opened


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """AG2 prints to nowhere and reads from nobody."""
    with IOStream.set_default(Quiet()):
        yield


@pytest.fixture
def llm() -> Callable[[str], Any]:
    """Builds AG2's configuration of a model at a base URL."""

    def build(url: str) -> Any:
        return LLMConfig(
            {"model": "scripted", "api_key": "sk-test", "base_url": url, "price": [0, 0], "max_retries": 0}
        )

    return build


@pytest.fixture
def foreign() -> Callable[..., ConversableAgent]:
    """Makes an agent of somebody else, without a model."""

    def make(name: str, **options: Any) -> ConversableAgent:
        defaults = {"llm_config": False, "human_input_mode": "NEVER", "silent": True}
        return ConversableAgent(name, **{**defaults, **options})

    return make

"""What every test may use."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import components
import postgres
import pytest

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from ag2_marketing_tools.workspace import FixedClock, Settings, Workspace
    from ag2_marketing_tools.workspace.store import Store

SHARED_DATA = Path(
    os.environ.get("AG2_MARKETING_SHARED_DATA", Path(__file__).resolve().parents[2] / "shared" / "data")
)
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave tests out whose components this machine lacks."""
    components.require(item)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """List the tests that were left out."""
    components.report(terminalreporter)


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the developer has set in the environment, the tests see the defaults."""
    for name in tuple(os.environ):
        if name.startswith("AG2_MARKETING_") and name != "AG2_MARKETING_REQUIRE_ALL":
            monkeypatch.delenv(name)


@pytest.fixture
def shared_data(request: pytest.FixtureRequest) -> Path:
    """The folder of other people's pages, cases and reference figures, which lies beside the checkout."""
    if not SHARED_DATA.is_dir():
        components.leave_out(
            request.config, "the folder of shared reference data is not beside this checkout"
        )
    return SHARED_DATA


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The URL of a real PostgreSQL server, started for this run; mark the test `needs("postgresql")`."""
    with postgres.running_server() as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.needs("postgresql"))])
async def store_settings(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Settings]:
    """Settings that name an empty database: of SQLite, then of PostgreSQL."""
    from ag2_marketing_tools.workspace import Settings

    if request.param == "sqlite":
        yield Settings(_env_file=None, home=tmp_path / "home")
        return
    async with postgres.empty_database(request.getfixturevalue("postgres_url")) as url:
        yield Settings(_env_file=None, home=tmp_path / "home", database_url=url)


@pytest.fixture
async def store(store_settings: Settings) -> AsyncIterator[Store]:
    """An open store with no rows: on SQLite, then on PostgreSQL. Its clock stands at NOW."""
    from ag2_marketing_tools.workspace import FixedClock
    from ag2_marketing_tools.workspace.store import Store, upgrade

    await upgrade(store_settings)
    opened = await Store.open(store_settings, clock=FixedClock(NOW))
    yield opened
    await opened.aclose()


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands at NOW until it is moved."""
    from ag2_marketing_tools.workspace import FixedClock

    return FixedClock(NOW)


@pytest.fixture
async def ws(store_settings: Settings, clock: FixedClock) -> AsyncIterator[Workspace]:
    """A workspace that repeats itself, on SQLite and then on PostgreSQL; its time is `clock`'s."""
    from ag2_marketing_tools.workspace import SequentialIds, Workspace
    from ag2_marketing_tools.workspace.store import upgrade

    await upgrade(store_settings)
    async with Workspace.open(store_settings, clock=clock, ids=SequentialIds()) as opened:
        yield opened


@pytest.fixture
async def workspace(tmp_path: Path) -> AsyncIterator[Workspace]:
    """A workspace that repeats itself: its clock stands at NOW and its ids count from one."""
    from ag2_marketing_tools.workspace import FixedClock, SequentialIds, Settings, Workspace

    settings = Settings(_env_file=None, home=tmp_path / "home")
    async with Workspace.open(settings, clock=FixedClock(NOW), ids=SequentialIds()) as opened:
        yield opened


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Chromium, as it is installed; mark the test `needs("chromium")`."""
    from in_chromium import chromium

    async with chromium() as opened:
        yield opened


@pytest.fixture(scope="session")
def company_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a database in which the small synthetic company stands; copy it to change it."""
    import asyncio

    import synthetic_company

    from ag2_marketing_tools.workspace import Settings

    files = synthetic_company.generated(tmp_path_factory.mktemp("company"), *synthetic_company.SMALL)
    home = tmp_path_factory.mktemp("filled")
    asyncio.run(synthetic_company.fill(Settings(_env_file=None, home=home), files, NOW))
    return home

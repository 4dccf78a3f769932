"""Programs of their own, rows to store, and a user without rights."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import pytest

from ag2_marketing_tools.workspace import Settings
from ag2_marketing_tools.workspace.store.observations import Observation

EARLY = datetime(2026, 1, 5, tzinfo=UTC)
_NOBODY = 65534


class StartProgram(Protocol):
    def __call__(self, program: str, settings: Settings, *arguments: str) -> subprocess.Popen[str]: ...


@pytest.fixture
def start_program() -> Iterator[StartProgram]:
    """Start Python programs on the database that the settings name; whichever still run are killed."""
    started: list[subprocess.Popen[str]] = []

    def start(program: str, settings: Settings, *arguments: str) -> subprocess.Popen[str]:
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
            "AG2_MARKETING_HOME": str(settings.home),
        }
        if settings.database_url is not None:
            environment["AG2_MARKETING_DATABASE_URL"] = settings.database_url.get_secret_value()
        process = subprocess.Popen(
            [sys.executable, "-c", program, *arguments],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may reach and write to, as pytest's own are not."""
    folder = Path(tempfile.mkdtemp(prefix="ag2-marketing-open-"))
    folder.chmod(0o777)
    yield folder
    for path in (folder, *folder.iterdir()):
        path.chmod(0o777)
    shutil.rmtree(folder)


@pytest.fixture
def as_nobody() -> Callable[[], AbstractContextManager[None]]:
    """Run a block without root's right to write everywhere, where the tests run as root."""

    @contextmanager
    def block() -> Iterator[None]:
        was_root = os.geteuid() == 0
        if was_root:
            os.seteuid(_NOBODY)
        try:
            yield
        finally:
            if was_root:
                os.seteuid(0)

    return block


class MakeObservation(Protocol):
    def __call__(self, day: int = 0, **changes: Any) -> Observation: ...


@pytest.fixture
def an_observation() -> MakeObservation:
    """Makes observations of a page's load time, a day apart, changed as told."""

    def make(day: int = 0, **changes: Any) -> Observation:
        values = {
            "subject_kind": "page",
            "subject_id": "https://a.example/",
            "metric": "largest_contentful_paint",
            "value": 2100.0,
            "unit": "ms",
            "observed_at": EARLY + timedelta(days=day),
            "source": "run_audit",
            **changes,
        }
        return Observation(**values)

    return make

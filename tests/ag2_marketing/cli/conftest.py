"""The command line in a folder of its own, within the test's process and as a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from command_line import CONSOLE_SCRIPT, Invoke
from typer.testing import CliRunner, Result

from ag2_marketing.demo import COMPETITORS, TARGET, served_sites
from ag2_marketing_tools.workspace import SystemClock


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project home and current folder, so that nobody's database or `.env` is touched."""
    folder = tmp_path / "home"
    monkeypatch.setenv("AG2_MARKETING_HOME", str(folder))
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.fixture
def invoke() -> Invoke:
    """Runs a command within this process."""
    from ag2_marketing.cli.app import app

    def run(*arguments: object, typed: str | None = None) -> Result:
        return CliRunner().invoke(app, [str(argument) for argument in arguments], input=typed)

    return run


@pytest.fixture
def start(home: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts the real console script; what still runs at the end is ended."""
    started: list[subprocess.Popen[str]] = []

    def run(*arguments: object, **variables: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [str(CONSOLE_SCRIPT), *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "COLUMNS": "120", **variables},
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture(scope="session")
def origins() -> Iterator[dict[str, str]]:
    """The bundled sites on loopback, by name."""
    with served_sites() as served:
        yield served


@pytest.fixture
def target(origins: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> str:
    """The site to work for; the settings let the gateway reach it and its competitors."""
    monkeypatch.setenv("AG2_MARKETING_ALLOWED_ORIGINS", ",".join(origins.values()))
    monkeypatch.setenv("AG2_MARKETING_HOST_MIN_INTERVAL_S", "0")
    return f"{origins[TARGET]}/"


@pytest.fixture
def competitors(origins: dict[str, str]) -> list[str]:
    """The pages of the sites to compare with."""
    return [f"{origins[name]}/" for name in COMPETITORS]


@pytest.fixture
def campaign(tmp_path: Path) -> Path:
    """A campaign of one post, as a file."""
    path = tmp_path / "campaign.json"
    path.write_text(
        json.dumps(
            {
                "name": "Spring check-ups",
                "platforms": ["facebook"],
                "content": [
                    {
                        "text": "Book a check-up.",
                        "schedule": f"{SystemClock().now().year + 1}-03-01T12:00:00Z",
                    }
                ],
            }
        )
    )
    return path

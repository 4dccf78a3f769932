"""The synthetic company of the examples, small, in a real store: its registers and its figures."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from ag2_marketing_tools.observations import import_observations
from ag2_marketing_tools.workspace import FixedClock, Settings, Workspace
from ag2_marketing_tools.workspace.store import upgrade

GENERATE = Path(__file__).resolve().parents[1] / "examples" / "care_company" / "generate.py"
SMALL = ("--locations", "3", "--caregivers", "21", "--clients", "36", "--months", "18", "--end", "2026-02-15")
FILES = (
    "locations.csv",
    "caregivers.csv",
    "clients.csv",
    "caregiver_weeks.csv",
    "location_weeks.csv",
    "caregiver_months.csv",
    "client_months.jsonl",
)


def generated(folder: Path, *given: str) -> Path:
    """Write the company's files."""
    path = os.pathsep.join(part for part in sys.path if part)
    subprocess.run(
        [sys.executable, str(GENERATE), str(folder), *given],
        check=True,
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.DEVNULL,
    )
    return folder


async def fill(settings: Settings, files: Path, now: Any) -> None:
    """Import the company's files into a new database."""
    await upgrade(settings)
    async with Workspace.open(settings, clock=FixedClock(now)) as ws:
        for name in FILES:
            mapping = files / f"{name.partition('.')[0]}.toml"
            report = await import_observations.run({"file": str(files / name), "mapping": str(mapping)}, ws)
            assert report.broken is None


def copied(home: Path, to: Path) -> Path:
    """Return a copy of a database's folder, for a test to change."""
    shutil.copytree(home, to)
    return to

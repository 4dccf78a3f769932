"""As a new user: the README's commands, from a company that does not exist to a report that verifies."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import readme

ROOT = Path(__file__).resolve().parents[1]
SMALL = "--locations 3 --caregivers 21 --clients 36"
BLOCK = re.compile(r"### Review of a location.*?```sh\n(.*?)```", re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty folder beside the examples, as in a checkout."""
    made = tmp_path_factory.mktemp("walkthrough")
    (made / "examples").symlink_to(ROOT / "examples")
    return made


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command as a user's shell does."""
    beside = str(Path(sys.executable).parent)
    variables = {
        **{name: value for name, value in os.environ.items() if not name.startswith("AG2_MARKETING_")},
        "PATH": f"{beside}{os.pathsep}{os.environ['PATH']}",
        "AG2_MARKETING_HOME": str(folder / "home"),
    }
    return subprocess.run(
        ["sh", "-c", command],
        cwd=folder,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.fixture(scope="module")
def walked(folder: Path) -> dict[str, subprocess.CompletedProcess[str]]:
    """What came of each command of the README, the company made smaller."""
    found = BLOCK.search(readme.README.read_text("utf-8"))
    assert found is not None
    commands = found.group(1).strip().splitlines()
    return {
        line: run(line.replace("synthetic --end", f"synthetic {SMALL} --end"), folder) for line in commands
    }


def of(walked: dict[str, subprocess.CompletedProcess[str]], word: str) -> subprocess.CompletedProcess[str]:
    [found] = [ended for line, ended in walked.items() if word in line]
    return found


def test_everything_is_imported_but_the_mistakes_that_were_put_in(
    walked: dict[str, subprocess.CompletedProcess[str]],
) -> None:
    told = of(walked, " import ").stdout

    for kind, number in (("location", 3), ("caregiver", 21), ("client", 36)):
        assert f"Register of the kind {kind}: {number} new, 0 changed" in told
    assert "error: Not everything in caregiver_weeks.csv was taken." in of(walked, " import ").stderr


def test_the_review_says_where_it_stands_who_and_what_to_do(
    walked: dict[str, subprocess.CompletedProcess[str]], folder: Path
) -> None:
    done = of(walked, " review ")

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Review of loc-01\n")
    assert "7 caregivers, 7 with figures" in done.stdout
    assert re.search(r"\d+ clients: improved", done.stdout)
    page = (folder / "loc-01.html").read_text("utf-8")
    shown = page.partition('<script type="application/json"')[0]
    assert "cg-0" not in shown
    assert "person-" in shown


def test_the_report_verifies(walked: dict[str, subprocess.CompletedProcess[str]]) -> None:
    assert of(walked, " verify ").returncode == 0
    assert "Genuine: every figure stands in its evidence." in of(walked, " verify ").stdout


@pytest.mark.usefixtures("walked")
def test_what_is_imported_twice_changes_nothing_and_the_review_says_the_same(folder: Path) -> None:
    review = "ag2-marketing review --location loc-01 --json --out again.json"
    first = json.loads(run(review, folder).stdout)

    again = run("ag2-marketing import synthetic/caregivers.csv --mapping synthetic/caregivers.toml", folder)
    second = json.loads(run(review, folder).stdout)

    assert "0 new, 0 changed, 21 as they stood there" in again.stdout
    for part in ("caregivers", "outcomes"):
        assert first[part]["summary"] == second[part]["summary"]
    rules = [[one["rule"] for one in found["actions"]["actions"]] for found in (first, second)]
    assert rules[0] == rules[1]

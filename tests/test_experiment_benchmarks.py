"""The benchmarks of experiments run: the simulations keep every promise, small, and the analysis is the one meant."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def _run(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "GBSTATS_PYTHON"}
    return subprocess.run(
        [sys.executable, str(ROOT / "benchmarks" / script), *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        timeout=300,
    )


def test_the_simulations_break_no_promise_and_show_what_does() -> None:
    ended = _run("experiments_simulations.py", "--quick")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    lines = [line for line in ended.stdout.splitlines() if line.startswith("| ") and "promised" not in line]
    verdicts = [line.rstrip(" |").rsplit("| ", 1)[1] for line in lines]
    assert set(verdicts) == {"yes", "warning"}
    assert "0 broken promises" in ended.stdout


def test_the_analysis_is_timed_without_its_peer() -> None:
    ended = _run("experiments_analysis.py")
    assert ended.returncode == 0, ended.stderr
    assert "analyze: CPU median" in ended.stdout
    assert "not measured" in ended.stdout

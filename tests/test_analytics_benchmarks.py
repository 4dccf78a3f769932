"""The benchmarks of comparisons, time series and imports run, small: every promise is kept, and nothing is lost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def _run(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "benchmarks" / script), *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.mark.parametrize("script", ["comparison_simulations.py", "time_series_simulations.py"])
def test_the_simulations_break_no_promise(script: str) -> None:
    ended = _run(script, "--quick")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "0 broken promises" in ended.stdout
    assert "| warning |" in ended.stdout


def test_the_comparison_is_timed_beside_the_same_sums_in_numpy() -> None:
    """The script itself asserts that both give the same positions, percentiles and intervals."""
    ended = _run("comparison.py", "--quick")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "bare NumPy: CPU median" in ended.stdout


def test_an_import_with_one_broken_row_in_a_hundred_loses_nothing() -> None:
    ended = _run("observations.py", "24000", "1")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "taken 23,760, refused 240 of 24,000 rows" in ended.stdout
    reasons = ended.stdout.partition("refused because of ")[2].partition("\n")[0]
    assert sorted(int(each.rpartition(": ")[2]) for each in reasons.split(", ")) == [40] * 6

"""How long a user waits for the import and for the command line's help, and that no framework is loaded.

Each figure is the median of fresh processes, the first one not counted.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

RUNS = 15
HEAVY = ("autogen", "ag2", "openai", "scipy", "numpy", "sqlalchemy", "httpx")
IMPORT = f"""
import sys, time
start = time.perf_counter()
import ag2_marketing
print((time.perf_counter() - start) * 1000)
print([name for name in {HEAVY!r} if name in sys.modules])
"""
HELP = f"""
import sys
sys.argv = ["ag2-marketing", "--help"]
from ag2_marketing.cli import main
try:
    main()
except SystemExit:
    pass
print([name for name in {HEAVY!r} if name in sys.modules])
"""


def main() -> None:
    command = str(Path(sys.executable).with_name("ag2-marketing"))
    if not Path(command).exists():
        command = shutil.which("ag2-marketing") or command
    answers = [_run([sys.executable, "-c", IMPORT]).split("\n") for _ in range(RUNS + 1)][1:]
    print(
        f"import ag2_marketing: {statistics.median(float(lines[0]) for lines in answers):.1f} ms, "
        f"heavy modules loaded: {answers[-1][1]}"
    )
    print(
        f"ag2-marketing --help: {_median_ms([command, '--help']):.0f} ms whole process "
        f"(python alone {_median_ms([sys.executable, '-c', '']):.0f} ms), "
        f"heavy modules loaded: {_run([sys.executable, '-c', HELP]).strip().splitlines()[-1]}"
    )


def _median_ms(command: list[str]) -> float:
    times = []
    for _ in range(RUNS + 1):
        start = time.perf_counter()
        _run(command)
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times[1:])


def _run(command: list[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    main()

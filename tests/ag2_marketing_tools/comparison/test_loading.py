"""Neither comparison nor time series loads numpy or scipy before something is reckoned."""

from __future__ import annotations

import subprocess
import sys


def test_importing_loads_neither_numpy_nor_scipy() -> None:
    code = (
        "import sys; import ag2_marketing_tools.comparison, ag2_marketing_tools.time_series; "
        "print([name for name in ('numpy', 'scipy') if name in sys.modules])"
    )
    environment = {"PYTHONPATH": ":".join(sys.path)}
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    assert ended.stdout.strip() == "[]"

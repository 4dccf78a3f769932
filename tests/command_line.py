"""What tests of the command line share."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from typer.testing import Result

Invoke = Callable[..., Result]
"""Runs a command within the test's process."""

CONSOLE_SCRIPT = Path(sys.executable).with_name("ag2-marketing")


def is_one_sentence(text: str) -> bool:
    """Whether an error is one line for a person, and no traceback."""
    return text.startswith("error: ") and len(text.strip().splitlines()) == 1 and "Traceback" not in text

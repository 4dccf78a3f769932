"""Components that a plain machine may lack, and the tests that are left out without them.

`@pytest.mark.needs("postgresql")` leaves a test out where the component is missing and lists it at the end of
the run; with AG2_MARKETING_REQUIRE_ALL=1 (continuous integration) it fails instead.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable
from importlib.util import find_spec
from typing import NoReturn

import postgres
import pytest

left_out: pytest.StashKey[Counter[str]] = pytest.StashKey()

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def _missing_browser() -> str | None:
    return None if any(map(shutil.which, _BROWSERS)) else "no Chromium is installed"


def _missing_spark() -> str | None:
    if find_spec("pyspark") is None:
        return "PySpark (extra `spark`) is not installed"
    return None if shutil.which("java") else "no Java is installed, in which Spark runs"


COMPONENTS: dict[str, Callable[[], str | None]] = {
    "postgresql": postgres.missing,
    "chromium": _missing_browser,
    "spark": _missing_spark,
}
"""Each component's name, and a function that says why it is missing (None: it is there)."""


def require(item: pytest.Item) -> None:
    """Leave a test out, or fail it, if a component that it needs is missing."""
    for marker in item.iter_markers("needs"):
        for component in marker.args:
            if component not in COMPONENTS:
                pytest.fail(
                    f"no component is called {component!r}; known: {', '.join(COMPONENTS)}", pytrace=False
                )
            reason = COMPONENTS[component]()
            if reason is not None:
                leave_out(item.config, f"{component}: {reason}")


def leave_out(config: pytest.Config, reason: str) -> NoReturn:
    """Skip the running test and list it at the end, or fail it where nothing may be left out."""
    if os.environ.get("AG2_MARKETING_REQUIRE_ALL") == "1":
        pytest.fail(f"{reason} (AG2_MARKETING_REQUIRE_ALL=1 allows no test to be left out)", pytrace=False)
    config.stash.setdefault(left_out, Counter())[reason] += 1
    pytest.skip(f"not run, because {reason}")


def report(terminal: pytest.TerminalReporter) -> None:
    """List what was left out, and why."""
    reasons = terminal.config.stash.get(left_out, Counter[str]())
    if reasons:
        terminal.section("not run, because …", sep="=")
        for reason, count in sorted(reasons.items()):
            terminal.line(f"{reason} ({count} {'test' if count == 1 else 'tests'})")

"""Every example runs as it stands, offline, and shows what it says."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
SHOWN = {
    "full_workflow.py": ["seo_auditor> ", "content_strategist> ", "experimenter> ", "10 posts scheduled"],
    "single_agents.py": [
        "success: the page is titled ",
        "because: No key",
        "scheduled: ",
        "error: ",
        "myspace",
    ],
    "foreign_group_chat.py": ["seo_auditor> ", "editor> For the newsletter: ", "('E1', 'run_audit')"],
    "current_ag2.py": ["calculate: 25 percent", "analyst> The tool has answered."],
    "api_gateway.py": ["41 leads, yesterday's answer of leads", "answered 503", "ircuit breaker is open"],
    "experiment_walkthrough.py": [
        "SIMULATED: 14 days of made-up visitors, seed 11",
        "Day 14: 1,820 of ",
        "shares of the variants as planned",
        "ship: Ship Book a visit",
        "Ship: Book a visit, {'cta': 'Book a free visit'}",
        "Bounce rate (guardrail): Book a visit is ",
        "experiment.html",
    ],
    "own_tool.py": ["covered=75.0", r"\"covered\": 75.0", "or equal to 60", "We cover 75", "not_in_evidence"],
}
"""What each prints: the figures were worked out by hand."""


def _run(name: str, folder: Path) -> subprocess.CompletedProcess[str]:
    variables = {name: value for name, value in os.environ.items() if not name.startswith("AG2_MARKETING_")}
    path = os.pathsep.join(part for part in sys.path if part)
    return subprocess.run(
        [sys.executable, str(EXAMPLES / name)],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={**variables, "AG2_MARKETING_HOME": str(folder / "home"), "PYTHONPATH": path},
    )


@pytest.mark.parametrize("name", SHOWN)
def test_an_example_shows_what_it_says(name: str, tmp_path: Path) -> None:
    finished = _run(name, tmp_path)
    assert finished.returncode == 0, finished.stderr
    for shown in SHOWN[name]:
        assert shown in finished.stdout
    assert "Traceback" not in finished.stderr
    assert "My part is done." not in finished.stdout, "an agent could not speak its step's template"


def test_every_example_is_run_and_begins_with_what_it_is_for() -> None:
    files = sorted(EXAMPLES.glob("*.py"))
    assert {path.name for path in files} == set(SHOWN)
    for path in files:
        told = ast.get_docstring(ast.parse(path.read_text("utf-8")))
        assert told
        assert "\n\n" in told, f"{path.name} needs a sentence and a paragraph"


def test_the_breaker_of_the_example_opens_after_the_failures_that_it_names(tmp_path: Path) -> None:
    lines = _run("api_gateway.py", tmp_path).stdout.splitlines()
    assert ["503" in line for line in lines] == [True, True, False]

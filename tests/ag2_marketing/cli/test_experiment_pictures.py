"""`ag2-marketing experiment analyze|power --out`: pages with pictures beside the words."""

from __future__ import annotations

import json
from pathlib import Path

from command_line import Invoke

NEW = (
    "experiment", "new", "Homepage CTA", "--variant", "Control=Sign up", "--variant", "B=Get started",
    "--metric", "conversion_rate", "--json",
)  # fmt: skip


def test_an_analysis_is_written_as_a_page_and_as_json(invoke: Invoke, tmp_path: Path) -> None:
    test = json.loads(invoke(*NEW).stdout)
    for number in range(12):
        assert invoke("experiment", "assign", test["test_id"], f"user-{number}").exit_code == 0

    told = invoke("experiment", "analyze", test["test_id"], "--out", str(tmp_path / "out"))

    assert told.exit_code == 0, told.output
    assert "experiment.html" in told.stdout
    assert json.loads((tmp_path / "out" / "experiment.json").read_text("utf-8"))["total_users"] == 12
    assert "Homepage CTA" in (tmp_path / "out" / "experiment.html").read_text("utf-8")


def test_a_plan_is_written_and_json_on_standard_output_stays_json(invoke: Invoke, tmp_path: Path) -> None:
    told = invoke("experiment", "power", "0.05", "0.1", "--out", str(tmp_path), "--json")

    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout) == json.loads((tmp_path / "plan.json").read_text("utf-8"))
    assert "<svg" in (tmp_path / "plan.html").read_text("utf-8")

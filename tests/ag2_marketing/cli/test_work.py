"""The commands that do the job, on the bundled sites."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest
from command_line import Invoke, is_one_sentence

REPORT_FILES = {"html", "markdown", "json"}
REPORT_NAMES = {"report.html", "report.md", "report.json"}


@pytest.fixture
def unreachable(monkeypatch: pytest.MonkeyPatch) -> str:
    """A page at a port that nobody listens on, which the settings allow."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        origin = f"http://127.0.0.1:{probe.getsockname()[1]}"
    monkeypatch.setenv("AG2_MARKETING_ALLOWED_ORIGINS", origin)
    monkeypatch.setenv("AG2_MARKETING_FETCH_BACKOFF_S", "0")
    return f"{origin}/"


def _written(answer: dict[str, Any]) -> list[Path]:
    assert set(answer["report"]) == REPORT_FILES
    return [Path(path) for path in answer["report"].values()]


def test_an_audit_is_json_for_machines(invoke: Invoke, target: str) -> None:
    finished = invoke("audit", target, "--json")
    assert finished.exit_code == 0, finished.stderr
    audit = json.loads(finished.stdout)
    assert audit["url"] == target
    assert audit["status"] == "success"
    assert audit["headings"]["h1"][0]
    assert finished.stderr == ""


def test_an_audit_is_text_for_people(invoke: Invoke, target: str) -> None:
    finished = invoke("audit", target)
    assert finished.exit_code == 0, finished.stderr
    assert target in finished.stdout
    assert "{" not in finished.stdout


def test_a_part_of_the_audit_is_made_alone(invoke: Invoke, target: str) -> None:
    audit = json.loads(invoke("audit", target, "--metric", "security", "--json").stdout)
    assert audit["security"] is not None
    assert audit["status"] == "success"


def test_content_is_analysed_beside_its_competitors(
    invoke: Invoke, target: str, competitors: list[str]
) -> None:
    options = [part for page in competitors for part in ("--competitor", page)]
    finished = invoke("content", target, *options, "--keyword", "home care", "--json")
    assert finished.exit_code == 0, finished.stderr
    analysis = json.loads(finished.stdout)
    assert len(analysis["competitor_analysis"]) == len(competitors)
    assert "home care" in analysis["focus_keywords"]
    assert invoke("content", target, *options).stdout.strip()


def test_a_campaign_is_stored_from_a_file(invoke: Invoke, campaign: Path) -> None:
    finished = invoke("schedule", campaign, "--json")
    assert finished.exit_code == 0, finished.stderr
    stored = json.loads(finished.stdout)
    assert stored["status"] == "scheduled"
    shown = invoke("call", "show_campaign", "--arg", f"campaign_id={stored['campaign_id']}")
    assert json.loads(shown.stdout)["name"] == "Spring check-ups"
    assert "Spring check-ups" in invoke("schedule", campaign).stdout


def test_a_campaign_is_stored_from_standard_input(invoke: Invoke, campaign: Path) -> None:
    finished = invoke("schedule", "-", "--json", typed=campaign.read_text("utf-8"))
    assert finished.exit_code == 0, finished.stderr
    assert json.loads(finished.stdout)["status"] == "scheduled"


@pytest.mark.parametrize(
    "content", [None, b"", b"{", b"[]", b"\xff\xfe\x00", b"[" * 100_000, b'{"name": "x"}', b'{"nope": 1}']
)
def test_what_is_no_campaign_is_refused_and_nothing_is_stored(
    content: bytes | None, invoke: Invoke, tmp_path: Path
) -> None:
    config = tmp_path / "broken.json"
    if content is not None:
        config.write_bytes(content)
    finished = invoke("schedule", config)
    assert finished.exit_code == 2
    assert is_one_sentence(finished.stderr)
    assert json.loads(invoke("call", "list_campaigns").stdout)["campaigns"] == []


def test_a_folder_is_no_campaign(invoke: Invoke, tmp_path: Path) -> None:
    finished = invoke("schedule", tmp_path)
    assert finished.exit_code == 2
    assert is_one_sentence(finished.stderr)


def test_the_whole_job_is_done_and_its_report_is_genuine(
    invoke: Invoke, target: str, competitors: list[str], tmp_path: Path
) -> None:
    options = [part for page in competitors for part in ("--competitor", page)]
    finished = invoke(
        "run", target, *options, "--platform", "facebook", "--out", tmp_path / "report", "--json"
    )
    assert finished.exit_code == 0, finished.stderr
    answer = json.loads(finished.stdout)
    assert answer["status"] == "success"
    assert answer["campaign"]["status"] == "scheduled"
    assert {post["platform"] for post in answer["campaign"]["scheduled_posts"]} == {"facebook"}
    assert {path.parent for path in _written(answer)} == {tmp_path / "report"}
    for path in _written(answer):
        verified = invoke("verify", path, "--json")
        assert verified.exit_code == 0, verified.output
        assert json.loads(verified.stdout)["genuine"] is True


def test_a_summary_ends_with_where_the_report_lies(invoke: Invoke, target: str, home: Path) -> None:
    finished = invoke("run", target)
    assert finished.exit_code == 0, finished.stderr
    (report,) = (home / "reports").iterdir()
    assert f"Report: {report}" in finished.stdout
    assert {path.name for path in report.iterdir()} == {*REPORT_NAMES, "findings.csv", "findings.sarif"}


def test_a_report_that_was_changed_is_told_from_a_genuine_one(
    invoke: Invoke, target: str, tmp_path: Path
) -> None:
    answer = json.loads(invoke("run", target, "--out", tmp_path / "report", "--json").stdout)
    report = Path(answer["report"]["json"])
    changed = report.read_text("utf-8").replace('"status": "scheduled"', '"status": "published"')
    assert changed != report.read_text("utf-8")
    report.write_text(changed, "utf-8")
    finished = invoke("verify", report)
    assert finished.exit_code == 4
    assert is_one_sentence(finished.stderr)
    assert "NOT genuine" in finished.stdout


def test_an_unreachable_host_fails_with_its_reason(invoke: Invoke, unreachable: str, tmp_path: Path) -> None:
    finished = invoke("run", unreachable, "--out", tmp_path / "report")
    assert finished.exit_code == 1
    assert is_one_sentence(finished.stderr)
    assert "127.0.0.1" in finished.stderr
    assert "defect" not in finished.stderr


@pytest.mark.parametrize("command", ["audit", "content"])
def test_a_single_part_fails_with_its_reason_too(command: str, invoke: Invoke, unreachable: str) -> None:
    finished = invoke(command, unreachable, "--json")
    assert finished.exit_code == 1
    assert finished.stdout == ""
    assert is_one_sentence(finished.stderr)


@pytest.mark.parametrize(
    "url", ["http://169.254.169.254/latest/meta-data/", "http://[::1]/", "file:///etc/passwd", ""]
)
def test_what_may_not_be_fetched_is_refused(url: str, invoke: Invoke) -> None:
    finished = invoke("audit", url)
    assert finished.exit_code in {1, 2}
    assert is_one_sentence(finished.stderr)


def test_a_competitor_that_cannot_be_read_is_reported_and_the_rest_goes_on(
    invoke: Invoke, target: str, tmp_path: Path
) -> None:
    finished = invoke(
        "run", target, "--competitor", "http://127.0.0.1:9/", "--out", tmp_path / "report", "--json"
    )
    assert finished.exit_code == 0, finished.stderr
    (competitor,) = json.loads(finished.stdout)["content_analysis"]["competitor_analysis"]
    assert "127.0.0.1:9" in json.dumps(competitor)


def test_an_unknown_platform_fails_and_stores_nothing(invoke: Invoke, target: str, tmp_path: Path) -> None:
    finished = invoke("run", target, "--platform", "myspace", "--out", tmp_path / "report")
    assert finished.exit_code == 1
    assert "myspace" in finished.stderr
    assert json.loads(invoke("call", "list_campaigns").stdout)["campaigns"] == []


@pytest.mark.parametrize(
    ("typed", "status"), [("approve\n", "scheduled"), ("reject\n", "cancelled"), ("", "cancelled")]
)
def test_a_person_decides_before_anything_is_scheduled(
    typed: str, status: str, invoke: Invoke, target: str, tmp_path: Path
) -> None:
    finished = invoke("run", target, "--human", "--out", tmp_path / "report", "--json", typed=typed)
    assert finished.exit_code == 0, finished.stderr
    assert "Approve this campaign?" in finished.stderr
    json.loads(finished.stdout)
    (stored,) = json.loads(invoke("call", "list_campaigns").stdout)["campaigns"]
    assert stored["status"] == status


def test_the_person_reads_the_campaign_before_deciding(invoke: Invoke, target: str) -> None:
    told = invoke("run", target, "--human", typed="reject\n").stderr
    assert told.index("campaign_manager> ") < told.index("Approve this campaign?")


def test_the_demonstration_needs_no_setting_and_ignores_a_model(
    invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AG2_MARKETING_LLM_MODEL", "nobody-listens-here")
    monkeypatch.setenv("AG2_MARKETING_LLM_BASE_URL", "http://127.0.0.1:9/v1")
    finished = invoke("demo", "--out", tmp_path / "report", "--json")
    assert finished.exit_code == 0, finished.stderr
    answer = json.loads(finished.stdout)
    assert answer["status"] == "success"
    assert len(answer["content_analysis"]["competitor_analysis"]) == 2
    assert all(path.stat().st_size for path in _written(answer))


def test_a_report_folder_that_cannot_be_written_is_a_sentence(invoke: Invoke, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    finished = invoke("demo", "--out", tmp_path / "file")
    assert finished.exit_code in {1, 2}
    assert is_one_sentence(finished.stderr)
    assert (tmp_path / "file").read_text() == "in the way"

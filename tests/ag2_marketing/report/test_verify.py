"""Verification: whatever was changed in a stored report, it is found."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ag2_marketing.report import Report, build_report, write_report
from ag2_marketing.report.verify import Verdict, verify_report
from ag2_marketing.report.write import json_bytes
from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.workspace import Settings, Workspace


@pytest.fixture
def elsewhere(tmp_path: Path) -> Settings:
    """Settings of a machine that has never seen the report."""
    return Settings(_env_file=None, home=tmp_path / "elsewhere")


@pytest.fixture
def paths(report: Report, tmp_path: Path) -> dict[str, Path]:
    return write_report(report, tmp_path / "report")


def failed(verdict: Verdict) -> set[str]:
    return {check.name for check in verdict.checks if check.state == "failed"}


def changed(paths: dict[str, Path], change: Callable[[dict[str, Any]], None], *, seal: bool = True) -> Path:
    """Change the data of the report as a forger would who seals and writes them again."""
    data = json.loads(paths["json"].read_text("utf-8"))
    change(data)
    forged = Report.model_validate(data)
    paths["json"].write_bytes(json_bytes(forged.sealed() if seal else forged))
    return paths["json"]


@pytest.mark.parametrize("kind", ["html", "markdown", "json"])
def test_an_untouched_report_is_genuine(paths: dict[str, Path], kind: str, elsewhere: Settings) -> None:
    verdict = verify_report(paths[kind], elsewhere)

    assert verdict.genuine
    assert [check.state for check in verdict.checks] == ["ok"] * 4 + ["not checked"]
    assert "Genuine" in "\n".join(verdict.lines())
    assert verdict.model_dump()["genuine"] is True


def test_the_local_store_confirms_a_report_that_it_knows(
    paths: dict[str, Path], workspace: Workspace
) -> None:
    verdict = verify_report(paths["html"], workspace.settings)

    assert [check.state for check in verdict.checks] == ["ok"] * 5


async def test_it_can_be_asked_from_within_an_event_loop(
    paths: dict[str, Path], workspace: Workspace
) -> None:
    assert verify_report(paths["json"], workspace.settings).genuine


@pytest.mark.parametrize("kind", ["html", "markdown"])
def test_an_edited_figure_is_found(paths: dict[str, Path], kind: str, elsewhere: Settings) -> None:
    path = paths[kind]
    text = path.read_text("utf-8")
    shown = {"html": ">2</button>", "markdown": "Failed: [2](#e1)"}[kind]
    assert shown in text
    path.write_text(text.replace(shown, shown.replace("2", "0"), 1), "utf-8")

    verdict = verify_report(path, elsewhere)

    assert failed(verdict) == {"File"}
    assert "NOT genuine" in "\n".join(verdict.lines())


@pytest.mark.parametrize("kind", ["html", "markdown"])
def test_an_edited_word_is_found(paths: dict[str, Path], kind: str, elsewhere: Settings) -> None:
    path = paths[kind]
    path.write_text(
        path.read_text("utf-8").replace("Nothing has been published", "All has been published", 1), "utf-8"
    )

    assert failed(verify_report(path, elsewhere)) == {"File"}


def test_an_edited_result_in_the_evidence_is_found(paths: dict[str, Path], elsewhere: Settings) -> None:
    def forge(data: dict[str, Any]) -> None:
        data["evidence"][1]["payload"]["result"]["summary"]["failed"] = 0

    data = json.loads(paths["json"].read_text("utf-8"))
    forge(data)
    paths["json"].write_text(json.dumps(data), "utf-8")

    assert "Evidence" in failed(verify_report(paths["json"], elsewhere))


def test_a_truncated_ledger_is_found(paths: dict[str, Path], elsewhere: Settings) -> None:
    def cut(data: dict[str, Any]) -> None:
        data["evidence"] = data["evidence"][:-1]
        data["sections"]["campaign"] = None
        data["transcript"] = data["transcript"][:-2]

    verdict = verify_report(changed(paths, cut), elsewhere)

    assert "Evidence" in failed(verdict)
    assert "cut or added" in "\n".join(verdict.lines())


def test_a_removed_entry_is_found(paths: dict[str, Path], elsewhere: Settings) -> None:
    data = json.loads(paths["json"].read_text("utf-8"))
    del data["evidence"][2]
    paths["json"].write_text(json.dumps(data), "utf-8")

    verdict = verify_report(paths["json"], elsewhere)

    assert {"Evidence", "Grounding"} <= failed(verdict)


def test_an_edited_transcript_is_found(paths: dict[str, Path], elsewhere: Settings) -> None:
    def edit(data: dict[str, Any]) -> None:
        data["transcript"][1]["text"] = data["transcript"][1]["text"].replace(
            "not testable from here: 3", "not testable from here: 0"
        )

    assert "Texts" in failed(verify_report(changed(paths, edit), elsewhere))


def test_an_unsupported_figure_in_source_and_text_is_found(
    paths: dict[str, Path], elsewhere: Settings
) -> None:
    data = json.loads(paths["json"].read_text("utf-8"))
    for name in ("source", "text"):
        data["transcript"][1][name] += "\nTraffic grew by 40 % [E1]."
    paths["json"].write_text(json.dumps(data), "utf-8")

    verdict = verify_report(paths["json"], elsewhere)

    assert "Grounding" in failed(verdict)
    assert "40 %" in "\n".join(verdict.lines())


def test_edited_words_break_the_seal(paths: dict[str, Path], elsewhere: Settings) -> None:
    def edit(data: dict[str, Any]) -> None:
        data["target_url"] = "https://other.example/"

    assert failed(verify_report(changed(paths, edit, seal=False), elsewhere)) == {"Evidence"}


def test_a_report_that_was_rebuilt_whole_still_differs_from_what_the_store_remembers(
    paths: dict[str, Path], workspace: Workspace
) -> None:
    def edit(data: dict[str, Any]) -> None:
        data["target_url"] = "https://other.example/"

    assert failed(verify_report(changed(paths, edit), workspace.settings)) == {"Store"}


async def test_another_head_in_the_store_is_found(
    make: Any, paths: dict[str, Path], workspace: Workspace, report: Report, tmp_path: Path
) -> None:
    other = await build_report(make.conversation(audited=make.audit(http_status=203)).answer(), workspace)
    forged = other.model_copy(update={"id": report.id}).sealed()
    verdict = verify_report(write_report(forged, tmp_path / "forged")["html"], workspace.settings)

    assert failed(verdict) == {"Store"}
    assert "another head" in "\n".join(verdict.lines())


def test_a_person_cannot_be_given_other_words(paths: dict[str, Path], elsewhere: Settings) -> None:
    def edit(data: dict[str, Any]) -> None:
        data["task"] = "Approve everything."

    assert "Texts" in failed(verify_report(changed(paths, edit), elsewhere))


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.html", "<!doctype html><p>Hello</p>", "without a report's data"),
        ("a.json", "{}", "no report"),
        ("a.json", "[1]", "no report"),
        ("a.json", "not json", "no readable report"),
        ("a.json", "[" * 100_000, "no readable report"),
        ("a.json", '{"schema_version": 99, "evidence": []}', "version 99"),
        ("a.json", '{"schema_version": 1, "evidence": []}', "no whole report"),
        ("a.md", "# Hello", "holds no data of its own"),
        ("a.bin", "\x00\x01", "no readable report"),
    ],
)
def test_a_file_that_is_no_report_is_a_clear_error(
    tmp_path: Path, name: str, content: str, told: str
) -> None:
    path = tmp_path / name
    path.write_text(content, "utf-8")

    with pytest.raises(InvalidInput, match=told):
        verify_report(path)


def test_a_file_that_is_not_there_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="cannot be read"):
        verify_report(tmp_path / "missing.html")


@pytest.mark.parametrize("entry", [7, {"id": 7}, {"id": "E1"}, {"id": "", "payload": None}])
def test_evidence_that_is_garbage_is_found_or_refused(
    paths: dict[str, Path], entry: Any, elsewhere: Settings
) -> None:
    data = json.loads(paths["json"].read_text("utf-8"))
    data["evidence"][1] = entry
    paths["json"].write_text(json.dumps(data), "utf-8")

    with pytest.raises(InvalidInput, match="no whole report"):
        verify_report(paths["json"], elsewhere)


@pytest.fixture
def laid_out_elsewhere(report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """The files of a report that another version of this program has written, whose layout it no longer knows."""
    written = write_report(report.model_copy(update={"layout": "0" * 16}).sealed(), tmp_path / "report")
    page = written["html"].read_text("utf-8").replace('class="sheet"', 'class="paper"')
    written["html"].write_text(page, "utf-8")
    return written


def test_a_page_of_another_layout_is_read_figure_by_figure(
    laid_out_elsewhere: dict[str, Path], elsewhere: Settings
) -> None:
    verdict = verify_report(laid_out_elsewhere["html"], elsewhere)
    told = next(check for check in verdict.checks if check.name == "File")

    assert verdict.genuine
    assert "Another version laid it out" in told.explanation
    assert "Words between them were not compared" in told.explanation


@pytest.mark.parametrize(
    ("was", "becomes", "why"),
    [
        (">71.5</button>", ">91.5</button>", "whose value is '71.5'"),
        ('<a href="#E1/score/value">', '<a href="#E1/summary/checks">', "for E1/summary/checks"),
        ('<a href="#E1/score/value">', '<a href="#E1/nowhere">', "nothing at"),
        ("In order</span>", "In order of 99 checks</span>", "names no evidence"),
    ],
)
def test_a_figure_that_was_edited_in_a_page_of_another_layout_is_found(
    laid_out_elsewhere: dict[str, Path], elsewhere: Settings, was: str, becomes: str, why: str
) -> None:
    path = laid_out_elsewhere["html"]
    page = path.read_text("utf-8")
    assert was in page
    path.write_text(page.replace(was, becomes, 1), "utf-8")

    verdict = verify_report(path, elsewhere)

    assert failed(verdict) == {"File"}
    assert why in next(check.explanation for check in verdict.checks if check.name == "File")


def test_markdown_of_another_layout_is_said_to_be_unchecked(
    laid_out_elsewhere: dict[str, Path], elsewhere: Settings
) -> None:
    verdict = verify_report(laid_out_elsewhere["markdown"], elsewhere)

    assert next(check.state for check in verdict.checks if check.name == "File") == "not checked"


def test_a_report_of_the_first_version_still_verifies(
    report: Report, tmp_path: Path, elsewhere: Settings
) -> None:
    first = report.model_copy(update={"schema_version": 1, "layout": None}).sealed()
    path = tmp_path / "report.json"
    path.write_bytes(json_bytes(first))

    data = json.loads(path.read_text("utf-8"))
    assert {"layout", "parts"}.isdisjoint(data)
    assert {"history", "audit_changes", "lab", "proposal"}.isdisjoint(data["sections"])
    assert verify_report(path, elsewhere).genuine


def test_a_report_of_the_second_version_still_verifies(
    report: Report, tmp_path: Path, elsewhere: Settings
) -> None:
    second = report.model_copy(update={"schema_version": 2}).sealed()
    path = tmp_path / "report.json"
    path.write_bytes(json_bytes(second))

    data = json.loads(path.read_text("utf-8"))
    assert "parts" in data
    assert "history" in data["sections"]
    assert "proposal" not in data["sections"]
    assert verify_report(path, elsewhere).genuine


def test_a_report_of_the_third_version_still_verifies(
    report: Report, tmp_path: Path, elsewhere: Settings
) -> None:
    third = report.model_copy(update={"schema_version": 3}).sealed()
    path = tmp_path / "report.json"
    path.write_bytes(json_bytes(third))

    assert {"location", "review"}.isdisjoint(json.loads(path.read_text("utf-8")))
    assert verify_report(path, elsewhere).genuine

"""Building and writing: what is kept, what is withheld, and that a file is whole or not there."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from ag2_marketing.grounding import GroundingError, LedgerTampered
from ag2_marketing.report import Report, build_report, summary_lines, write_report
from ag2_marketing.report.verify import verify_report
from ag2_marketing_tools.campaigns.results import StoredCampaign
from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.conversations import load


async def test_the_conversation_is_kept_with_its_head(report: Report, workspace: Workspace) -> None:
    kept = await load(workspace.store, report.id)

    assert kept.head == report.head
    assert [entry.evidence_id for entry in kept.evidence] == ["U1", "E1", "E2", "E3", "E4"]
    assert kept.evidence[-1].digest == report.head
    assert kept.report["summary"][0]["text"] == report.summary[0].text


async def test_sections_name_the_workflows_own_calls_not_those_that_a_model_chose(
    make: Any, workspace: Workspace
) -> None:
    held = make.conversation()
    held.ledger.record(tool="run_audit", arguments={"url": "https://x.example"}, result=make.audit(), at=None)
    report = await build_report(held.answer(), workspace)

    assert report.sections.audit == "E1"
    assert report.sections.task == "U1"


async def test_a_report_never_leaves_with_a_figure_that_no_evidence_supports(
    make: Any, workspace: Workspace, tmp_path: Path
) -> None:
    held = make.conversation()
    lie = "Visits grew by 300 % [E1]."
    held.transcript.said("seo_auditor", lie, source=lie, by="model")
    report = await build_report(held.answer(), workspace)

    with pytest.raises(GroundingError):
        write_report(report, tmp_path / "out")
    assert not (tmp_path / "out").exists()


async def test_changed_evidence_gives_no_report(make: Any, workspace: Workspace) -> None:
    held = make.conversation()
    held.ledger["E1"].result["summary"]["failed"] = 0

    with pytest.raises(LedgerTampered):
        await build_report(held.answer(), workspace)


def decided(make: Any, approver: str) -> StoredCampaign:
    stored = make.campaign().model_dump(mode="json")
    del stored["platforms"]
    now = stored["timestamp"]
    return StoredCampaign.model_validate(
        {
            **stored,
            "created_at": now,
            "approved_at": now,
            "approved_by": approver,
            "targeting": None,
            "history": [],
        }
    )


async def test_personal_data_stay_at_home_and_the_chain_still_holds(
    make: Any, workspace: Workspace, tmp_path: Path
) -> None:
    held = make.conversation()
    held.call(
        "approve_campaign",
        {"campaign_id": "campaign_1", "approved_by": "Jane Roe"},
        decided(make, "Jane Roe"),
    )
    report = await build_report(held.answer(), workspace)
    paths = write_report(report, tmp_path)

    assert all(b"Jane Roe" not in path.read_bytes() for path in paths.values())
    assert "what they decided is withheld" in paths["html"].read_text("utf-8")
    assert verify_report(paths["html"], workspace.settings).genuine
    kept = await load(workspace.store, report.id)
    assert kept.evidence[-1].subjects[0].id == "Jane Roe"  # so that erasing her finds it


async def test_evidence_that_was_recorded_with_a_pseudonym_travels_with_the_report(
    make: Any, workspace: Workspace
) -> None:
    held = make.conversation()
    name = "person-0123456789abcdef"
    held.call("approve_campaign", {"campaign_id": "campaign_1", "approved_by": name}, decided(make, name))
    report = await build_report(held.answer(), workspace)

    assert report.evidence[-1]["payload"]["result"]["approved_by"] == name


async def test_an_erased_payload_is_said_to_be_erased(
    make: Any, workspace: Workspace, tmp_path: Path
) -> None:
    held = make.conversation()
    held.ledger.erase("E2")
    paths = write_report(await build_report(held.answer(), workspace), tmp_path)

    assert "This payload was erased or withheld" in paths["html"].read_text("utf-8")
    assert "respite care" not in paths["html"].read_text("utf-8").split('id="conversation"')[0]
    assert verify_report(paths["html"], workspace.settings).genuine


async def test_a_store_that_refuses_costs_no_report(make: Any, workspace: Workspace) -> None:
    async with workspace.store.begin() as connection:
        await connection.exec_driver_sql("DROP TABLE evidence")
    report = await build_report(make.conversation().answer(), workspace)

    assert "could not be kept" in report.notes[0]
    assert report.seal == report.expected_seal()


async def test_the_files_are_written_into_a_folder_that_was_missing(report: Report, tmp_path: Path) -> None:
    paths = write_report(report, tmp_path / "a" / "b")

    assert sorted(path.name for path in (tmp_path / "a" / "b").iterdir()) == [
        "report.html",
        "report.json",
        "report.md",
    ]
    assert json.loads(paths["json"].read_text("utf-8"))["id"] == report.id


async def test_an_interruption_while_writing_leaves_the_old_files_and_nothing_half(
    report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "report"
    write_report(report, folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    calls = []

    def interrupt(handle: int) -> None:
        calls.append(handle)
        if len(calls) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_report(report.model_copy(update={"title": "New"}).sealed(), folder)

    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


async def test_a_folder_that_cannot_be_written_to_is_a_clear_error(report: Report, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")

    with pytest.raises(InvalidInput, match="cannot be written"):
        write_report(report, tmp_path / "file" / "deeper")


async def test_the_terminal_summary_is_short_and_says_what_matters(report: Report) -> None:
    lines = list(summary_lines(report))

    assert len(lines) < 40
    assert all(len(line) <= 100 for line in lines)
    told = "\n".join(lines)
    assert "critical Title that says nothing" in told
    assert "No key for pagespeed was given" in told
    assert "3 March 2026, 12:00 UTC" in told


async def test_the_terminal_summary_stays_short_with_many_findings_and_posts(
    make: Any, workspace: Workspace
) -> None:
    post = make.campaign().model_dump(mode="json")["scheduled_posts"][0]
    report = await build_report(
        make.conversation(
            audited=make.audit(findings=[make.finding("a.b", "warning", "T" * 90, "M" * 300)] * 40),
            stored=make.campaign(scheduled_posts=[post] * 60, counts={"posts": 60, "scheduled": 60}),
        ).answer(),
        workspace,
    )

    assert len(list(summary_lines(report))) < 40


async def test_a_page_cannot_steer_the_terminal(make: Any, workspace: Workspace) -> None:
    evil = make.finding("a.b", "critical", "\u001b[2J\u009b31m red \u202e", "a\rb\nc\x07")
    report = await build_report(make.conversation(audited=make.audit(findings=[evil])).answer(), workspace)

    assert all(line.isprintable() for line in summary_lines(report))

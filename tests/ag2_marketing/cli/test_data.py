"""Settings, the database, and stored reports."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from command_line import Invoke, is_one_sentence

from ag2_marketing_tools.workspace import Settings

SECRETS = {
    "LLM_API_KEY": "sk-model-secret",
    "AHREFS_API_KEY": "ahrefs-secret",
    "GOOGLE_API_KEY": "google-secret",
    "DATABASE_URL": "postgresql://user:database-secret@db.example/marketing",
    "LLM_BASE_URL": "http://somebody:proxy-secret@127.0.0.1:9/v1",
    "ALLOWED_ORIGINS": "http://me:origin-secret@127.0.0.1:8000,http://127.0.0.1:8001",
}


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Secrets that are set, and must not be shown."""
    for name, value in SECRETS.items():
        monkeypatch.setenv(f"AG2_MARKETING_{name}", value)
    return [
        "sk-model-secret",
        *(f"{name}-secret" for name in ("ahrefs", "google", "database", "proxy", "origin")),
    ]


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_no_secret_is_shown(options: list[str], secrets: list[str], invoke: Invoke) -> None:
    finished = invoke("config", "show", *options)
    assert finished.exit_code == 0
    for secret in secrets:
        assert secret not in finished.output
    assert finished.stdout.count("**********") >= len(secrets)


def test_every_setting_is_shown_with_its_meaning(invoke: Invoke) -> None:
    told = invoke("config", "show").stdout
    for name, field in Settings.model_fields.items():
        assert f"AG2_MARKETING_{name.upper()}=" in told
        assert field.description
        assert field.description in told


def test_a_setting_is_shown_as_one_would_write_it(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AG2_MARKETING_ALLOWED_PORTS", "80, 8000")
    monkeypatch.setenv("AG2_MARKETING_REQUIRE_APPROVAL", "yes")
    lines = invoke("config", "show").stdout.splitlines()
    assert "AG2_MARKETING_ALLOWED_PORTS=80,8000" in lines
    assert "AG2_MARKETING_REQUIRE_APPROVAL=true" in lines
    assert "AG2_MARKETING_ORGANISATION=" in lines


def test_settings_are_json_for_machines(invoke: Invoke) -> None:
    assert set(json.loads(invoke("config", "show", "--json").stdout)) == set(Settings.model_fields)


def test_a_backup_brings_back_what_was_stored(invoke: Invoke, tmp_path: Path, campaign: Path) -> None:
    stored = json.loads(invoke("schedule", campaign, "--json").stdout)["campaign_id"]
    assert invoke("db", "backup", tmp_path / "copy.zip").exit_code == 0
    assert json.loads(invoke("schedule", campaign, "--json").stdout)["campaign_id"] != stored

    refused = invoke("db", "restore", tmp_path / "copy.zip")
    assert refused.exit_code == 1
    assert is_one_sentence(refused.stderr)
    assert "--replace" in refused.stderr

    assert invoke("db", "restore", tmp_path / "copy.zip", "--replace").exit_code == 0
    listed = json.loads(invoke("call", "list_campaigns").stdout)
    assert [entry["campaign_id"] for entry in listed["campaigns"]] == [stored]


def test_a_backup_is_restored_into_an_empty_home(
    invoke: Invoke, tmp_path: Path, campaign: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = json.loads(invoke("schedule", campaign, "--json").stdout)["campaign_id"]
    invoke("db", "backup", tmp_path / "copy.zip")
    monkeypatch.setenv("AG2_MARKETING_HOME", str(tmp_path / "another"))
    restored = invoke("db", "restore", tmp_path / "copy.zip")
    assert restored.exit_code == 0, restored.stderr
    shown = json.loads(invoke("call", "show_campaign", "--arg", f"campaign_id={stored}").stdout)
    assert shown["campaign_id"] == stored


@pytest.mark.parametrize("content", [None, b"", b"not a backup", b"PK\x03\x04garbage"])
def test_what_is_no_backup_is_refused(content: bytes | None, invoke: Invoke, tmp_path: Path) -> None:
    source = tmp_path / "copy.zip"
    if content is not None:
        source.write_bytes(content)
    finished = invoke("db", "restore", source)
    assert finished.exit_code == 1
    assert is_one_sentence(finished.stderr)
    assert "copy.zip" in finished.stderr


def test_a_backup_that_cannot_be_written_leaves_nothing(invoke: Invoke, tmp_path: Path) -> None:
    finished = invoke("db", "backup", tmp_path / "no" / "such" / "folder" / "copy.zip")
    assert finished.exit_code == 1
    assert is_one_sentence(finished.stderr)
    assert not (tmp_path / "no").exists()


def test_an_upgrade_makes_the_tables(invoke: Invoke, home: Path) -> None:
    finished = invoke("db", "upgrade")
    assert finished.exit_code == 0, finished.stderr
    connection = sqlite3.connect(home / "ag2_marketing.sqlite3")
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    connection.close()
    assert {"campaign", "post", "observation", "conversation"} <= tables
    assert invoke("db", "upgrade").exit_code == 0


@pytest.mark.parametrize("content", [None, "", "{}", "<html></html>", "[" * 100_000, "\x00"])
@pytest.mark.parametrize("name", ["report.json", "report.html", "report.md", "report"])
def test_what_is_no_report_cannot_be_verified(
    content: str | None, name: str, invoke: Invoke, tmp_path: Path
) -> None:
    report = tmp_path / name
    if content is not None:
        report.write_text(content)
    finished = invoke("verify", report)
    assert finished.exit_code in {2, 4}
    assert "defect" not in finished.stderr
    assert is_one_sentence(finished.stderr)

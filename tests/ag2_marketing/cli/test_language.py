"""Which language the command line's answers are in."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from command_line import CONSOLE_SCRIPT, Invoke

from ag2_marketing.cli.change_summary import history_lines
from ag2_marketing_tools.messages import speaking
from ag2_marketing_tools.messages.language import translations


def answered(home: Path, language: str) -> subprocess.CompletedProcess[str]:
    """The answer to an audit of an address that is not public, which fails without a server."""
    environment = {**os.environ, "AG2_MARKETING_HOME": str(home), "AG2_MARKETING_LANGUAGE": language}
    command = [CONSOLE_SCRIPT, "call", "fetch_page", "--arg", "url=http://printer.local/"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.parametrize(("language", "told"), [("en", "is refused"), ("de", "wird abgelehnt")])
def test_an_error_is_told_in_the_language_of_the_settings(tmp_path: Path, language: str, told: str) -> None:
    finished = answered(tmp_path, language)

    assert finished.returncode != 0
    assert told in finished.stderr


def test_an_unknown_language_is_told_of_once_and_english_is_spoken(tmp_path: Path) -> None:
    finished = answered(tmp_path, "tlh")

    assert finished.stderr.count("There are no texts in the language 'tlh', so English is spoken.") == 1
    assert "is refused" in finished.stderr


GERMAN_LINES = {
    "audit": (
        "Prüfungen: ",
        "Was zu beheben ist, das Schwerwiegendste zuerst",
        "KRITISCH: ",
        "Nicht gemessen",
    ),
    "content": ("Wichtigste Keywords: ", "Was zu tun ist, das Nützlichste zuerst", "(Wirkung hoch, Aufwand "),
    "history": ("fertig (UTC)", "krit.", "Audit "),
    "keys": ("pagespeed: nicht gesetzt (AG2_MARKETING_PAGESPEED_API_KEY)",),
}


def test_audits_contents_histories_and_keys_are_told_in_german(
    invoke: Invoke, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AG2_MARKETING_LANGUAGE", "de-AT")
    told = {
        "audit": invoke("audit", target, "--max-pages", 2),
        "content": invoke("content", target, "--max-pages", 1),
        "history": invoke("history", target),
        "keys": invoke("keys", "list"),
    }
    english = [text for text, german in translations("de").items() if german != text and text.count(" ") > 2]
    for name, finished in told.items():
        assert finished.exit_code == 0, finished.output
        assert [line for line in GERMAN_LINES[name] if line not in finished.stdout] == []
        assert [text for text in english if text in finished.stdout] == []


def test_numbers_have_the_separators_of_the_language() -> None:
    figure = {"name": "score", "earlier": 1200.5, "latest": 1300, "difference": {"value": 99.5}, "unit": None}
    history = {"entries": [], "reason": "", "stored": 0, "score": figure}
    entry = {name: None for name in ("critical", "warning", "info", "pages")}
    history["entries"] = [{**entry, "score": 98.5, "at": "2026-03-02T09:00:00Z", "kind": "audit", "id": "a"}]
    with speaking("de"):
        lines = list(history_lines(history))
    assert "98,5" in lines[1]
    assert lines[-1] == "Wert: 1.200,5 → 1.300 (+99,5)"


@pytest.mark.parametrize("language", ["en", "de"])
def test_what_an_option_contradicts_is_told_in_the_language_of_the_settings(
    invoke: Invoke, target: str, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setenv("AG2_MARKETING_LANGUAGE", language)
    finished = invoke("audit", target, "--json", "--format", "csv")
    assert finished.exit_code == 2
    assert {"en": "contradict each other", "de": "widersprechen sich"}[language] in finished.stderr

"""Which language the command line's answers are in."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from command_line import CONSOLE_SCRIPT


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

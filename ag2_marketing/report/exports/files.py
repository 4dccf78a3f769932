"""An audit's findings as files beside its report, or alone in a folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from ag2_marketing.report.exports.rows import Facts
from ag2_marketing.report.exports.sarif import sarif_text
from ag2_marketing.report.exports.table import csv_text
from ag2_marketing.report.files import encoded, write_together

FINDINGS_FILES: Final = {"csv": "findings.csv", "sarif": "findings.sarif"}
JSON_FILES: Final = {"audit": "audit.json", "content": "content.json"}


def findings_files(audit: Facts, comparison: Facts | None = None) -> dict[str, tuple[str, bytes]]:
    """Return name and content of the files of an audit's findings, by kind."""
    texts = {"csv": csv_text(audit, comparison), "sarif": sarif_text(audit, comparison)}
    return {kind: (FINDINGS_FILES[kind], encoded(text)) for kind, text in texts.items()}


def write_findings(folder: Path | str, audit: Facts, comparison: Facts | None = None) -> dict[str, Path]:
    """Write an audit's findings as `findings.csv` and `findings.sarif`.

    Raises:
        InvalidInput: The folder cannot be written to.
    """
    return write_together(folder, findings_files(audit, comparison))


def audit_files(audit: dict[str, Any], comparison: Facts | None = None) -> dict[str, tuple[str, bytes]]:
    """Return name and content of the files of an audit for programs: `audit.json` and its findings."""
    whole = {"audit": (JSON_FILES["audit"], encoded(json_text(audit)))}
    return {**whole, **findings_files(audit, comparison)}


def content_files(analysis: dict[str, Any]) -> dict[str, tuple[str, bytes]]:
    """Return name and content of the file of a content analysis for programs: `content.json`."""
    return {"content": (JSON_FILES["content"], encoded(json_text(analysis)))}


def json_text(value: Any) -> str:
    """Return a value as readable JSON."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"

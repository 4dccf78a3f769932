"""Findings as CSV (RFC 4180, UTF-8), safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import astuple
from typing import Any, Final

from ag2_marketing.report.exports.rows import COLUMNS, Facts, rows

_FORMULA: Final = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
"""What spreadsheets take for the beginning of a formula (OWASP, CSV Injection), also in full width."""
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""Control characters that a table has no use for; some readers stop at the first."""


def csv_text(audit: Facts, comparison: Facts | None = None) -> str:
    """Return an audit's findings as CSV, one row for each finding and place, with a header.

    Args:
        audit: As `public_audit` gives it.
        comparison: What `compare_audits` said of it, as JSON values; it fills the column `change`.
    """
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([cell(value) for value in astuple(row)] for row in rows(audit, comparison))
    return written.getvalue()


def cell(value: Any) -> Any:
    """Return a value as a cell: text that a spreadsheet would compute gets a leading apostrophe.

    >>> cell("=1+1"), cell(-5), cell(None)
    ("'=1+1", -5, '')
    """
    if not isinstance(value, str):
        return "" if value is None else value
    text = _CONTROLS.sub("", value)
    return f"'{text}" if _FORMULA.match(text) else text

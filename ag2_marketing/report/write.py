"""A report as files: HTML for reading, Markdown for pasting, JSON for programs; all of them or none."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from ag2_marketing.report.files import encoded, write_together
from ag2_marketing.report.model import Report
from ag2_marketing.report.names import NAMES
from ag2_marketing.report.page import html_page, markdown_page


def write_report(
    report: Report, folder: Path | str, beside: Mapping[str, tuple[str, bytes]] | None = None
) -> dict[str, Path]:
    """Write the report's files; an interruption leaves what was there before, never half a file.

    Args:
        report: The report.
        folder: Where to; made when it is missing.
        beside: Name and content of further files that belong to it, by kind.

    Returns:
        The paths by kind: `html`, `markdown`, `json`, and those beside.

    Raises:
        GroundingError: A text holds a figure that no evidence supports; nothing is written.
        InvalidInput: The folder cannot be written to.
    """
    contents = {"html": html_bytes(report), "markdown": markdown_bytes(report), "json": json_bytes(report)}
    own = {kind: (NAMES[kind], content) for kind, content in contents.items()}
    return write_together(folder, {**own, **(beside or {})})


def html_bytes(report: Report) -> bytes:
    """Return the bytes of the HTML file."""
    if report.review is not None:
        from ag2_marketing.report.review.page import review_page

        return encoded(review_page(report))
    return encoded(html_page(report))


def markdown_bytes(report: Report) -> bytes:
    """Return the bytes of the Markdown file."""
    if report.review is not None:
        from ag2_marketing.report.review.markdown import review_markdown

        return encoded(review_markdown(report))
    return encoded(markdown_page(report))


def json_bytes(report: Report) -> bytes:
    """Return the bytes of the JSON file."""
    return encoded(json.dumps(report.as_json(), ensure_ascii=False, indent=2) + "\n")

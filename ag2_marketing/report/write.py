"""A report as files: HTML for reading, Markdown for pasting, JSON for programs; all of them or none."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from ag2_marketing.report.files import encoded, write_together
from ag2_marketing.report.model import Report
from ag2_marketing.report.names import NAMES
from ag2_marketing.report.page import html_page, markdown_page
from ag2_marketing_tools.errors import InvalidInput

KINDS_BY_SUFFIX = {
    ".html": "html",
    ".htm": "html",
    ".md": "markdown",
    ".markdown": "markdown",
    ".json": "json",
}


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


def write_report_as(report: Report, path: Path) -> dict[str, Path]:
    """Write the report as one file, in the form that its name ends in; beside Markdown lie the data that verify it.

    Raises:
        GroundingError: A text holds a figure that no evidence supports; nothing is written.
        InvalidInput: The name ends otherwise, or the place cannot be written to.
    """
    kind = kind_of(path)
    makers = {"html": html_bytes, "markdown": markdown_bytes, "json": json_bytes}
    names = {kind: path.name}
    if kind == "markdown":
        names["json"] = path.with_suffix(".json").name
    return write_together(path.parent, {each: (name, makers[each](report)) for each, name in names.items()})


def kind_of(path: Path) -> str:
    """Return the form that a file's name ends in.

    Raises:
        InvalidInput: It ends otherwise.
    """
    kind = KINDS_BY_SUFFIX.get(path.suffix.lower())
    if kind is None:
        raise InvalidInput(
            f"{path.name} does not say which form is meant.",
            remedy=f"Let the name end in {', '.join(KINDS_BY_SUFFIX)}, or name a folder for all of them.",
        )
    return kind


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

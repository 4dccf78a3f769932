"""A report as files: HTML for reading, Markdown for pasting, JSON for programs; all of them or none."""

from __future__ import annotations

import json
import os
from pathlib import Path

from ag2_marketing.report.model import Report
from ag2_marketing.report.names import NAMES
from ag2_marketing.report.page import html_page, markdown_page
from ag2_marketing_tools.errors import InvalidInput


def write_report(report: Report, folder: Path | str) -> dict[str, Path]:
    """Write the report's files; an interruption leaves what was there before, never half a file.

    Args:
        report: The report.
        folder: Where to; made when it is missing.

    Returns:
        The paths by kind: `html`, `markdown`, `json`.

    Raises:
        GroundingError: A text holds a figure that no evidence supports; nothing is written.
        InvalidInput: The folder cannot be written to.
    """
    contents = {"html": html_bytes(report), "markdown": markdown_bytes(report), "json": json_bytes(report)}
    target = Path(folder)
    try:
        target.mkdir(parents=True, exist_ok=True)
        return _write_all({kind: (target / NAMES[kind], content) for kind, content in contents.items()})
    except OSError as error:
        raise InvalidInput(
            f"The report cannot be written to {target}: {error.strerror or error}.",
            remedy="Choose another folder with --out.",
        ) from error


def html_bytes(report: Report) -> bytes:
    """Return the bytes of the HTML file."""
    return _encoded(html_page(report))


def markdown_bytes(report: Report) -> bytes:
    """Return the bytes of the Markdown file."""
    return _encoded(markdown_page(report))


def json_bytes(report: Report) -> bytes:
    """Return the bytes of the JSON file."""
    return _encoded(json.dumps(report.as_json(), ensure_ascii=False, indent=2) + "\n")


def _encoded(text: str) -> bytes:
    # Half a surrogate pair (a damaged page) has no UTF-8; as `\udxxx` it is still the same JSON.
    return text.encode("utf-8", "backslashreplace")


def _write_all(files: dict[str, tuple[Path, bytes]]) -> dict[str, Path]:
    """Write everything beside its place first; only then put each into its place at once."""
    beside = {path: path.with_name(f".{path.name}.{os.getpid()}.partial") for path, _ in files.values()}
    try:
        for path, content in files.values():
            with beside[path].open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        for path, partial in beside.items():
            partial.replace(path)
    finally:
        for partial in beside.values():
            partial.unlink(missing_ok=True)
    return {kind: path for kind, (path, _) in files.items()}

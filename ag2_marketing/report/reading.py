"""A report from a file that was written earlier, perhaps by somebody else."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ag2_marketing.grounding import GroundingError
from ag2_marketing.report.model import SCHEMA_VERSION, Report
from ag2_marketing.report.names import DATA_ID, NAMES
from ag2_marketing_tools.errors import InvalidInput

MOST_BYTES = 100_000_000
_DATA = re.compile(rf'<script type="application/json" id="{DATA_ID}">(.*?)</script>', re.DOTALL)


def read_file(path: Path) -> bytes:
    """Return a file's bytes.

    Raises:
        InvalidInput: It cannot be read, or is far too large for a report.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise InvalidInput(f"{path} is too large for a report ({path.stat().st_size} bytes).")
        return path.read_bytes()
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {error.strerror or error}.") from error


def report_in(path: Path, content: bytes) -> Report:
    """Return the report that a file holds; Markdown carries no data, so its JSON is read from beside it.

    Raises:
        InvalidInput: The file is no report, or one of a version that this program does not know.
    """
    if path.suffix.lower() in {".md", ".markdown"}:
        beside = (path.with_suffix(".json"), path.with_name(NAMES["json"]))
        path = next((one for one in beside if one.is_file()), beside[-1])
        if not path.is_file():
            raise InvalidInput(
                f"A Markdown report holds no data of its own, and {path} is not beside it.",
                remedy="Verify the HTML or the JSON of the same report.",
            )
        content = read_file(path)
    return _parsed(path, _data_of(path, content))


def _data_of(path: Path, content: bytes) -> Any:
    text = content.decode("utf-8", "replace")
    if text.lstrip()[:1] == "<":
        found = _DATA.search(text)
        if found is None:
            raise InvalidInput(f"{path} is a web page without a report's data.", remedy=_REMEDY)
        text = found.group(1)
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"{path} holds no readable report: {error}.", remedy=_REMEDY) from error


_REMEDY = "Give the HTML or JSON file that `ag2-marketing run` or `review` wrote."


def _parsed(path: Path, data: Any) -> Report:
    if not isinstance(data, dict) or "schema_version" not in data or "evidence" not in data:
        raise InvalidInput(f"{path} is JSON, but no report.", remedy=_REMEDY)
    if data["schema_version"] not in range(1, SCHEMA_VERSION + 1):
        raise InvalidInput(
            f"{path} is a report of version {data['schema_version']!r}; this program reads up to "
            f"{SCHEMA_VERSION}.",
            remedy="Verify it with the version of ag2-marketing that wrote it.",
        )
    try:
        report = Report.model_validate(data)
        report.ledger  # noqa: B018 (reads the entries; what is none is found here)
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise InvalidInput(
            f"{path} is no whole report: {place} is missing or malformed.", remedy=_REMEDY
        ) from error
    except GroundingError as error:
        raise InvalidInput(f"{path} is no whole report: {error}", remedy=_REMEDY) from error
    return report

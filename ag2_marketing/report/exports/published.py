"""What the JSON output holds, and its schema: generated from the models, kept as files, held to them by a test."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, Field

from ag2_marketing.report.model import Report
from ag2_marketing_tools.content import ContentAnalysis, ContentComparison
from ag2_marketing_tools.errors import NotFound
from ag2_marketing_tools.seo import Audit, AuditComparison
from ag2_marketing_tools.seo.model import Headings, Meta

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_ONLY_WHERE_COMPARED: Final = "comparison"


class PublicMeta(Meta):
    """What the page says of itself; where it does not, title and description are empty and flagged."""

    title_missing: bool
    description_missing: bool


class PublicHeadings(Headings):
    """The headings; without a main heading, `h1` holds one empty text and is flagged."""

    h1_missing: bool


class PublishedAudit(Audit):
    """An audit as `ag2-marketing audit --json` prints it; `comparison` is there with `--compare` alone."""

    meta: PublicMeta
    headings: PublicHeadings
    comparison: AuditComparison | None = Field(default=None, description="With the audit before it.")


class PublishedContent(ContentAnalysis):
    """An analysis as `ag2-marketing content --json` prints it; `comparison` is there with `--compare` alone."""

    comparison: ContentComparison | None = Field(default=None, description="With the analysis before it.")


SCHEMAS: Final[dict[str, type[BaseModel]]] = {
    "audit": PublishedAudit,
    "content": PublishedContent,
    "report": Report,
}


def generated_schema(name: str) -> str:
    """Return a schema as its model gives it now."""
    schema = SCHEMAS[name].model_json_schema(mode="serialization")
    required = [field for field in schema["required"] if field != _ONLY_WHERE_COMPARED]
    whole = {"$schema": _DIALECT, **schema, "required": required}
    return json.dumps(_sorted_definitions(whole), ensure_ascii=False, indent=2) + "\n"


def _sorted_definitions(schema: dict[str, Any]) -> dict[str, Any]:
    return {**schema, "$defs": dict(sorted(schema.get("$defs", {}).items()))}


def schema_text(name: str) -> str:
    """Return the published schema of `audit`, `content` or `report`.

    Raises:
        NotFound: Nothing of that name has a schema.
    """
    if name not in SCHEMAS:
        raise NotFound(f"There is no schema of {name!r}.", remedy=f"There are those of {', '.join(SCHEMAS)}.")
    return files("ag2_marketing.report").joinpath("schema", _file_name(name)).read_text("utf-8")


def write_schemas(folder: Path) -> None:
    """Write the schemas anew, after a model changed."""
    for name in SCHEMAS:
        (folder / _file_name(name)).write_text(generated_schema(name), "utf-8")


def _file_name(name: str) -> str:
    return f"{name}.schema.json"

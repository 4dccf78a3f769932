"""A report as one HTML page and as Markdown; both are functions of the report alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from ag2_marketing.report.cited import Cited, entries, raw, shown
from ag2_marketing.report.escaping import markdown_text
from ag2_marketing.report.figures import Format
from ag2_marketing.report.model import Report
from ag2_marketing.report.names import DATA_ID, NAMES
from ag2_marketing.report.sources import anchor
from ag2_marketing.report.templating import embedded, environment, hash_of
from ag2_marketing.report.view import view_of

__all__ = ["DATA_ID", "NAMES", "html_page", "markdown_page"]

MOST_ITEMS_SHOWN = 8
MOST_CHARACTERS_SHOWN = 200
MOST_OF_A_RESULT = 30_000


def html_page(report: Report) -> str:
    """Return the report as one HTML page that needs nothing else; its data are embedded.

    Raises:
        GroundingError: A text holds a figure that no evidence supports.
    """
    style = page_style()
    return _rendered(
        report,
        "html",
        "report.html.j2",
        data=embedded(report.as_json()),
        style=Markup(style),  # noqa: S704 (our own file)
        style_hash=hash_of(style),
    )


def markdown_page(report: Report) -> str:
    """Return the report as Markdown.

    Raises:
        GroundingError: A text holds a figure that no evidence supports.
    """
    return _rendered(report, "markdown", "report.md.j2")


def _rendered(report: Report, fmt: Format, template: str, **context: Any) -> str:
    view = view_of(report, fmt)
    text = _made(fmt).get_template(template).render(**view, **context)
    return text.rstrip() + "\n"


@cache
def _made(fmt: Format) -> Environment:
    return page_environment(fmt)


def page_environment(fmt: Format) -> Environment:
    """Return a new environment in which evidence prints itself as a reference."""
    made = environment(finalize=shown if fmt == "html" else _shown_in_markdown)
    made.filters.update(
        raw=raw,
        entries=entries,
        as_data=_as_data,
        as_line=_as_line,
        in_quote=_in_quote,
        label=Markup,
        anchor=lambda path, evidence_id: anchor(evidence_id, path),
    )
    made.tests["measured"] = lambda value: raw(value) is not None
    return made


def _shown_in_markdown(value: Any) -> Any:
    """Escape for Markdown whatever is neither a label nor a figure, before jinja would escape it for HTML."""
    value = shown(value)
    if isinstance(value, Markup):
        return value
    text = str(value)
    separated = " " if text.endswith(", ") else ""  # a list's comma keeps its space
    return Markup(markdown_text(text) + separated)  # noqa: S704 (escaped)


def _in_quote(text: str) -> Markup:
    """Return a text as a Markdown quotation, so that nothing in it joins what stands around it."""
    escaped = text if isinstance(text, Markup) else Markup(markdown_text(text))  # noqa: S704 (escaped)
    return Markup("\n".join(f"> {line}".rstrip() for line in escaped.strip().splitlines()))  # noqa: S704


def _as_data(value: Any) -> str:
    """Return a value as readable JSON; long lists and texts are cut, and say so."""
    text = json.dumps(_cut(raw(value) if isinstance(value, Cited) else value), ensure_ascii=False, indent=1)
    return text if len(text) <= MOST_OF_A_RESULT else text[:MOST_OF_A_RESULT].rsplit("\n", 1)[0] + "\n…"


def _as_line(value: Any) -> str:
    """Return a value as it was recorded, in one line: text as text, everything else as JSON."""
    return str(_cut(value)) if isinstance(value, str) else json.dumps(_cut(value), ensure_ascii=False)


def _cut(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _cut(part) for name, part in value.items()}
    if isinstance(value, list):
        return list(_cut_items(value))
    if isinstance(value, str) and len(value) > MOST_CHARACTERS_SHOWN:
        return value[:MOST_CHARACTERS_SHOWN] + "…"
    return value


def _cut_items(items: list[Any]) -> Iterator[Any]:
    yield from (_cut(item) for item in items[:MOST_ITEMS_SHOWN])
    if len(items) > MOST_ITEMS_SHOWN:
        yield "…"


@cache
def page_style() -> str:
    """Return the style sheet of reports."""
    return resources.files("ag2_marketing.report").joinpath("templates", "style.css").read_text("utf-8")

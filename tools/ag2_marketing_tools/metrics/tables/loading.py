"""Reading the table files: those that come with the product, and a company's own on top of them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import resources
from pathlib import Path

from pydantic import ValidationError

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.metrics.tables.model import TableMetric, Tables


@cache
def built_in_tables() -> Tables:
    """Return the tables that come with the product."""
    folder = resources.files("ag2_marketing_tools.metrics.tables").joinpath("data")
    found: dict[str, TableMetric] = {}
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if file.name.endswith(".toml"):
            found |= dict(_read(file.name, file.read_text("utf-8")))
    return Tables(found)


def load_tables(own: Path | None = None) -> Tables:
    """Return the product's tables with a company's own files on top: what has the same key is replaced.

    Args:
        own: A folder with `*.toml` files of the same form; None for none.

    Raises:
        InvalidInput: The folder is missing, or a file cannot be used; the message names file, line and key.
    """
    if own is None:
        return built_in_tables()
    if not own.is_dir():
        raise InvalidInput(f"There is no folder {str(own)!r} of benchmark tables.")
    found = dict(built_in_tables().metrics)
    for file in sorted(own.glob("*.toml")):
        try:
            text = file.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise InvalidInput(f"{file.name}: it cannot be read as UTF-8 text ({error}).") from error
        found |= dict(_read(file.name, text))
    return Tables(found)


def _read(name: str, text: str) -> Iterator[tuple[str, TableMetric]]:
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:  # its message names line and column
        raise InvalidInput(f"{name}: this is no TOML: {error}.") from error
    system, entries = content.get("system"), content.get("metric")
    if not isinstance(system, str) or not system or "/" in system:
        raise InvalidInput(f"{name}: `system` is missing or no name.")
    if not isinstance(entries, list) or set(content) != {"system", "metric"}:
        raise InvalidInput(f"{name}: expected `system` and `[[metric]]` entries, and nothing else.")
    seen: set[str] = set()
    for entry, line in zip(entries, _lines_of_entries(text), strict=True):
        metric = _metric(name, line, entry)
        if metric.path in seen:
            raise InvalidInput(f"{name}, line {line}: the path {metric.path!r} is given twice.")
        seen.add(metric.path)
        yield f"{system}/{metric.path}", metric


def _lines_of_entries(text: str) -> list[int]:
    return [number for number, line in enumerate(text.splitlines(), 1) if line.strip() == "[[metric]]"]


def _metric(name: str, line: int, entry: object) -> TableMetric:
    try:
        return TableMetric.model_validate(entry)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_context=False)[0]
        key = ".".join(str(part) for part in fault["loc"]) or "metric"
        message = fault["msg"].removeprefix("Value error, ")
        path = entry.get("path") if isinstance(entry, dict) else None
        raise InvalidInput(f"{name}, line {line}, {path or 'metric'}, {key}: {message}.") from error

"""Structured data: JSON-LD here, microdata in its own module."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any

from ag2_marketing_tools.pages.elements import Elements
from ag2_marketing_tools.pages.head import value_of
from ag2_marketing_tools.pages.microdata import last_part, read_microdata
from ag2_marketing_tools.pages.model import StructuredData
from ag2_marketing_tools.text.clean import strip_invisible

__all__ = ["last_part", "read_structured_data"]

_WRAPPING = re.compile(
    r"\A\s*(?://\s*)?(?:/\*\s*)?(?:<!--|<!\[CDATA\[)(?:\s*\*/)?|(?://\s*)?(?:/\*\s*)?(?:-->|\]\]>)(?:\s*\*/)?\s*\Z"
)
_MOST_TYPES = 50


def read_structured_data(elements: Elements, base: str) -> list[StructuredData]:
    """Return the page's structured data, each block with its data or the reason why it has none."""
    blocks: list[StructuredData] = []
    for node, attributes in elements.described("script"):
        media_type = value_of(attributes, "type").lower().partition(";")[0].strip()
        if media_type == "application/ld+json":
            blocks += _json_ld(node.text())
    return blocks + read_microdata(elements.tree, base)


def _json_ld(text: str) -> Iterator[StructuredData]:
    source = _WRAPPING.sub("", text).strip()
    if not source:
        yield StructuredData(syntax="json-ld", types=[], data=None, error="the block is empty")
        return
    try:
        value = _plain(json.loads(source, strict=False, parse_constant=lambda _: None))
    except ValueError as error:
        yield StructuredData(syntax="json-ld", types=[], data=None, error=f"no valid JSON: {error}")
        return
    except RecursionError:
        yield StructuredData(syntax="json-ld", types=[], data=None, error="nested too deeply to be read")
        return
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            yield StructuredData(syntax="json-ld", types=_types(item), data=item)
        else:
            kind = type(item).__name__
            yield StructuredData(
                syntax="json-ld", types=[], data=None, error=f"expected an object, got {kind}"
            )


def _plain(value: Any) -> Any:
    """Return the value without invisible characters, lone surrogates and infinities."""
    if isinstance(value, str):
        return strip_invisible(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {strip_invisible(key): _plain(item) for key, item in value.items()}
    return value


def _types(item: dict[str, Any]) -> list[str]:
    graph = item.get("@graph")
    nodes = [item, *(graph if isinstance(graph, list) else [])]
    found: list[str] = []
    for node in nodes:
        declared = node.get("@type") if isinstance(node, dict) else None
        for name in declared if isinstance(declared, list) else [declared]:
            if isinstance(name, str) and name:
                found.append(last_part(name))
    return list(dict.fromkeys(found))[:_MOST_TYPES]

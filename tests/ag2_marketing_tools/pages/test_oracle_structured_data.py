"""Structured data beside what is read from html5lib's tree: JSON-LD as it stands, microdata top down.

The module under test walks from each property up to its item; here each item is walked down to its properties
(HTML standard, 5.2.5), without `itemref`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urljoin
from xml.etree.ElementTree import Element

import html5lib

from ag2_marketing_tools.pages.decode import decode_html
from ag2_marketing_tools.pages.parse import parse_document
from ag2_marketing_tools.text.clean import clean, strip_invisible

URL = "https://www.site.example/a/b"
ADDRESSES = {"a": "href", "area": "href", "link": "href", "object": "data"}
LONGEST = 5_000  # characters that are kept of a value
SOURCES = {"audio", "embed", "iframe", "img", "source", "track", "video"}


def tree_of(content: bytes) -> Element:
    text = decode_html(content, "text/html").text
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
    root: Element = parser.parse(text)
    return root


def base_of(root: Element) -> str:
    declared = [one.get("href", "").strip() for one in root.iter("base") if one.get("href") is not None]
    return urljoin(URL, declared[0]) if declared else URL


def value_of(element: Element, base: str) -> Any:
    if "content" in element.attrib:
        return strip_invisible(element.attrib["content"]).strip()[:LONGEST]
    name = ADDRESSES.get(element.tag) or ("src" if element.tag in SOURCES else None)
    if name is not None:
        reference = strip_invisible(element.get(name, "")).strip()
        return urldefrag(urljoin(base, reference)).url if "javascript:" not in reference else reference
    if element.tag == "time" and "datetime" in element.attrib:
        return element.attrib["datetime"].strip()
    if element.tag in {"data", "meter"} and "value" in element.attrib:
        return element.attrib["value"].strip()
    return clean(" ".join(texts(element))[:LONGEST])


def texts(element: Element) -> Iterator[str]:
    """The texts of an element, comments left out."""
    yield element.text or ""
    for part in element:
        if isinstance(part.tag, str):
            yield from texts(part)
        yield part.tail or ""


def properties(element: Element, base: str) -> Iterator[tuple[str, Any]]:
    for part in element:
        if not isinstance(part.tag, str):
            continue
        is_item = "itemscope" in part.attrib
        for name in part.get("itemprop", "").split():
            yield (
                re.split("[/#]", name.rstrip("/"))[-1],
                item_of(part, base) if is_item else value_of(part, base),
            )
        if not is_item:
            yield from properties(part, base)


def item_of(element: Element, base: str) -> dict[str, Any]:
    types = element.get("itemtype", "").split()
    item: dict[str, Any] = {"@type": types} if types else {}
    for name, value in properties(element, base):
        item[name] = value if name not in item else [*as_list(item[name]), value]
    return item


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def microdata(root: Element) -> list[dict[str, Any]]:
    return [
        item_of(element, base_of(root))
        for element in root.iter()
        if isinstance(element.tag, str)
        and "itemscope" in element.attrib
        and not element.get("itemprop", "").split()
    ]


def json_ld(root: Element) -> list[Any]:
    found: list[Any] = []
    for script in root.iter("script"):
        if script.get("type", "").strip().lower().startswith("application/ld+json"):
            text = re.sub(r"^\s*(//)?<!\[CDATA\[|(//)?\]\]>\s*$", "", "".join(script.itertext()))
            found += as_list(json.loads(text, strict=False))
    return found


def without_space(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_space(one) for name, one in value.items()}
    if isinstance(value, list):
        return [without_space(one) for one in value]
    return re.sub(r"\s", "", strip_invisible(value)) if isinstance(value, str) else value


def test_structured_data_equals_what_stands_in_html5libs_tree(shared_data: Path) -> None:
    blocks = {"json-ld": 0, "microdata": 0}
    for path in sorted((shared_data / "pages").glob("*.html")):
        content = path.read_bytes()
        page, root = parse_document(content, url=URL), tree_of(content)
        ours: dict[str, list[Any]] = {"json-ld": [], "microdata": []}
        for block in page.structured_data:
            assert block.error is None, (path.name, block.error)
            ours[block.syntax].append(without_space(block.data))
        assert ours["json-ld"] == without_space(json_ld(root)), path.name
        assert ours["microdata"] == without_space(microdata(root)), path.name
        for syntax, found in ours.items():
            blocks[syntax] += len(found)
    assert blocks["json-ld"] >= 10
    assert blocks["microdata"] >= 10

"""Microdata in the form of JSON-LD (HTML standard, section 5).

`itemref` is not followed: no search engine's documentation speaks of it, and hardly a page uses it.
"""

from __future__ import annotations

import re
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ag2_marketing_tools.pages.head import attribute
from ag2_marketing_tools.pages.model import StructuredData
from ag2_marketing_tools.pages.urls import resolve
from ag2_marketing_tools.text.clean import clean

_ADDRESS = {
    "a": "href", "area": "href", "link": "href", "audio": "src", "embed": "src", "iframe": "src",
    "img": "src", "source": "src", "track": "src", "video": "src", "object": "data",
}  # fmt: skip
_DEEPEST = 20  # items within each other
_LONGEST_VALUE = 5_000

Item = dict[str, Any]


def last_part(name: str) -> str:
    """Return a name without its vocabulary: `Person` of `https://schema.org/Person`."""
    return re.split(r"[/#]", name.rstrip("/"))[-1]


def read_microdata(tree: LexborHTMLParser, base: str) -> list[StructuredData]:
    """Return the page's items that are part of no other item, each with its properties."""
    tops: list[Item] = []
    items: dict[int, tuple[Item, int]] = {}  # by the id of the element: the item, and how deep it lies
    for node in tree.css("[itemscope], [itemprop]"):
        if node.mem_id in items:
            continue  # one that matches both selectors comes twice
        names = attribute(node, "itemprop").split()
        is_item = "itemscope" in node.attributes
        owner, depth = _owner(node, items) if names else (None, 0)
        if is_item and depth < _DEEPEST:
            types = attribute(node, "itemtype").split()
            item: Item = {"@type": types} if types else {}
            items[node.mem_id] = (item, depth + 1)
            if not names:
                tops.append(item)
        if owner is not None:
            value = items[node.mem_id][0] if is_item and node.mem_id in items else _value(node, base)
            for name in names:
                _add(owner, last_part(name), value)
    return [
        StructuredData(
            syntax="microdata", types=[last_part(name) for name in item.get("@type", ())], data=item
        )
        for item in tops
    ]


def _owner(node: LexborNode, items: dict[int, tuple[Item, int]]) -> tuple[Item | None, int]:
    parent = node.parent
    while parent is not None:
        found = items.get(parent.mem_id)
        if found is not None:
            return found
        parent = parent.parent
    return None, 0


def _value(node: LexborNode, base: str) -> str:
    attributes = node.attributes
    if "content" in attributes:
        return attribute(node, "content")[:_LONGEST_VALUE]
    if node.tag in _ADDRESS:
        reference = attribute(node, _ADDRESS[node.tag])
        return resolve(base, reference) or reference
    if node.tag == "time" and "datetime" in attributes:
        return attribute(node, "datetime")
    if node.tag in {"data", "meter"} and "value" in attributes:
        return attribute(node, "value")
    return clean(node.text(separator=" ")[:_LONGEST_VALUE])


def _add(owner: Item, name: str, value: Any) -> None:
    if name not in owner:
        owner[name] = value
    elif isinstance(owner[name], list):
        owner[name].append(value)
    else:
        owner[name] = [owner[name], value]

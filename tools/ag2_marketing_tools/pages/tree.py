"""The parsed tree: built within limits, and pruned without touching a node twice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ag2_marketing_tools.errors import FetchFailed

DEEPEST = 5_000
"""Open elements beyond which a document is refused. Browsers flatten at 512; the parser's time grows with the
square of the depth (0.5 s at 20,000 elements, over a minute at 200,000)."""
_SURELY_SHALLOW = 50_000  # characters: too few for DEEPEST elements to matter
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)")
_CLOSED_BY_OTHERS = frozenset(
    {
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
        "track", "wbr", "p", "li", "dt", "dd", "option", "optgroup", "tr", "td", "th", "thead", "tbody",
        "tfoot", "colgroup", "caption", "rp", "rt", "html", "head", "body",
    }
)  # fmt: skip


def parse_tree(text: str) -> LexborHTMLParser:
    """Return the tree of a document as the HTML standard builds it.

    Raises:
        FetchFailed: It nests more elements than any page that a browser shows.
    """
    if len(text) > _SURELY_SHALLOW and _nests_beyond(text, DEEPEST):
        raise FetchFailed(
            f"the page leaves more than {DEEPEST} elements open within each other, so it was not parsed",
            kind="too_large",
            remedy="A page that browsers can show nests a few hundred at most.",
        )
    return LexborHTMLParser(text)


def _nests_beyond(text: str, limit: int) -> bool:
    closing = text.count("</")
    if (
        text.count("<") - 2 * closing < limit
    ):  # every element that stays open is a start tag without an end tag
        return False
    depth = 0
    for closes, name in _TAG.findall(text):
        if name.lower() in _CLOSED_BY_OTHERS:
            continue
        depth = max(0, depth - 1) if closes else depth + 1
        if depth > limit:
            return True
    return False


def ids_within(node: LexborNode) -> set[int]:
    """Return the ids of an element and of all elements in it."""
    return {node.mem_id, *(inner.mem_id for inner in node.css("*"))}


def outermost(nodes: Iterable[LexborNode]) -> Iterator[LexborNode]:
    """Yield the nodes, given in document order, that lie in no other of them."""
    covered: set[int] = set()
    for node in nodes:
        if node.mem_id in covered:
            continue
        covered |= ids_within(node)
        yield node


def remove(nodes: Iterable[LexborNode]) -> None:
    """Take nodes, given in document order, out of their tree; none of them may be used afterwards."""
    for node in list(outermost(nodes)):
        node.decompose()

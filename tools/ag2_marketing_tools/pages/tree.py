"""The parsed tree: built within limits, and pruned without touching a node twice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ag2_marketing_tools.errors import FetchFailed

DEEPEST = 5_000
"""Open elements beyond which a document is refused. Browsers flatten at 512; the parser's time grows with the
square of the depth (0.5 s at 20,000 elements, over a minute at 200,000)."""
MOST_ELEMENTS = 100_000
"""Elements beyond which a document is refused: all further work grows with them (about 30 µs each)."""
MOST_ATTRIBUTES = 1_000
"""Attributes of one element beyond which a document is refused; the parser compares each with all others."""
_SURELY_SHALLOW = 50_000  # characters: too few for DEEPEST elements to matter
# HTML standard, 13.2.5.32 to 13.2.5.40; possessive throughout, so that it takes linear time
_ATTRIBUTE = r"(?>[\s/]++=?+[^\s/>=]*+(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>]++))?+)"
_START_TAG = re.compile(rf"<[a-zA-Z][^\s/>]*+{_ATTRIBUTE}{{0,{MOST_ATTRIBUTES}}}+(?P<more>{_ATTRIBUTE})?")
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
        FetchFailed: It has more elements, nesting or attributes than any page that is made for people.
    """
    if len(text) > _SURELY_SHALLOW and _nests_beyond(text, DEEPEST):
        raise _too_large(f"more than {DEEPEST} elements open within each other")
    if any(tag["more"] for tag in _START_TAG.finditer(text)):
        raise _too_large(f"an element with more than {MOST_ATTRIBUTES} attributes")
    tree = LexborHTMLParser(text)
    if len(tree.css("*")) > MOST_ELEMENTS:
        raise _too_large(f"more than {MOST_ELEMENTS} elements")
    return tree


def _too_large(what: str) -> FetchFailed:
    return FetchFailed(
        f"The page has {what}, so it was not read.",
        kind="too_large",
        remedy="Pages made for people have far fewer; check what builds it.",
    )


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

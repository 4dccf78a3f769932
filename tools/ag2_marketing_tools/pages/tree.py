"""The parsed tree: built within limits, and pruned without touching a node twice."""

from __future__ import annotations

from collections.abc import Iterable

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ag2_marketing_tools.errors import FetchFailed
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.pages.elements import Elements
from ag2_marketing_tools.pages.limits import MOST_PARTS, Growth, has_many_attributes

DEEPEST = 1_000
"""Open elements beyond which a document is refused. Browsers flatten at 512."""
MOST_ELEMENTS = 100_000
"""Elements beyond which a document is refused: all further work grows with them (about 30 µs each)."""


def parse_tree(text: str) -> LexborHTMLParser:
    """Return the tree of a document as the HTML standard builds it.

    Raises:
        FetchFailed: It has more elements, nesting or attributes than any page that is made for people.
    """
    return parse_elements(text).tree


def parse_elements(text: str) -> Elements:
    """Return the elements of a document in the tree that the HTML standard builds.

    Raises:
        FetchFailed: As `parse_tree`.
    """
    if has_many_attributes(text):
        raise _too_large(say("elements with many thousands of attributes"))
    growth, read, depth = Growth(text), 0, 0
    for _ in range(0 if growth.endless else MOST_PARTS):
        read = growth.next(read, depth)
        elements = _parsed(text[:read])
        if read == len(text):
            return elements
        depth = _depth(elements)
        if depth > DEEPEST:
            raise _too_large(say("more than {most} elements open within each other", most=str(DEEPEST)))
    raise _too_large(say("more start tags, or more formatting left open, than can be read"))


def _parsed(text: str) -> Elements:
    elements = Elements(LexborHTMLParser(text))
    if len(elements) > MOST_ELEMENTS:
        raise _too_large(say("more than {most} elements", most=str(MOST_ELEMENTS)))
    return elements


def _depth(elements: Elements) -> int:
    depth: dict[int, int] = {}
    for node in elements:
        above = node.parent
        depth[node.mem_id] = 1 + (depth.get(above.mem_id, 0) if above is not None else 0)
    return max(depth.values(), default=0)


def _too_large(what: str) -> FetchFailed:
    return FetchFailed(
        say("The page has {what}, so it was not read.", what=what),
        kind="too_large",
        remedy=say("Pages made for people have far fewer; check what builds it."),
    )


def ids_within(node: LexborNode) -> set[int]:
    """Return the ids of an element and of all elements in it."""
    return {node.mem_id, *(inner.mem_id for inner in node.css("*"))}


def remove(nodes: Iterable[LexborNode]) -> None:
    """Take nodes, given in document order, out of their tree; none of them may be used afterwards."""
    once = {
        node.mem_id: node for node in nodes
    }  # a list of selectors yields what several match several times
    for node in reversed(once.values()):  # what lies in another of them goes before it
        node.decompose()

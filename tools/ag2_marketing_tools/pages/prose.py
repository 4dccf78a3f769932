"""The text of a page: all that is seen, and the content without what surrounds it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ag2_marketing_tools.pages.boxes import Kind, Marks, marked_text, marks_of, read_boxes
from ag2_marketing_tools.pages.elements import tag_ids
from ag2_marketing_tools.pages.main_text import facts, kind_by_name, main_text

_NO_TEXT = (
    "script, style, noscript, template, noembed, noframes, iframe, object, canvas, audio, video, map, "
    "datalist, select"
)
_KINDS = {
    Kind.LINE: (
        "address, blockquote, br, dd, details, dt, figcaption, figure, h2, h3, h4, h5, h6, hr, legend, p, pre, "
        "summary, textarea"
    ),
    Kind.PLAIN: "center, div, dl, fieldset, li, ol, section, table, td, th, tr, ul",
    Kind.LINK: "a",
    Kind.HEADING: "h1",
    Kind.FORM: "form",
    Kind.MAIN: "main",
    Kind.ARTICLE: "article",
}
_MAY_SURROUND = frozenset(
    {Kind.LINE, Kind.PLAIN, Kind.FORM, Kind.SURROUNDING}
)  # blocks, so that no line is cut


def read_prose(tree: LexborHTMLParser) -> tuple[str, str]:
    """Return all visible text and the main text, one block a line, from a tree without hidden elements.

    The tree is used up: elements without text are taken out of it.
    """
    body = tree.body
    if body is None:
        return "", ""
    by_name = {identity: _marks()[kind] for identity, kind in _kinds_by_name(body)}
    lines, boxes = read_boxes(marked_text(body, _marks_by_tag(), by_name, _without_text()))
    visible = "\n".join(line.written for line in lines)
    return visible, main_text(lines, boxes) or visible


def _kinds_by_name(body: LexborNode) -> Iterator[tuple[int, Kind]]:
    """Yield the ids of blocks that their role, class or id tells what they are; a later one counts."""
    by_tag = _kinds_by_tag()
    for node in body.css("[role=main]"):
        yield node.mem_id, Kind.MAIN
    for node in body.css("[class], [id]"):
        if by_tag.get(node.tag_id) in _MAY_SURROUND:
            named = kind_by_name(f"{node.attrs.get('class')} {node.id}")
            if named is not None:
                yield node.mem_id, named
    for node in body.css(_surrounding_roles()):
        if by_tag.get(node.tag_id) in _MAY_SURROUND:
            yield node.mem_id, Kind.SURROUNDING


@cache
def _surrounding_roles() -> str:
    return ", ".join(f"[role={role}]" for role in facts().surrounding_roles)


@cache
def _kinds_by_tag() -> dict[int, Kind]:
    """Return what elements are by the parser's numbers of them: asking for their names takes longer."""
    names = _KINDS | {Kind.SURROUNDING: ", ".join(facts().surrounding_elements)}
    return {number: kind for kind, elements in names.items() for number in tag_ids(elements)}


@cache
def _marks() -> dict[Kind, Marks]:
    return {kind: marks_of(kind) for kind in Kind}


@cache
def _marks_by_tag() -> dict[int, Marks]:
    return {number: _marks()[kind] for number, kind in _kinds_by_tag().items()}


@cache
def _without_text() -> frozenset[int]:
    return tag_ids(_NO_TEXT)

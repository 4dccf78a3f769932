"""The text of a page: all that is seen, and the content without what surrounds it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from selectolax.lexbor import LexborNode

from ag2_marketing_tools.pages.boxes import Kind, mark, read_boxes
from ag2_marketing_tools.pages.elements import Elements, tag_ids
from ag2_marketing_tools.pages.hidden import Concealed, remove_hidden
from ag2_marketing_tools.pages.main_text import facts, kind_by_name, main_text
from ag2_marketing_tools.pages.tree import remove
from ag2_marketing_tools.text.clean import strip_invisible

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
# Blocks, so that no line is cut.
_MAY_SURROUND = (Kind.LINE, Kind.PLAIN, Kind.FORM, Kind.SURROUNDING)


def read_prose(elements: Elements, concealed: Concealed) -> tuple[str, str]:
    """Return all text that is seen and the main text, one block a line.

    The tree is used up: what is hidden, and what has no text, is taken out of it.
    """
    body = elements.tree.body
    if body is None:
        remove_hidden(concealed)
        return "", ""
    _mark(elements, body, concealed)
    remove_hidden(concealed)
    remove(node for node in elements.named(_NO_TEXT) if node.mem_id not in concealed.node_ids)
    lines, boxes = read_boxes(strip_invisible(body.text()))
    visible = "\n".join(line.written for line in lines)
    return visible, main_text(lines, boxes) or visible


def _mark(elements: Elements, body: LexborNode, concealed: Concealed) -> None:
    """Write marks around the parts of a page, except around what is hidden: its own would be seen."""
    hidden = {node.mem_id for node in concealed.roots}
    by_name = {node.mem_id: (node, kind) for node, kind in _kinds_by_name(elements, body)}
    apart = hidden | by_name.keys()
    for kind, tags in _tags_by_kind().items():
        mark([node for node in elements.named(tags) if node.mem_id not in apart], kind)
    for identity, (node, kind) in by_name.items():
        if identity not in hidden:
            mark([node], kind)


def _kinds_by_name(elements: Elements, body: LexborNode) -> Iterator[tuple[LexborNode, Kind]]:
    """Yield blocks that their role, class or id tells what they are; a later one counts."""
    for node in body.css("[role=main]"):
        if node.tag_id not in tag_ids(_NO_TEXT):
            yield node, Kind.MAIN
    for node, attributes in elements.described(_may_surround()):
        if attributes.get("role") in facts().surrounding_roles:
            yield node, Kind.SURROUNDING
        elif "class" in attributes or "id" in attributes:
            named = kind_by_name(f"{attributes.get('class')} {attributes.get('id')}")
            if named is not None:
                yield node, named


@cache
def _tags_by_kind() -> dict[Kind, str]:
    return _KINDS | {Kind.SURROUNDING: ", ".join(facts().surrounding_elements)}


@cache
def _may_surround() -> str:
    return ", ".join(_tags_by_kind()[kind] for kind in _MAY_SURROUND)

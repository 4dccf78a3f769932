"""Fields, buttons and frames that have no name for a screen reader.

By the sources of a name that need no layout: Accessible Name and Description Computation 1.2 (W3C, 2024),
section 4.3.2, and HTML Accessibility API Mappings 1.0, section 4.1.
"""

from __future__ import annotations

from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ag2_marketing_tools.pages.head import attribute, value_of
from ag2_marketing_tools.text.clean import clean

_CONTROLS = "input, select, textarea, button, iframe"
_LABELLED = "label input, label select, label textarea"
_NAMING = ("aria-label", "aria-labelledby", "title")
_NAMED_BY_BROWSER = frozenset({"submit", "reset"})  # unless their value says otherwise


def unnamed_controls(tree: LexborHTMLParser, hidden: frozenset[int]) -> Iterator[str]:
    """Yield each control without a name as `input name="…"`, hidden ones left out."""
    labels = {attribute(node, "for") for node in tree.css("label[for]")}
    wrapped = {node.mem_id for node in tree.css(_LABELLED)}
    for node in tree.css(_CONTROLS):
        attributes = node.attributes
        if node.mem_id in hidden or any(value_of(attributes, name) for name in _NAMING):
            continue
        identity = value_of(attributes, "id")
        labelled = node.mem_id in wrapped or (identity and identity in labels)
        if not labelled and not _names_itself(node):
            yield _shown(node)


def _names_itself(node: LexborNode) -> bool:
    tag, kind = node.tag, attribute(node, "type").lower()
    if tag == "button":
        pictures = (attribute(image, "alt") for image in node.css("img[alt]"))
        return bool(clean(node.text())) or any(pictures) or node.css_first("[aria-label]") is not None
    if tag == "iframe":
        size = {attribute(node, "width"), attribute(node, "height")}
        return bool({"0", "1"} & size)  # a counting pixel, which nobody reaches
    if tag != "input":
        return bool(attribute(node, "placeholder"))
    if kind == "image":
        return bool(attribute(node, "alt"))
    if kind == "button" or (kind in _NAMED_BY_BROWSER and "value" in node.attributes):
        return bool(attribute(node, "value"))
    return kind == "hidden" or kind in _NAMED_BY_BROWSER or bool(attribute(node, "placeholder"))


def _shown(node: LexborNode) -> str:
    for name in ("name", "id", "type", "src", "class"):
        value = attribute(node, name)
        if value:
            return f'{node.tag} {name}="{value[:80]}"'
    return str(node.tag)

"""Fields, buttons and frames that have no name for a screen reader.

By the sources of a name that need no layout: Accessible Name and Description Computation 1.2 (W3C, 2024),
section 4.3.2, and HTML Accessibility API Mappings 1.0, section 4.1.
"""

from __future__ import annotations

from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from ag2_marketing_tools.pages.elements import Attributes, Elements
from ag2_marketing_tools.pages.head import attribute, value_of
from ag2_marketing_tools.text.clean import clean

_CONTROLS = "input, select, textarea, button, iframe"
_LABELLED = "input, select, textarea"
_NAMING = frozenset({"aria-label", "aria-labelledby", "title"})
_NAMED_BY_BROWSER = frozenset({"submit", "reset"})  # unless their value says otherwise


def is_named(attributes: Attributes) -> bool:
    """Tell whether an element has a name of its own, whatever it holds."""
    return not _NAMING.isdisjoint(attributes) and any(value_of(attributes, name) for name in _NAMING)


def unnamed_controls(elements: Elements, hidden: frozenset[int]) -> Iterator[str]:
    """Yield each control without a name as `input name="…"`, hidden ones left out."""
    labels = elements.described("label")
    labelled_ids = {value_of(attributes, "for") for _, attributes in labels}
    wrapped = {node.mem_id for label, _ in labels for node in label.css(_LABELLED)}
    for node, attributes in elements.described(_CONTROLS):
        if node.mem_id in hidden or is_named(attributes):
            continue
        identity = value_of(attributes, "id")
        labelled = node.mem_id in wrapped or (identity and identity in labelled_ids)
        if not labelled and not _names_itself(node, attributes):
            yield _shown(node.tag, attributes)


def _names_itself(node: LexborNode, attributes: Attributes) -> bool:
    tag, kind = node.tag, value_of(attributes, "type").lower()
    if tag == "button":
        pictures = (attribute(image, "alt") for image in node.css("img[alt]"))
        return bool(clean(node.text())) or any(pictures) or node.css_first("[aria-label]") is not None
    if tag == "iframe":
        size = {value_of(attributes, "width"), value_of(attributes, "height")}
        return bool({"0", "1"} & size)  # a counting pixel, which nobody reaches
    if tag != "input":
        return bool(value_of(attributes, "placeholder"))
    if kind == "image":
        return bool(value_of(attributes, "alt"))
    if kind == "button" or (kind in _NAMED_BY_BROWSER and "value" in attributes):
        return bool(value_of(attributes, "value"))
    return kind == "hidden" or kind in _NAMED_BY_BROWSER or bool(value_of(attributes, "placeholder"))


def _shown(tag: str | None, attributes: Attributes) -> str:
    for name in ("name", "id", "type", "src", "class"):
        value = value_of(attributes, name)
        if value:
            return f'{tag} {name}="{value[:80]}"'
    return str(tag)

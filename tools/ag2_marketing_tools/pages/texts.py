"""The texts of single elements: all of it, or what a visitor sees of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from selectolax.lexbor import LexborNode

from ag2_marketing_tools.pages.elements import Elements
from ag2_marketing_tools.pages.hidden import Concealed
from ag2_marketing_tools.text.clean import clean

_CODE = frozenset({"script", "style"})


class Texts:
    """The texts of a tree's elements, without the code of scripts and styles in them.

    Most elements hold neither code nor anything hidden, so that the parser gives their text at once.
    """

    def __init__(self, elements: Elements, concealed: Concealed) -> None:
        self.hidden = concealed.unseen_ids
        self._holding_hidden = _ids_around(concealed.roots)
        self._holding_code = _ids_around(elements.named("script, style"))

    def seen(self, node: LexborNode) -> str:
        """Return the text without what is hidden in it; of a hidden element all of its text."""
        identity = node.mem_id
        if identity not in self._holding_hidden or identity in self.hidden:
            return self.whole(node)
        return _joined(part for part, parent in _read_parts(node) if parent.mem_id not in self.hidden)

    def whole(self, node: LexborNode) -> str:
        """Return the text, hidden or not."""
        if node.child is None:
            return ""
        if node.mem_id not in self._holding_code:
            return clean(node.text(separator=" "))
        return _joined(part for part, _ in _read_parts(node))


def _ids_around(nodes: Iterable[LexborNode]) -> set[int]:
    """Return the ids of all elements that one of the nodes lies in."""
    found: set[int] = set()
    for node in nodes:
        parent = node.parent
        while parent is not None and parent.mem_id not in found:
            found.add(parent.mem_id)
            parent = parent.parent
    return found


def _read_parts(node: LexborNode) -> Iterator[tuple[LexborNode, LexborNode]]:
    """Yield the texts in an element that are no code, each with the element that it stands in."""
    for part in node.traverse(include_text=True):
        parent = part.parent
        if part.is_text_node and parent is not None and parent.tag not in _CODE:
            yield part, parent


def _joined(parts: Iterable[LexborNode]) -> str:
    return clean(" ".join(part.text_content or "" for part in parts))

"""The elements of a page by their tags: one walk through the tree, where each question would take another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import chain, islice

from selectolax.lexbor import LexborHTMLParser, LexborNode

Attributes = Mapping[str, str | None]


class Elements:
    """What a tree holds when it is made; once something was taken out of the tree, nothing is to be asked here.

    Attributes:
        tree: The tree.
    """

    def __init__(self, tree: LexborHTMLParser) -> None:
        self.tree = tree
        self._nodes = tree.css("*")
        self._places: defaultdict[int, list[int]] = defaultdict(list)
        self._attributes: dict[int, Attributes] = {}
        for place, node in enumerate(self._nodes):
            self._places[node.tag_id].append(place)

    def __len__(self) -> int:
        return len(self._nodes)

    def __iter__(self) -> Iterator[LexborNode]:
        return iter(self._nodes)

    def named(self, tags: str) -> list[LexborNode]:
        """Return the elements of these tags, such as `h1, h2`, in document order."""
        return [self._nodes[place] for place in self._found(tags)]

    def described(self, tags: str) -> list[tuple[LexborNode, Attributes]]:
        """Return what `named` does, each with its attributes, which are read once."""
        nodes, known = self._nodes, self._attributes
        found: list[tuple[LexborNode, Attributes]] = []
        for place in self._found(tags):
            node, attributes = nodes[place], known.get(place)
            if attributes is None:
                attributes = known[place] = node.attributes
            found.append((node, attributes))
        return found

    def ids_before_body(self) -> set[int]:
        """Return the ids of `<html>`, `<head>` and all in it; without a body, of all elements."""
        body = self._found("body")
        return {node.mem_id for node in islice(self._nodes, body[0] if body else None)}

    def _found(self, tags: str) -> list[int]:
        found = [self._places[tag] for tag in tag_ids(tags) if tag in self._places]
        return found[0] if len(found) == 1 else sorted(chain.from_iterable(found))


@cache
def tag_ids(names: str) -> frozenset[int]:
    """Return the parser's numbers of the elements in a list such as `h1, h2`: asking for names takes longer."""
    tree = LexborHTMLParser("")
    return frozenset(tree.create_node(name).tag_id for name in names.split(", "))

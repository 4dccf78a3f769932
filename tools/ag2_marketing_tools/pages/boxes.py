"""The text of a page as lines, and the boxes of the page that they lie in.

Marks in the text say where boxes and links begin and end, so that one look at the text tells both. They are
separators of ASCII, white space that no page uses; one that writes them all the same blurs its own boxes, no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from selectolax.lexbor import LexborNode

_MARK, _LINK, _LINK_END = "\x1c", "\x1e", "\x1f"
_ENDS = "E"
"""What stands in place of a kind's letter where a part ends."""


class Kind(StrEnum):
    """What a part of the page is, each with the letter that stands for it in a mark."""

    PLAIN = "P"
    MAIN = "M"
    ARTICLE = "A"
    HEADING = "H"
    SURROUNDING = "S"
    NAMED = "N"
    FORM = "F"
    LINK = "L"
    LINE = "B"


_BREAKS = str(Kind.LINE)
_BREAK = f"{_MARK}{_BREAKS}"
# In UTF-8, as the parser takes it.
_AROUND = {
    **{kind: (f"{_MARK}{kind}".encode(), f"{_MARK}{_ENDS}".encode()) for kind in Kind},
    Kind.LINK: (_LINK.encode(), _LINK_END.encode()),
    Kind.LINE: (_BREAK.encode(), _BREAK.encode()),
}
_KINDS: dict[str, Kind] = {str(kind): kind for kind in Kind}
_HEADINGS = (Kind.MAIN, Kind.HEADING)


class Line(NamedTuple):
    """One block of text.

    Attributes:
        text: It, with white space folded.
        linked: How many of its characters are links.
        written: It with the line breaks of the source, which a browser shows as spaces.
    """

    text: str
    linked: int
    written: str


@dataclass(slots=True)
class Box:
    """Part of a page: its lines from `first` to before `end`, and whether its main heading or `<main>` lies in it."""

    kind: Kind
    first: int
    end: int = 0
    holds_heading: bool = False


def mark(nodes: Iterable[LexborNode], kind: Kind) -> None:
    """Write the marks of a kind around elements; they stay in the tree."""
    before, after = _AROUND[kind]
    for node in nodes:
        node.insert_before(before)
        node.insert_after(after)


def read_boxes(marked: str) -> tuple[list[Line], list[Box]]:
    """Return the lines of a marked text that are not empty, and the boxes around them, outer ones first."""
    lines: list[Line] = []
    boxes: list[Box] = []
    opened: list[Box] = []
    in_link = False
    block, *rest = f"{marked}{_BREAK}".split(_MARK)
    for piece in rest:
        letter = piece[:1]
        if letter != _ENDS and letter not in _KINDS:  # the page wrote the separator itself: white space
            block = f"{block} {piece}"
            continue
        text, linked = block, len(block) if in_link else 0
        if _LINK in block or _LINK_END in block:
            text, linked, in_link = _without_links(block, in_link=in_link)
        if text and not text.isspace():
            lines.append(_line(text.strip(), linked))
        block = piece[1:]
        if letter == _ENDS:
            if opened:
                opened.pop().end = len(lines)
        elif letter != _BREAKS:
            box = Box(_KINDS[letter], len(lines))
            boxes.append(box)
            opened.append(box)
            if box.kind in _HEADINGS:
                _hold_heading(opened)
    for box in opened:
        box.end = len(lines)
    return lines, boxes


def _without_links(block: str, *, in_link: bool) -> tuple[str, int, bool]:
    """Return a block without the marks of links, how many of its characters are links, and whether one goes on."""
    linked = 0
    for at, piece in enumerate(block.split(_LINK)):
        inside, end, _ = piece.partition(_LINK_END)
        if in_link or at:
            linked += len(inside)
            in_link = not end
    return block.replace(_LINK, "").replace(_LINK_END, ""), linked, in_link


def _line(block: str, linked: int) -> Line:
    text = " ".join(block.split())
    if "\n" not in block:
        return Line(text, linked, text)
    folded = (" ".join(line.split()) for line in block.split("\n"))
    return Line(text, linked, "\n".join(line for line in folded if line))


def _hold_heading(opened: Sequence[Box]) -> None:
    for box in reversed(opened):
        if box.holds_heading:
            break
        box.holds_heading = True

"""The text of a page as lines, and the boxes of the page that they lie in.

Marks in the text say where boxes and links begin and end, so that one look at the text tells both. They are
separators of ASCII, white space that no page uses; one that writes them all the same blurs its own boxes, no more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from selectolax.lexbor import LexborNode

from ag2_marketing_tools.text.clean import strip_invisible

_BEGIN, _END, _LINK, _LINK_END = "\x1c", "\x1d", "\x1e", "\x1f"


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


_BREAK = f"{_BEGIN}{Kind.LINE}"
_AROUND = {
    **{kind: (f"{_BEGIN}{kind}", _END) for kind in Kind},
    Kind.LINK: (_LINK, _LINK_END),
    Kind.LINE: (_BREAK, _BREAK),
}
_KINDS = {f"{_BEGIN}{kind}": kind for kind in Kind}
_LINKS = (_LINK, _LINK_END)
_HEADINGS = (Kind.MAIN, Kind.HEADING)
_MARK = re.compile(rf"({_BEGIN}[{''.join(Kind)}]|[{_END}{_LINK}{_LINK_END}])")


@dataclass(frozen=True, slots=True)
class Line:
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


def marked_text(body: LexborNode, by_tag: Mapping[int, Kind], by_name: Mapping[int, Kind]) -> str:
    """Return the text of a page with marks around its parts; the marks stay in the tree.

    Args:
        body: The page.
        by_tag: What elements are, by the parser's number of their tag.
        by_name: What single elements are instead, by their id in the tree.
    """
    for node in body.css("*"):
        kind = by_tag.get(node.tag_id)
        if by_name and node.mem_id in by_name:
            kind = by_name[node.mem_id]
        if kind is not None:
            before, after = _AROUND[kind]
            node.insert_before(before)
            node.insert_after(after)
    return strip_invisible(body.text())


def read_boxes(marked: str) -> tuple[list[Line], list[Box]]:
    """Return the lines of a marked text that are not empty, and the boxes around them, outer ones first."""
    lines: list[Line] = []
    boxes: list[Box] = []
    opened: list[Box] = []
    for block, linked, mark in _blocks(marked):
        if block:
            lines.append(_line(block, linked))
        if mark == _END:
            if opened:
                opened.pop().end = len(lines)
        elif mark != _BREAK:
            boxes.append(Box(_KINDS[mark], len(lines)))
            opened.append(boxes[-1])
            if boxes[-1].kind in _HEADINGS:
                _hold_heading(opened)
    for box in opened:
        box.end = len(lines)
    return lines, boxes


def _blocks(marked: str) -> Iterator[tuple[str, int, str]]:
    """Yield the text up to each mark of a block, how many of its characters are links, and the mark."""
    parts: list[str] = []
    linked, in_link = 0, False
    pieces = [*_MARK.split(marked), _BREAK]
    for text, mark in zip(pieces[::2], pieces[1::2], strict=True):
        parts.append(text)
        if in_link:
            linked += len(text)
        if mark in _LINKS:
            in_link = mark == _LINK
            continue
        yield "".join(parts).strip(), linked, mark
        parts, linked = [], 0


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

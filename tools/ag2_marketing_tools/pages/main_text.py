"""The main text of a page: its content, without what surrounds it.

The page is read as lines. Each knows how much of it is links, and which boxes of the page it lies in: then content is
told from its surroundings by what elements mean, by what authors call them, by where the prose stands (Kohlschütter,
Fankhauser and Nejdl 2010, Boilerplate detection using shallow text features, WSDM) and by what is nothing but links.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from itertools import accumulate, groupby
from operator import itemgetter

from pydantic import BaseModel, ConfigDict

from ag2_marketing_tools.pages.boxes import Box, Kind, Line

_LONGEST_NAME = 300  # characters of class and id that are looked at
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_WIDE = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uf900-\ufaff]")


class _Facts(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    surrounding_elements: list[str]
    surrounding_roles: list[str]
    name_parts: list[str]
    name_words: list[str]
    content_names: list[str]
    largest_named: float
    largest_form: float
    largest_surrounding: float
    least_of_content: float
    least_text_of_content: float
    least_of_box: float
    least_text_of_box: float
    shortest_prose: int
    largest_linked: float
    letters_per_wide: int
    least_prose: float
    shortest_link_list: int
    linked_line: float
    longest_link: int
    shortest_between: int
    linked_box: float
    shortest_text: int


@cache
def facts() -> _Facts:
    """Return what the data file says."""
    text = files("ag2_marketing_tools.pages").joinpath("data", "main_text.toml").read_text("utf-8")
    return _Facts.model_validate(tomllib.loads(text))


def main_text(lines: Sequence[Line], boxes: Sequence[Box]) -> str:
    """Return the lines that are content; empty where all of them surround it.

    A page that would have hardly any without its lists of links is a list of links: then they are its content.
    """
    kept = _without_surroundings(lines, boxes)
    first, end = _content(kept, boxes)
    found = "\n".join(_without_link_lists([line for line in kept[first:end] if line]))
    if _letters(found) >= facts().shortest_text:
        return found
    return "\n".join(line.text for line in _without_surroundings(lines, boxes, link_lists=False) if line)


def _without_surroundings(
    lines: Sequence[Line], boxes: Sequence[Box], *, link_lists: bool = True
) -> list[Line | None]:
    """Return the lines with None in place of those that lie in what surrounds the content."""
    kept: list[Line | None] = list(lines)
    size = [0, *accumulate(len(line.text) for line in lines)]
    linked = [0, *accumulate(line.linked for line in lines)]
    largest = {
        Kind.NAMED: facts().largest_named,
        Kind.FORM: facts().largest_form,
        Kind.SURROUNDING: facts().largest_surrounding,
    }
    dropped = 0  # where the last dropped box ends: those within it need no look
    for box in boxes:
        characters, links = size[box.end] - size[box.first], linked[box.end] - linked[box.first]
        share = largest.get(box.kind)
        if share is None and link_lists and links > facts().linked_box * characters:
            share = facts().largest_named
        if (
            share is not None
            and box.end > dropped
            and not box.holds_heading
            and characters < share * size[-1]
        ):
            kept[box.first : box.end] = [None] * (box.end - box.first)
            dropped = box.end
    return kept


def _content(kept: Sequence[Line | None], boxes: Sequence[Box]) -> tuple[int, int]:
    """Return where the smallest box that holds the prose begins and ends; all, where little of the text is prose."""
    text = [0, *accumulate(len(line.text) if line else 0 for line in kept)]
    prose = [0, *accumulate(len(line.text) if line and _is_prose(line) else 0 for line in kept)]
    found = (0, len(kept))
    if prose[-1] < facts().least_prose * text[-1]:
        return found
    for box in boxes:
        of_prose, of_text = prose[box.end] - prose[box.first], text[box.end] - text[box.first]
        least_of_prose, least_of_text = _least_held(box)
        holds_it = of_prose >= least_of_prose * prose[-1] and of_text >= least_of_text * text[-1]
        if holds_it and box.end - box.first < found[1] - found[0]:
            found = (box.first, box.end)
    return found


def _least_held(box: Box) -> tuple[float, float]:
    """Return the shares of prose and of text that a box must hold to be the content."""
    if box.kind in {Kind.MAIN, Kind.ARTICLE}:
        return facts().least_of_content, facts().least_text_of_content
    return facts().least_of_box, facts().least_text_of_box


def _is_prose(line: Line) -> bool:
    if line.linked >= facts().largest_linked * len(line.text):
        return False
    return _letters(line.text) - line.linked >= facts().shortest_prose


def _letters(text: str) -> int:
    """Return how many letters a text has; one of a script without spaces says as much as several."""
    wide = 0 if text.isascii() else len(_WIDE.findall(text))
    return len(text) + (facts().letters_per_wide - 1) * wide


def _without_link_lists(lines: Sequence[Line]) -> Iterator[str]:
    links = [_is_link(line) for line in lines]
    listed = [
        link or (following and len(line.text) < facts().shortest_between)
        for line, link, following in zip(lines, links, [*links[1:], False], strict=False)
    ]
    for in_list, run in groupby(zip(listed, links, lines, strict=True), key=itemgetter(0)):
        items = list(run)
        if not in_list or sum(link for _, link, _ in items) < facts().shortest_link_list:
            yield from (line.text for _, _, line in items)


def _is_link(line: Line) -> bool:
    return len(line.text) < facts().longest_link and line.linked > facts().linked_line * len(line.text)


@lru_cache(maxsize=4_096)  # most elements of a page share their class with others
def kind_by_name(name: str) -> Kind | None:
    """Return what a block is by its class and id: by such names authors call what surrounds or holds the content."""
    words = _HUMP.sub("-", name[:_LONGEST_NAME]).lower()
    content, surrounding = _name_patterns()
    if content.search(words):
        return Kind.ARTICLE
    return Kind.NAMED if surrounding.search(words) else None


@cache
def _name_patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    parts, words = "|".join(facts().name_parts), "|".join(facts().name_words)
    return (
        re.compile("|".join(facts().content_names).replace("-?", "[-_]?")),
        re.compile(rf"(?:{parts})|(?<![a-z])(?:{words})(?![a-z])"),
    )

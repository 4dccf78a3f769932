"""A page's content cut at its headings: which headings belong to the content, and what stands below each."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from ag2_marketing_tools.pages.model import Heading, Page
from ag2_marketing_tools.text.clean import clean

_KNOWN_SHARE_LEAST = 0.5  # below this share of known lines, the lines of both texts are cut differently
_LIST_MARK = "- "


@dataclass(frozen=True)
class Section:
    """A heading and the lines below it; before the first heading the level is 0 and the heading empty."""

    level: int
    heading: str
    lines: tuple[str, ...]


def content_sections(page: Page, *, main_only: bool) -> list[Section]:
    """Return the sections of the text that is read, in order.

    Headings of sidebars, menus and footers are left out where the page has a main text: neither they nor
    anything below them stands in it.

    Args:
        page: The page.
        main_only: Whether the main text is what is read; else all visible text is.
    """
    sections = _sections(page)
    if not main_only:
        return sections
    main = {_plain(line) for line in page.main_text.splitlines()}
    seen = {line for section in sections for line in (section.heading, *section.lines)}
    if len(main & seen) < _KNOWN_SHARE_LEAST * len(main):
        return sections
    kept = (
        Section(section.level, section.heading, tuple(line for line in section.lines if line in main))
        for section in sections
    )
    return [section for section in kept if section.lines or section.heading in main]


def _sections(page: Page) -> list[Section]:
    lines = [_plain(line) for line in page.visible_text.splitlines()]
    starts = _starts([h for h in page.headings if not h.hidden], lines)
    bounds = [(0, None), *starts] if not starts or starts[0][0] else starts
    found = []
    for (start, heading), following in zip(bounds, [*bounds[1:], (len(lines), None)], strict=True):
        body = lines[start + (heading is not None) : following[0]]
        level, text = (heading.level, clean(heading.text)) if heading else (0, "")
        found.append(Section(level, text, tuple(line for line in body if line)))
    return [section for section in found if section.heading or section.lines]


def _starts(headings: Sequence[Heading], lines: Sequence[str]) -> list[tuple[int, Heading | None]]:
    """Return where each heading stands among the lines; one that cannot be found starts no section."""
    places: dict[str, list[int]] = {}
    for number, line in enumerate(lines):
        places.setdefault(line, []).append(number)
    starts: list[tuple[int, Heading | None]] = []
    after = 0
    for heading in headings:
        at = places.get(clean(heading.text), [])
        following = bisect_left(at, after)
        if heading.text and following < len(at):
            starts.append((at[following], heading))
            after = at[following] + 1
    return starts


def _plain(line: str) -> str:
    return clean(line).removeprefix(_LIST_MARK)

"""How a figure shows where it comes from: a button, and a note with tool, place, value and time.

The note opens on hover and focus by style, and on a press or tap as a popover, so that it needs no script; from it a
link leads to the evidence, and from there one leads back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

LONGEST_RECORDED = 90
# A run of characters that holds a digit, without the quotation marks and brackets around it.
_WITH_DIGIT = re.compile(r"[^\s\"“”„‘’«»()\[\]{}<>]*\d[^\s\"“”„‘’«»()\[\]{}<>]*")
_PUNCTUATION = ".,;:!?…"
# `h1`, `HTTP/1.1`, `TLSv1.3`, `h1.multiple`, `initial-scale=1`, addresses: names and settings, no figures.
_NAME = re.compile(
    r"[A-Za-z][A-Za-z_-]*/?\d{1,2}(?:\.\d)?|[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)+|[A-Za-z][\w-]*=\S*|https?://\S+"
)


@dataclass
class Shown:
    """A value that a report shows: as it was recorded, and the ids of the figures that show it."""

    value: Any
    figures: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Source:
    """Where a figure comes from, in words."""

    evidence_id: str
    path: str
    tool: str
    time: str
    recorded: str
    link_words: str

    @property
    def anchor(self) -> str:
        """The id of the row that shows the value."""
        return anchor(self.evidence_id, self.path)


_FIGURE = Markup(
    '<span class="f" id="f{number}"><button type="button" popovertarget="s{number}">{shown}</button>'
    '<span class="src" id="s{number}" popover><b>{tool}</b> <code>{path}</code><span>{recorded}</span>'
    '<span>{time}</span><a href="#{anchor}">{link_words}</a></span></span>'
)


def figure(shown: str, source: Source, number: int) -> Markup:
    """Return a figure with its note."""
    return _FIGURE.format(
        number=number, shown=shown, tool=source.tool, path=source.path, recorded=f"= {source.recorded}",
        time=source.time, anchor=source.anchor, link_words=source.link_words,
    )  # fmt: skip


def pieces(text: str) -> Iterator[tuple[str, bool]]:
    """Yield a text in pieces, and of each whether it is a figure of its own: the numbers and what is grown to them."""
    at = 0
    for found in _WITH_DIGIT.finditer(text):
        token = found.group().rstrip(_PUNCTUATION)
        if _NAME.fullmatch(token) or not any(character.isdigit() for character in token):
            continue
        yield text[at : found.start()], False
        yield token, True
        at = found.start() + len(token)
    yield text[at:], False


def has_figure(text: str) -> bool:
    """Tell whether a text holds a number."""
    return any(is_figure for _, is_figure in pieces(text))


def anchor(evidence_id: str, path: str) -> str:
    """Return the id of the row that shows a value of the evidence."""
    return evidence_id + quote(path, safe="/~")

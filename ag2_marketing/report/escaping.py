"""Text of strangers (pages, models, vendors) in Markdown and on a terminal: it stays text."""

from __future__ import annotations

import re
import unicodedata

_SPECIAL = re.compile(r"[\\`*_\[\]<>|~&$]")
_INLINE_ONLY = re.compile(r"[\\\[\]<>|&$]")
_SCHEME = re.compile(r":(?=//)")
_WWW = re.compile(r"\b(www)\.", re.IGNORECASE)
_BLOCK_START = re.compile(r"(?m)^([ \t]*)(#|=|-{2,}|\*{3,}|_{3,}|~{3,}|`{3,})")


def markdown_text(text: str) -> str:
    """Return a text as Markdown that reads as that text: one line, without markup, links, images or HTML.

    Addresses are broken up too, because GitHub's dialect makes links of bare ones.
    """
    return _without_autolinks(_SPECIAL.sub(r"\\\g<0>", " ".join(text.split())))


def markdown_prose(text: str) -> str:
    """Return Markdown in which paragraphs, lists, emphasis and code survive, and nothing else does."""
    return _without_autolinks(_BLOCK_START.sub(r"\1\\\2", _INLINE_ONLY.sub(r"\\\g<0>", text)))


def _without_autolinks(text: str) -> str:
    return _WWW.sub(r"\1\\.", _SCHEME.sub(r"\\:", text)).replace("@", "&#64;")


def one_line(text: object) -> str:
    """Return a text for one line of a terminal: no control characters (a page could steer the terminal)."""
    kept = "".join(c if unicodedata.category(c) not in {"Cc", "Cf", "Cs"} else " " for c in str(text))
    return " ".join(kept.split())

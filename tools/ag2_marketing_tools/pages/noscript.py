"""`<noscript>` in `<head>`, as a browser that runs scripts reads it: not at all.

The parser runs no scripts. To it an image, a frame or a text in such an element ends `<head>` there and then (HTML
standard, 13.2.6.4.5), and all that follows lies in `<body>`: so do crawlers that run no scripts read the page.
"""

from __future__ import annotations

import re

_END_OF_HEAD = re.compile(r"</head\s*>|<body[\s>]", re.IGNORECASE)
_NOSCRIPT = re.compile(
    r"<noscript(?:\s[^>]*+)?>((?:(?!</?noscript|<!--|-->).)*+)</noscript\s*+>", re.IGNORECASE | re.DOTALL
)
_TAGS = re.compile(r"<(?:script|meta)\b", re.IGNORECASE)
_BELONGS_THERE = re.compile(r"<(?:link|meta)\b[^>]*+>|<style\b[^>]*+>[^<]*+</style\s*+>|\s++", re.IGNORECASE)


def head_of(text: str) -> str:
    """Return the document up to where it ends its `<head>` itself; empty where it does not say so."""
    end = _END_OF_HEAD.search(text)
    return text[: end.start()] if end else ""


def without_closing_noscript(text: str) -> str:
    """Return the document without each `<noscript>` that would close its `<head>`.

    >>> without_closing_noscript("<head><noscript><img src=pixel></noscript><title>Care</title></head>")
    '<head><title>Care</title></head>'
    """
    head = head_of(text)
    if "<noscript" not in head.lower():
        return text
    return _NOSCRIPT.sub(lambda found: "" if _closes_head(found[1]) else found[0], head) + text[len(head) :]


def tags_alike(document: str, text: str) -> bool:
    """Tell whether a document has all `<script>` and `<meta>` that the text has from which it was made."""
    return document == text or len(_TAGS.findall(head_of(document))) == len(_TAGS.findall(head_of(text)))


def _closes_head(content: str) -> bool:
    return bool(_BELONGS_THERE.sub("", content))

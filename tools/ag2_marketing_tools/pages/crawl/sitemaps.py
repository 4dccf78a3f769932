"""What a sitemap lists, by the sitemaps.org protocol 0.9 (2008), however badly it is written.

XML is read in pieces and with its faults mended; a document type, and with it every entity of its own making,
is refused. One bad entry costs that entry alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from lxml import etree  # type: ignore[import-untyped]

_PIECE_BYTES = 65_536
_LONGEST_ADDRESS = 2_048  # sitemaps.org: fewer than 2,048 characters
_BARE_AMPERSAND = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6});)")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
_LISTED_IN: dict[str, Literal["page", "sitemap"]] = {"url": "page", "sitemap": "sitemap"}


class NotASitemap(Exception):
    """The document is no sitemap, or one that is not read; its text says why."""


@dataclass(frozen=True)
class Entry:
    """One address that a sitemap lists: a page, or, in an index, a further sitemap."""

    kind: Literal["page", "sitemap"]
    url: str


def entries_of(content: bytes) -> Iterator[Entry]:
    """Yield what a sitemap lists, XML or plain text, already decompressed.

    Raises:
        NotASitemap: The document is something else, or holds a document type.
    """
    if content.startswith(_UTF_16) or content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        yield from _of_xml(content)
    else:
        yield from _of_text(content)


def _of_text(content: bytes) -> Iterator[Entry]:
    found = False
    for line in content.decode("utf-8-sig", "replace").splitlines():
        entry = _entry("page", line)
        if entry is not None:
            found = True
            yield entry
    if not found:
        raise NotASitemap("It is no XML and lists no address.")


def _of_xml(content: bytes) -> Iterator[Entry]:
    parser = etree.XMLPullParser(
        events=("start", "end"),
        recover=True,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    root: str | None = None
    for element, ended in _events(parser, content):
        name = _local_name(element)
        if root is None:
            root = _checked_root(element, name)
        if ended and name == "loc":
            entry = _located(element)
            if entry is not None:
                yield entry
        elif ended and name in _LISTED_IN:
            _drop(element)
    if root is None:
        raise NotASitemap("It is no XML.")


def _events(parser: Any, content: bytes) -> Iterator[tuple[Any, bool]]:
    for start in range(0, len(content), _PIECE_BYTES):
        piece = content[start : start + _PIECE_BYTES]
        try:
            parser.feed(piece)
        except etree.XMLSyntaxError:
            break  # beyond mending; what came before it stands
        for event, element in parser.read_events():
            yield element, event == "end"


def _checked_root(element: Any, name: str) -> str:
    if element.getroottree().docinfo.doctype:
        raise NotASitemap("It holds a document type, which no sitemap needs.")
    if name not in {"urlset", "sitemapindex"}:
        raise NotASitemap(f"It is a document of the kind {name[:40]!r}, no sitemap.")
    return name


def _local_name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def _located(element: Any) -> Entry | None:
    parent = element.getparent()
    kind = _LISTED_IN.get(_local_name(parent)) if parent is not None else None
    if kind is None or len(element):  # an image's address, or text with an entity that is not known
        return None
    return _entry(kind, element.text or "")


def _entry(kind: Literal["page", "sitemap"], text: str) -> Entry | None:
    url = text.strip()
    is_address = url.lower().startswith(("http://", "https://")) and len(url) < _LONGEST_ADDRESS
    return Entry(kind, url) if is_address and not re.search(r"[\x00-\x20\x7f]", url) else None


def _drop(element: Any) -> None:
    """Let go of what was read, so that memory does not grow with the document."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def mended(content: bytes) -> bytes:
    """Return the document with ampersands that begin no character reference written as `&amp;`.

    It is the commonest fault of sitemaps, and leaves no entity to expand.
    """
    return content if content.startswith(_UTF_16) else _BARE_AMPERSAND.sub(b"&amp;", content)

"""Sitemaps: what they list, and what keeps crawlers from reading them.

By the protocol of sitemaps.org (0.9): XML or one address a line, 50,000 addresses and 50 MB uncompressed at
most, addresses complete and of the sitemap's own host. Document types are refused: no sitemap needs one, and
they are the carrier of entity attacks.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from functools import cached_property
from typing import Literal
from urllib.parse import urlsplit
from xml.etree import ElementTree

from ag2_marketing_tools.pages.urls import canonical_form

LARGEST_BYTES = 52_428_800
_GZIP = b"\x1f\x8b"
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")

Kind = Literal["urlset", "sitemapindex", "text"]


@dataclass(frozen=True)
class Sitemap:
    """What a sitemap says.

    Attributes:
        kind: A list of pages, a list of sitemaps, or a text file; None where it cannot be read.
        addresses: What it lists, as written.
        error: Why it cannot be read.
    """

    kind: Kind | None = None
    addresses: tuple[str, ...] = ()
    error: str | None = None

    @cached_property
    def listed(self) -> frozenset[str]:
        """The pages that it lists, in canonical form."""
        if self.kind == "sitemapindex":
            return frozenset()
        return frozenset(canonical_form(one) for one in self.addresses if is_complete(one))


def is_complete(address: str) -> bool:
    """Tell whether an address has scheme and host."""
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme.lower() in {"http", "https"} and bool(parts.hostname)


def read_sitemap(content: bytes, url: str) -> Sitemap:
    """Return what a sitemap says; gzip is unpacked up to the protocol's limit."""
    try:
        document = _unpacked(content)
    except zlib.error:
        return Sitemap(error="the compressed file is damaged")
    if len(document) > LARGEST_BYTES:
        return Sitemap(error="it is larger than 50 MB")
    if urlsplit(url).path.lower().endswith(".txt"):
        lines = document.decode("utf-8", "replace").removeprefix("\ufeff").split()
        return Sitemap("text", tuple(lines))
    if document.startswith(_UTF_16):
        return Sitemap(error="it is not in UTF-8")
    if _DOCTYPE.search(document):
        return Sitemap(error="it has a document type, so it is no sitemap")
    return _of_xml(document)


def _of_xml(document: bytes) -> Sitemap:
    try:
        root = ElementTree.fromstring(document.lstrip())  # noqa: S314 (document types were refused)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        return Sitemap(error=f"it is no XML: {error}")
    name = _local(root.tag)
    if name == "urlset":
        return Sitemap("urlset", _addresses(root, "url"))
    if name == "sitemapindex":
        return Sitemap("sitemapindex", _addresses(root, "sitemap"))
    return Sitemap(error=f"its root is <{name[:40]}>, not <urlset> or <sitemapindex>")


def _unpacked(content: bytes) -> bytes:
    if not content.startswith(_GZIP):
        return content
    return zlib.decompressobj(31).decompress(content, LARGEST_BYTES + 1)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _addresses(root: ElementTree.Element, entry: str) -> tuple[str, ...]:
    entries = (one for one in root if _local(one.tag) == entry)
    found = (part.text or "" for one in entries for part in one if _local(part.tag) == "loc")
    return tuple(address.strip() for address in found)

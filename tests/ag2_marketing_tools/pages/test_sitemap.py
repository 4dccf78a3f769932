from __future__ import annotations

import gzip

import pytest

from ag2_marketing_tools.pages.sitemap import read_sitemap

URL = "https://care.example/sitemap.xml"


def test_a_sitemap_lists_its_pages_in_canonical_form() -> None:
    found = read_sitemap(b"<urlset><url><loc>HTTPS://Care.example:443/a#b</loc></url></urlset>", URL)
    assert found.listed == {"https://care.example/a"}


def test_an_index_lists_no_pages() -> None:
    found = read_sitemap(
        b"<sitemapindex><sitemap><loc>https://care.example/a.xml</loc></sitemap></sitemapindex>", URL
    )
    assert (found.kind, found.addresses, found.listed) == (
        "sitemapindex",
        ("https://care.example/a.xml",),
        frozenset(),
    )


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "no XML"),
        (b"<urlset>", "no XML"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><urlset/>", "document type"),
        ("<urlset/>".encode("utf-16"), "UTF-8"),
        (gzip.compress(b" " * 52_428_801), "50 MB"),
        (b"\x1f\x8bxxxx", "damaged"),
        (b'<?xml version="1.0" encoding="klingon"?><urlset/>', "no XML"),
    ],
)
def test_what_is_no_sitemap_says_why(content: bytes, why: str) -> None:
    found = read_sitemap(content, URL)
    assert found.kind is None
    assert why in (found.error or "")


def test_addresses_that_are_none_are_kept_apart() -> None:
    found = read_sitemap(b"<urlset><url><loc>http://[</loc></url><url><loc>/a</loc></url></urlset>", URL)
    assert (len(found.addresses), found.listed) == (2, frozenset())

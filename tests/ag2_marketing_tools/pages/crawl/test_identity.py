from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ag2_marketing_tools.pages.crawl.identity import Traps, in_scope, is_file, key_of, plain


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("http://Example.com:80", "http://example.com/"),
        ("HTTPS://example.com:443/A?b#c", "https://example.com/A?b"),
        ("https://example.com:8443/", "https://example.com:8443/"),
        ("https://example.com/?utm_source=a&UTM_Medium=b&x=1&fbclid=2", "https://example.com/?x=1"),
        ("https://example.com/?gclid=1", "https://example.com/"),
        ("https://example.com/?%75tm_source=a&x=%20", "https://example.com/?x=%20"),
        ("https://example.com/a;jsessionid=0A1B?x=1", "https://example.com/a?x=1"),
        ("https://example.com/a;v=1/b", "https://example.com/a;v=1/b"),
        ("https://example.com/?sid=0123456789abcdef0123", "https://example.com/"),
        ("https://example.com/?sid=12&s=care", "https://example.com/?sid=12&s=care"),
        ("https://example.com//a//b", "https://example.com//a//b"),
        ("https://example.com/?b=2&a=1&&", "https://example.com/?b=2&a=1"),
        ("http://[2001:db8::1]:80/a", "http://[2001:db8::1]/a"),
    ],
)  # fmt: skip
def test_an_address_is_asked_for_without_what_does_not_decide(written: str, asked: str) -> None:
    assert plain(written) == asked
    assert plain(asked) == asked


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("http://a.example/?a=1&b=2", "http://a.example/?b=2&a=1", True),
        ("http://a.example/%7euser", "http://a.example/~user", True),
        ("http://a.example/a/../b", "http://a.example/b", True),
        ("http://a.example/a", "http://a.example/a/", False),
        ("http://a.example/a", "http://a.example/A", False),
        ("http://a.example/", "https://a.example/", False),
        ("http://a.example/?a=1", "http://a.example/?a=1&a=1", False),
        ("http://a.example/?a", "http://a.example/", False),
    ],
)
def test_spellings_of_one_address_share_a_key(one: str, other: str, same: bool) -> None:
    assert (key_of(plain(one)) == key_of(plain(other))) is same


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_path_and_query_has_one_lasting_key(path: str, query: str) -> None:
    url = f"http://a.example/{path}?{query}"
    asked = plain(url)
    assert plain(asked) == asked
    assert -(2**63) <= key_of(asked) < 2**63
    assert urlsplit(asked).fragment == ""


@pytest.mark.parametrize(
    ("url", "in_site", "in_host"),
    [
        ("https://www.example.co.uk/a", True, True),
        ("http://www.example.co.uk/a", True, True),
        ("https://shop.example.co.uk/", True, False),
        ("https://other.co.uk/", False, False),
        ("https://www.example.co.uk.evil.example/", False, False),
        ("https://www.example.co.uk:8443/", True, False),
        ("mailto:a@www.example.co.uk", False, False),
        ("javascript:void(0)", False, False),
    ],
)
def test_the_scope(url: str, in_site: bool, in_host: bool) -> None:
    anchor = "https://www.example.co.uk/start"
    assert (in_scope(url, anchor, "site"), in_scope(url, anchor, "host")) == (in_site, in_host)


@pytest.mark.parametrize(
    ("url", "expected"),
    [("http://a.example/x.PDF", True), ("http://a.example/x.pdf?y", True), ("http://a.example/x.html", False),
     ("http://a.example/pdf", False), ("http://a.pdf/", False), ("http://a.example/v1.2", False)],
)  # fmt: skip
def test_files_are_known_by_their_ending(url: str, expected: bool) -> None:
    assert is_file(url) is expected


def test_ordinary_addresses_are_no_traps() -> None:
    traps = Traps()
    for url in (
        "https://a.example/blog/2026/03/02/how-to-find-home-care?page=2",
        "https://a.example/a/b/a/b/a/b",
        "https://a.example/" + "x" * 1000,
    ):
        assert traps.reason(url, 3) is None
    assert traps.reason("https://a.example/", 501) == "too_deep"

"""Links: what can be used, and what tagging does to them."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ag2_marketing_tools.campaigns.links import is_public, link_fault, slug, tagged

UTM = {"utm_source": "facebook", "utm_campaign": "spring-sale"}


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example/p", "https://a.example/p?utm_source=facebook&utm_campaign=spring-sale"),
        (
            "https://a.example/p?x=1#top",
            "https://a.example/p?x=1&utm_source=facebook&utm_campaign=spring-sale#top",
        ),
        ("https://a.example/?", "https://a.example/?utm_source=facebook&utm_campaign=spring-sale"),
        ("https://a.example/?utm_source=mine", "https://a.example/?utm_source=mine&utm_campaign=spring-sale"),
        (
            "https://a.example/?q=a%2Fb+c",
            "https://a.example/?q=a%2Fb+c&utm_source=facebook&utm_campaign=spring-sale",
        ),
    ],
)
def test_tagging_adds_what_is_missing_and_touches_nothing_else(url: str, expected: str) -> None:
    assert tagged(url, UTM) == expected
    assert tagged(expected, UTM) == expected


@given(st.text(min_size=1, max_size=40))
def test_any_variant_id_comes_back_from_the_tagged_link(variant: str) -> None:
    url = tagged("https://a.example/", {"utm_content": variant})
    assert dict(parse_qsl(urlsplit(url).query))["utm_content"] == variant


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://a.example/",
        "//a.example/",
        "a.example",
        "",
        "https://",
        "http://[::1",
        "https://a.example/ b",
        "https://a.example/\r\nX: y",
        "https://user:pw@a.example/",
        "https://a.example:99999/",
    ],
)
def test_what_is_no_http_address_is_a_fault(url: str) -> None:
    assert link_fault(url)


def test_a_password_in_a_link_is_not_repeated_in_the_fault() -> None:
    assert "hunter2" not in (link_fault("https://jo:hunter2@a.example/") or "")


@pytest.mark.parametrize(
    "url", ["https://example.com/", "http://example.com:8080/a?b#c", "https://a.example/?u={{id}}"]
)
def test_an_http_address_is_no_fault(url: str) -> None:
    assert link_fault(url) is None


@pytest.mark.parametrize(
    ("url", "public"),
    [
        ("https://example.com/a.jpg", True),
        ("http://localhost/a.jpg", False),
        ("http://127.0.0.1/a.jpg", False),
        ("http://10.0.0.1/a.jpg", False),
        ("http://[::1]/a.jpg", False),
        ("http://169.254.169.254/a.jpg", False),
        ("http://printer.local/a.jpg", False),
        ("http://8.8.8.8/a.jpg", True),
    ],
)
def test_only_hosts_that_others_reach_are_public(url: str, public: bool) -> None:
    assert is_public(url) is public


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Q1 Campaign", "q1-campaign"),
        ("Frühling & Sommer!", "frühling-sommer"),
        ("!!!", "campaign"),
        ("A_b", "a-b"),
    ],
)
def test_a_name_becomes_one_spelling(name: str, expected: str) -> None:
    assert slug(name) == expected

"""What a cookie jar takes, keeps and refuses."""

from __future__ import annotations

import pytest
from observatory_sites import HTTPS, NOBODY, site

from ag2_marketing_tools.seo.observatory import Exchange, grade
from ag2_marketing_tools.seo.observatory.cookie_jar import Cookie, accepted, stored
from ag2_marketing_tools.seo.observatory.domains import is_public_suffix, registrable_domain

URL = "https://www.example.co.uk/shop/basket"


@pytest.mark.parametrize(
    "header",
    [
        "novalue",
        "=value",
        " =value",
        "a\x01=1",
        "a=1; Domain=other.net",
        "a=1; Domain=co.uk",
        "a=1; Domain=ample.co.uk",
        "__Secure-a=1",
        "__Host-a=1; Secure; Domain=example.co.uk; Path=/",
        "__Host-a=1; Secure",
        "",
    ],
)
def test_a_cookie_is_refused(header: str) -> None:
    assert accepted(header, URL) is None


def test_attributes_are_read_whatever_their_case_and_the_last_of_two_holds() -> None:
    assert accepted(
        " a = b=c ; SECURE=no; HttpOnly; SameSite=Lax; samesite=STRICT; DOMAIN=.Example.co.uk", URL
    ) == (
        Cookie(
            name="a",
            domain="example.co.uk",
            path="/shop",
            secure=True,
            http_only=True,
            same_site="strict",
        )
    )


def test_an_unknown_same_site_is_none() -> None:
    cookie = accepted("a=1; SameSite=Lax; SameSite=perhaps; Path=x; Domain=", URL)
    assert cookie is not None
    assert (cookie.same_site, cookie.path, cookie.domain) == (None, "/shop", "www.example.co.uk")


def test_a_prefixed_cookie_that_keeps_its_promise_is_taken() -> None:
    assert accepted("__Host-a=1; Secure; Path=/", URL) is not None
    assert accepted("__Secure-a=1; Secure", URL) is not None


def test_the_later_of_two_cookies_in_the_same_place_stays() -> None:
    def answer(*cookies: str) -> Exchange:
        return Exchange(url=URL, headers=tuple(("Set-Cookie", cookie) for cookie in cookies))

    held = stored([answer("a=1; Path=/", "b=1"), answer("a=2; Path=/; Secure", "a=3")])
    assert [(cookie.name, cookie.path, cookie.secure) for cookie in held] == [
        ("a", "/", True),
        ("b", "/shop", False),
        ("a", "/shop", False),
    ]


def test_cookies_of_redirects_and_of_robots_txt_are_graded() -> None:
    insecure = Exchange(url=f"{HTTPS}robots.txt", headers=(("set-cookie", "theme=dark"),))
    seen = site().model_copy(update={"extra": (insecure,)})
    assert grade(seen, preload=NOBODY).test("cookies").result == "cookies-without-secure-flag"


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("www.example.co.uk", "example.co.uk"),
        ("EXAMPLE.org", "example.org"),
        ("a.b.unknownsuffix", "b.unknownsuffix"),
        ("me.github.io", "github.io"),
        ("co.uk", None),
        ("localhost", None),
        ("127.0.0.1", None),
        ("::1", None),
        ("", None),
    ],
)
def test_the_registrable_domain_of_a_host(host: str, domain: str | None) -> None:
    assert registrable_domain(host) == domain


def test_nobody_sets_cookies_for_a_suffix_of_others() -> None:
    assert is_public_suffix("github.io")
    assert not is_public_suffix("me.github.io")
    assert not is_public_suffix("127.0.0.1")

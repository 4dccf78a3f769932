from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit, urlunsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.pages.urls import candidates, canonical_form, is_internal, origin, resolve, site_of


@pytest.mark.parametrize(
    ("typed", "tried"),
    [
        ("competitor1.com", ("https://competitor1.com/", "http://competitor1.com/")),
        ("//competitor1.com/a", ("https://competitor1.com/a", "http://competitor1.com/a")),
        ("localhost:8000", ("https://localhost:8000/", "http://localhost:8000/")),
        ("127.0.0.1:8000/a?b=c#d", ("https://127.0.0.1:8000/a?b=c", "http://127.0.0.1:8000/a?b=c")),
        (" HTTPS://Care.example ", ("https://Care.example/",)),
        ("http://care.example/a", ("http://care.example/a",)),
        ("pflege-köln.de", ("https://pflege-köln.de/", "http://pflege-köln.de/")),
    ],
)
def test_a_bare_host_is_tried_by_https_then_by_http(typed: str, tried: tuple[str, ...]) -> None:
    assert candidates(typed) == tried


@pytest.mark.parametrize(
    "typed",
    ["", "   ", "ftp://care.example/", "javascript:alert(1)", "mailto:a@care.example", "file:///etc/passwd",
     "https://", "http:///a", "care example.com", "https://care.example:port/", "a\nb.com", "x" * 3_000],
)  # fmt: skip
def test_what_is_no_web_address_is_refused_with_its_value(typed: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        candidates(typed)
    assert repr(typed[:80])[1:-1] in str(caught.value)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTP://Care.example:80/a?b", "http://care.example"),
        ("https://care.example:8443/", "https://care.example:8443"),
        ("https://[2001:db8::1]:443/", "https://[2001:db8::1]"),
    ],
)
def test_an_origin_has_no_default_port(url: str, expected: str) -> None:
    assert origin(url) == expected


# RFC 3986, section 6.2.2 and 6.2.3
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("HTTP://Care.Example:80", "http://care.example/"),
        ("https://care.example/a/../b/./c", "https://care.example/b/c"),
        ("https://care.example/?b=2&a=1", "https://care.example/?a=1&b=2"),
        ("https://care.example/%7Ejo", "https://care.example/~jo"),
        ("https://care.example/a#b", "https://care.example/a"),
    ],
)
def test_two_spellings_of_one_address_have_one_form(one: str, other: str) -> None:
    assert canonical_form(one) == canonical_form(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("https://care.example/a", "https://care.example/a/"), ("https://care.example/A", "https://care.example/a"),
     ("http://care.example/", "https://care.example/"), ("https://care.example:8443/", "https://care.example/")],
)  # fmt: skip
def test_different_addresses_keep_different_forms(one: str, other: str) -> None:
    assert canonical_form(one) != canonical_form(other)


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("b", "https://care.example/a/b"),
        ("/b#c", "https://care.example/b"),
        ("#top", "https://care.example/a/"),
        ("//cdn.example/x.js", "https://cdn.example/x.js"),
        (" \tht\ntps://x.example/ ", "https://x.example/"),
        ("tel:+15551234", "tel:+15551234"),
        ("javascript:void(0)", None),
        ("data:image/png;base64,AA", None),
        ("https://[broken", None),
        ("http://host:port/", None),
        ("https://", None),
    ],
)
def test_a_reference_becomes_absolute_or_none(reference: str, expected: str | None) -> None:
    assert resolve("https://care.example/a/", reference) == expected


@given(st.text())
def test_no_reference_raises(reference: str) -> None:
    resolve("https://care.example/a/", reference)


_PARTS = st.sampled_from(
    ["a", "b.html", "c-d", "/", "/", "//", ".", "..", "./", "?", "q=1", "&", "#", "f", ";", ":", "8080", "%20", "ü",
     "\\", "https://", "http://", "other.example", "Other.example", "@", "mailto:", " ", "\t"]
)  # fmt: skip
_BASES = st.sampled_from(
    ["https://care.example/a/b", "https://care.example", "http://care.example:8080/a/b/?q=/r", "https://care.example/a//b",
     "https://care.example/a;p/b;q", "https://care.example/a/../b/", "https://care.example?x=/y/z", "file:///a/b"]
)  # fmt: skip


@given(_BASES, st.lists(_PARTS, max_size=7).map("".join))
@settings(max_examples=2_000)
def test_each_reference_resolves_as_by_urllib(base: str, reference: str) -> None:
    try:
        parts = urlsplit(urljoin(base, reference.strip().replace("\t", "")))
        is_address = parts.port is None or parts.port >= 0
    except ValueError:
        is_address = False
    nowhere = re.fullmatch("https?:/*", reference.strip().replace("\t", ""))
    if not is_address or nowhere or (parts.scheme in {"http", "https"} and not parts.hostname):
        assert resolve(base, reference) is None
    else:
        assert resolve(base, reference) == urlunsplit(parts._replace(fragment=""))


@pytest.mark.parametrize(
    "host", ["other.example", "notcare.example", "a.care.example.org", "care.example.:80", "192.0.2.1"]
)
def test_another_host_is_another_site(host: str) -> None:
    same = site_of("https://www.care.example/") == site_of(f"https://{host}/")
    assert is_internal("https://www.care.example/", f"https://{host}/a") is same


def test_a_site_is_its_registrable_domain() -> None:
    assert site_of("https://www.care.co.uk/a") == "care.co.uk"
    assert is_internal("https://www.care.co.uk/", "http://blog.care.co.uk/b")
    assert not is_internal("https://www.care.co.uk/", "https://other.co.uk/")
    assert not is_internal("https://care.co.uk/", "mailto:jo@care.co.uk")


def test_on_loopback_each_port_is_a_site_of_its_own() -> None:
    assert is_internal("http://127.0.0.1:8001/", "http://127.0.0.1:8001/b")
    assert not is_internal("http://127.0.0.1:8001/", "http://127.0.0.1:8002/")

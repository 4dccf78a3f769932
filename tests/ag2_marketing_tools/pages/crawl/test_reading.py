from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ag2_marketing_tools.pages.crawl import facts
from ag2_marketing_tools.pages.crawl.reading import _PLAIN_PATH, read_page
from ag2_marketing_tools.pages.parse import parse_document
from ag2_marketing_tools.pages.urls import resolve

URL = "https://a.example/dir/page?x=1"
WORDS = "<p>" + "word " * 120


def reading_of(html: str | bytes, **headers: str):
    content = html.encode() if isinstance(html, str) else html
    return read_page(content, URL, {"content-type": "text/html", **headers})


def test_what_is_kept_of_a_page() -> None:
    reading = reading_of(
        "<!doctype html><title> A  page </title><meta name=description content=Text><base href='/base/'>"
        "<link rel=canonical href=/dir/page?utm_source=x><h1>One <b>two</b></h1>"
        "<a href=x>x</a><a href='/y#z'>y</a><a href='/y'>y</a><a>none</a><a href='mailto:a@b.c'>m</a>"
        "<p>Seen <span hidden>not seen</span><script>nor this</script></p>"
    )
    assert (reading.title, reading.description, reading.h1) == ("A page", "Text", "One two")
    assert reading.canonical_url == "https://a.example/dir/page?utm_source=x"
    assert reading.canonical_key == reading_of("<link rel=canonical href=/dir/page>").canonical_key
    assert reading.links[:2] == ["https://a.example/base/x", "https://a.example/y"]
    assert reading.words == 8
    assert reading.javascript_signs == []


@pytest.mark.parametrize(
    ("header", "noindex", "nofollow"),
    [
        ("noindex", True, False),
        ("NONE", True, True),
        ("googlebot: noindex, nofollow", True, True),
        ("bingbot: noindex, nofollow", False, False),
        ("bingbot: noindex, googlebot: nofollow", False, True),
        ("unavailable_after: 25 Jun 2030 15:00:00 PST, noindex", True, False),
        ("max-snippet:-1, max-image-preview:large", False, False),
        ("", False, False),
    ],
)
def test_the_robots_header(header: str, noindex: bool, nofollow: bool) -> None:
    reading = reading_of(f"{WORDS}<a href=/x>x</a>", **{"x-robots-tag": header})
    assert (reading.noindex, reading.nofollow, reading.links == []) == (noindex, nofollow, nofollow)


PIECES = st.sampled_from(
    [
        "/",
        "//",
        "a",
        "b.html",
        ".",
        "..",
        "?",
        "q=1",
        "&",
        "#",
        ";p",
        "%20",
        "%",
        "é",
        " ",
        ":",
        "\n",
        "\\",
        "@",
    ]
)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_the_short_way_to_an_address_ends_where_the_long_one_does(rest: str) -> None:
    href = f"/{rest}"
    if _PLAIN_PATH.fullmatch(href):
        assert resolve(URL, href) == f"https://a.example{href}"


def test_the_short_way_is_taken_by_ordinary_links_and_ends_in_time() -> None:
    for href in ("/", "/a", "/a/", "/a/b.html", "/a?b=1&c=2", "/%C3%A9/x_y-z~", "/wp-content/a.pdf"):
        assert _PLAIN_PATH.fullmatch(href)
    for href in ("", "a", "//a", "/../a", "/./a", "/.", "/a#b", "/a//b", "/a b", "/é", "/a" * 5000 + "#"):
        assert not _PLAIN_PATH.fullmatch(href)


@given(st.binary(max_size=400))
def test_any_bytes_are_a_page(content: bytes) -> None:
    reading = read_page(content, URL, {})
    assert reading.words >= 0
    assert len(reading.links) == len(set(reading.links))


JAVASCRIPT = [
    '<div id="root"></div><script src="/app.js"></script>',
    '<app-root></app-root><noscript>Please enable JavaScript to continue.</noscript>',
    "<p>You need to enable JavaScript to run this app.</p>",
    "<noscript>Bitte aktivieren Sie JavaScript.</noscript><p>Laden …</p>",
    f"<p>Loading</p><script>window.__STATE__={{'x':'{'y' * 6000}'}}</script>",
    '<div id="__next"><p>Loading …</p></div>',
]  # fmt: skip


@pytest.mark.parametrize("body", JAVASCRIPT)
def test_a_page_that_shows_its_content_by_a_script_is_told(body: str) -> None:
    assert reading_of(f"<!doctype html><title>App</title>{body}").javascript_signs
    assert reading_of(f"<!doctype html><title>App</title>{body}{WORDS}").javascript_signs == []


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<p>Soon here.</p>",
        "<div id=root><p>A short page, all of which stands here for anybody to read.</div>",
        "<p>Call us</p><script>var a = 1</script>",
        "<h1>Our JavaScript course</h1>",
    ],
)
def test_a_short_page_is_not_taken_for_one(body: str) -> None:
    assert reading_of(f"<!doctype html><title>Short</title>{body}").javascript_signs == []


def test_real_pages_that_say_something_are_not_taken_for_one(shared_data: Path) -> None:
    flagged = {}
    pages = sorted((shared_data / "pages").glob("*.html"))
    assert pages
    for path in pages:
        content = path.read_bytes()
        reading = read_page(content, URL, {})
        whole = parse_document(content, url=URL)
        assert reading.title == whole.title[:500]
        if reading.javascript_signs:
            flagged[path.name] = len(whole.visible_text)
    assert all(characters <= 400 for characters in flagged.values()), flagged


def test_chinese_texts_can_be_compared() -> None:
    text = "我们在家中照顾您的家人每天都有护士上门服务如需帮助请致电我们的办公室"
    assert reading_of(f"<p>{text}").sketch is not None
    assert reading_of("<p>short text").sketch is None


def test_the_data_files_hold_what_the_code_reads_and_nothing_else() -> None:
    folder = Path(facts.__file__).with_name("data")
    assert {path.name for path in folder.iterdir()} == {"limits.toml", "addresses.toml", "javascript.toml"}
    for path in folder.iterdir():
        tomllib.loads(path.read_text("utf-8"))
    assert facts.limits().crawl.requests_per_page >= 1
    assert "utm_*" in facts.address_facts().tracking
    assert all(phrase == phrase.lower() for phrase in facts.javascript_facts().signs.notice)

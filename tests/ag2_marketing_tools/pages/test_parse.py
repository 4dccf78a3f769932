from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ag2_marketing_tools.errors import FetchFailed
from ag2_marketing_tools.pages.model import Page
from ag2_marketing_tools.pages.parse import parse_document

URL = "https://www.care.example/services/"


def parse(html: str, url: str = URL) -> Page:
    return parse_document(html.encode(), url=url)


def test_what_a_page_says_of_itself() -> None:
    page = parse(
        """<!DOCTYPE html><html lang="de-AT"><head><meta charset=utf-8>
        <title> Pflege \n zu Hause </title><svg><title>Logo</title></svg>
        <meta name="Description" content="Wir helfen."><meta property="og:title" content="Pflege">
        <meta name="viewport" content="width=device-width"><meta http-equiv="Refresh" content="5">
        <meta name="robots" content="NoIndex, follow"><meta name="googlebot" content="nosnippet">
        <link rel="Canonical" href="../care"><link rel="alternate" hreflang="en" href="/en/">"""
    )
    assert page.titles == ["Pflege zu Hause"]
    assert page.title == "Pflege zu Hause"
    assert page.description == "Wir helfen."
    assert page.meta["og:title"] == "Pflege"
    assert page.meta["http-equiv:refresh"] == "5"
    assert page.canonicals == ["../care"]
    assert page.canonical_url == "https://www.care.example/care"
    assert page.robots == ["noindex", "follow", "nosnippet"]
    assert page.language == "de-AT"
    assert page.charset_declared == "utf-8"
    assert page.doctype
    assert page.viewport == "width=device-width"
    assert [(alternate.language, alternate.href) for alternate in page.alternates] == [("en", "/en/")]


def test_headings_in_document_order() -> None:
    page = parse("<h2>B</h2><h1>A<br>B</h1><h1 hidden>C</h1><h3></h3>")
    assert [(h.level, h.text, h.hidden) for h in page.headings] == [
        (2, "B", False),
        (1, "A B", False),
        (1, "C", True),
        (3, "", False),
    ]
    assert page.headings_of(1) == ["A B"]


def test_links_are_absolute_and_sorted_by_site() -> None:
    page = parse(
        """<nav><a href="/a" rel="nofollow NoOpener">A</a></nav><a href="https://blog.care.example/">B</a>
        <a href="https://other.example/">C</a><a href="javascript:void(0)">D</a>
        <a href="mailto:jo@care.example">E</a>
        <a href="/logo"><img alt="Home" src=l.png></a><a name=anchor>no link</a><a onclick="go()">F</a>"""
    )
    assert [(link.url, link.text, link.internal) for link in page.links] == [
        ("https://www.care.example/a", "A", True),
        ("https://blog.care.example/", "B", True),
        ("https://other.example/", "C", False),
        (None, "D", False),
        ("mailto:jo@care.example", "E", False),
        ("https://www.care.example/logo", "Home", True),
    ]
    assert page.links[0].rel == ["nofollow", "noopener"]
    assert [link.in_navigation for link in page.links] == [True, False, False, False, False, False]
    assert page.scripted_anchors == ["F"]


@pytest.mark.parametrize(
    ("anchor", "counts"),
    [
        ("<a target=_blank name=''></a>", True),
        ("<a rel=nofollow ng-href='{{url}}'>read</a>", True),
        ("<a onclick='go()' id=opener>open</a>", True),
        ("<a>Home</a>", False),  # the place of a link, as for the page that is shown
        ("<a class=close>x</a>", False),
        ("<a name=top target=_self></a>", False),
        ("<a id=top rel=x>Top</a>", False),
        ("<a role=button onclick='go()'>Go</a>", False),
        ("<a target=_blank hidden>x</a>", False),
    ],
)
def test_an_anchor_without_address_is_meant_as_a_link_by_what_only_links_have(
    anchor: str, counts: bool
) -> None:
    assert len(parse(anchor).scripted_anchors) == counts


def test_code_in_a_link_is_none_of_its_text() -> None:
    page = parse(
        "<a href=/a><script>document.write('Add')</script></a><a href=/b>Buy <script>track()</script>now</a>"
        "<h2>Care<style>h2 {color: red}</style></h2><a href=/c><style>a {}</style></a>"
    )
    assert [link.text for link in page.links] == ["", "Buy now", ""]
    assert page.headings[0].text == "Care"
    assert page.unnamed_controls == ['a href="/c"']  # what a script may write as a name is not known


def test_a_submit_button_has_the_browsers_name_until_its_own_is_empty() -> None:
    page = parse("<input type=submit><input type=submit value=Send><input type=submit value='' name=go>")
    assert page.unnamed_controls == ['input name="go"']


def test_the_first_content_of_a_name_that_says_something_wins() -> None:
    page = parse(
        "<meta property=og:image><meta property=og:image content=''><meta property=og:image content=a.png>"
        "<meta property=og:image content=b.png>"
    )
    assert page.meta["og:image"] == "a.png"


def test_an_image_that_is_kept_from_screen_readers_only_is_seen() -> None:
    page = parse("<p aria-hidden=true><img src=a></p><p hidden><img src=b></p>")
    assert [(image.hidden, image.needs_alt) for image in page.images] == [(False, False), (True, False)]


@pytest.mark.parametrize(
    "noscript", ["<img src=pixel.gif>", "<iframe src='//tags.example/ns'></iframe>", "Switch scripts on."]
)
def test_a_noscript_that_ends_the_head_does_so_for_readers_without_scripts_only(noscript: str) -> None:
    page = parse(
        f"<html><head><noscript>{noscript}</noscript><title>Care</title>"
        "<meta name=robots content=all></head><body><p>We help.</p>"
    )
    assert page.misplaced == []
    assert page.misplaced_without_scripts == ["title", "meta name=robots"]
    assert page.title == "Care"
    assert page.images == []


def test_a_noscript_with_what_belongs_into_the_head_ends_nothing() -> None:
    styles = "<link rel=stylesheet href=a.css><style>p {color: red}</style><meta name=a content=b>"
    page = parse(f"<head><noscript>{styles}</noscript><title>Care</title></head><body><p>We help.</p>")
    assert (page.misplaced, page.misplaced_without_scripts) == ([], [])
    assert [resource.element for resource in page.resources] == ["stylesheet"]


def test_a_base_element_moves_every_reference() -> None:
    page = parse('<head><base href="/other/"><link rel=canonical href="x"><a href="b">b</a><img src="c.png">')
    assert page.links[0].url == "https://www.care.example/other/b"
    assert page.images[0].url == "https://www.care.example/other/c.png"
    assert page.canonical_url == "https://www.care.example/other/x"


def test_an_image_without_alt_differs_from_one_with_an_empty_alt() -> None:
    page = parse(
        '<img src=a><img src=b alt=""><img src=c alt=Nurse width=4 loading=LAZY><img src=d role=presentation>'
    )
    assert [(image.alt, image.needs_alt) for image in page.images] == [
        (None, True), ("", True), ("Nurse", True), (None, False)
    ]  # fmt: skip
    assert (page.images[2].width, page.images[2].loading) == ("4", "lazy")


def test_resources_that_block_rendering() -> None:
    page = parse(
        """<head><script src=a.js></script><script src=b.js defer></script>
        <script src=c.js type=module></script>
        <link rel=stylesheet href=d.css><link rel=stylesheet href=e.css media=print><link rel=icon href=f.ico>
        <link rel=stylesheet href=h.css media="only screen"><link rel=stylesheet href=i.css media="tty, screen">
        </head><body><script src=g.js></script><iframe src="http://x.example/"></iframe>
        <form action="/send"></form>"""
    )
    assert [r.url.rsplit("/", 1)[-1] for r in page.resources if r.render_blocking] == [
        "a.js", "d.css", "h.css", "i.css"
    ]  # fmt: skip
    assert [r.element for r in page.resources] == [
        "script", "script", "script", "stylesheet", "stylesheet", "icon", "stylesheet", "stylesheet", "script",
        "iframe", "form"
    ]  # fmt: skip
    assert len(page.scripts) == 4
    assert len(page.stylesheets) == 4


def test_the_files_that_a_browser_chooses_from_are_resources_too() -> None:
    page = parse(
        """<link rel=preload as=image imagesrcset="/p.png 1x">
        <picture><source srcset="/a.webp 1x, /b.webp 2x"><img src=/c.png srcset="/d.png 480w"></picture>
        <img srcset="/e.png 1x, data:image/gif;base64,AA== 2x, /f.png 3x">
        <video><source src=/v.mp4 srcset=/not-for-videos.png></video>"""
    )
    chosen = [r.url.rsplit("/", 1)[-1] for r in page.resources if r.element == "srcset"]
    assert chosen == ["p.png", "a.webp", "b.webp", "d.png", "f.png"]
    # An image without another address is known by the first that it may show.
    assert [r.url.rsplit("/", 1)[-1] for r in page.resources if r.element == "img"] == ["c.png", "e.png"]
    assert [(image.url or "").rsplit("/", 1)[-1] for image in page.images] == ["c.png", "e.png"]


def test_main_text_leaves_navigation_out_and_visible_text_keeps_it() -> None:
    prose = "".join(
        f"<p>Our nurses visit you at home, paragraph {number}, whenever you need help.</p>"
        for number in range(8)
    )
    page = parse(
        f"<nav><a href=/>Start page</a></nav><main><h1>Care</h1>{prose}</main><footer>Imprint</footer>"
    )
    assert "paragraph 7" in page.main_text
    assert "Start page" not in page.main_text
    assert "Imprint" not in page.main_text
    assert page.visible_text.startswith("Start page\n")
    assert page.visible_text.endswith("Imprint")


def test_a_short_page_has_its_text_without_surroundings_as_main_text() -> None:
    page = parse("<header>Logo</header><div>Call us.</div><footer>Imprint</footer>")
    assert page.main_text == "Call us."


def test_words_of_neighbouring_blocks_stay_apart_and_inline_ones_together() -> None:
    page = parse("<div>Harris</div><div>Dermatology<br>Fort <b>My</b>ers</div>")
    assert page.visible_text == "Harris\nDermatology\nFort Myers"


@pytest.mark.parametrize(
    ("block", "types", "error"),
    [
        ('{"@type":"LocalBusiness","name":"A"}', [["LocalBusiness"]], None),
        ('{"@graph":[{"@type":["Dentist","Spa"]},{"@type":"A"}]}', [["Dentist", "Spa", "A"]], None),
        ('[{"@type":"https://schema.org/Person"},{"@type":"Offer"}]', [["Person"], ["Offer"]], None),
        ('<!--\n{"@type":"A"}\n-->', [["A"]], None),
        ('//<![CDATA[\n{"@type":"A"}\n//]]>', [["A"]], None),
        ('/*<![CDATA[*/{"@type":"A"}/*]]>*/', [["A"]], None),
        ('{"@type":"A","x":"line\nbreak"}', [["A"]], None),
        ('{"@type":"A","x":NaN,"y":1e999,"z":"\\ud800"}', [["A"]], None),
        ("{'@type': 'A'}", [[]], "no valid JSON"),
        ('{"@type":"A",}', [[]], "no valid JSON"),
        ("", [[]], "empty"),
        ('"text"', [[]], "expected an object, got str"),
        ("[" * 100_000, [[]], "nested too deeply"),
    ],
)  # fmt: skip
def test_json_ld_is_read_or_says_why_not(block: str, types: list[list[str]], error: str | None) -> None:
    page = parse(f'<script type="Application/LD+json; charset=utf-8">{block}</script>')
    assert [data.types for data in page.structured_data] == types
    for data in page.structured_data:
        assert (data.data is None) is (error is not None)
        assert error is None or error in (data.error or "")
    json.loads(page.model_dump_json())


def test_microdata_is_known_by_its_types() -> None:
    html = '<div itemscope itemtype="https://schema.org/Product"><b itemprop=offers itemscope itemtype="https://schema.org/Offer">'
    page = parse(html)
    assert [(data.syntax, data.types) for data in page.structured_data] == [("microdata", ["Product"])]


@pytest.mark.parametrize(
    "html", ["", " ", "just text", "\x00", "<", "<frameset><frame src=a></frameset>", "<?xml?>", "]]>"]
)
def test_what_is_hardly_html_is_a_page(html: str) -> None:
    page = parse(html)
    assert page.titles == []
    assert page.main_text == page.visible_text


@pytest.mark.parametrize(
    ("html", "why"),
    [
        ("<div>" * 200_000, "1000 elements open"),
        ("<div><!--</div>-->" * 200_000, "1000 elements open"),
        ("<div></span>" * 200_000, "1000 elements open"),
        ("<div title='</div>'>" * 200_000, "1000 elements open"),
        ("<optgroup>" * 200_000, "1000 elements open"),
        ("<svg>" + "<source>" * 200_000, "1000 elements open"),
        ("<i>x</i>" * 100_000, "100000 elements"),
        ("<p>" + "".join(f"<b id={at}>" for at in range(900)) + "<p>x" * 20_000, "100000 elements"),
        (
            "<p>" + "".join(f'<b id=">{at}">' for at in range(20_000)) + "<p>x" * 20_000,
            "1000 elements open",
        ),
        ("<!--<a -->" * 510_000, "start tags"),
        ("<p " + " ".join(f"a{number}" for number in range(300_000)) + ">", "attributes"),
        ("<p " + "".join(f"a{number}=''" for number in range(300_000)) + ">", "attributes"),
        ("<p " + "".join(f"/a{number}='>'" for number in range(300_000)) + ">", "attributes"),
        ("<p " + "".join(f' =a{number} = b"' for number in range(200_000)) + ">", "attributes"),
        (
            '<!-- <i x=" -->' + '<p a="="' + "".join(f' a{number}="="' for number in range(200_000)) + ">",
            "attributes",
        ),
        ("<p>" + ("<p " + " ".join(f"a{number}" for number in range(5_000)) + ">") * 100, "attributes"),
    ],
)
def test_a_page_that_is_made_to_take_hours_is_refused_in_time(html: str, why: str) -> None:
    with pytest.raises(FetchFailed, match=why) as caught:
        parse(html)
    assert caught.value.kind == "too_large"


def test_long_attributes_with_many_words_are_no_many_attributes() -> None:
    page = parse(f"<p data-state='{'many words ' * 5_000}' title=\"{'> = ' * 5_000}\">Care")
    assert page.visible_text == "Care"


def test_a_script_full_of_comparisons_is_no_element_with_many_attributes() -> None:
    code = "for (i = 0; i<n; i++) { " + "total = total + price[i]; " * 1_000 + "} // done > "
    assert parse(f"<script>{code * 20}</script><p>Care").visible_text == "Care"


def test_a_long_page_full_of_formatting_and_icons_is_read() -> None:
    icons = "".join(
        f'<li><i class="icon-{at}"></i> <b>Day {at}</b> <em title="{at}"><a href=a>x</a></em>'
        for at in range(3_000)
    )
    page = parse(f"<ul>{icons}</ul>" + "<p>One <strong>and</strong> two" * 3_000)
    assert len(page.links) == 3_000
    assert page.dom_nodes == 4 + 5 * 3_000 + 2 * 3_000


def test_many_elements_side_by_side_are_no_deep_page() -> None:
    page = parse("<p>x" * 30_000 + "<img src=a>" * 20_000)
    assert len(page.images) == 20_000


_FRAGMENTS = st.lists(
    st.sampled_from(
        [
            *(
                "<p>",
                "</p>",
                "<p class=a>",
                "<div hidden>",
                "<b style='opacity:0'>",
                "<style>.a{display:none}</style>",
            ),
            *(
                "<template>",
                "</template>",
                "<noscript>",
                "<select>",
                "<dialog>",
                "<table>",
                "<svg>",
                "<title>",
            ),
            *(
                "<!--",
                "-->",
                "<a href='",
                "'>",
                "<script type=application/ld+json>",
                "</script>",
                "<plaintext>",
            ),
            *("text", "&#xD800;", "\x00", "\u202e", "\U000e0041\U000e0042"),
        ]
    )
)


def survives(content: bytes) -> None:
    page = parse_document(content, url=URL)
    restored: Any = json.loads(page.model_dump_json())
    never_written = {"source": "", "scripts_as_written": [], "metas_as_written": []}
    assert Page.model_validate(restored) == page.model_copy(update=never_written)


@given(st.binary())
@settings(max_examples=60, deadline=None)
def test_any_bytes_are_a_page(content: bytes) -> None:
    survives(content)


@given(_FRAGMENTS.map("".join))
@settings(max_examples=150, deadline=None)
def test_any_markup_is_a_page(html: str) -> None:
    survives(html.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize(
    "html",
    [
        "<!--x-->" * 50_000 + "<p>Care",
        "<!--x-->" * 300 + "<!doctype htm><p>Care",
        "<script type=application/ld+json>" + "// " * 100_000 + "</script><p>Care",
        "<p>Care" + " \t" * 200_000,
    ],
)
def test_no_pattern_takes_more_than_linear_time(html: str) -> None:
    assert parse(html).visible_text == "Care"

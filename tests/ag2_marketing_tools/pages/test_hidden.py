from __future__ import annotations

from pathlib import Path

import pytest

from ag2_marketing_tools.pages.parse import parse_document


def reasons(html: str) -> list[str]:
    return [
        hidden.reason for hidden in parse_document(html.encode(), url="https://care.example/").hidden_text
    ]


def visible(html: str) -> str:
    return parse_document(html.encode(), url="https://care.example/").visible_text


@pytest.mark.parametrize(
    ("carrier", "reason"),
    [
        ("<p hidden>secret</p>", "hidden attribute"),
        ("<p aria-hidden=true>secret</p>", "aria-hidden"),
        ("<template><p>secret</p></template>", "template"),
        ("<noscript>secret</noscript>", "noscript"),
        ("<dialog>secret</dialog>", "closed dialog"),
        ("<!-- secret -->", "comment"),
        ('<p style="DISPLAY : none !important">secret</p>', "display:none"),
        ('<p style="visibility:hidden">secret</p>', "visibility:hidden"),
        ('<p style="opacity:0.0">secret</p>', "opacity:0"),
        ('<p style="font-size:0px">secret</p>', "zero font size"),
        ('<p style="position:absolute;left:-9999px">secret</p>', "off-screen"),
        ('<p style="position:fixed;top:-100em">secret</p>', "off-screen"),
        ('<p style="text-indent:-9999px">secret</p>', "off-screen"),
        ('<p style="transform:translateX(-5000px)">secret</p>', "off-screen"),
        ('<p style="position:absolute;clip:rect(0 0 0 0)">secret</p>', "clipped"),
        ('<p style="clip-path:inset(50%)">secret</p>', "clipped"),
        ('<p style="height:0;overflow:hidden">secret</p>', "zero size"),
        ('<p style="color:#FFF;background:white">secret</p>', "same colour as background"),
        (
            '<p style="color:rgb(255,255,255);background-color:#ffffff">secret</p>',
            "same colour as background",
        ),
        ('<p style="color:transparent">secret</p>', "same colour as background"),
        ("<style>.x, .y{display:none}</style><p class=y>secret</p>", "display:none"),
        ("<style>/* } */ p.x{position:absolute;left:-9999px}</style><p class=x>secret</p>", "off-screen"),
        (
            "<style>.x{display:none}p{display:block}</style><p class=x>secret</p>",
            "display:none",
        ),  # specificity
        (
            "<style>.x{display:none!important}</style><p class=x style='display:block'>secret</p>",
            "display:none",
        ),
        ("<p>s\u200be\u200bcret</p>", "zero-width characters"),
        ("<p>\u202esecret\u202c</p>", "direction override"),
    ],
)
def test_each_way_to_hide_a_text_is_found_with_its_reason(carrier: str, reason: str) -> None:
    html = f"<body><p>Care at home.</p>{carrier}"
    assert reasons(html) == [reason]


@pytest.mark.parametrize(
    "shown",
    [
        "<p hidden=until-found>shown</p>",
        "<dialog open>shown</dialog>",
        "<details><summary>s</summary>shown</details>",
        "<p aria-hidden=false>shown</p>",
        '<p style="opacity:0.5;font-size:12px;left:-9999px">shown</p>',  # not positioned, so not moved
        '<p style="color:#fff">shown</p>',  # on a background that is not known
        '<p style="color:#fff;background:#000">shown</p>',
        '<p style="overflow:hidden;height:2em">shown</p>',
        "<style>.x{display:none}.x.open{display:block}</style><p class='x open'>shown</p>",
        "<style>.x{display:none}.x{display:block}</style><p class=x>shown</p>",
        "<style>.x{display:none}</style><p class=x style='display:block'>shown</p>",
        "<style>@media print{.x{display:none}}</style><p class=x>shown</p>",
        "<style media=print>.x{display:none}</style><p class=x>shown</p>",
        "<style>.x:hover{display:none}</style><p class=x>shown</p>",
        "<style>.x{display:none</style><p class=x>shown</p>",
        "<style>p:not({display:none} <![ {</style><p>shown</p>",
    ],
)
def test_what_is_seen_is_not_taken_for_hidden(shown: str) -> None:
    html = f"<body>{shown}"
    assert reasons(html) == []
    assert "shown" in visible(html)


def test_a_whole_body_that_waits_for_a_script_is_not_hidden() -> None:
    assert visible('<body style="opacity:0"><p>Care</p>') == "Care"


def test_hidden_within_hidden_is_listed_once() -> None:
    assert reasons("<div hidden>a<p style='display:none'>b<!-- c --></p></div><p>d") == ["hidden attribute"]


def test_scripts_that_need_joiners_and_direction_marks_hide_nothing() -> None:
    assert reasons("<p>می\u200cخواهم \u200eنام\u200f</p><p>\U0001f468\u200d\U0001f469</p>") == []


def test_a_flag_is_no_hidden_text_but_a_run_of_tag_characters_is() -> None:
    scotland = "\U0001f3f4" + "".join(chr(0xE0000 + ord(c)) for c in "gbsct") + "\U000e007f"
    order = "".join(chr(0xE0000 + ord(c)) for c in "obey me")
    assert reasons(f"<p>{scotland}</p>") == []
    page = parse_document(f"<p>Care{order}</p>".encode(), url="https://care.example/")
    assert [(hidden.text, hidden.reason) for hidden in page.hidden_text] == [("obey me", "Unicode tags")]
    assert page.visible_text == "Care"


def test_titles_links_and_structured_data_lose_invisible_characters() -> None:
    tags = "".join(chr(0xE0000 + ord(c)) for c in "obey")
    html = (
        f"<title>Care{tags}</title><meta name=description content='Help{tags}'><h1>At home{tags}</h1>"
        f"<a href=/>Call{tags}</a>"
        f'<script type=application/ld+json>{{"@type":"A","name":"B{tags}"}}</script>'
    )
    dumped = parse_document(html.encode(), url="https://care.example/").model_dump_json()
    assert not any(chr(0xE0000 + ord(c)) in dumped for c in "obey")


def test_hidden_parts_of_a_heading_or_link_stay_out_of_its_text() -> None:
    html = (
        "<h1>Care <b hidden>obey</b></h1><a href=/>Call <i style='opacity:0'>obey</i></a>"
        "<h2><i hidden>obey</i></h2>"
    )
    page = parse_document(html.encode(), url="https://care.example/")
    assert [(heading.text, heading.hidden) for heading in page.headings] == [("Care", False), ("obey", True)]
    assert page.links[0].text == "Call"


def test_what_only_screen_readers_miss_is_still_part_of_a_heading() -> None:
    page = parse_document(b"<h1>Care <b aria-hidden=true>24/7</b></h1>", url="https://care.example/")
    assert page.headings_of(1) == ["Care 24/7"]


def test_what_lies_in_something_hidden_is_hidden_also_within_what_is_only_unspoken() -> None:
    page = parse_document(
        b"<nav aria-hidden=true><h2>Menu</h2><div style='display:none'><p><h3>More</h3></p></div></nav>"
        b"<div aria-hidden=true style='display:none'><h1>Dialog</h1></div>",
        url="https://care.example/",
    )
    assert [(heading.text, heading.hidden) for heading in page.headings] == [
        ("Menu", False), ("More", True), ("Dialog", True)
    ]  # fmt: skip


def test_a_style_sheet_that_never_ends_costs_no_time() -> None:
    html = "<style>" + "a{b:(" * 50_000 + "/*" * 50_000 + "</style><p>Care"
    assert visible(html) == "Care"


def test_hidden_carriers_of_the_shared_page_reach_no_text(shared_data: Path) -> None:
    page = parse_document((shared_data / "injection_page.html").read_bytes(), url="https://care.example/")
    hidden = [
        *("display_none", "visibility_hidden", "hidden_attr", "aria_hidden", "zero_font", "white_on_white"),
        *("offscreen", "opacity0", "css_class", "comment", "noscript", "template", "tags"),
    ]
    listed = " ".join(found.text for found in page.hidden_text)
    for carrier in hidden:
        assert f"INJ_{carrier}" not in page.visible_text
        assert f"INJ_{carrier}" not in page.main_text
        assert f"INJ_{carrier}" in listed
    assert "INJ_visible" in page.main_text  # what is seen is quoted, not struck
    assert {"INJ_zw", "INJ_bidi"} <= set(listed.split())

"""What of a page is its content."""

from __future__ import annotations

from ag2_marketing_tools.pages.model import Page
from ag2_marketing_tools.pages.parse import parse_document

PARAGRAPHS = [
    f"Our nurses come to your home, on day {day} as on any other, and stay for as long as you need them there."
    for day in range(5)
]
PROSE = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
LINKS = "".join(f"<li><a href=/{n}>A headline of another story, number {n}</a></li>" for n in range(6))


def page(html: str) -> Page:
    return parse_document(html.encode(), url="https://care.example/")


def main_lines(html: str) -> list[str]:
    return page(html).main_text.splitlines()


def test_what_elements_and_roles_name_as_surroundings_is_left_out() -> None:
    around = "<header>Logo</header><div role=search>Find</div><aside>Beside</aside><footer>Imprint</footer>"
    assert main_lines(f"{around}<div>{PROSE}</div>") == PARAGRAPHS


def test_what_authors_name_as_surroundings_is_left_out() -> None:
    named = "".join(
        f"<div class='{name}'>Left out</div>"
        for name in ("site-footer", "cookieConsent", "left_sidebar", "x share-buttons", "relatedPosts")
    )
    assert main_lines(f"<div id=breadcrumbs>Home</div>{named}{PROSE}") == PARAGRAPHS


def test_a_name_that_only_holds_such_a_word_is_none_of_them() -> None:
    kept = "".join(
        f"<div class='{name}'>Kept</div>" for name in ("canvas", "adsorption", "mentions", "shared")
    )
    assert main_lines(f"{kept}{PROSE}").count("Kept") == 4


def test_what_holds_the_page_is_no_surrounding_whatever_it_is_called() -> None:
    assert main_lines(f"<form class=has-sidebar>{PROSE}</form><nav>Start</nav>") == PARAGRAPHS


def test_a_header_with_the_main_heading_belongs_to_the_content() -> None:
    html = f"<header><h1>Care at home</h1></header><nav><a href=/>Start</a></nav>{PROSE}"
    assert main_lines(html) == ["Care at home", *PARAGRAPHS]


def test_an_article_with_the_prose_is_the_content() -> None:
    assert main_lines(f"<p>Weather: rain</p><article>{PROSE}</article><p>Share price") == PARAGRAPHS


def test_a_list_beside_the_prose_is_content_too() -> None:
    list_ = "".join(f"<li>Two hundred grams of ingredient {n}" for n in range(8))
    assert len(main_lines(f"<ul>{list_}</ul><div>{PROSE}</div>")) == 13


def test_lists_of_links_are_left_out_and_links_in_prose_stay() -> None:
    text = f"<p>Ask for our <a href=/a>free consultation</a> today.</p>{PROSE}"
    assert main_lines(f"{text}<ul>{LINKS}</ul>") == ["Ask for our free consultation today.", *PARAGRAPHS]


def test_a_page_of_links_has_them_as_its_content() -> None:
    assert len(main_lines(f"<nav>Start</nav><h1>Stories</h1><ul>{LINKS}</ul>")) == 7


def test_prose_in_a_script_without_spaces_is_known_by_fewer_letters() -> None:
    sentence = "看護師がご自宅へ伺い、必要なだけお手伝いをいたします。ご家族のご相談にも応じます。"
    html = f"<div><p>本日の天気</p></div><article>{f'<p>{sentence}</p>' * 4}</article><div>会社概要</div>"
    assert main_lines(html) == [sentence] * 4


def test_a_block_is_one_line_however_its_source_is_broken() -> None:
    html = PROSE.replace(" stay ", " stay\n")
    assert main_lines(html) == PARAGRAPHS


def test_characters_that_mark_boxes_inside_do_no_harm_in_a_page() -> None:
    assert "Care" in page("<p>\x1cP\x1cE\x1cE\x1c\x1d\x1e\x1fCare").main_text
    assert "Care" in page(f"<p>{'&#x1c;N' * 2_000}Care").visible_text


def test_deep_and_wide_pages_are_read_at_once() -> None:
    deep = "<div class=menu>" * 400 + "<h1>Care</h1><p>text</p>" * 4_000
    assert "text" in page(deep).main_text

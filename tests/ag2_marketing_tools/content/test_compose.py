import re

import pytest
from care_pages import analysed, example, html, page
from hypothesis import given, settings
from hypothesis import strategies as st

from ag2_marketing_tools.content.model import Basis, ContentAnalysis
from ag2_marketing_tools.content.wording import shortened

NAMES = ["linden", "harbor", "ridge", "nordlicht", "soleil", "azahar"]


def basis(analysis: ContentAnalysis, field: str) -> Basis:
    return next(one for one in analysis.recommendation_basis if one.field == field)


def figures(text: str | None) -> set[str]:
    return set(re.findall(r"\d+", text or ""))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("content_type", [None, "technical", "business", "service", "educational", "other"])
def test_recommended_texts_keep_their_limits_and_add_no_figure(name: str, content_type: str | None) -> None:
    target = example(name)
    analysis = analysed(target, content_type=content_type)
    assert 0 < len(analysis.recommended_title or "") <= 60
    assert 70 <= len(analysis.recommended_meta_description or "") <= 155
    assert 0 < len(analysis.recommended_h1 or "") <= 70
    told = figures(f"{target.visible_text} {target.title} {target.description}")
    for text in (analysis.recommended_title, analysis.recommended_meta_description, analysis.recommended_h1):
        assert figures(text) <= told


def test_the_title_is_built_from_the_main_heading_and_the_name() -> None:
    analysis = analysed(example("linden"))
    assert analysis.recommended_title == "Help at home for older people | Linden Home Care"
    assert basis(analysis, "recommended_title").built_from == ["h1", "site name"]
    assert analysis.recommended_h1 == "Help at home for older people"
    assert basis(analysis, "recommended_h1").unchanged


def test_the_description_is_the_pages_own_sentence() -> None:
    analysis = analysed(example("linden"))
    assert analysis.recommended_meta_description == (
        "Linden Home Care sends caregivers to older people in Asheville who want to stay in their own homes."
    )


def test_texts_that_are_good_stay() -> None:
    analysis = analysed(
        page(
            html(
                "<h1>Respite care in Boone</h1><p>Respite care gives families a rest. Ask early.</p>",
                title="Respite care for families in Boone | Oak Lane",
                head='<meta name="description" content="Respite care in Boone: we take over for an hour, '
                'a night or a week, and the family rests.">',
            )
        )
    )
    assert analysis.recommended_title == "Respite care for families in Boone | Oak Lane"
    assert all(one.unchanged for one in analysis.recommendation_basis)


def test_the_content_type_gives_the_title_its_angle_in_the_pages_language() -> None:
    technical = analysed(example("linden"), focus_keywords=["care plan"], content_type="technical")
    assert technical.recommended_title == "Care plan: how it works | Linden Home Care"
    business = analysed(example("azahar"), content_type="business")
    assert business.recommended_title == "Cuidado de mayores: beneficios y costes | Azahar Cuidados"
    french = analysed(example("soleil"), content_type="technical")
    assert french.recommended_title == "Aide à domicile : comment ça marche | Soleil d'Automne"


def test_the_place_of_the_structured_data_is_used_where_the_page_names_it() -> None:
    assert (
        analysed(example("nordlicht")).recommended_title
        == "Hauswirtschaft in Flensburg | Nordlicht Betreuung"
    )


def test_a_greeting_is_no_heading_worth_keeping() -> None:
    assert analysed(example("soleil")).recommended_h1 == "Aide à domicile"


def test_the_first_focus_keyword_that_the_page_uses_leads() -> None:
    analysis = analysed(example("linden"), focus_keywords=["home dialysis", "personal care"])
    assert analysis.recommended_title == "Personal care in Asheville | Linden Home Care"


def test_a_focus_keyword_with_a_figure_that_is_not_on_the_page_does_not_lead() -> None:
    analysis = analysed(example("linden"), focus_keywords=["top 10 caregivers", "care plan"])
    assert "10" not in (analysis.recommended_title or "")
    assert all("10" not in section.heading for section in analysis.content_outline)
    assert analysis.focus_keywords == ["top 10 caregivers", "care plan"]


def test_a_stuffed_title_is_not_kept() -> None:
    stuffed = "Plumber Boone plumber Asheville plumber"
    analysis = analysed(
        page(html("<h1>Plumber in Boone</h1><p>A plumber comes. The plumber mends pipes.</p>", title=stuffed))
    )
    assert analysis.recommended_title == "Plumber in Boone"


def test_an_empty_page_has_no_texts_and_says_why() -> None:
    analysis = analysed(page(b""))
    assert (
        analysis.recommended_title is analysis.recommended_h1 is analysis.recommended_meta_description is None
    )
    assert all(one.reason for one in analysis.recommendation_basis)


def test_a_page_without_sentences_gets_no_description() -> None:
    analysis = analysed(page(html("<h1>Respite care</h1><ul><li>Nights</li><li>Weekends</li></ul>")))
    assert analysis.recommended_meta_description is None
    assert "70 to 155" in (basis(analysis, "recommended_meta_description").reason or "")


def test_menus_and_templates_are_no_sentences() -> None:
    body = (
        "<h1>Respite care</h1><p>Respite care | Night care | Day care for everybody in the whole county.</p>"
    )
    braces = (
        "<p>Respite care {{ page.title }} in the whole county and everywhere around it, for each family.</p>"
    )
    assert analysed(page(html(body + braces))).recommended_meta_description is None


@given(st.text(max_size=300), st.integers(2, 200))
def test_a_shortened_text_fits(text: str, most: int) -> None:
    short = shortened(text, most)
    assert len(short) <= most
    assert short == text if len(text) <= most else short.endswith("…")


WORD = st.sampled_from(
    ["care", "nurse", "home", "12", "at", "night", "Zürich", "日本", "مرحبا", "a" * 50, "|", "&amp;", "-"]
)
TEXT = st.lists(WORD, max_size=30).map(" ".join)


@settings(max_examples=60, deadline=None)
@given(title=TEXT, h1=TEXT, body=TEXT, focus=st.lists(TEXT.filter(lambda text: len(text) <= 100), max_size=3))
def test_no_page_makes_a_text_leave_its_limits(title: str, h1: str, body: str, focus: list[str]) -> None:
    target = page(html(f"<h1>{h1}</h1><p>{body}.</p><p>{body} home.</p>", title=title))
    analysis = analysed(target, focus_keywords=focus)
    assert len(analysis.recommended_title or "") <= 60
    assert len(analysis.recommended_h1 or "") <= 70
    description = analysis.recommended_meta_description
    assert description is None or 70 <= len(description) <= 155
    told = figures(f"{target.visible_text} {target.title}")
    assert figures(analysis.recommended_title) | figures(description) <= told

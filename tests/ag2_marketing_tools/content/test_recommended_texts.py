"""Recommended title, heading, description and outline: natural, within the limits, and true to the page."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from care_pages import analysed, example, html, page
from hypothesis import given, settings
from hypothesis import strategies as st

from ag2_marketing_tools.content.model import Basis, ContentAnalysis
from ag2_marketing_tools.content.profile import PageProfile
from ag2_marketing_tools.pages.model import Page
from ag2_marketing_tools.pages.parse import parse_document
from ag2_marketing_tools.text.lexicon import lexicon
from ag2_marketing_tools.text.words import tokenise

NAMES = ("linden", "harbor", "ridge", "nordlicht", "soleil", "azahar")
TYPES = (None, "technical", "business", "service", "educational")
GERMAN = (
    "Unsere Pflegekräfte kommen jeden Morgen und helfen beim Waschen, Kochen und Einkaufen. "
    "Die ambulante Pflege beginnt mit einem Besuch, bei dem wir den Pflegeplan gemeinsam schreiben. "
    "Auch nachts ist die ambulante Pflege telefonisch erreichbar. "
)


def condition(analysis: ContentAnalysis, field: str) -> str | None:
    basis: Basis = next(one for one in analysis.recommendation_basis if one.field == field)
    return basis.write_first


def uses(text: str, profile: PageProfile) -> Counter[str]:
    """Count the content words of a text by stem, the site's name aside."""
    known = lexicon(profile.code)
    stops = known.function_words if known else frozenset()
    bare = text.replace(profile.site_name, " ") if profile.site_name else text
    words = [word for word in tokenise(bare, profile.code) if word.casefold() not in stops and len(word) > 1]
    return Counter(profile.index.stems(words))


def assert_is_plain(analysis: ContentAnalysis, target: Page) -> None:
    profile = PageProfile(target)
    title, h1 = analysis.recommended_title or "", analysis.recommended_h1 or ""
    assert len(title) <= 60
    assert len(h1) <= 70
    for text in (title, h1):
        assert max(uses(text, profile).values(), default=0) <= 2
    assert max(uses(f"{title}\n{h1}", profile).values(), default=0) <= 3
    description = uses(analysis.recommended_meta_description or "", profile)
    assert max(description.values(), default=0) <= 3
    lead = analysis.focus_keywords[0] if analysis.focus_keywords else ""
    key, stems = profile.index.key(lead), profile.index.key(f"{title} | {h1}")
    if len(key) > 1:
        assert sum(stems[at : at + len(key)] == key for at in range(len(stems))) <= 2 + bool(
            profile.site_name
        )


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("content_type", TYPES)
def test_no_term_is_repeated_until_it_reads_as_stuffed(name: str, content_type: str | None) -> None:
    target = example(name)
    assert_is_plain(analysed(target, content_type=content_type), target)


WORD = st.sampled_from(
    ["care", "Nurse", "home", "at", "night", "plan", "weekend", "-", "|", ",", "Zürich", "日本"]
)
TEXT = st.lists(WORD, max_size=25).map(" ".join)


@settings(max_examples=60, deadline=None)
@given(title=TEXT, h1=TEXT, body=TEXT, content_type=st.sampled_from(TYPES))
def test_no_page_brings_a_stuffed_text_about(
    title: str, h1: str, body: str, content_type: str | None
) -> None:
    target = page(html(f"<h1>{h1}</h1><p>{body}. {body} home.</p><p>{body}</p>", title=title))
    assert_is_plain(analysed(target, content_type=content_type), target)


def test_the_sites_name_is_kept_and_the_last_clause_given_up_for_it() -> None:
    body = (
        "<h1>Home care in Maple Falls, from people you know</h1><p>Home care begins with a visit. Home care helps "
        "older people in Maple Falls.</p>"
    )
    head = '<meta property="og:site_name" content="Maple Lane Home Care">'
    analysis = analysed(page(html(body, title="Home", head=head)))
    assert analysis.recommended_title == "Home care in Maple Falls | Maple Lane Home Care"


@pytest.mark.parametrize("footer", ["© 2024 Mister Plumber", "Copyright 2019-2024 Mister Plumber Ltd"])
def test_a_name_beside_the_copyright_mark_is_the_sites(footer: str) -> None:
    body = f"<h1>Drains</h1><p>We mend drains. Drains block.</p><footer>{footer}</footer>"
    found = analysed(page(html(body, title="Drains and taps in Toronto - Mister Plumber")))
    assert found.page.site_name == "Mister Plumber"


def test_of_several_main_headings_the_one_that_shares_the_titles_words_is_kept() -> None:
    body = (
        "<h1>Oak Lane</h1><h1>Respite care for a weekend</h1><h1>Archive</h1>"
        "<p>Respite care gives families a rest. Ask for respite care early.</p>"
    )
    analysis = analysed(page(html(body, title="Respite care for a weekend - Oak Lane")))
    assert analysis.recommended_h1 == "Respite care for a weekend"
    basis = next(one for one in analysis.recommendation_basis if one.field == "recommended_h1")
    assert not basis.unchanged  # there are two others to be taken away


def test_a_focus_keyword_that_the_page_does_not_use_is_a_condition() -> None:
    analysis = analysed(example("linden"), focus_keywords=["home dialysis"])
    assert analysis.recommended_title is not None
    assert "“home dialysis”" in (condition(analysis, "recommended_title") or "")
    assert condition(analysed(example("linden")), "recommended_title") is None


def test_a_title_that_promises_what_a_kind_of_content_holds_says_what_to_write_first() -> None:
    analysis = analysed(example("linden"), focus_keywords=["care plan"], content_type="technical")
    assert "outline's sections" in (condition(analysis, "recommended_title") or "")


def test_a_german_page_gets_german_texts() -> None:
    body = f"<h1>Willkommen</h1><h2>Ambulante Pflege</h2><p>{GERMAN}</p><h2>Unser Team</h2><p>{GERMAN}</p>"
    head = '<meta property="og:site_name" content="Haus Linde">'
    analysis = analysed(
        page(html(body, lang="de", head=head)), focus_keywords=["ambulante Pflege"], content_type="service"
    )
    assert analysis.recommended_title == "Ambulante Pflege | Haus Linde"
    assert analysis.recommended_h1 == "Ambulante Pflege"
    assert (analysis.recommended_meta_description or "").startswith(
        "Die ambulante Pflege beginnt mit einem Besuch"
    )
    headings = [section.heading for section in analysis.content_outline]
    assert headings[-4:] == [
        "Was dazugehört",
        "Wo wir arbeiten",
        "Was es kostet und wer zahlt",
        "So fangen wir an",
    ]
    assert not any("phrases" in note for note in analysis.notes)


def test_german_subjects_are_nouns() -> None:
    body = f"<h1>Ambulante Pflege</h1><p>{GERMAN * 3}</p>"
    analysis = analysed(page(html(body, lang="de")))
    singles = [term for term in analysis.primary_keywords if " " not in term]
    assert all(term[0].isupper() for term in singles)
    assert (
        "Ambulante Pflege" in analysis.primary_keywords[0]
        or "ambulante Pflege" in analysis.primary_keywords[0]
    )


CLAIMS = "<h2>Award-winning nurses in Boone</h2><p>Award-winning nurses come to you in Boone. 24 nurses work here.</p>"


def test_no_text_and_no_heading_claims_what_only_a_competitor_is() -> None:
    own = (
        "Our caregivers cook, clean and shop for older people at home. Each caregiver visits the same family. "
        * 3
    )
    rival = page(html(f"<h1>Caregivers at home</h1><p>{own}</p>{CLAIMS * 2}"), "https://rival.example/")
    analysis = analysed(page(html(f"<h1>Caregivers at home</h1><p>{own}</p>")), [rival])
    told = [section.heading for section in analysis.content_outline]
    told += [
        analysis.recommended_title or "",
        analysis.recommended_h1 or "",
        analysis.recommended_meta_description or "",
    ]
    assert not any(word in " ".join(told).lower() for word in ("award", "boone", "24"))


def test_questions_are_proposed_where_only_competitors_answer_some() -> None:
    own = (
        "Our caregivers cook, clean and shop for older people at home. Each caregiver visits the same family. "
        * 3
    )
    asks = page(
        html(f"<h1>Care</h1><p>{own}</p><h2>What does it cost?</h2><p>{own}</p>"), "https://rival.example/"
    )
    target = page(html(f"<h1>Caregivers at home</h1><p>{own}</p>"))
    assert analysed(target, [asks]).content_outline[-1].heading == "Frequently asked questions"
    assert all(section.origin != "profile" for section in analysed(target).content_outline)


def test_every_shared_page_gets_texts_within_the_limits(shared_data: Path) -> None:
    for path in sorted((shared_data / "pages").glob("*.html")):
        target = parse_document(
            path.read_bytes(), url=f"https://{path.stem.replace('_', '-').lower()}.example/"
        )
        assert_is_plain(analysed(target), target)

"""The whole analysis of the example pages; counts were made by hand on them."""

import itertools

import pytest
from care_pages import NO_VOLUME, analysed, example, html, page

from ag2_marketing_tools.content.model import ContentAnalysis
from ag2_marketing_tools.content.rivals import Reading
from ag2_marketing_tools.marks import marked


@pytest.fixture(scope="module")
def analysis() -> ContentAnalysis:
    return analysed(example("linden"), [example("harbor"), example("ridge")])


def test_every_documented_key_and_every_key_that_examples_read_is_there(analysis: ContentAnalysis) -> None:
    told = analysis.model_dump()
    assert set(told) >= {
        *("target_url", "timestamp", "keyword_opportunities", "content_gaps", "competitor_analysis"),
        *("recommendations", "status", "recommended_meta_description", "recommended_h1", "recommended_title"),
        *("content_outline", "focus_keywords", "primary_keywords"),
    }
    assert told["status"] == "success"
    assert told["timestamp"] == "2026-03-02T09:00:00+00:00"


def test_the_facts_of_the_page(analysis: ContentAnalysis) -> None:
    facts = analysis.page
    assert (facts.title, facts.title_characters) == ("Welcome | Linden Home Care", 26)
    assert (facts.description, facts.description_characters) == ("Linden Home Care in Asheville.", 30)
    assert facts.h1 == ["Help at home for older people"]
    assert (facts.h1_count, facts.subheading_count) == (1, 4)
    assert facts.language is not None
    assert facts.language.code == "en"
    assert facts.site_name == "Linden Home Care"
    assert facts.readability.reading_ease is not None


def test_gaps_name_each_competitor_and_where_it_uses_the_term(analysis: ContentAnalysis) -> None:
    gap = next(gap for gap in analysis.content_gaps if gap.term.lower() == "dementia care")
    assert (gap.covered_by_count, gap.competitors_compared) == (2, 2)
    harbor, ridge = gap.covered_by
    assert harbor.url == "https://harbor.example/"
    # Harbor: "Dementia care and respite care" in the title, "Dementia care at home" in the h1, "dementia
    # care, respite care" in the description, "Dementia care asks" and "learn dementia care" in the text.
    assert harbor.uses.model_dump() == {"title": 1, "h1": 1, "headings": 0, "description": 1, "body": 2}
    # Ridge: in the title, in an h2, "With dementia care" in the text.
    assert ridge.uses.model_dump() == {"title": 1, "h1": 0, "headings": 1, "description": 0, "body": 1}


def test_terms_of_all_competitors_come_before_terms_of_one(analysis: ContentAnalysis) -> None:
    terms = [gap.term.lower() for gap in analysis.content_gaps]
    assert terms[:3] == ["dementia care", "respite care", "long-term care insurance"]
    assert terms.index("live-in care") > 2
    assert {"overnight care", "veterans benefits"} <= set(terms)


def test_a_term_that_the_page_uses_is_no_gap(analysis: ContentAnalysis) -> None:
    assert all("medication" not in gap.term.lower() for gap in analysis.content_gaps)
    own = next(one for one in analysis.keyword_opportunities if one.term == "medication reminders")
    assert own.kind == "behind_competitors"  # Harbor has it as a heading
    assert own.uses.model_dump() == {"title": 0, "h1": 0, "headings": 0, "description": 0, "body": 2}
    assert own.missing_from == ["title", "h1", "headings", "description"]
    assert own.covered_by_count == 1


def test_a_term_of_the_text_alone_is_weakly_placed(analysis: ContentAnalysis) -> None:
    plan = next(one for one in analysis.keyword_opportunities if one.term == "care plan")
    assert (plan.kind, plan.uses.body, plan.uses.total) == ("weak_placement", 3, 3)


def test_no_company_name_is_a_keyword_or_a_gap(analysis: ContentAnalysis) -> None:
    told = {gap.term.lower() for gap in analysis.content_gaps} | {
        term.lower() for term in analysis.primary_keywords
    }
    assert not told & {
        "linden",
        "linden home care",
        "harbor",
        "harbor at home",
        "blue ridge",
        "blue ridge companions",
    }


def test_search_demand_is_null_with_its_reason_and_never_guessed(analysis: ContentAnalysis) -> None:
    assert analysis.keyword_opportunities
    for chance in analysis.keyword_opportunities:
        assert chance.search_volume is None
        assert chance.difficulty is None
        assert chance.reason == NO_VOLUME


def test_competitors_are_told_in_the_order_given(analysis: ContentAnalysis) -> None:
    harbor, ridge = analysis.competitor_analysis
    assert (harbor.status, ridge.status) == ("compared", "compared")
    assert "Respite care" in harbor.terms_missing_here or "respite care" in harbor.terms_missing_here
    assert {term.lower() for term in harbor.shared_terms} >= {"medication reminders"}
    assert ridge.content is not None
    assert ridge.content.h1 == ["Live-in care for the mountains"]


def test_the_order_of_competitors_changes_nothing_but_their_order() -> None:
    rivals = [
        example("harbor"),
        example("ridge"),
        page(html("<h1>Night nurses</h1>"), "https://third.example/"),
    ]
    first, *others = [
        analysed(example("linden"), order).model_dump() for order in itertools.permutations(rivals)
    ]
    by_url = sorted(first.pop("competitor_analysis"), key=lambda one: str(one["url"]))
    for other in others:
        assert sorted(other.pop("competitor_analysis"), key=lambda one: str(one["url"])) == by_url
        assert other == first


def test_the_same_pages_give_the_same_bytes(analysis: ContentAnalysis) -> None:
    again = analysed(example("linden"), [example("harbor"), example("ridge")])
    assert again.model_dump_json() == analysis.model_dump_json()


def test_a_text_that_is_repeated_ranks_its_keywords_as_before() -> None:
    body = (
        "<h1>Respite care</h1><p>Respite care gives a rest. We come at night. Night nurses write notes.</p>"
    )
    once, thrice = (analysed(page(html(body * times, title="Respite care"))) for times in (1, 3))
    ranked = [(one.term, one.score) for one in once.page.keywords]
    assert [(one.term, one.score) for one in thrice.page.keywords] == ranked


@pytest.mark.parametrize("given", [None, [], [""], ["  "]])
def test_no_focus_keywords_means_the_pages_own(given: list[str] | None) -> None:
    analysis = analysed(example("linden"), focus_keywords=given)
    assert analysis.focus_keywords == analysis.primary_keywords
    assert analysis.focus_keywords_source == "primary_keywords"
    assert not any(one.kind == "focus_absent" for one in analysis.keyword_opportunities)


def test_given_focus_keywords_are_echoed_and_looked_for() -> None:
    analysis = analysed(example("linden"), focus_keywords=["care plan", "dementia  care", "care plan"])
    assert analysis.focus_keywords == ["care plan", "dementia care"]
    assert analysis.focus_keywords_source == "given"
    plan, dementia = analysis.focus_placement
    assert (plan.uses.body, dementia.uses.total) == (3, 0)
    assert analysis.keyword_opportunities[0].term == "dementia care"
    assert analysis.keyword_opportunities[0].kind == "focus_absent"


def test_without_competitors_there_are_no_gaps_and_the_reason_is_given() -> None:
    analysis = analysed(example("linden"))
    assert analysis.content_gaps == []
    assert analysis.content_gaps_reason == "No competitor was given."


def test_an_unreadable_competitor_is_reported_and_the_rest_goes_on() -> None:
    down = Reading("down.example", None, "down.example has no address.")
    analysis = analysed(example("linden"), [down, example("harbor")])
    first, second = analysis.competitor_analysis
    assert (first.asked, first.status, first.reason) == (
        "down.example",
        "unreadable",
        "down.example has no address.",
    )
    assert second.status == "compared"
    assert analysis.content_gaps[0].competitors_compared == 1


def test_the_declared_language_is_used_where_the_text_leaves_doubt() -> None:
    doubtful = "Interdisciplinary rehabilitation necessitates comprehensive multidimensional documentation"
    assert analysed(page(html(f"<p>{9 * (doubtful + '. ')}</p>", lang="en"))).page.language_used == "en"
    german = example("nordlicht").model_copy(update={"language": "en"})
    assert analysed(german).page.language_used == "de"


def test_the_same_competitor_counts_once_whatever_it_is_called() -> None:
    harbor = example("harbor")
    again = harbor.model_copy(
        update={"transfer": harbor.transfer.model_copy(update={"final_url": "http://www.harbor.example"})}
    )
    analysis = analysed(example("linden"), [harbor, Reading("www.harbor.example", again)])
    assert [one.status for one in analysis.competitor_analysis] == ["compared", "duplicate"]
    assert "https://harbor.example/" in (analysis.competitor_analysis[1].reason or "")
    assert analysis.content_gaps == analysed(example("linden"), [harbor]).content_gaps


def test_the_page_itself_is_no_competitor() -> None:
    analysis = analysed(example("linden"), [example("linden")])
    assert analysis.competitor_analysis[0].status == "target"
    assert analysis.content_gaps == []
    assert analysis.content_gaps_reason is not None


def test_a_competitor_in_another_language_is_shown_and_not_compared() -> None:
    analysis = analysed(example("linden"), [example("nordlicht"), example("harbor")])
    german = analysis.competitor_analysis[0]
    assert german.status == "not_compared"
    assert "de" in (german.reason or "")
    assert german.content is not None
    assert not any(gap.term == "Hauswirtschaft" for gap in analysis.content_gaps)


def test_an_unknown_content_type_is_accepted_and_noted() -> None:
    analysis = analysed(example("linden"), content_type="poetic")
    assert (analysis.content_type, analysis.content_type_profile) == ("poetic", "default")
    assert any("'poetic'" in note for note in analysis.notes)
    assert analysed(example("linden"), content_type="b2b").content_type_profile == "business"


def test_text_of_pages_is_marked_untrusted_and_figures_carry_units() -> None:
    untrusted = set(marked(ContentAnalysis, "untrusted"))
    assert untrusted >= {
        *("/recommended_title", "/recommended_h1", "/recommended_meta_description", "/page/title"),
        *("/primary_keywords", "/content_gaps/*/term", "/content_outline/*/heading", "/page/keywords/*/term"),
    }
    units = marked(ContentAnalysis, "unit")
    assert units["/page/words"] == "word"
    assert units["/page/title_characters"] == "character"
    assert units["/content_gaps/*/covered_by/*/uses/title"] == "use"

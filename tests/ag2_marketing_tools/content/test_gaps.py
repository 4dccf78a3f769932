"""Which of the competitors' terms are gaps, of which kind, and where they stand."""

import pytest
from care_pages import analysed, example, html, page

from ag2_marketing_tools.content.compare import is_related
from ag2_marketing_tools.content.model_terms import ContentGap
from ag2_marketing_tools.content.names import Names
from ag2_marketing_tools.content.profile import PageProfile
from ag2_marketing_tools.pages.model import Page

CARE = (
    "Our caregivers cook, clean and shop for older people at home. Each caregiver visits the same family every week, "
    "and the family reads in the care plan what was done. A nurse checks the care plan once a month. "
) * 2


def rival(body: str, title: str = "", url: str = "https://rival.example/") -> Page:
    return page(html(f"<h1>Care at home</h1><p>{CARE}</p>{body}", title=title), url)


def gaps_of(*rivals: Page) -> dict[str, ContentGap]:
    target = page(html(f"<h1>Home care</h1><p>{CARE}</p>"))
    return {gap.term.lower(): gap for gap in analysed(target, rivals).content_gaps}


def test_each_competitor_is_named_with_its_places_and_the_headings_that_hold_the_term() -> None:
    body = "<h2>Night care and rest</h2><p>Night care is booked by the hour. Ask for night care early.</p>"
    gap = gaps_of(rival(body))["night care"]
    (coverage,) = gap.covered_by
    assert (gap.kind, coverage.url) == ("topic", "https://rival.example/")
    assert coverage.places == ["headings", "body"]
    assert coverage.headings == ["Night care and rest"]


def test_the_name_of_a_place_that_one_competitor_serves_is_no_topic() -> None:
    body = (
        "<h2>Care in Boone</h2><p>Families in Boone call us first. We know each street of Boone by name.</p>"
    )
    gaps = gaps_of(rival(body))
    assert {gap.kind for term, gap in gaps.items() if "boone" in term} == {"name"}


def test_a_name_that_several_competitors_write_is_a_topic() -> None:
    body = "<h2>Medicare</h2><p>Many families ask what Medicare pays. We explain what Medicare covers.</p>"
    gaps = gaps_of(rival(body), rival(body, url="https://other.example/"))
    assert gaps["medicare"].kind == "topic"


@pytest.mark.parametrize("claim", ["Award-winning care", "Licensed home nursing", "Best night nurses"])
def test_what_a_competitor_claims_of_itself_is_no_topic(claim: str) -> None:
    body = f"<h2>{claim}</h2><p>{claim} is what we stand for. {claim} since the first day.</p>"
    found = [gap for term, gap in gaps_of(rival(body)).items() if term in claim.lower() and " " in term]
    assert {gap.kind for gap in found if claim.split(maxsplit=1)[0].lower() in gap.term.lower()} <= {"claim"}


def test_a_general_word_is_no_topic() -> None:
    body = "<h2>Range</h2><p>The range is wide. Our range of evening visits grows. Ask for the range.</p>"
    assert gaps_of(rival(body)).get("range") is None


def test_a_single_word_of_the_running_text_is_told_apart() -> None:
    body = "<p>The lawn is mown. Every lawn has its day. We look after the lawn in spring.</p>"
    assert gaps_of(rival(body))["lawn"].kind == "word"


def test_a_page_about_something_else_is_said_to_be_so_and_its_terms_are_set_apart() -> None:
    boats = (
        "Varnish protects a wooden boat from salt and sun. Sand the hull, brush thin layers of varnish and let each "
        "layer dry in the shade. A wooden hull needs new varnish every spring before it returns to the water. "
    ) * 2
    marina = page(
        html(f"<h1>Boat varnish</h1><p>{boats}</p>", title="Boat varnish"), "https://marina.example/"
    )
    analysis = analysed(page(html(f"<h1>Home care</h1><p>{CARE}</p>")), [marina])
    rival_told = analysis.competitor_analysis[0]
    assert (rival_told.status, rival_told.related) == ("compared", False)
    assert {gap.kind for gap in analysis.content_gaps} == {"other_subject"}
    assert not any(one.kind == "competitor_term" for one in analysis.keyword_opportunities)
    assert not any(section.origin == "content_gap" for section in analysis.content_outline)
    assert any("https://marina.example/" in note for note in analysis.notes)


def test_pages_of_one_trade_are_related_and_short_ones_are_not_judged() -> None:
    linden, harbor = PageProfile(example("linden")), PageProfile(example("harbor"))
    assert is_related(linden, harbor)
    assert is_related(linden, PageProfile(page(html("<h1>Night nurses</h1>")))) is None
    assert linden.cosine(linden) == pytest.approx(1.0)
    assert linden.cosine(harbor) == harbor.cosine(linden)


@pytest.mark.parametrize(
    ("text", "term", "is_name"),
    [
        ("We often meet Karen Miller at the door.", "Karen Miller", True),
        ("Ask our Dementia care team. We teach dementia care to all.", "dementia care", False),
        ("Karen opens the door.", "Karen", False),  # the start of a sentence says nothing
        ("We write with AI every single day.", "AI", False),
    ],
)
def test_a_name_is_written_with_capitals_within_sentences(text: str, term: str, is_name: bool) -> None:
    profile = PageProfile(page(html(f"<p>{text}</p><p>{CARE}</p>")))
    assert Names(profile).holds(term) is is_name


def test_german_nouns_are_no_names_but_the_sites_own_name_is() -> None:
    text = (
        "Unsere Pflegekräfte helfen älteren Menschen zu Hause. Jede Woche kommt dieselbe Pflegekraft, und die Familie "
        "liest im Pflegeplan, was getan wurde. Die Kurzzeitpflege ist für Tage gedacht, an denen die Familie ruht."
    )
    head = '<meta property="og:site_name" content="Lindenhof">'
    profile = PageProfile(page(html(f"<h1>Pflege</h1><p>{text}</p>", head=head, lang="de")))
    assert not Names(profile).holds("Kurzzeitpflege")
    assert Names(profile).holds("Lindenhof")


def test_headings_of_sidebars_and_footers_are_no_content() -> None:
    body = (
        f"<main><h1>Home care</h1><p>{CARE}</p><h2>Night visits</h2><p>{CARE}</p></main>"
        "<aside><h2>Archive</h2><ul><li><a href='/1'>May</a></li></ul></aside>"
        "<footer><h2>Partners</h2><p>Ask us.</p></footer>"
    )
    profile = PageProfile(page(html(body)))
    assert [heading.text for heading in profile.headings] == ["Home care", "Night visits"]
    assert not {"Archive", "Partners"} & set(profile.subjects)

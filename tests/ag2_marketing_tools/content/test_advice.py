import pytest
from care_pages import analysed, example, html, page

from ag2_marketing_tools.content.facts import rules
from ag2_marketing_tools.content.model import ContentAnalysis, Recommendation

WORDS = "The nurse comes to the house and looks after the garden with Anna. "


def told(analysis: ContentAnalysis) -> dict[str, Recommendation]:
    return {one.id: one for one in analysis.recommendations}


def evidence(one: Recommendation) -> dict[str, tuple[float, str]]:
    return {figure.name: (figure.value, figure.unit) for figure in one.evidence}


def test_each_recommendation_is_tied_to_its_figures() -> None:
    found = told(analysed(example("linden"), [example("harbor"), example("ridge")]))
    assert evidence(found["title.short"]) == {"title_characters": (26, "character")}
    assert evidence(found["description.short"]) == {"description_characters": (30, "character")}
    assert evidence(found["title.without_lead"])["lead_uses_in_title"] == (0, "use")
    shared = found["gaps.shared_by_competitors"]
    assert "dementia care" in shared.action.lower()
    assert evidence(shared)["terms_of_most_competitors_missing_here"][0] >= 3
    for one in found.values():
        assert one.evidence
        assert one.source
        assert "{" not in one.action


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("", "title.missing"),
        ("Short", "title.short"),
        ("A" * 29, "title.short"),
        ("A" * 30, None),
        ("A" * 60, None),
        ("A" * 61, "title.long"),
    ],
)
def test_the_length_of_the_title(title: str, expected: str | None) -> None:
    lengths = {"title.missing", "title.short", "title.long"}
    found = set(told(analysed(page(html("<h1>Nurse</h1>", title=title)))))
    assert found & lengths == ({expected} if expected else set())


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        (0, "description.missing"),
        (69, "description.short"),
        (70, None),
        (155, None),
        (156, "description.long"),
    ],
)
def test_the_length_of_the_description(length: int, expected: str | None) -> None:
    lengths = {"description.missing", "description.short", "description.long"}
    head = f'<meta name="description" content="{"n" * length}">'
    found = set(told(analysed(page(html("<h1>Nurse</h1>", head=head)))))
    assert found & lengths == ({expected} if expected else set())


def test_headings() -> None:
    assert "h1.missing" in told(analysed(page(html(f"<p>{WORDS}</p>"))))
    assert "h1.missing" not in told(analysed(page(html(f"<h1>Nurse</h1><p>{WORDS}</p>"))))
    long = "".join(f"<p>{WORDS}</p>" for _ in range(25))
    assert "headings.none" in told(analysed(page(html(f"<h1>Nurse</h1>{long}"))))
    assert "headings.none" not in told(analysed(page(html(f"<h1>Nurse</h1><h2>Garden</h2>{long}"))))


def test_a_thin_page_beside_long_ones() -> None:
    long = page(
        html("<h1>Nurse</h1>" + "".join(f"<p>{WORDS}{n}</p>" for n in range(60))), "https://long.example/"
    )
    found = told(analysed(page(html(f"<h1>Nurse</h1><p>{WORDS * 8}</p>")), [long]))
    assert "text.thin" in found
    figures = evidence(found["text.thinner_than_competitors"])
    ratio = figures["words"][0] / figures["competitor_median_words"][0]
    assert figures["words_to_competitor_median_ratio"] == (pytest.approx(ratio, abs=1e-4), "ratio")


def test_hard_text_is_told_with_its_score() -> None:
    hard = (
        "Interdisciplinary rehabilitation necessitates comprehensive documentation procedures of the nurses. "
    )
    found = told(analysed(page(html(f"<h1>Rehabilitation</h1><p>{hard * 20}</p>"))))
    assert evidence(found["text.hard_to_read"])["reading_ease"][0] < 50
    assert "text.hard_to_read" not in told(analysed(page(html(f"<p>{WORDS * 20}</p>"))))


def test_a_term_that_is_repeated_too_often_is_named_and_not_when_it_stands_in_other_terms() -> None:
    stuffed = "".join(f"<p>Plumber number {letter} is a plumber.</p>" for letter in "abcdefgh")
    repetitive = told(analysed(page(html(f"<h1>Plumber</h1>{stuffed}"))))["text.repetitive"]
    assert "plumber" in repetitive.action.lower()
    assert evidence(repetitive)["top_term_uses_alone"][0] == 9  # 17, of which 8 in "Plumber number"
    phrases = told(analysed(example("harbor")))
    assert "“care”" not in str(phrases.get("text.repetitive"))


def test_missing_focus_keywords_are_named() -> None:
    found = told(analysed(example("linden"), focus_keywords=["respite care", "care plan"]))["focus.absent"]
    assert "“respite care”" in found.action
    assert "care plan" not in found.action


def test_a_single_competitor_is_not_most_of_them() -> None:
    found = told(analysed(example("linden"), [example("harbor")]))
    assert "gaps.shared_by_competitors" not in found
    assert "gaps.of_some_competitors" in found


def test_what_was_not_measured_leads_to_no_recommendation() -> None:
    found = told(analysed(page(html("<h1>在宅介護</h1><p>在宅介護サービスのご案内です。</p>", lang="ja"))))
    assert not {"text.thin", "text.hard_to_read", "text.thinner_than_competitors"} & set(found)


def test_greatest_impact_comes_first_and_least_effort_within_it() -> None:
    order = {"high": 0, "medium": 1, "low": 2}
    keys = [
        (order[one.impact], -order[one.effort])
        for one in analysed(example("linden"), [example("harbor"), example("ridge")]).recommendations
    ]
    assert keys == sorted(keys)


def test_page_words_with_braces_are_taken_as_words() -> None:
    found = analysed(example("linden"), focus_keywords=["{terms} {lead} {0}"])
    assert any("{terms} {lead} {0}" in one.action for one in found.recommendations)


def test_every_rule_compares_figures_that_exist_and_names_a_source() -> None:
    ids = [rule.id for rule in rules()]
    assert len(ids) == len(set(ids))
    assert all(
        rule.source and not any(letter.isdigit() for letter in rule.action + rule.why.replace("h1", ""))
        for rule in rules()
    )


def test_a_term_with_braces_is_told_as_it_is() -> None:
    target = page(html("<h1>Nurse</h1>", title="Nurses at your home every day of the week"))
    found = told(analysed(target, focus_keywords=["{terms} nurse"]))
    assert found["focus.absent"].action.endswith("“{terms} nurse”.")
    assert "“{terms} nurse”" in found["title.without_lead"].action

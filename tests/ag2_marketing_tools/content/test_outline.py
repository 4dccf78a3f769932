from care_pages import analysed, example, html, page


def test_the_outline_is_the_pages_own_then_gaps_then_the_kind_of_content() -> None:
    analysis = analysed(example("linden"), [example("harbor"), example("ridge")], content_type="service")
    told = [(section.heading, section.origin) for section in analysis.content_outline]
    assert told[0] == ("Help at home for older people", "recommended_h1")
    assert told[1:4] == [("Companion care", "page"), ("Personal care", "page"), ("Our caregivers", "page")]
    assert ("Contact", "page") not in told  # furniture
    assert [heading.lower() for heading, origin in told if origin == "content_gap"][:2] == [
        "dementia care",
        "respite care",
    ]
    assert told[-1] == ("How to begin", "profile")


def test_technical_and_business_differ_and_speak_the_pages_language() -> None:
    technical, business = (
        [
            s.heading
            for s in analysed(example("nordlicht"), content_type=kind).content_outline
            if s.origin == "profile"
        ]
        for kind in ("technical", "business")
    )
    assert technical[0] == "So funktioniert es"
    assert business[0] == "Was es Ihnen bringt"
    assert not set(technical) & set(business)


def test_a_language_without_templates_gets_the_pages_own_words_only() -> None:
    dutch = (
        "<h1>Thuiszorg in Utrecht</h1><h2>Begeleiding</h2><p>Onze thuiszorg helpt ouderen om langer "
        "zelfstandig thuis te blijven wonen. De thuiszorg komt elke dag langs en kookt, wast en poetst.</p>"
    )
    analysis = analysed(page(html(dutch, lang="nl")), content_type="business")
    assert {section.origin for section in analysis.content_outline} <= {"recommended_h1", "page"}
    assert any("'nl'" in note for note in analysis.notes)


def test_no_section_comes_twice() -> None:
    analysis = analysed(
        page(
            html(
                "<h1>Care plan</h1><h2>Care plans</h2><h2>Visits</h2><h2>Visit</h2><p>A care plan helps.</p>"
            )
        ),
        focus_keywords=["care plan", "visits"],
    )
    headings = [section.heading.lower() for section in analysis.content_outline]
    assert headings.count("visits") == 1
    assert "visit" not in headings
    assert "care plans" not in headings


def test_a_focus_keyword_without_a_section_gets_one() -> None:
    analysis = analysed(example("linden"), focus_keywords=["companion care", "dementia care", "care plan"])
    added = [section.heading for section in analysis.content_outline if section.origin == "focus_keyword"]
    assert added == ["Dementia care", "Care plan"]

"""Topics: terms of page and competitors that belong together, and who covers them."""

from care_pages import analysed, example, html, page

from ag2_marketing_tools.content.model_terms import Topic

HOME = "Our caregivers come every morning, cook a meal and see to it that the flat is warm and clean. " * 3
NIGHT = (
    "<h2>Night care</h2><p>Night care means that a nurse is awake. A night nurse writes down every hour.</p>"
)
REST = "<h2>Respite care</h2><p>Respite care is a rest for the family. The family books respite care by the week.</p>"
GARDEN = "<h2>Garden work</h2><p>The lawn is mown and the hedge is cut. Garden work and the hedge are for spring.</p>"


def topic_of(term: str, topics: list[Topic]) -> Topic:
    return next(topic for topic in topics if term in [one.lower() for one in topic.terms])


def rivals(*bodies: str) -> list[object]:
    return [
        page(html(f"<h1>Care</h1><p>{HOME}</p>{body}"), f"https://r{n}.example/")
        for n, body in enumerate(bodies)
    ]


def test_terms_of_one_section_are_one_topic_and_those_of_another_are_not() -> None:
    target = page(html(f"<h1>Care at home</h1><p>{HOME}</p>{NIGHT}{GARDEN}"))
    topics = analysed(target, rivals(NIGHT + REST, REST + GARDEN)).topics  # type: ignore[arg-type]
    night, garden = topic_of("night care", topics), topic_of("garden work", topics)
    assert night.label != garden.label
    morning = topic_of("caregivers", topics)
    assert {"cook", "meal", "warm"} <= set(morning.terms)
    assert "meal" not in night.terms


def test_a_topic_tells_who_covers_it_by_how_much_and_where() -> None:
    target = page(html(f"<h1>Care at home</h1><p>{HOME}</p>{NIGHT}"))
    topics = analysed(target, rivals(NIGHT + REST, REST)).topics  # type: ignore[arg-type]
    respite = topic_of("respite care", topics)
    assert (respite.covered_here, respite.covered_by_count, respite.competitors_compared) == (False, 2, 2)
    assert [one.url for one in respite.coverage] == ["https://r0.example/", "https://r1.example/"]
    assert all("Respite care" in one.headings for one in respite.coverage)
    night = topic_of("night care", topics)
    assert night.covered_here
    assert [(one.url, one.is_target) for one in night.coverage] == [
        ("https://page.example/", True),
        ("https://r0.example/", False),
    ]


def test_the_shares_of_a_page_make_up_the_whole() -> None:
    analysis = analysed(example("linden"), [example("harbor"), example("ridge")])
    assert analysis.topic_count == len(analysis.topics)
    for url in ("https://linden.example/", "https://harbor.example/"):
        shares = [
            one.share_percent or 0 for topic in analysis.topics for one in topic.coverage if one.url == url
        ]
        assert abs(sum(shares) - 100) < 0.1 * len(shares)


def test_no_term_is_in_two_topics_and_no_name_of_a_competitor_in_any() -> None:
    analysis = analysed(example("linden"), [example("harbor"), example("ridge")])
    terms = [term.lower() for topic in analysis.topics for term in topic.terms]
    assert len(terms) == len(set(terms))
    assert not {"harbor", "blue ridge"} & set(terms)


def test_scripts_without_spaces_have_topics_too() -> None:
    body = "<h1>在宅介護</h1><p>在宅介護のご案内です。</p><h2>夜間</h2><p>夜間の在宅介護もあります。</p>"
    assert analysed(page(html(body, lang="ja"))).topics[0].covered_here


def test_a_page_without_text_has_no_topics() -> None:
    analysis = analysed(page(b""))
    assert (analysis.topics, analysis.topic_count) == ([], 0)

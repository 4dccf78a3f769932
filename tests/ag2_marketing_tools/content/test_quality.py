"""Structure, freshness, thin and duplicate text; expected figures were counted by hand."""

from datetime import date

import pytest
from care_pages import analysed, html, page

from ag2_marketing_tools.content.duplicates import Other, Runs, duplication
from ag2_marketing_tools.content.freshness import freshness
from ag2_marketing_tools.content.profile import PageProfile
from ag2_marketing_tools.content.structure import structure, thinness

TODAY = date(2026, 3, 2)
SENTENCE = "One two three four five six seven eight nine ten. "


def words(number: int) -> str:
    return " ".join(f"word{chr(97 + n % 26)}" for n in range(number))


def test_the_outline_of_headings_is_told_with_its_skipped_levels() -> None:
    found = structure(PageProfile(page(html("<h1>A b</h1><h2>C d</h2><h4>E f</h4><h2>G h</h2><h3>I j</h3>"))))
    assert [(one.level, one.heading) for one in found.headings][:3] == [(1, "A b"), (2, "C d"), (4, "E f")]
    assert (found.heading_count, found.deepest_level) == (5, 4)
    assert found.skipped_levels == ["h2 → h4: E f"]


def test_paragraphs_and_sentences_are_measured() -> None:
    body = f"<h1>Numbers</h1><p>{SENTENCE * 2}</p><p>{SENTENCE * 16}</p><p>{words(30)}.</p>"
    found = structure(PageProfile(page(html(body))))
    assert (found.paragraphs, found.paragraph_words_median, found.paragraph_words_most) == (3, 30, 160)
    assert found.long_paragraphs == 1  # of 160 words; the limit is 150
    assert found.sentences == 19
    assert found.sentence_words_mean == round((18 * 10 + 30) / 19, 1)
    assert found.long_sentence_percent == round(100 / 19, 1)


def test_lists_and_tables_of_the_content_count_and_those_of_menus_do_not() -> None:
    body = (
        "<nav><ul><li>Start</li><li>Team</li></ul></nav><main><ul><li>One</li><li>Two</li></ul>"
        "<ol><li>Three</li></ol><table><tr><td>1</td></tr></table></main>"
    )
    found = structure(PageProfile(page(html(body))))
    assert (found.lists, found.list_items, found.tables) == (2, 3, 1)


def test_questions_are_found_in_headings_and_text() -> None:
    found = structure(
        PageProfile(page(html("<h1>Care</h1><h2>What does it cost?</h2><p>Not much. Who pays? You.</p>")))
    )
    assert found.questions == ["What does it cost?", "Who pays?"]


@pytest.mark.parametrize(("lang", "question"), [("ja", "費用はいくらですか？"), ("ar", "كم تكلفة الرعاية؟")])
def test_questions_of_other_scripts_are_questions(lang: str, question: str) -> None:
    found = structure(PageProfile(page(html(f"<h2>{question}</h2><p>{question}</p>", lang=lang))))
    assert found.questions == [question]


def test_a_script_without_spaces_has_no_counts_of_words() -> None:
    found = structure(PageProfile(page(html("<p>在宅介護のご案内です。費用もご案内します。</p>", lang="ja"))))
    assert (found.sentences, found.sentence_words_mean, found.long_paragraphs) == (2, None, None)
    assert found.reason


def test_thin_text_is_told_beside_the_competitors() -> None:
    short, longer = (PageProfile(page(html(f"<p>{words(n)}</p>"))) for n in (120, 300))
    found = thinness(short, [longer, PageProfile(page(html(f"<p>{words(400)}</p>")))])
    assert (found.thin, found.words, found.words_least, found.competitor_words_median) == (
        True,
        120,
        200,
        350,
    )
    assert thinness(longer, []).thin is False


ARTICLE = '<script type="application/ld+json">{{"@type": "Article", {}}}</script>'


def dated(body: str = "", **meta: str) -> object:
    head = "".join(f'<meta property="article:{name}_time" content="{day}">' for name, day in meta.items())
    return page(html(f"{body}<p>Text</p>", head=head))


def test_the_age_is_counted_from_the_latest_modification() -> None:
    found = freshness(dated(published="2025-01-10T08:00:00Z", modified="2026-02-20"), TODAY)  # type: ignore[arg-type]
    assert (found.published, found.modified, found.age_days) == (date(2025, 1, 10), date(2026, 2, 20), 10)
    assert found.agree is True


def test_dates_that_contradict_each_other_are_told() -> None:
    data = ARTICLE.format('"datePublished": "2025-06-01", "dateModified": "2025-05-01"')
    found = freshness(dated(data, published="2024-06-01"), TODAY)  # type: ignore[arg-type]
    assert found.agree is False
    assert len(found.disagreements) == 1  # published on two days; modified after the first of them
    other = freshness(dated(data), TODAY)  # type: ignore[arg-type]
    assert other.disagreements == [
        "It is said to be modified on 2025-05-01, before it was published on 2025-06-01."
    ]


def test_days_that_lie_a_time_zone_apart_agree() -> None:
    data = ARTICLE.format('"datePublished": "2025-06-02T00:30:00+02:00"')
    assert freshness(dated(data, published="2025-06-01T22:30:00Z"), TODAY).agree is True  # type: ignore[arg-type]


def test_a_day_to_come_is_no_age() -> None:
    found = freshness(dated(published="2027-01-01"), TODAY)  # type: ignore[arg-type]
    assert found.age_days is None
    assert "yet to come" in found.disagreements[0]


@pytest.mark.parametrize("text", ["2025-13-40", "yesterday", "", "0001-01-01", "9" * 400, "2025-06-01x"])
def test_what_is_no_date_is_none(text: str) -> None:
    found = freshness(dated(published=text), TODAY)  # type: ignore[arg-type]
    assert (found.dates, found.age_days) == ([], None)
    assert found.reason


def test_the_year_of_the_copyright_is_the_latest_one() -> None:
    assert freshness(dated("<footer>© 2019–2024 Oak Lane</footer>"), TODAY).copyright_year == 2024  # type: ignore[arg-type]


def test_a_page_without_dates_says_so() -> None:
    found = freshness(dated(), TODAY)  # type: ignore[arg-type]
    assert (found.agree, found.reason) == (None, "The page states no date of publication or modification.")


def test_an_old_text_is_recommended_to_be_looked_through() -> None:
    target = dated(published="2023-01-01")
    advice = {one.id: one for one in analysed(target).recommendations}["freshness.old"]  # type: ignore[arg-type]
    assert advice.evidence[0].model_dump() == {"name": "age_days", "value": 1156, "unit": "day"}


def test_shared_runs_are_counted_as_broder_does() -> None:
    # Ten words make six runs of five; the first eight words of both are the same: four runs. Doubled by other words
    # to reach the least number of runs.
    mine = " ".join(f"m{n}" for n in range(40))
    theirs = " ".join([*(f"m{n}" for n in range(24)), *(f"t{n}" for n in range(16))])
    (shared,) = duplication(mine, [Other("https://r.example/", "competitor", Runs.of(theirs))]).pages
    # 36 runs each; runs 0 to 19 lie within the first 24 words: 20 shared, 52 in all
    assert shared.shared_percent == round(100 * 20 / 36, 1)
    assert shared.resemblance == round(20 / 52, 3)
    assert shared.kind == "overlap"
    assert shared.excerpt == " ".join(f"m{n}" for n in range(24))


def test_the_same_text_is_a_duplicate_whatever_its_case() -> None:
    mine = " ".join(f"m{n}" for n in range(40))
    (shared,) = duplication(mine, [Other("https://r.example/", "competitor", Runs.of(mine.upper()))]).pages
    assert (shared.shared_percent, shared.resemblance, shared.kind) == (100.0, 1.0, "duplicate")


def test_scripts_without_spaces_are_compared_by_characters() -> None:
    text = (
        "在宅介護のご案内です。私たちは高齢の方が自宅で暮らし続けられるようお手伝いします。夜間も伺います。"
    )
    (shared,) = duplication(text, [Other("https://r.example/", "own", Runs.of(text))]).pages
    assert shared.kind == "duplicate"


def test_short_texts_are_not_compared() -> None:
    found = duplication("too short", [Other("https://r.example/", "competitor", Runs.of("too short"))])
    assert (found.pages, found.competitors_compared) == ([], 0)
    assert "too short" in (found.reason or "")


def test_a_copied_competitor_is_named_in_the_advice() -> None:
    text = " ".join(f"carer{chr(97 + n % 26)}{chr(97 + n // 26)} helps" for n in range(60))
    target = page(html(f"<h1>Care</h1><p>{text}</p>"))
    copy = page(html(f"<h1>Care</h1><p>{text}</p>"), "https://copy.example/")
    advice = {one.id: one for one in analysed(target, [copy]).recommendations}["duplicate.competitor"]
    assert "“https://copy.example/”" in advice.action

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ag2_marketing_tools.text.keywords import Block, extract_keywords
from ag2_marketing_tools.text.terms import TermIndex

BODY = (
    "Respite care gives families a rest. Ask for respite care early. Our caregivers come by day, and a "
    "caregiver stays by night. The caregivers of the night shift write a note."
)


def terms(blocks: list[Block], language: str | None = "en", **options: object) -> list[str]:
    return [one.term for one in extract_keywords(blocks, language=language, **options)]  # type: ignore[arg-type]


def test_the_score_is_the_documented_formula() -> None:
    blocks = [Block("Respite care", 3, "title"), Block("Nights. Nights are long. Respite care", 1, "body")]
    found = {one.term: one for one in extract_keywords(blocks, language="en")}
    # title: "respite care" in 1 phrase, most frequent word there in 1: 0.5 + 0.5 * 1/1 = 1
    # body: in 1 phrase, "nights" in 2: 0.5 + 0.5 * 1/2 = 0.75; two content words: log2(3) / 2
    assert found["Respite care"].score == round(math.log2(3) / 2 * (3 * 1 + 1 * 0.75) / 4, 4) == 0.743
    # body only, most frequent: 1; one word: log2(2) / 2
    assert found["Nights"].score == round(0.5 * 1 / 4, 4) == 0.125
    assert found["Respite care"].places == ["title", "body"]
    assert found["Respite care"].uses == 2


def test_word_forms_are_one_keyword_in_its_most_frequent_form() -> None:
    found = {one.term: one.uses for one in extract_keywords([Block(BODY, 1, "body")], language="en")}
    assert found["caregivers"] == 3
    assert "caregiver" not in found


def test_a_word_that_hardly_stands_outside_its_phrase_gives_way_to_it() -> None:
    found = terms([Block(BODY, 1, "body")])
    assert "respite care" in found
    assert "respite" not in found
    assert "Respite" not in found


def test_no_keyword_begins_or_ends_with_a_function_word() -> None:
    found = terms(
        [Block("The cost of care. Know the cost of care. This is the cost of care for you.", 1, "body")]
    )
    assert "cost of care" in found
    assert all(
        not term.lower().startswith(("the ", "of ")) and not term.lower().endswith(" of") for term in found
    )


def test_neighbours_that_meet_once_are_no_phrase() -> None:
    found = terms([Block("Nurses dance. Gardens bloom beside rivers.", 1, "body")])
    assert all(" " not in term for term in found)


def test_a_phrase_is_as_long_as_where_it_stands_first() -> None:
    between = " ".join(f"word{chr(97 + n)}" for n in range(26)) + " wordaa wordab"
    text = f"starting people own houses {between} people owned houses. other people owned houses."
    found = {one.term: one.score for one in extract_keywords([Block(text, 1.0, "body")], language="en")}
    # Where it stands first it reads `people own houses`, and `own` is a function word.
    assert found["people owned houses"] == round(math.log2(3) / 2, 4)


def test_a_heading_that_is_copied_into_the_text_is_no_second_company() -> None:
    heading = "Gentle help for older neighbours"
    found = terms([Block(heading, 2.5, "h1"), Block(heading + ". We come.", 1, "body")])
    assert "help for older" not in found


def test_a_place_of_more_weight_counts_more() -> None:
    blocks = [
        Block("Dementia", 3, "title"),
        Block("Laundry", 1.5, "headings"),
        Block("Dementia. Laundry.", 1, "body"),
    ]
    assert terms(blocks)[:2] == ["Dementia", "Laundry"]


def test_the_names_words_count_only_outside_the_name() -> None:
    blocks = [
        Block("Linden Care", 3, "title"),
        Block("Linden Care cooks. Linden Care cleans. Care is slow.", 1, "body"),
    ]
    found = {one.term: one.uses for one in extract_keywords(blocks, language="en", names=["Linden Care"])}
    assert "Linden Care" not in found
    assert found.get("Care") == 1
    assert "Linden" not in found


def test_figures_and_single_letters_are_no_keywords() -> None:
    assert terms([Block("24 7 2024 x 3.5 1,200", 1, "body")]) == []


def test_a_line_without_spaces_is_no_keyword() -> None:
    assert terms([Block("a" * 100_000, 1, "body")]) == []


def test_japanese_keywords_are_runs_without_particles() -> None:
    text = "在宅介護サービスのご案内。在宅介護の料金。サービスの流れ。"
    found = terms([Block(text, 1, "body")], "ja")
    assert {"在宅介護", "サービス"} <= set(found)
    assert "の" not in found


def test_a_language_without_a_list_takes_short_words_for_function_words() -> None:
    found = terms([Block("De zorg aan huis van ons team is de zorg die u wilt", 1, "body")], "nl")
    assert "zorg" in found
    assert not {"de", "aan", "van", "is", "die"} & set(found)


def test_nothing_in_nothing_out() -> None:
    assert extract_keywords([], language="en") == []
    assert extract_keywords([Block("", 1, "body")], language=None) == []
    assert extract_keywords([Block(BODY, 1, "body")], language="en", limit=0) == []


@pytest.mark.parametrize("weight", [0, -1, math.nan, math.inf])
def test_a_weight_that_is_no_positive_number_is_refused(weight: float) -> None:
    with pytest.raises(ValueError, match="expected a positive number"):
        Block("text", weight, "body")


WORDS = st.sampled_from(
    ["care", "nurse", "the", "of", "home", "visit", "visits", "Nurse", "respite", "family", "12"]
)
PHRASES = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)
TEXTS = st.lists(PHRASES, max_size=8).map(". ".join)
BLOCKS = st.lists(
    st.builds(Block, TEXTS, st.sampled_from([1.0, 2.0, 3.0]), st.sampled_from(["title", "h1", "body"])),
    max_size=5,
)


@given(BLOCKS, st.integers(2, 4))
def test_repeating_the_text_changes_no_ranking(blocks: list[Block], times: int) -> None:
    once, often = (extract_keywords(many, language="en") for many in (blocks, blocks * times))
    assert [(one.term, one.score) for one in often] == [(one.term, one.score) for one in once]
    assert [one.uses for one in often] == [times * one.uses for one in once]


@given(BLOCKS)
def test_the_order_of_blocks_changes_nothing(blocks: list[Block]) -> None:
    assert extract_keywords(blocks[::-1], language="en") == extract_keywords(blocks, language="en")


@given(BLOCKS)
def test_scores_lie_between_nought_and_one_and_uses_are_those_of_the_index(blocks: list[Block]) -> None:
    index = TermIndex(blocks, "en")
    for keyword in extract_keywords(blocks, language="en"):
        assert 0 < keyword.score <= 1
        assert keyword.uses == sum(index.uses(keyword.term).values())
        assert set(keyword.places) == set(index.uses(keyword.term))

import pytest

from ag2_marketing_tools.text.stems import Stemmer
from ag2_marketing_tools.text.terms import Block, TermIndex


def index(text: str, language: str | None = "en") -> TermIndex:
    return TermIndex([Block(text, 1, "body")], language)


def test_all_forms_of_a_term_are_counted_by_place() -> None:
    blocks = [Block("Caregivers", 3, "title"), Block("A caregiver. The caregiver's day.", 1, "body")]
    assert TermIndex(blocks, "en").uses("caregivers") == {"title": 1, "body": 2}


def test_a_term_does_not_reach_across_a_full_stop_or_a_bar() -> None:
    assert index("We come home. Care is slow. home | care").uses("home care") == {}
    assert index("Home care, home-care and home care").uses("home care") == {"body": 2}


@pytest.mark.parametrize("term", ["", "   ", "!?", "\u200b"])
def test_a_term_without_words_stands_nowhere(term: str) -> None:
    assert index("Home care").uses(term) == {}


def test_a_term_of_a_script_without_spaces_is_found_within_runs() -> None:
    assert index("在宅介護サービス。訪問介護。", "ja").uses("介護") == {"body": 2}
    assert index("ผู้ดูแลผู้สูงอายุที่บ้าน", "th").uses("ผู้สูงอายุ") == {"body": 1}


def test_french_elision_hides_no_term() -> None:
    assert index("L’aide à domicile. Plus d'aide à domicile.", "fr").uses("aide à domicile") == {"body": 2}


def test_overlapping_uses_are_each_counted() -> None:
    assert index("care care care").uses("care care") == {"body": 2}


def test_a_language_without_a_stemmer_folds_case_only() -> None:
    fold = Stemmer(None)
    assert fold("Zorgen") == "zorgen" != fold("zorg")
    assert Stemmer("de")("Pflegekräfte") == Stemmer("de")("Pflegekräften")

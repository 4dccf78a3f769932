"""Expected figures: Wikipedia's worked examples of Flesch's measures, and the published formulas by hand."""

import pytest

from ag2_marketing_tools.text.lexicon import lexicon
from ag2_marketing_tools.text.readability import MINIMUM_WORDS, count_syllables, readability, score


@pytest.mark.parametrize(
    ("sentence", "syllables", "ease", "grade"),
    [
        # "Flesch-Kincaid readability tests": 116, 69 and 37.5 (24 syllables, 13 words; grade 11.3).
        ("The cat sat on the mat.", 6, 116.1, -1.4),
        (
            "This sentence, taken as a reading passage unto itself, is being used to prove a point.",
            23,
            69.0,
            7.6,
        ),
        ("The Australian platypus is seemingly a hybrid of a mammal and reptilian creature.", 24, 37.5, 11.3),
    ],
)
def test_published_english_examples(sentence: str, syllables: int, ease: float, grade: float) -> None:
    found = readability(sentence, "en", minimum_words=1)
    assert found.syllables == syllables
    assert found.reading_ease == pytest.approx(ease, abs=0.05)
    assert found.grade == pytest.approx(grade, abs=0.1)
    assert found.reason is None


@pytest.mark.parametrize(
    ("language", "ease"),
    [
        ("en", 206.835 - 1.015 * 10 - 84.6 * 1.5),  # 69.785
        ("de", 180 - 10 - 58.5 * 1.5),  # 82.25
        ("fr", 207 - 1.015 * 10 - 73.6 * 1.5),  # 86.45
        ("es", 206.84 - 1.02 * 10 - 60 * 1.5),  # 106.64
    ],
)
def test_each_language_has_its_own_formula(language: str, ease: float) -> None:
    known = lexicon(language)
    assert known is not None
    assert score(known.reading_ease, words=100, sentences=10, syllables=150) == pytest.approx(ease, abs=0.05)


@pytest.mark.parametrize(
    ("language", "counted"),
    [
        (
            "en",
            {
                "care": 1,
                "caregiver": 3,
                "homes": 1,
                "services": 3,
                "needed": 2,
                "helped": 1,
                "table": 2,
                "isn't": 2,
            },
        ),
        ("de", {"Pflege": 2, "Häuser": 2, "Betreuung": 3, "Angehörige": 5, "Gesellschaft": 3, "Seniorin": 4}),
        ("fr", {"aide": 1, "domicile": 3, "chaque": 1, "ménage": 2, "vie": 1, "soins": 1, "personnes": 2}),
        ("es", {"cuidado": 3, "ayuda": 3, "ciudad": 2, "quiere": 2, "guía": 2, "país": 2, "hoy": 1, "yo": 1}),
    ],
)
def test_syllables_by_rule(language: str, counted: dict[str, int]) -> None:
    assert {word: count_syllables(word, language) for word in counted} == counted


def test_too_little_text_has_no_score_and_says_so() -> None:
    found = readability("We cook and clean. " * 5, "en")
    assert (found.reading_ease, found.grade, found.words) == (None, None, 20)
    assert found.reason is not None
    assert str(MINIMUM_WORDS) in found.reason


@pytest.mark.parametrize("language", ["nl", "ja", None])
def test_a_language_without_a_formula_has_no_score_and_says_so(language: str | None) -> None:
    found = readability("woord " * 200, language)
    assert found.reading_ease is None
    assert found.reason


def test_only_english_has_a_school_grade() -> None:
    assert readability("Wir kochen gern zusammen. " * 30, "de").grade is None
    assert readability("We like to cook together. " * 30, "en").grade is not None


def test_figures_are_left_out_of_words() -> None:
    assert readability("We came 12 times. " * 40, "en").words == 120


def test_shorter_sentences_read_easier() -> None:
    long = "the nurse comes to the house and the family opens the door and all of them talk. " * 10
    short = long.replace(" and", ".")
    easy, hard = readability(short, "en").reading_ease, readability(long, "en").reading_ease
    assert easy is not None
    assert hard is not None
    assert easy > hard

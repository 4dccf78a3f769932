import pytest

from ag2_marketing_tools.text.lexicon import known_languages, lexicon, primary_code


def test_four_languages_are_known() -> None:
    assert known_languages() == ("de", "en", "es", "fr")


@pytest.mark.parametrize("code", ["de", "en", "es", "fr"])
def test_every_lexicon_is_valid_and_names_its_source(code: str) -> None:
    known = lexicon(code)
    assert known is not None
    assert known.code == code
    assert known.reading_ease.source


def test_words_with_sharp_s_are_found_as_text_is_folded() -> None:
    known = lexicon("de")
    assert known is not None
    assert {"Außer".casefold(), "bloß".casefold()} <= known.stop_words


def test_subject_words_of_home_care_are_no_stop_words() -> None:
    for code, words in {
        "en": "home care caregiver nurse senior help cost",
        "de": "pflege betreuung haus senioren hilfe kosten",
        "fr": "aide domicile soins maison personnes coût",
        "es": "cuidado mayores casa ayuda domicilio precio",
    }.items():
        known = lexicon(code)
        assert known is not None
        assert not known.stop_words & set(words.split()), code


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("de-AT", "de"),
        ("EN_us", "en"),
        (" fr ", "fr"),
        ("zh-Hant-TW", "zh"),
        ("", None),
        (None, None),
        ("../en", None),
    ],
)
def test_the_language_of_a_tag(tag: str | None, code: str | None) -> None:
    assert primary_code(tag) == code


def test_a_language_without_a_file_is_none_and_no_path_is_followed() -> None:
    assert lexicon("nl") is None
    assert lexicon("../../../etc/passwd") is None
    assert lexicon("de-CH") is lexicon("de")

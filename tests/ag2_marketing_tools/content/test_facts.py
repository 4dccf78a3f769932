import pytest

from ag2_marketing_tools.content.facts import limits, measures, phrases, profile_named, profiles
from ag2_marketing_tools.text.lexicon import known_languages


def test_limits_are_those_of_the_documented_sources() -> None:
    found = limits()
    assert (found.title_characters_least, found.title_characters_most) == (30, 60)
    assert (found.description_characters_least, found.description_characters_most) == (70, 155)
    assert found.h1_characters_most == 70


def test_a_title_outweighs_a_heading_and_a_heading_the_text() -> None:
    places = measures().places
    assert places.title > places.h1 > places.headings > places.body


@pytest.mark.parametrize("language", known_languages())
def test_every_language_with_word_lists_has_phrases_and_sections(language: str) -> None:
    known = phrases(language)
    assert known is not None
    assert known.in_place.format(lead="Care", place="Boone").count("Boone") == 1
    for profile in profiles().values():
        assert all(section.get(language) for section in profile.section)
        assert not profile.angle or profile.angle.get(language)


def test_no_phrase_holds_a_figure() -> None:
    for profile in profiles().values():
        texts = [*profile.angle.values(), *(text for section in profile.section for text in section.values())]
        assert not any(letter.isdigit() for text in texts for letter in text)


@pytest.mark.parametrize(
    ("asked", "name", "known"),
    [
        (None, "default", True),
        ("technical", "technical", True),
        (" Business ", "business", True),
        ("b2b", "business", True),
        ("blog", "educational", True),
        ("poetic", "default", False),
        ("", "default", False),
    ],
)
def test_content_types(asked: str | None, name: str, known: bool) -> None:
    assert profile_named(asked) == (name, known)

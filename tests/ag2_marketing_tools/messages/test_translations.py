"""Every sentence of the engine has its translation, with the same values, and nothing is translated in vain."""

from __future__ import annotations

import tomllib
from collections import Counter
from importlib.resources import files
from string import Formatter

import pytest
from babel import Locale
from said_templates import said_in_code, said_in_data

from ag2_marketing_tools.messages import languages
from ag2_marketing_tools.messages.language import Translation, translations

TRANSLATED = [code for code in languages() if code != "en"]


def forms(translation: Translation) -> list[str]:
    return [translation] if isinstance(translation, str) else list(translation.values())


def values(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_sentence_is_translated(code: str) -> None:
    said = said_in_code() | said_in_data()
    missing = {template: origin for template, origin in said.items() if template not in translations(code)}

    assert missing == {}


@pytest.mark.parametrize("code", TRANSLATED)
def test_nothing_is_translated_that_nobody_says(code: str) -> None:
    assert translations(code).keys() - said_in_code().keys() - said_in_data().keys() == set()


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_translation_holds_the_values_of_its_sentence(code: str) -> None:
    for template, translation in translations(code).items():
        counted = isinstance(translation, dict)
        for form in forms(translation):
            assert values(form) <= values(template), form
            assert counted or values(form) == values(template), form
        if counted:
            assert isinstance(translation, dict)
            assert values(translation["other"]) == values(template), template


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_sentence_that_counts_has_exactly_the_plural_forms_of_its_language(code: str) -> None:
    expected = Locale.parse(code).plural_form.tags | {"other"}
    for template, translation in translations(code).items():
        if isinstance(translation, dict):
            assert translation.keys() == expected, template


@pytest.mark.parametrize("code", TRANSLATED)
def test_no_sentence_is_translated_twice(code: str) -> None:
    folder = files("ag2_marketing_tools.messages").joinpath("data", code)
    keys = Counter(key for file in folder.iterdir() for key in tomllib.loads(file.read_text("utf-8")))

    assert [key for key, number in keys.items() if number > 1] == []

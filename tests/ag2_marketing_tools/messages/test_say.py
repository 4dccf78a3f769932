"""A sentence is said in the language that is spoken; English is the key and the fallback."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from typing import Annotated

import pytest
from pydantic import Field

from ag2_marketing_tools.messages import count_of, language, languages, say, speaking
from ag2_marketing_tools.messages.language import known_language
from ag2_marketing_tools.tool import Params, Result, tool
from ag2_marketing_tools.workspace import Settings, Workspace

IMAGES = "{images} without alternative text."


def images(number: int) -> str:
    return say(IMAGES, images=count_of(number, "image"))


def test_english_counts_with_its_own_nouns() -> None:
    assert images(1) == "1 image without alternative text."
    assert images(3) == "3 images without alternative text."


def test_german_has_a_sentence_for_one_and_another_for_all_other_numbers() -> None:
    with speaking("de"):
        assert images(1) == "1 Bild hat keinen Alternativtext."
        assert images(0) == "0 Bilder haben keinen Alternativtext."
        assert images(1_234) == "1.234 Bilder haben keinen Alternativtext."


@pytest.mark.parametrize(
    ("value", "english", "german"),
    [
        (900, "900", "900"),
        (1_234.5, "1234.5", "1.234,5"),
        (0.04, "0.04", "0,04"),
        (12_345.678, "12345.7", "12.345,7"),
    ],
)
def test_a_number_has_the_separators_of_its_language(value: float, english: str, german: str) -> None:
    template = "The first byte came after {took:g} ms."

    assert say(template, took=value) == f"The first byte came after {english} ms."
    with speaking("de"):
        assert say(template, took=value) == f"Das erste Byte kam nach {german} ms."


@pytest.mark.parametrize(
    ("value", "english", "german"),
    [
        (3.12e-05, "0.0000312", "0,0000312"),
        (-1e-07, "-0.0000001", "-0,0000001"),
        (0.0001, "0.0001", "0,0001"),
        (0.0, "0", "0"),
    ],
)
def test_a_small_number_is_written_in_full(value: float, english: str, german: str) -> None:
    assert say("{value:,.10g}", value=value) == english
    with speaking("de"):
        assert say("{value:,.10g}", value=value) == german


def test_a_number_that_is_told_to_some_digits_keeps_the_separators_of_its_language() -> None:
    template = "{value:,.10g}"

    assert say(template, value=1_234.5) == "1,234.5"
    with speaking("de"):
        assert say(template, value=1_234.5) == "1.234,5"
        assert say(template, value=12_345_678) == "12.345.678"


def test_a_sentence_that_a_language_lacks_is_said_in_english() -> None:
    with speaking("de"):
        assert say("{things} that nobody translated.", things=count_of(1_234, "thing")) == (
            "1234 things that nobody translated."
        )


def test_a_value_is_never_read_as_a_template() -> None:
    with speaking("de"):
        assert "{images}" in say("superseded by {names}", names="{images}")


def test_a_sentence_without_values_may_hold_braces() -> None:
    assert say("Send {} and {x}.") == "Send {} and {x}."


@pytest.mark.parametrize("wanted", ["de", "DE", "de-AT", "de_CH", " de "])
def test_a_regional_code_speaks_its_language(wanted: str) -> None:
    with speaking(wanted):
        assert language() == "de"
    assert language() == "en"


def test_an_unknown_language_is_english_and_said_so_once(caplog: pytest.LogCaptureFixture) -> None:
    known_language.cache_clear()
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            with speaking("tlh"):
                assert images(1) == "1 image without alternative text."

    assert [record.getMessage() for record in caplog.records] == [
        f"There are no texts in the language 'tlh', so English is spoken. Known are: {', '.join(languages())}."
    ]


@pytest.mark.parametrize("wanted", ["", "..", "../de", "de/..", "d" * 10_000, "de\x00"])
def test_a_code_that_is_none_reads_no_file(wanted: str) -> None:
    with speaking(wanted):
        assert language() == "en"


class Wanted(Params):
    """How many images."""

    number: Annotated[int, Field(ge=0)]


class Told(Result):
    """What was said."""

    text: str


@tool(family="test")
async def tell(params: Wanted, ws: Workspace) -> Told:
    """Tell of images."""
    await asyncio.sleep(0)
    return Told(text=images(params.number))


async def test_a_tool_speaks_the_language_of_its_workspace(workspace: Workspace) -> None:
    german = replace(workspace, settings=Settings(_env_file=None, language="de"))

    in_turn = (workspace, german, workspace, german)
    told = await asyncio.gather(*(tell(Wanted(number=2), one) for one in in_turn))

    english, deutsch = "2 images without alternative text.", "2 Bilder haben keinen Alternativtext."
    assert [one.text for one in told] == [english, deutsch, english, deutsch]
    assert language() == "en"

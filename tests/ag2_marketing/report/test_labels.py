"""The report's own words: complete in every language, without figures of their own."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from importlib import resources
from typing import Any

import pytest

from ag2_marketing.report.labels import FALLBACK_LANGUAGE
from ag2_marketing.report.sources import has_figure

FILES = {
    file.name.removesuffix(".toml"): tomllib.loads(file.read_text("utf-8"))
    for file in resources.files("ag2_marketing.report").joinpath("texts").iterdir()
    if file.name.endswith(".toml")
}


def words(texts: dict[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    for name, value in texts.items():
        if isinstance(value, dict):
            yield from words(value, f"{path}{name}.")
        else:
            yield f"{path}{name}", value


@pytest.mark.parametrize("language", sorted(FILES))
def test_a_language_has_every_label_of_english_and_no_other(language: str) -> None:
    assert dict(words(FILES[language])).keys() == dict(words(FILES[FALLBACK_LANGUAGE])).keys()


@pytest.mark.parametrize("language", sorted(FILES))
def test_no_label_is_empty_or_holds_a_figure(language: str) -> None:
    assert [name for name, text in words(FILES[language]) if not text.strip() or has_figure(text)] == []

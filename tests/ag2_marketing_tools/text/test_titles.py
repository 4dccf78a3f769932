"""Titles that say nothing of their page."""

from __future__ import annotations

import pytest

from ag2_marketing_tools.text.titles import says_nothing


@pytest.mark.parametrize("title", ["Home", " home  page ", "INDEX", "Startseite", "Untitled document"])
def test_a_placeholder_says_nothing(title: str) -> None:
    assert says_nothing(title)


@pytest.mark.parametrize("title", ["Home care in Elm Valley", "Homes", ""])
def test_a_title_of_the_page_says_something(title: str) -> None:
    assert not says_nothing(title)

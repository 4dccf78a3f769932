"""Titles that say nothing of their page, as data."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from pydantic import TypeAdapter


def says_nothing(title: str) -> bool:
    """Tell whether a title is one that editors and frameworks leave behind.

    >>> says_nothing(" Home "), says_nothing("Home care in Hamburg")
    (True, False)
    """
    return " ".join(title.split()).casefold() in _titles()


@cache
def _titles() -> frozenset[str]:
    text = (files("ag2_marketing_tools.text") / "titles.toml").read_text(encoding="utf-8")
    return TypeAdapter(frozenset[str]).validate_python(tomllib.loads(text)["titles"])

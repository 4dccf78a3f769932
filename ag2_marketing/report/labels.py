"""The report's own words: one TOML file per language; English speaks where a language or label is missing."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any

from markupsafe import Markup

FALLBACK_LANGUAGE = "en"


class Labels:
    """The labels of one language: `labels.audit.title`, and `labels.word("severity", x)`."""

    def __init__(self, words: dict[str, Any]) -> None:
        self._words = words

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self._words:
            raise AttributeError(name)
        found = self._words[name]
        return Labels(found) if isinstance(found, dict) else Markup(found)  # noqa: S704 (our own files)

    def word(self, group: str, key: object) -> str:
        """Return the word for a state, a severity or a place; the key itself, spaced, where none is given."""
        return str(self._words.get(group, {}).get(str(key), str(key).replace("_", " ")))


@cache
def labels_in(language: str) -> Labels:
    """Return the labels of a language (`de`, or `de-AT` for a regional one)."""
    words = _read(FALLBACK_LANGUAGE)
    for code in dict.fromkeys((language.split("-", maxsplit=1)[0], language)):
        if code != FALLBACK_LANGUAGE and _path(code).is_file():
            words = _over(words, _read(code))
    return Labels(words)


def _read(code: str) -> dict[str, Any]:
    return tomllib.loads(_path(code).read_text("utf-8"))


def _path(code: str) -> Any:
    safe = code if code.replace("-", "").isalnum() else FALLBACK_LANGUAGE
    return resources.files("ag2_marketing.report").joinpath("texts", f"{safe}.toml")


def _over(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Return `below` with everything that `above` has in its place."""
    merged = dict(below)
    for name, value in above.items():
        known = merged.get(name)
        merged[name] = _over(known, value) if isinstance(known, dict) and isinstance(value, dict) else value
    return merged

"""Which language is spoken, and the translations of each."""

from __future__ import annotations

import logging
import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from pydantic import TypeAdapter

ENGLISH = "en"

Translation = str | dict[str, str]
"""A sentence, or its forms by the plural category of its first count (CLDR: `one`, `few`, …, `other`)."""

_spoken: ContextVar[str] = ContextVar("language", default=ENGLISH)
_logger = logging.getLogger(__name__)


def language() -> str:
    """Return the code of the language that is spoken now."""
    return _spoken.get()


@contextmanager
def speaking(wanted: str) -> Iterator[None]:
    """Speak a language while the block runs: in this task and those that it starts, and in no other.

    Args:
        wanted: A code such as `de` or `de-AT`; English is spoken where there are no translations.
    """
    token = _spoken.set(known_language(wanted))
    try:
        yield
    finally:
        _spoken.reset(token)


@cache
def languages() -> tuple[str, ...]:
    """Return the codes of the languages that can be spoken, English first."""
    return (ENGLISH, *sorted(folder.name for folder in _data().iterdir() if folder.is_dir()))


@cache  # an unknown language is told of once
def known_language(wanted: str) -> str:
    """Return the code among `languages()` that a wanted language is spoken by."""
    code = re.split(r"[-_]", wanted.strip().lower(), maxsplit=1)[0]
    if code in languages():
        return code
    _logger.warning(
        "There are no texts in the language %r, so English is spoken. Known are: %s.",
        wanted,
        ", ".join(languages()),
    )
    return ENGLISH


@cache
def translations(code: str) -> Mapping[str, Translation]:
    """Return a language's translations by their English sentence."""
    found: dict[str, Translation] = {}
    if code != ENGLISH:
        for file in sorted(_data().joinpath(code).iterdir(), key=lambda one: one.name):
            found |= _Texts.validate_python(tomllib.loads(file.read_text("utf-8")))
    return found


_Texts: TypeAdapter[dict[str, Translation]] = TypeAdapter(dict[str, Translation])


def _data() -> Traversable:
    return files("ag2_marketing_tools.messages").joinpath("data")

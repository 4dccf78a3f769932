"""A sentence with its values, in the language that is spoken."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache

from ag2_marketing_tools.messages.count import Count
from ag2_marketing_tools.messages.language import ENGLISH, language, translations

_SMALL = 1e-4


def say(template: str, /, **values: object) -> str:
    """Return a sentence in the language that is spoken.

    Args:
        template: The English sentence, with the names of its values in braces (as `str.format` has them).
        values: What stands in the braces. Numbers get the language's separators, with `:,` in English too, and are
            then written in full however small; text stays as it is, so give codes and addresses as text.

    >>> say("{lines} of robots.txt answer HTTP {status}.", lines=Count(1, "line", "lines"), status="404")
    '1 line of robots.txt answer HTTP 404.'
    """
    code = language()
    translation = translations(code).get(template) if code != ENGLISH else None
    if translation is None:
        return (
            template.format_map({name: _in_full(value) for name, value in values.items()})
            if values
            else template
        )
    form = translation if isinstance(translation, str) else _form(translation, values, code)
    shown = {name: _localised(value, code) for name, value in values.items()}
    return form.format_map(shown) if shown else form


def _in_full(value: object) -> object:
    """Return a value that is never shown as `3.12e-05`, which Python writes below this bound."""
    return _Small(value) if isinstance(value, float) and 0 < abs(value) < _SMALL else value


def _form(forms: Mapping[str, str], values: Mapping[str, object], code: str) -> str:
    number = next((value.number for value in values.values() if isinstance(value, Count)), 0)
    return forms.get(_plural_rule(code)(number)) or forms["other"]


@cache
def _plural_rule(code: str) -> Callable[[int], str]:
    from babel import Locale  # not loaded for English

    return Locale.parse(code).plural_form


def _localised(value: object, code: str) -> object:
    bare = value.number if isinstance(value, Count) else value
    return bare if isinstance(bare, bool) or not isinstance(bare, int | float) else _Number(bare, code)


@dataclass(frozen=True)
class _Small:
    value: float

    def __format__(self, spec: str) -> str:
        shown = format(self.value, spec)
        return format(Decimal(shown), "f") if "," in spec else shown


@dataclass(frozen=True)
class _Number:
    value: int | float
    code: str

    def __format__(self, spec: str) -> str:
        bare = spec.replace(",", "")  # the language has its own separator
        return _separated(float(format(self.value, bare)) if bare else self.value, self.code)


@lru_cache(maxsize=4096)
def _separated(value: int | float, code: str) -> str:
    from babel.numbers import format_decimal

    return format_decimal(value, locale=code, decimal_quantization=False)

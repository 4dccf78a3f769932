"""Shorter forms in which a page shows a value of its evidence: a rounded figure, with its unit or not, or a day."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import Any

from ag2_marketing.report import wording
from ag2_marketing_tools.messages import known_language, speaking

_NUMBER = re.compile(r"(?P<sign>[+−-]?)[$€£]?(?P<digits>\d[\d.,\u202f]*)(?P<unit>[^\d]*)")
_MOST_DIGITS = 25
_NEARLY_NOTHING = Decimal("0.005")
"""What may be shown as 0: half of the last place of figures that are shown with two."""
_DECIMAL_COMMA = frozenset({"de", "fr", "es"})


def day_of(value: Any) -> str:
    """Return the day of a recorded moment."""
    return wording.date_words(datetime.fromisoformat(str(value)).date())


def is_short_form(shown: str, value: Any, language: str) -> bool:
    """Tell whether what is shown is a value, only rounded or without its hour."""
    if isinstance(value, bool):
        return False
    if isinstance(value, int | float):
        return _is_rounded(shown.strip(), Decimal(repr(value)), language)
    return isinstance(value, str) and _is_its_day(shown, value, language)


def _is_rounded(shown: str, value: Decimal, language: str) -> bool:
    found = _NUMBER.fullmatch(shown)
    if found is None:
        return False
    group, point = (".", ",") if language.split("-", maxsplit=1)[0] in _DECIMAL_COMMA else (",", ".")
    digits = found["digits"].replace(group, "").replace("\u202f", "").replace(point, ".")
    if digits.count(".") > 1 or len(digits) > _MOST_DIGITS or abs(value.adjusted()) > _MOST_DIGITS:
        return False
    number = Decimal(digits)
    if not number:
        return abs(value) < _NEARLY_NOTHING
    places = Decimal(1).scaleb(-len(digits.partition(".")[2]))
    if value and (value < 0) != (found["sign"] in {"−", "-"}) and number:
        return False
    return number in {abs(value).quantize(places, way) for way in (ROUND_HALF_UP, ROUND_HALF_EVEN)}


def _is_its_day(shown: str, value: str, language: str) -> bool:
    try:
        with speaking(known_language(language)):
            return shown == day_of(value)
    except ValueError:
        return False

"""Text as the Observatory reads it: its verdicts hang on what ECMAScript means by space, number and order.

Sources: ECMA-262 (2025) `String.prototype.trim`, `parseInt`, `decodeURIComponent`; the order of ASCII
characters is that of the CLDR root collation, which `Intl.Collator("en")` uses (Unicode CLDR 48, 2025).
"""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

WHITE_SPACE = (
    "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
_RUN_OF_SPACE = re.compile(f"[{WHITE_SPACE}]+")
_INTEGER = re.compile(r"[+-]?[0-9]+")
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_COLLATION = "\t\n\v\f\r _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789abcdefghijklmnopqrstuvwxyz"
_RANK = {character: rank for rank, character in enumerate(_COLLATION)}


def trim(text: str) -> str:
    """Return a text without white space at its ends."""
    return text.strip(WHITE_SPACE)


def words(text: str) -> list[str]:
    """Return the parts between runs of white space, none for a text that has no other characters."""
    trimmed = trim(text)
    return _RUN_OF_SPACE.split(trimmed) if trimmed else []


def leading_integer(text: str) -> int | None:
    """Return the decimal integer that a text begins with, or None where there is none.

    Whatever follows is ignored, and so is white space before it.
    """
    found = _INTEGER.match(text.lstrip(WHITE_SPACE))
    return int(found[0]) if found else None


def decoded(text: str) -> str:
    """Return a text with its percent escapes resolved.

    Raises:
        ValueError: An escape is cut off or does not stand for UTF-8.
    """
    if _BROKEN_ESCAPE.search(text):
        raise ValueError(f"{text[:80]!r} has a percent sign without two hexadecimal digits")
    return unquote_to_bytes(text).decode("utf-8") if "%" in text else text


def collation_key(text: str) -> list[int]:
    """Return what lower-case texts are sorted by; control characters count for nothing."""
    return [
        _RANK.get(character, len(_RANK) + ord(character))
        for character in text
        if character in _RANK or ord(character) >= 0x80
    ]

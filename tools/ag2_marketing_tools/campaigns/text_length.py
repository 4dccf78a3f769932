"""How long a platform counts a text.

X weighs characters (docs.x.com, "Counting characters", twitter-text configuration 3, 2026): after
NFC, a code point of the four light ranges weighs 1 and any other 2; an emoji sequence weighs 2, however many
code points it has; a URL weighs 23, also a bare domain such as `example.com`.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING

import regex

if TYPE_CHECKING:
    from tldextract import TLDExtract

LIGHT_RANGES = ((0x0000, 0x10FF), (0x2000, 0x200D), (0x2010, 0x201F), (0x2032, 0x2037))
URL_WEIGHT = 23
EMOJI_WEIGHT = 2

# The sequences of UTS #51 (Unicode 15). The copyright and registered signs, the only pictographs within the
# light ranges, are emoji only with the emoji variation selector.
_ELEMENT = (
    r"(?:(?![\u00A9\u00AE])\p{Extended_Pictographic}|[\u00A9\u00AE](?=\uFE0F)|\p{Emoji_Presentation})"
    r"(?:\p{Emoji_Modifier}|\uFE0F)?(?:[\U000E0020-\U000E007E]+\U000E007F)?"
)
_EMOJI = rf"(?:\p{{RI}}\p{{RI}}|[0-9#*]\uFE0F?\u20E3|{_ELEMENT}(?:\u200D{_ELEMENT})*)"

# A host that no letter, digit or @ # $ . _ / - touches, with an optional path. The path ends before the
# punctuation that closes a sentence and before scripts written without spaces; brackets count only in pairs.
# Without a scheme only Latin hosts are links.
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_WIDE_LABEL = r"[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?"
_PATH_MARK = r"""[^\s()<>\[\]{}"“”\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}]"""
_PATH = rf"(?:[/?#](?:\({_PATH_MARK}*\)|{_PATH_MARK})*(?<![.,:;!?'’…]))?"
_URL = regex.compile(
    rf"(?<![a-z0-9@#$_./-])(?:https?://(?P<host>{_WIDE_LABEL}(?:\.{_WIDE_LABEL})+)|(?P<bare>{_LABEL}(?:\.{_LABEL})+))"
    rf"(?![a-z0-9@+-])(?::\d{{1,5}})?{_PATH}",
    regex.IGNORECASE,
)
_UNIT = regex.compile(rf"(?P<emoji>{_EMOJI})|.", regex.DOTALL)


@cache
def _suffixes() -> TLDExtract:
    import tldextract  # it loads a client of its own, so only when a text may hold a link

    return tldextract.TLDExtract(
        suffix_list_urls=(), cache_dir=None
    )  # the list in the package, never the network


def character_length(text: str) -> int:
    """Return the number of code points after NFC."""
    return len(unicodedata.normalize("NFC", text))


def weighted_length(text: str) -> int:
    """Return X's weighted length of a text; 280 is the most that a post may have."""
    text = unicodedata.normalize("NFC", text)
    total, at = 0, 0
    for start, end in url_spans(text):
        total += _plain_weight(text[at:start]) + URL_WEIGHT
        at = end
    return total + _plain_weight(text[at:])


def url_spans(text: str) -> list[tuple[int, int]]:
    """Return where X sees URLs: a host under a suffix of the public suffix list, with or without scheme."""
    return [
        match.span() for match in _URL.finditer(text) if _suffixes()(match["host"] or match["bare"]).suffix
    ]


def _plain_weight(text: str) -> int:
    return sum(EMOJI_WEIGHT if match["emoji"] else _weight(ord(match[0])) for match in _UNIT.finditer(text))


def _weight(code_point: int) -> int:
    return 1 if any(first <= code_point <= last for first, last in LIGHT_RANGES) else 2

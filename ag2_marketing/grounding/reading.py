"""Text as a reader sees it, with the way back to the text as it was written.

NFKC, character references, escapes and inline markup are resolved; zero-width, bidirectional and combining
marks on digits are removed; digits of every script become ASCII digits; digits split by spaces are joined
later, by the number grammar. Every kept character knows which slice of the original it stands for.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

_BLOCK_TAGS = (
    r"(?:p|br|li|ul|ol|div|tr|table|h[1-6]|hr|blockquote|section|article|header|footer|pre|dd|dt|dl)"
)
_SPECIAL = re.compile(
    rf"""(?P<reference>\[\[[^\[\]\n]{{1,500}}\]\])
    |(?P<comment><!--.*?-->)
    |(?P<cell></?\s*(?:td|th)\b[^<>]*>)
    |(?P<block></?\s*{_BLOCK_TAGS}\b[^<>]*>)
    |(?P<tag></?\s*[a-zA-Z][a-zA-Z0-9-]*(?:\s[^<>]*)?/?>)
    |(?P<entity>&(?:\#[0-9]{{1,7}}|\#[xX][0-9a-fA-F]{{1,6}}|[a-zA-Z][a-zA-Z0-9]{{1,31}});)
    |(?P<escape>\\u\{{[0-9a-fA-F]{{1,6}}\}}|\\u[0-9a-fA-F]{{4}}|\\U[0-9a-fA-F]{{8}}|\\x[0-9a-fA-F]{{2}})
    |(?P<thin>\\[,;:!]|\{{,\}})
    |(?P<backslash>\\[-\\*_#+.!()\[\]{{}}~|<>%$`])
    |(?P<emphasis>\*{{1,3}}|~~|(?<![^\W_])_{{1,3}}(?=\S)|(?<=\S)_{{1,3}}(?![^\W_]))
    |(?P<odd>[^\x00-\x7f])""",
    re.VERBOSE | re.DOTALL,
)
_PERHAPS_SPECIAL = re.compile(r"[&<\\*~_{]|\[\[|[^\x00-\x7f]")
_SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789", strict=True))
_KEYCAP = "\u20e3"
_DASHES = {"−": "-", "‒": "–", "﹣": "-", "－": "-", "⁻": "-", "‐": "-", "‑": "-", "➖": "-", "˗": "-"}
# Letters that look like digits, read as such where they stand among digits.
_LOOKALIKES = {"О": "0", "о": "0", "Ο": "0", "ο": "0", "O": "0", "o": "0", "З": "3", "з": "3", "б": "6",
               "l": "1", "I": "1", "І": "1", "Ӏ": "1", "ǀ": "1", "∣": "1", "Ч": "4", "Ь": "6", "Ƽ": "5"}  # fmt: skip
_LATIN_LOOKALIKES = frozenset("OolI")
_AMONG_DIGITS = re.compile(r"(?<=\d)[OolI](?=[\d.,]*\d)|(?<=\d)[ОоΟοЗзбІӀǀ∣ЧЬƼ]+|[ОоΟοЗзбІӀǀ∣ЧЬƼ]+(?=\d)")


@dataclass(frozen=True)
class Reading:
    """What a reader sees.

    Attributes:
        original: The text as written.
        text: The text as read; its characters lie at `starts[i]:ends[i]` of the original.
        starts: Where each character begins in the original.
        ends: Where each character ends in the original.
    """

    original: str
    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the slice of the original that a slice of the reading stands for."""
        if not self.text:
            return 0, len(self.original)
        if start >= end:
            at = self.starts[start] if start < len(self.starts) else len(self.original)
            return at, at
        return self.starts[start], self.ends[end - 1]


def read(original: str) -> Reading:
    """Read a text."""
    if _PERHAPS_SPECIAL.search(original) is None and not _AMONG_DIGITS.search(original):
        size = len(original)
        return Reading(original, original, range(size), range(1, size + 1))
    chars: list[str] = []
    starts: list[int] = []
    ends: list[int] = []

    def put(piece: str, start: int, end: int) -> None:
        chars.extend(piece)
        starts.extend([start] * len(piece))
        ends.extend([end] * len(piece))

    at = 0
    for match in _SPECIAL.finditer(original):
        _plain(original, at, match.start(), chars, starts, ends)
        if match.lastgroup == "reference":
            _plain(original, match.start(), match.end(), chars, starts, ends)
        else:
            put(_resolved(match, chars), match.start(), match.end())
        at = match.end()
    _plain(original, at, len(original), chars, starts, ends)
    text = _digits_of_lookalikes("".join(chars))
    return Reading(original, text, starts, ends)


def _plain(original: str, start: int, end: int, chars: list[str], starts: list[int], ends: list[int]) -> None:
    chars.extend(original[start:end])
    starts.extend(range(start, end))
    ends.extend(range(start + 1, end + 1))


def _resolved(match: re.Match[str], before: list[str]) -> str:
    kind, raw = match.lastgroup, match.group()
    if kind == "odd":
        return _character(raw, before)
    if kind == "entity":
        return "".join(_character(c, before) for c in html.unescape(raw))
    if kind == "escape":
        return _escape(raw, before)
    if kind == "backslash":
        return raw[1:]
    if kind == "emphasis":
        return _emphasis(match)
    return {"block": "\n", "cell": " | "}.get(kind or "", "")


def _emphasis(match: re.Match[str]) -> str:
    text, start, end = match.string, match.start(), match.end()
    alone = match.group() in {"*", "**"}
    digits_around = text[:start].rstrip()[-1:].isdigit() and text[end:].lstrip()[:1].isdigit()
    spaced = text[start - 1 : start].isspace() or text[end : end + 1].isspace()
    if alone and digits_around and spaced:
        return match.group()  # 3 * 4 is arithmetic, 4**2**0 is emphasis
    at_line_start = not text[text.rfind("\n", 0, start) + 1 : start].strip()
    return match.group() if match.group() == "*" and at_line_start and text[end : end + 1] == " " else ""


def _escape(raw: str, before: list[str]) -> str:
    code = int(raw[2:].strip("{}"), 16)
    if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        return raw
    return _character(chr(code), before)


def _character(char: str, before: list[str]) -> str:
    if ord(char) < 128:
        return char
    if char in _DASHES:
        return _DASHES[char]
    if char in _SUPERSCRIPTS:
        return _superscript(char, before)
    category = unicodedata.category(char)
    if category == "Cf":
        return ""
    if category in {"Mn", "Me"}:
        return _mark(char, before)
    if (digit := unicodedata.digit(char, None)) is not None:
        return str(digit)
    return _compatible(char, before)


def _superscript(char: str, before: list[str]) -> str:
    digit = _SUPERSCRIPTS[char]
    previous = before[-1] if before else ""
    if previous == "m" and char in "²³":
        return ""  # square and cubic metres
    if previous.isdigit() and "^" not in before[-4:]:
        return "^" + digit
    return digit


def _mark(char: str, before: list[str]) -> str:
    """Drop a mark that sits on a digit, compose one that sits on a letter."""
    previous = before[-1] if before else ""
    if char == _KEYCAP or previous.isdigit() or not previous.isalpha():
        return ""
    composed = unicodedata.normalize("NFC", previous + char)
    if len(composed) == 1:
        before[-1] = composed
    return ""


def _compatible(char: str, before: list[str]) -> str:
    numeric = unicodedata.numeric(char, None)
    category = unicodedata.category(char)
    if numeric is not None and category == "No" and "FRACTION" in unicodedata.name(char, ""):
        glue = "\u2064" if before and before[-1].isdigit() else ""
        return glue + unicodedata.normalize("NFKC", char)
    if numeric is not None and category in {"Nl", "No", "Lo"} and numeric == int(numeric):
        return str(int(numeric)) if category != "Lo" else char
    normal = unicodedata.normalize("NFKC", char)
    return " " if normal.isspace() and char not in "\u2028\u2029" else normal


def _digits_of_lookalikes(text: str) -> str:
    if not _AMONG_DIGITS.search(text):
        return text
    return _AMONG_DIGITS.sub(lambda m: "".join(_LOOKALIKES.get(c, c) for c in m.group()), text)

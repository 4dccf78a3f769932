"""Text from elsewhere, without what no reader sees.

Invisible characters carry hidden orders to a model (Unicode tags, zero-width runs, variation selectors),
reverse what is shown (bidirectional controls) or break terminals (control characters). They go; white space
is folded.

The set follows Unicode's `Default_Ignorable_Code_Point` (DerivedCoreProperties, Unicode 16), plus the
bidirectional controls of UAX 9, C0 and C1 controls, and lone surrogates. The joiners U+200C and U+200D stay
between two letters of an Arabic or Indic script, where spelling needs them (RFC 5892, appendix A.1 and A.2).
"""

from __future__ import annotations

import re

_JOINERS = "\u200c\u200d"
_JOINING_LETTER = re.compile("[\u0600-\u07ff\u08a0-\u0dff]")
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    f"\U000e0000-\U000e0fff\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff{_JOINERS}]"
)
_ORDINARY_ASCII = bytes(range(0x20, 0x7F)) + b"\t\n\v\f\r\x1c\x1d\x1e\x1f"


def strip_invisible(text: str) -> str:
    r"""Return the text without characters that no reader sees; white space stays as it is.

    >>> strip_invisible("Home\u200b care\U000e0041")
    'Home care'
    """
    if text.isascii() and text.isprintable():  # nearly all short texts
        return text
    return _INVISIBLE.sub(_kept, text) if _INVISIBLE.search(unusual(text)) else text


def unusual(text: str) -> str:
    """Return the characters that are not printable ASCII or white space of it, in order.

    A pattern takes milliseconds to search a page, nearly all of which is left out here in a twentieth of them.
    """
    return (
        text.encode("utf-8", "surrogatepass")
        .translate(None, _ORDINARY_ASCII)
        .decode("utf-8", "surrogatepass")
    )


def _kept(found: re.Match[str]) -> str:
    """Return a joiner between two letters that need it; nothing for all else."""
    text, at = found.string, found.start()
    if found[0] not in _JOINERS or at == 0:
        return ""
    joins = _JOINING_LETTER.match(text, at - 1) and _JOINING_LETTER.match(text, at + 1)
    return found[0] if joins else ""


def fold_space(text: str) -> str:
    """Return the text with every run of white space as one space, and none at the ends."""
    return " ".join(text.split())


def clean(text: str) -> str:
    """Return the text without invisible characters and with white space folded."""
    folded = " ".join(text.split())
    if folded.isascii() and folded.isprintable():  # nearly all texts
        return folded
    return fold_space(strip_invisible(text))

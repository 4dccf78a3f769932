"""Bytes to text, as a browser would read them.

The order is that of the HTML standard: byte order mark, HTTP header, declaration in the document, UTF-8 where
the bytes are valid UTF-8, else windows-1252. Only encodings of the WHATWG Encoding Standard are obeyed: other
codecs that Python knows (`punycode`, `unicode_escape`, …) are no encodings of the web and may cost minutes.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from w3lib.encoding import (
    html_body_declared_encoding,
    html_to_unicode,
    http_content_type_encoding,
    read_bom,
    resolve_encoding,
)

# Python's names for the legacy encodings of the Encoding Standard, section 4.2 (as of 2025).
_WEB_ENCODINGS = frozenset(
    {
        "utf-8", "utf-16", "utf-16-le", "utf-16-be", "ascii", "latin-1", "cp866", "cp874", "gbk", "gb18030",
        "big5", "big5hkscs", "euc_jp", "iso2022_jp", "shift_jis", "cp932", "euc_kr", "cp949", "koi8-r",
        "koi8-u",         "mac-roman", "mac-cyrillic",
        *(f"iso8859-{part}" for part in (*range(1, 12), *range(13, 17))),
        *(f"cp125{page}" for page in range(9)),
    }
)  # fmt: skip
_CANONICAL = frozenset(codecs.lookup(name).name for name in _WEB_ENCODINGS)
_FALLBACK = "cp1252"
DECLARED_WITHIN = 1_024
"""Bytes in which a document has to declare its encoding (HTML standard, 4.2.5.4)."""


@dataclass(frozen=True)
class Decoded:
    """A document's text, the encoding that it was read with and the one that it declares, in time, of itself."""

    text: str
    encoding: str
    declared: str | None


def decode_html(content: bytes, content_type: str | None) -> Decoded:
    """Return the text of an HTML document; bytes that do not fit its encoding become U+FFFD."""
    in_header = _of_the_web(http_content_type_encoding(content_type))
    in_body = _of_the_web(html_body_declared_encoding(content))
    if in_body is not None and in_body.startswith("utf-16"):
        in_body = "utf-8"  # the declaration itself was readable as ASCII (HTML standard, 13.2.3.2)
    bom, _ = read_bom(content)
    encoding = bom or in_header or in_body or ("utf-8" if _is_utf8(content) else _FALLBACK)
    name, text = html_to_unicode(f"text/html; charset={encoding}", content)
    in_time = in_body if html_body_declared_encoding(content[:DECLARED_WITHIN]) else None
    declared = bom or in_header or in_time
    return Decoded(text=text, encoding=name, declared=resolve_encoding(declared) if declared else None)


def _of_the_web(encoding: str | None) -> str | None:
    return encoding if encoding in _CANONICAL else None


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True

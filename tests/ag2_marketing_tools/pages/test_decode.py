from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ag2_marketing_tools.pages.decode import decode_html

META = '<meta charset="{}"><title>Für Ältere</title>'


@pytest.mark.parametrize(
    ("content", "content_type", "encoding"),
    [
        ("Für".encode(), None, "utf-8"),
        ("Für".encode("cp1252"), None, "cp1252"),
        ("Für".encode("cp1252"), "text/html; charset=ISO-8859-1", "cp1252"),
        ("Für".encode(), 'text/html; charset="UTF-8"', "utf-8"),
        (META.format("windows-1252").encode("cp1252"), "text/html", "cp1252"),
        (META.format("utf-8").encode(), "text/html", "utf-8"),
        (META.format("utf-16").encode(), "text/html", "utf-8"),  # HTML standard: read as ASCII, so it is none
        (codecs.BOM_UTF8 + "Für".encode(), "text/html; charset=iso-8859-1", "utf-8"),  # the mark wins
        (codecs.BOM_UTF16_LE + "Für".encode("utf-16-le"), None, "utf-16-le"),
    ],
)
def test_the_encoding_is_found_as_a_browser_finds_it(
    content: bytes, content_type: str | None, encoding: str
) -> None:
    decoded = decode_html(content, content_type)
    assert decoded.encoding == encoding
    assert "Für" in decoded.text


@pytest.mark.parametrize(
    "label", ["punycode", "unicode_escape", "utf-7", "idna", "zlib", "rot13", "no-such-thing"]
)
def test_a_codec_that_is_no_encoding_of_the_web_is_ignored(label: str) -> None:
    content = META.format(label).encode()
    assert "Für Ältere" in decode_html(content, f"text/html; charset={label}").text


def test_a_wrong_declaration_costs_characters_and_nothing_else() -> None:
    decoded = decode_html("<title>Für</title>".encode("cp1252"), "text/html; charset=utf-8")
    assert decoded.text == "<title>F\ufffdr</title>"


def test_what_the_document_declares_is_told() -> None:
    assert decode_html(META.format("utf-8").encode(), None).declared == "utf-8"
    assert decode_html(b"<title>x</title>", None).declared is None


def test_a_declaration_that_comes_too_late_is_none_but_is_read_all_the_same() -> None:
    late = b"<!--" + b"x" * 1_000 + b"-->" + META.format("iso-8859-1").encode("latin-1")
    decoded = decode_html(late, None)
    assert decoded.declared is None
    assert "Für Ältere" in decoded.text


@given(st.binary(), st.none() | st.text())
def test_any_bytes_become_text(content: bytes, content_type: str | None) -> None:
    decode_html(content, content_type)

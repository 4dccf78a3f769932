import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ag2_marketing_tools.text.clean import clean, fold_space, strip_invisible


@pytest.mark.parametrize(
    ("hidden", "what"),
    [
        ("\u200b", "zero-width space"),
        ("\u200d\u200c", "joiners between Latin letters"),
        ("\ufeff", "byte order mark"),
        ("\u00ad", "soft hyphen"),
        ("\u202e", "right-to-left override"),
        ("\u2066\u2069", "bidirectional isolates"),
        ("\U000e0049\U000e0067\U000e006e", "tag characters that spell Ign"),
        ("\ufe01\U000e0101", "variation selectors"),
        ("\x00\x1b\x7f", "C0 controls"),
        ("\x9b", "C1 control"),
        ("\u3164\u115f", "Hangul fillers"),
        ("\ud800", "lone surrogate"),
    ],
)
def test_what_no_reader_sees_is_struck(hidden: str, what: str) -> None:
    assert strip_invisible(f"home{hidden}care") == "homecare", what


def test_joiners_that_spelling_needs_stay() -> None:
    persian = "می\u200cخواهم"
    hindi = "क्\u200dष"
    assert strip_invisible(persian) == persian
    assert strip_invisible(hindi) == hindi


def test_a_run_of_joiners_cannot_hide_bits_in_persian_text() -> None:
    assert strip_invisible("می\u200c\u200d\u200cخواهم") == "میخواهم"


def test_lines_and_tabs_stay_until_white_space_is_folded() -> None:
    assert strip_invisible("a\tb\nc") == "a\tb\nc"
    assert fold_space("  a\tb \n\u00a0 c ") == "a b c"
    assert clean(" a\u200b \u2003 b\u2028") == "a b"


@given(st.text())
def test_striking_twice_strikes_nothing_more(text: str) -> None:
    once = strip_invisible(text)
    assert strip_invisible(once) == once


@given(st.text())
def test_no_control_character_is_left(text: str) -> None:
    assert not {c for c in clean(text) if unicodedata.category(c) in {"Cc", "Cs"}}

"""X's weighted length against the documented ranges and against what twitter-text's own parser gives."""

from __future__ import annotations

import string
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ag2_marketing_tools.campaigns.text_length import character_length, weighted_length

FAMILY = "\N{MAN}\u200d\N{WOMAN}\u200d\N{GIRL}\u200d\N{BOY}"
ENGLAND = "\N{WAVING BLACK FLAG}" + "".join(chr(0xE0000 + ord(c)) for c in "gbeng") + "\U000e007f"


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("", 0),
        ("Hello", 5),
        ("x" * 280, 280),
        ("é", 1),
        ("e\u0301", 1),  # counted after NFC
        ("\u10ff", 1),  # the last of the first light range
        ("\u1100", 2),  # the first beyond it
        ("\u200d", 1),
        ("\u2010", 1),
        ("\u201f", 1),
        ("\u2020", 2),
        ("\u2032", 1),
        ("\u2037", 1),
        ("\u2038", 2),
        ("…", 2),
        ("日本", 4),
    ],
)
def test_a_code_point_weighs_what_its_range_says(text: str, weight: int) -> None:
    assert weighted_length(text) == weight


@pytest.mark.parametrize(
    "emoji",
    [
        "\N{THUMBS UP SIGN}",
        "\N{THUMBS UP SIGN}\N{EMOJI MODIFIER FITZPATRICK TYPE-4}",
        FAMILY,
        "\U0001f1e9\U0001f1ea",
        ENGLAND,
        "1\ufe0f\u20e3",
        "\N{HEAVY BLACK HEART}\ufe0f",
        "\N{COPYRIGHT SIGN}\ufe0f",
        "\N{ADULT}\U0001f3ff\u200d\N{HANDSHAKE}\u200d\N{ADULT}\U0001f3fb",
    ],
)
def test_an_emoji_sequence_weighs_two_however_long(emoji: str) -> None:
    assert weighted_length(emoji) == 2
    assert weighted_length(f"a{emoji}b{emoji}") == 6


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("https://example.com/a/very/long/path/that/goes/on?and=on#for-ever", 23),
        ("http://a.example.de", 23),
        ("example.com", 23),
        ("www.example.com", 23),
        ("a.b.co.uk", 23),
        ("t.co", 23),
        ("example.com/path", 23),
        ("HTTPS://EXAMPLE.COM", 23),
        ("https://example.com:8080/x", 23),
        ("https://пример.рф/", 23),
        ("see example.de now", 31),
        ("google.com/maps, and", 28),
        ("https://example.com/a?b=c.", 24),
        ("https://example.com/a_(b)_c", 23),
        ("https://example.com/(a)b)", 24),
        ("(example.com)", 25),
        ("http://example.com,http://b.com", 47),
        ("日本example.com", 27),
        ("http://example.com/日本", 27),
    ],
)
def test_a_url_weighs_23_also_a_bare_domain(text: str, weight: int) -> None:
    assert weighted_length(text) == weight


@pytest.mark.parametrize(
    "text",
    [
        "node.js",
        "user@example.com",
        "@example.com",
        "#example.com",
        "$example.com",
        "http://localhost/a",
        "https://x",
        "http://1.2.3.4/x",
        "End.Meanwhile",
        "example.comfoo",
        "3.14",
        "a.b",
        "-example.com",
        "ftp://example.com",
    ],
)
def test_what_is_no_url_weighs_its_characters(text: str) -> None:
    assert weighted_length(text) == len(text)


@given(st.text())
def test_canonically_equal_texts_weigh_the_same(text: str) -> None:
    assert weighted_length(unicodedata.normalize("NFD", text)) == weighted_length(
        unicodedata.normalize("NFC", text)
    )


@given(st.text(alphabet=string.ascii_letters + " ", max_size=400))
def test_plain_letters_weigh_one_each(text: str) -> None:
    assert weighted_length(text) == character_length(text) == len(text)


@given(st.text(alphabet="日本語한국어中文", max_size=200))
def test_scripts_beyond_the_light_ranges_weigh_two_each(text: str) -> None:
    assert weighted_length(text) == 2 * len(text)


@pytest.mark.parametrize("text", ["a." * 20_000, "https://example.com/" + "(a" * 20_000, "http://" * 20_000])
def test_a_hostile_text_is_measured_without_quadratic_work(text: str) -> None:
    assert weighted_length(text) > 0  # a quadratic pattern would run for minutes here

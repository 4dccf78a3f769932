"""Text is read as a reader sees it; what is a number there, and what is not."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ag2_marketing.grounding import Ledger, check
from ag2_marketing.grounding.lexicon import lexicon
from ag2_marketing.grounding.message import Message


def figures(text: str, language: str = "en") -> list[Decimal]:
    message = Message.of(text, lexicon(language))
    return [value for number in message.numbers for value in number.values]


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("1,200 visits", "en", "1200"),
        ("1.200 Besuche", "de", "1200"),
        ("1 200 visites", "fr", "1200"),
        ("1\u202f200 visites", "fr", "1200"),
        ("1.200 visitas", "es", "1200"),
        ("1'200 Besuche", "de", "1200"),
        ("1’200 visits", "en", "1200"),
        ("12,00,000 visits", "en", "1200000"),
        ("1,234,567.89 visits", "en", "1234567.89"),
        ("1.234.567,89 Besuche", "de", "1234567.89"),
        ("2,1 s", "de", "2.1"),
        ("−5 points", "en", "-5"),
        ("-5 points", "en", "-5"),
        ("minus 5 points", "en", "-5"),
        ("$5", "en", "5"),
        ("5 €", "de", "5"),
        ("1.2k visits", "en", "1200"),
        ("3 M visits", "en", "3000000"),
        ("2 bn visits", "en", "2000000000"),
        ("2 Mio. Besuche", "de", "2000000"),
        ("1.5e3 visits", "en", "1500"),
        ("1.5 × 10^3 visits", "en", "1500"),
        ("1.5 × 10³ visits", "en", "1500"),
        ("½ of it", "en", "0.5"),
        ("2½ pages", "en", "2.5"),
        ("3/4 of it", "en", "0.75"),
        ("three issues", "en", "3"),
        ("twenty-one issues", "en", "21"),
        ("two hundred and five issues", "en", "205"),
        ("a dozen issues", "en", "12"),
        ("half of the pages", "en", "0.5"),
        ("two-thirds of the pages", "en", str(Decimal(2) / 3)),
        ("traffic doubled", "en", "2"),
        ("zero errors", "en", "0"),
        ("no errors", "en", "0"),
        ("the 72nd percentile", "en", "72"),
        ("dreiundzwanzig Fehler", "de", "23"),
        ("hundertfünf Fehler", "de", "105"),
        ("keine Fehler", "de", "0"),
        ("die Hälfte", "de", "0.5"),
        ("quatre-vingt-dix pages", "fr", "90"),
        ("vingt et une pages", "fr", "21"),
        ("la moitié des pages", "fr", "0.5"),
        ("treinta y dos páginas", "es", "32"),
        ("doscientos errores", "es", "200"),
        ("la mitad", "es", "0.5"),
    ],
)
def test_a_quantity_is_read_in_every_notation(text: str, language: str, value: str) -> None:
    assert figures(text, language) == [Decimal(value)]


@pytest.mark.parametrize(
    "text",
    [
        "8\u200b9",
        "8\u200d9",
        "8\u2060\ufeff9",
        "8\u202e\u202c9",
        "8\u00ad9",
        "８９",
        "𝟴𝟵",
        "٨٩",
        "८९",
        "&#56;&#57;",
        "&#x38;&#x39;",
        "\\u0038\\u0039",
        "\\x389",
        "8**9**",
        "<b>8</b>9",
        "8<!-- -->9",
        "8 9",
        "8\u00a09",
        "8\u03369\u0336",
        "8\ufe0f\u20e39\ufe0f\u20e3",
        "⑧⑨",
    ],
)
def test_a_disguised_number_is_read_as_a_reader_sees_it(text: str) -> None:
    assert figures(f"The score is {text}.") == [Decimal(89)]


def test_letters_that_look_like_digits_are_read_as_digits() -> None:
    assert figures("The score is 1O0.") == [Decimal(100)]
    assert figures("The score is 1О0.") == [Decimal(100)]  # Cyrillic


@pytest.mark.parametrize(
    "text",
    [
        "1. Fix the titles\n2. Compress the images\n3. Audit again",
        "1) Fix the titles\n2) Compress the images",
        "## 2.1 Results",
        "See section 3 and step 2.",
        "Every page needs an H1; GA4 and HTTP/2 are on, UTF-8 too, see E7, Q1 and B2B.",
        "Both variants ran; one of them won, and first byte times were fine.",
        "Run `max-age=86400` and `<h2>` and `user_id_42`.",
        "See https://a.example/sale-2026?page=2, www.a.example/5 or mail team24@a.example.",
        "WordPress 6.4.2, v2.1 and version 3.0 are supported, and TLS 1.3 and Google Analytics 4 are on.",
        "The third-party script is a one-off, and two-factor login works 24/7.",
        "No longer needed, no doubt, and no more than needed.",
        "This one is fine, and no one complained.",
    ],
)
def test_names_markers_addresses_and_versions_are_no_numbers(text: str) -> None:
    assert figures(text) == []


@pytest.mark.parametrize("text", ["`2.4 s`", "`1200`", "`visits=1200`", '"35"', "“1.6 seconds”"])
def test_a_code_span_or_quotation_that_is_only_a_quantity_stays_a_number(text: str, ledger: Ledger) -> None:
    assert not check(f"The value is {text} [E1].", ledger).grounded


def test_a_list_marker_out_of_sequence_is_a_number() -> None:
    assert figures("1. Fix the titles\n50. That is our score") == [Decimal(50)]


def test_dates_and_years_count(ledger: Ledger) -> None:
    assert check("It was in 2019.", ledger).violations[0].text == "2019"
    assert check("It was on 3 May.", ledger).violations[0].text == "3 May"


def test_the_unit_of_a_range_serves_both_ends() -> None:
    message = Message.of("It takes 2–3 s, costs $4-5 and brings 1 to 2k visits.", lexicon("en"))
    assert [n.unit.name if n.unit else None for n in message.numbers] == ["s", "s", "USD", "USD", None, None]
    assert [n.values[0] for n in message.numbers][-2:] == [1000, 2000]


def test_the_report_counts_what_was_looked_at(ledger: Ledger) -> None:
    assert check("The score is 87 [E1], and [[E1/images/total]] images were found.", ledger).numbers == 2


def test_a_language_without_a_lexicon_is_refused_unless_only_references_speak(ledger: Ledger) -> None:
    assert not check("Abbiamo trovato tre problemi.", ledger, language="it").grounded
    assert not check(
        "Abbiamo trovato tre problemi nella pagina, che è in corso per il sito.", ledger
    ).grounded
    assert not check("ページには三つの問題があります。", ledger).grounded
    assert check("[[E1/score]]", ledger, language="it").grounded


def test_regional_variants_of_a_language_are_known(ledger: Ledger) -> None:
    assert check("Der LCP liegt bei 2,1 s [E1].", ledger, language="de-CH").grounded

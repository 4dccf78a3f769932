"""Dates and times match whole, in any format, or coarser."""

from __future__ import annotations

import pytest
from grounded_texts import assert_honest, assert_lie, ledger_of

from ag2_marketing.grounding import Ledger, check

RESULT = {
    "starts_at": "2026-12-03T12:00:00Z",
    "ends_on": "2026-12-24",
    "report_month": "2026-11",
    "founded": 1998,
    "order": "A-2026-12-05-7781",
    "note": "seen by 4500 people",
}


@pytest.fixture
def ledger() -> Ledger:
    return ledger_of(RESULT, user="The sale starts on 5 May 2027")


@pytest.mark.parametrize(
    "text",
    [
        "It starts at 2026-12-03T12:00:00Z [E1].",
        "It starts on 2026-12-03 [E1].",
        "It starts on 3 December 2026 [E1].",
        "It starts on December 3, 2026 [E1].",
        "It starts on December 3rd, 2026 [E1].",
        "It starts on 3 Dec 2026 [E1].",
        "It starts on 3 December 2026 at 12:00 UTC [E1].",
        "It starts on 3 December at 12:00 UTC [E1].",
        "It starts at 12:00 UTC [E1].",
        "It starts in December 2026 [E1].",
        "It ends on 24 December 2026 [E1].",
        "It ends on 2026-12-24 [E1].",
        "It starts in 2026 [E1].",
        "The report month is November 2026 [E1].",
        "It was founded in 1998 [E1].",
        "The sale starts on 5 May 2027 [U1].",
        "The sale starts on 2027-05-05 [U1].",
        "It runs from 3 December 2026 to 24 December 2026 [E1].",
        "It starts at [[E1/starts_at]].",
    ],
)
def test_a_date_passes_whole_in_any_format_or_coarser(ledger: Ledger, text: str) -> None:
    assert_honest(text, ledger)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("It starts on 4 December 2026 [E1].", "4 December 2026"),
        ("It starts on 3 November 2026 [E1].", "3 November 2026"),
        ("It starts on 3 December 2025 [E1].", "3 December 2025"),
        ("It starts on 12 March 2026 [E1].", "12 March 2026"),
        ("It starts on 2026-03-12 [E1].", "2026-03-12"),
        ("It starts on 3 December 2026 at 13:00 UTC [E1].", "13:00"),
        ("It starts at 12:30 UTC [E1].", "12:30"),
        ("It starts at 12:00:01 UTC [E1].", "12:00:01"),
        ("It starts at 12 pm CET on 3 December 2026 [E1].", "12"),
        ("It starts at 12:00 CET [E1].", "12:00"),
        ("It starts at 12 am UTC [E1].", "12"),
        ("It ends on 24 December 2026 at 12:00 UTC [E1].", "12:00"),  # finer than the evidence
        ("The report month is 1 November 2026 [E1].", "1 November 2026"),
        ("It starts in November 2027 [E1].", "November 2027"),
        ("It starts in 2027 [E1].", "2027"),
        ("It ends on 3 December 2026 [E1].", "3 December 2026"),
        ("It starts on 24 December 2026 [E1].", "24 December 2026"),
        ("The sale starts on 6 May 2027 [U1].", "6 May 2027"),
        ("There are 12 pages [E1].", "12"),  # part of a date
        ("There are 2,026 pages [E1].", "2,026"),
        ("There are 24 pages [E1].", "24"),
        # Digits inside other strings are no values.
        ("There are 7781 orders [E1].", "7781"),
        ("It was ordered on 2026-12-05 [E1].", "2026-12-05"),
        ("There are 4,500 people [E1].", "4,500"),
        ("It starts on 3 December 2026.", "3 December 2026"),
    ],
)
def test_another_date_is_refused(ledger: Ledger, text: str, number: str) -> None:
    assert_lie(text, ledger, number)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Es beginnt am 3. Dezember 2026 [E1].", "de"),
        ("Es beginnt am 03.12.2026 [E1].", "de"),
        ("La campagne commence le 3 décembre 2026 [E1].", "fr"),
        ("La campaña empieza el 3 de diciembre de 2026 [E1].", "es"),
    ],
)
def test_a_date_is_read_in_the_language_of_the_text(text: str, language: str) -> None:
    ledger = ledger_of({"campaign": {"starts_at": "2026-12-03T12:00:00Z"}})
    assert_honest(text, ledger, language)
    wrong = text.replace("3", "4", 1)
    assert_lie(wrong, ledger, "4", language=language)


MEASURED = {"depth": 48, "pages": 12, "links": {"broken": 3}, "at": "2026-12-03T12:00:00Z"}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("It was measured in 2026 [E1].", "en"),
        ("In 2026 the depth was 48 [E1].", "en"),
        ("The year is 2026 [E1].", "en"),
        ("Measured in 2025 and 2026 [E1].", "en"),  # refused for 2025 alone
        ("The 2026 measurement stands [E1].", "en"),
        ("Im Jahr 2026 gemessen [E1].", "de"),
        ("Gemessen (2026) [E1].", "de"),
        ("Mesuré en 2026 [E1].", "fr"),
        ("Medido en 2026 [E1].", "es"),
    ],
)
def test_four_digits_are_a_year_where_the_words_before_them_say_so(text: str, language: str) -> None:
    report = check(text, ledger_of(MEASURED), language)
    assert [violation.text for violation in report.violations] == (["2025"] if "2025" in text else [])


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The depth is 2026 [E1].", "en"),
        ("About 2026 of them were read [E1].", "en"),
        ("Of the pages, 2026 were read [E1].", "en"),
        ("Exactly 2026 of the links work [E1].", "en"),
        ("Depth: 2026 [E1].", "en"),
        ("The 2026 broken links wait [E1].", "en"),
        ("| Depth |\n|---|\n| 2026 [E1] |", "en"),
        ("Die Tiefe ist 2026 [E1].", "de"),
        ("Etwa 2026 davon wurden gelesen [E1].", "de"),
        ("Die 2026 defekten Links bleiben [E1].", "de"),
        ("La profondeur est 2026 [E1].", "fr"),
        ("La profundidad es 2026 [E1].", "es"),
    ],
)
def test_the_year_of_a_date_is_no_count(text: str, language: str) -> None:
    assert_lie(text, ledger_of(MEASURED), "2026", language=language)

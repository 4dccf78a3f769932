"""Rules 5 and 6: dates and times; echoes of arguments; what a page says."""

from __future__ import annotations

import pytest

from ag2_marketing.grounding import Ledger, check


@pytest.mark.parametrize(
    ("told", "language"),
    [
        ("3 December 2026", "en"),
        ("December 3, 2026", "en"),
        ("3rd of December 2026", "en"),
        ("Dec 3", "en"),
        ("December 2026", "en"),
        ("2026-12-03", "en"),
        ("2026-12-03T12:00:00Z", "en"),
        ("3 December 2026 at 12:00 UTC", "en"),
        ("3 December 2026, 12 pm UTC", "en"),
        ("3 December 2026, 13:00 CET", "en"),
        ("3 December 2026, 13:00 Europe/Berlin", "en"),
        ("12:00 UTC", "en"),
        ("3. Dezember 2026 um 12:00 Uhr UTC", "de"),
        ("03.12.2026", "de"),
        ("3 décembre 2026 à 12 h 00 UTC", "fr"),
        ("3 de diciembre de 2026 a las 12:00 UTC", "es"),
    ],
)
def test_a_date_matches_whole_in_any_format_or_coarser(told: str, language: str, ledger: Ledger) -> None:
    assert check(f"facebook: {told} [E3]", ledger, language).grounded


@pytest.mark.parametrize(
    "told",
    [
        "4 December 2026",
        "3 December 2027",
        "3 November 2026",
        "3 December 2026 at 13:00 UTC",
        "12:30 UTC",
        "2027",
    ],
)
def test_a_date_that_is_none_of_the_evidences_is_refused(told: str, ledger: Ledger) -> None:
    assert not check(f"The facebook post runs on {told} [E3].", ledger).grounded


def test_a_date_of_another_post_is_misattributed(ledger: Ledger) -> None:
    (violation,) = check("The facebook post runs on 5 December 2026 [E3].", ledger).violations
    assert (violation.text, violation.reason) == ("5 December 2026", "misattributed")


def test_digits_inside_other_strings_are_no_values(ledger: Ledger) -> None:
    (violation,) = check("5,000 families live in Kiel [E1].", ledger).violations
    assert violation.reason == "not_in_evidence"


def test_an_echo_of_an_argument_that_a_model_chose_is_no_evidence(ledger: Ledger) -> None:
    (violation,) = check("The depth is 9 [E1].", ledger).violations
    assert violation.reason == "not_in_evidence"


def test_an_echo_of_an_argument_that_the_workflow_fixed_is_evidence() -> None:
    held = Ledger()
    held.record(tool="run_audit", arguments={"depth": 4}, result={"depth": 4}, chosen_by_model=False)
    assert check("The depth is 4 [E1].", held).grounded


def test_a_verbatim_quotation_of_cited_evidence_is_no_number(ledger: Ledger) -> None:
    assert check('The title reads "Trusted by 5,000 families in Kiel" [E1].', ledger).grounded
    assert not check('The title reads "Trusted by 5,000 families in Kiel".', ledger).grounded
    assert not check('A part of it, "Trusted by 5,000 families", stands out [E1].', ledger).grounded
    assert not check('The title reads "Trusted by 6,000 families in Kiel" [E1].', ledger).grounded


def test_numbers_of_a_page_are_reported_only_as_what_the_page_says(ledger: Ledger) -> None:
    assert check("The page says that 5,000 families trust it [E1].", ledger).grounded
    assert not check("The page says that 6,000 families trust it [E1].", ledger).grounded


def test_figures_in_quoted_matter_need_the_same_words() -> None:
    held = Ledger()
    held.record(
        tool="fetch_page",
        arguments={},
        result={"data": {"ratingValue": 4.9, "reviewCount": 310}},
        quoted=["/data"],
    )
    assert not check("The review count is 310 [E1].", held).grounded
    assert check("The page claims a review count of 310 [E1].", held).grounded

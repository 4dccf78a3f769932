"""Quotations, text fetched from pages, and the echo of an argument that a model chose."""

from __future__ import annotations

import pytest
from grounded_texts import assert_honest, assert_lie, ledger_of

from ag2_marketing.grounding import Ledger

PAGE = {
    "title": "Top 10 lamps for 2026",
    "claim": "Trusted by 25,000 happy customers",
    "short": "1,500",
    "words": 812,
}


@pytest.fixture
def page() -> Ledger:
    return ledger_of(PAGE, quoted=["/title", "/claim", "/short"], tool="fetch_page")


@pytest.mark.parametrize(
    "text",
    [
        'The title is "Top 10 lamps for 2026" [E1].',
        "The title is “Top 10 lamps for 2026” [E1].",
        "The title is «Top 10 lamps for 2026» [E1].",
        'The page says "Trusted by 25,000 happy customers" [E1].',
        'The page "Top 10 lamps for 2026" has 812 words [E1].',
    ],
)
def test_a_quotation_that_stands_verbatim_and_whole_in_cited_evidence_passes(page: Ledger, text: str) -> None:
    assert_honest(text, page)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ('The title is "Top 11 lamps for 2026" [E1].', "11"),  # not verbatim
        ('The title is "Top 10 lamps" [E1].', "10"),  # not whole
        ('The title is "Top 10 lamps for 2026".', "10"),  # not cited
        ('The audit is done [E1]. The title is "Top 10 lamps for 2026".', "10"),
        ('The title is "Top 10 lamps for 2026" [E9].', "10"),
        ('The shop has "1,500" customers [E1].', "1,500"),  # only a quantity
        ('The title is "Top 10 lamps for 2026" and lists 10 lamps [E1].', "10 lamps ["),
        ('The title is "25,000" [E1].', "25,000"),
        ('We won "25,000 happy customers" [E1].', "25,000"),
    ],
)
def test_another_quotation_does_not_hide_its_numbers(page: Ledger, text: str, number: str) -> None:
    assert_lie(text, page, number)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("The shop has 25,000 customers [E1].", "25,000"),
        ("25,000 happy customers trust the shop [E1].", "25,000"),
        ("There are 10 lamps [E1].", "10"),
        ("The shop has 1,500 customers [E1].", "1,500"),
    ],
)
def test_a_number_of_a_fetched_page_is_no_fact(page: Ledger, text: str, number: str) -> None:
    assert_lie(text, page, number)


def test_a_number_that_the_tool_measured_on_a_page_is_a_fact(page: Ledger) -> None:
    assert_honest("The page has 812 words [E1].", page)


def test_a_quotation_of_a_string_that_no_page_gave_passes_too() -> None:
    ledger = ledger_of({"issues": [{"message": "The title has 75 characters", "pages": 4}]})
    assert_honest('The audit says "The title has 75 characters" [E1].', ledger)
    assert_lie('The audit says "The title has 76 characters" [E1].', ledger, "76")


# ---- echoes


@pytest.fixture
def echo() -> Ledger:
    return ledger_of(
        {"limit": 25, "budget": 5000, "results": ["a", "b", "c"], "total": 913},
        arguments={"limit": 25, "budget": 5000},
        tool="search",
    )


def test_a_leaf_that_only_echoes_an_argument_of_the_model_is_no_evidence(echo: Ledger) -> None:
    assert_lie("The limit is 25 [E1].", echo, "25")
    assert_lie("The budget is 5,000 [E1].", echo, "5,000")
    assert_lie("The budget is [[E1/budget]].", echo, "[[E1/budget]]")


def test_what_the_tool_found_itself_is_evidence(echo: Ledger) -> None:
    assert_honest("The search has 913 results in total [E1].", echo)


def test_an_argument_alone_is_no_evidence() -> None:
    ledger = ledger_of({"pages": 48}, arguments={"depth": 6})
    assert_lie("The depth is 6 [E1].", ledger, "6")


def test_arguments_that_the_workflow_fixed_may_come_back_as_evidence() -> None:
    ledger = Ledger()
    ledger.record(
        tool="search",
        arguments={"budget": 5000},
        result={"budget": 5000},
        chosen_by_model=False,
    )
    assert_honest("The budget is 5,000 [E1].", ledger)


def test_a_message_of_the_person_is_evidence_only_under_the_persons_id(echo: Ledger) -> None:
    echo.record_user("The budget is 5,000")
    assert_honest("Your budget is 5,000 [U1].", echo)
    assert_lie("Your budget is 5,000 [E1].", echo, "5,000")

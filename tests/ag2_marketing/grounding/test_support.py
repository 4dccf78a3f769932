"""When a cited literal is supported: scope, value and bounds."""

from __future__ import annotations

import pytest
from grounded_texts import assert_honest, assert_lie, ledger_of

from ag2_marketing.grounding import Ledger

RESULT = {
    "pages": 48,
    "links": 312,
    "visitors": 1234,
    "score": 71,
    "load_time": {"value": 2.135, "unit": "s"},
    "error_rate": {"value": 0.04, "unit": "percent"},
    "redirects": 0,
    "balance": -5,
    "issues": [
        {"name": "missing title", "severity": "high"},
        {"name": "missing alt text", "severity": "high"},
        {"name": "slow image", "severity": "low"},
    ],
}


@pytest.fixture
def ledger() -> Ledger:
    built = ledger_of(RESULT, user="We have 1,200 subscribers and spend 900 EUR on ads")
    built.record(tool="count_products", arguments={}, result={"products": 560})
    return built


# ---- scope


@pytest.mark.parametrize(
    "text",
    [
        "There are 48 pages [E1].",
        "There are 48 pages. [E1]",
        "There are 48 pages.[E1]",
        "[E1] There are 48 pages.",
        "By [E1], there are 48 pages.",
        "There are 48 pages [E1]. The audit is finished.",
        "- 48 pages [E1]\n- 312 links [E1]",
        "* 48 pages [E1]\n* 560 products [E2]",
        "1. 48 pages [E1]\n2. 312 links [E1]",
        "| what | how many |\n|---|---|\n| pages | 48 [E1] |\n| links | 312 [E1] |",
        "There are 48 pages [E1] and 560 products [E2].",
        "There are 48 pages and 560 products [E1] [E2].",
        "There are 48 pages and 560 products [E1, E2].",
        "You have 1,200 subscribers [U1].",
        "You spend 900 EUR on ads [U1].",
        "You spend €900 on ads [U1].",
    ],
)
def test_a_number_is_supported_in_the_sentence_that_cites_its_evidence(ledger: Ledger, text: str) -> None:
    assert_honest(text, ledger)


@pytest.mark.parametrize(
    ("text", "number", "reasons"),
    [
        ("There are 48 pages.", "48", ("uncited",)),
        ("The audit is finished [E1]. There are 48 pages.", "48", ("uncited",)),
        ("There are 48 pages. The audit is finished [E1].", "48", ("uncited",)),
        ("There are 48 pages. The audit is finished. [E1]", "48", ("uncited",)),
        ("There are 48 pages.\n\n[E1]", "48", ("uncited",)),
        ("There are 48 pages! There are 312 links [E1].", "48", ("uncited",)),
        ("- 48 pages\n- 312 links [E1]", "48", ("uncited",)),
        ("- 48 pages [E1]\n- 312 links", "312", ("uncited",)),
        ("What the audit says [E1]:\n\n- 48 pages", "48", ("uncited",)),
        ("| what | how many [E1] |\n|---|---|\n| pages | 48 |", "48", ("uncited",)),
        ("| what | how many |\n|---|---|\n| pages | 48 |\n| links | 312 [E1] |", "48", ("uncited",)),
        ("## Pages [E1]\n\nThere are 48 pages.", "48", ("uncited",)),
        ("There are 48 pages[^1].\n\n[^1]: [E1]", "48", ("uncited",)),
        ("There are 48 pages [E9].", "48", ("unknown_evidence",)),
        ("There are 48 pages [E2].", "48", ("not_in_evidence",)),
        ("There are 560 products [E1].", "560", ("not_in_evidence",)),
        ("There are 48 pages [e1x].", "48", ("uncited", "unknown_evidence")),
        ("There are 48 pages (E1 said nothing).", "48", ("uncited",)),
        ("You have 1,200 subscribers.", "1,200", ("uncited",)),
        ("You have 1,200 subscribers [E1].", "1,200", ("not_in_evidence",)),
        ("You have 1,300 subscribers [U1].", "1,300", ("not_in_evidence",)),
        # The words around a figure of the person must fit the person's own.
        ("You have 1,200 pages [U1].", "1,200", ("misattributed",)),
        ("You have 900 subscribers [U1].", "900", ("misattributed", "wrong_unit")),
    ],
)
def test_a_number_outside_the_scope_of_its_citation_is_refused(
    ledger: Ledger, text: str, number: str, reasons: tuple[str, ...]
) -> None:
    assert_lie(text, ledger, number, *reasons)


def test_one_of_several_citations_must_support_each_number(ledger: Ledger) -> None:
    assert_lie("There are 48 pages and 561 products [E1] [E2].", ledger, "561", "not_in_evidence")


def test_a_number_that_the_hint_knows_is_named(ledger: Ledger) -> None:
    violation = assert_lie("There are 49 pages [E1].", ledger, "49", "not_in_evidence")
    assert "48" in violation.hint


# ---- value


@pytest.mark.parametrize(
    "text",
    [
        "There are 1,234 visitors [E1].",
        "There are 1234 visitors [E1].",
        "There are 1.2k visitors [E1].",
        "There are 1.23k visitors [E1].",
        "There are 1k visitors [E1].",
        "The load time is 2.135 s [E1].",
        "The load time is 2.14 s [E1].",  # halves away from zero
        "The load time is 2.1 s [E1].",
        "The load time is about 2.1 s [E1].",
        "The balance is -5 [E1].",
        "The balance is −5 [E1].",
        "There are zero redirects [E1].",
        "There are no redirects [E1].",
        "There are 0 redirects [E1].",
        "There are three issues [E1].",
        "There are 3 issues [E1].",
        "There are forty-eight pages [E1].",
        "The error rate is 0.04 % [E1].",
    ],
)
def test_a_value_is_supported_at_the_precision_shown(ledger: Ledger, text: str) -> None:
    assert_honest(text, ledger)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("There are 1,235 visitors [E1].", "1,235"),
        ("There are 1,230 visitors [E1].", "1,230"),  # whole numbers are exact unless scaled
        ("There are 1,200 visitors [E1].", "1,200"),
        ("There are about 1,200 visitors [E1].", "1,200"),
        ("There are nearly 50 pages [E1].", "50"),
        ("There are roughly 300 links [E1].", "300"),
        ("There are 1.3k visitors [E1].", "1.3k"),
        ("There are 1.24k visitors [E1].", "1.24k"),
        ("There are 1.20k visitors [E1].", "1.20k"),  # trailing zeros count as written
        ("There are 1.2M visitors [E1].", "1.2M"),
        ("The load time is 2.13 s [E1].", "2.13"),  # the half goes away from zero
        ("The load time is 2.10 s [E1].", "2.10"),
        ("The load time is 2.0 s [E1].", "2.0"),
        ("The load time is 2.2 s [E1].", "2.2"),
        ("The load time is 2 s [E1].", "2"),  # a whole number is exact
        ("The load time is 3 s [E1].", "3"),
        ("The load time is 2.1350001 s [E1].", "2.1350001"),
        ("The error rate is 0.0 % [E1].", "0.0"),  # what is not zero never rounds to 0
        ("The error rate is 0 % [E1].", "0"),
        ("The balance is 5 [E1].", "5"),
        ("The balance is +5 [E1].", "5"),
        ("There are 4 issues [E1].", "4"),
        ("There are no pages [E1].", "no"),
        ("There are fifty pages [E1].", "fifty"),
        ("There are 8 pages [E1].", "8"),
        ("There are 480 pages [E1].", "480"),
        ("There are 84 pages [E1].", "84"),
    ],
)
def test_another_value_is_refused(ledger: Ledger, text: str, number: str) -> None:
    assert_lie(text, ledger, number)


def test_a_filtered_count_is_not_the_length_of_the_list(ledger: Ledger) -> None:
    # Two of the three issues are of high severity; no tool counted them.
    assert_lie("There are two issues of high severity [E1].", ledger, "two")


# ---- bounds


@pytest.fixture
def bounded() -> Ledger:
    return ledger_of(
        {
            "lcp": {"value": 2100, "unit": "ms", "threshold": 2500},
            "inp": {"value": 340, "unit": "ms", "threshold": 200},
            "pages": 48,
        }
    )


@pytest.mark.parametrize(
    "text",
    [
        "The LCP of 2,100 ms is under the threshold of 2,500 ms [E1].",
        "The INP of 340 ms is above the threshold of 200 ms [E1].",
        "The LCP is below the threshold of 2.5 s [E1].",
        "The INP is more than the threshold of 200 ms [E1].",
    ],
)
def test_a_bound_that_stands_in_evidence_and_is_true_passes(bounded: Ledger, text: str) -> None:
    assert_honest(text, bounded)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("The LCP is under 3 s [E1].", "3 s"),  # true, but stands nowhere
        ("There are more than 40 pages [E1].", "40"),
        ("There are at least 45 pages [E1].", "45"),
        ("There are fewer than 50 pages [E1].", "50"),
        ("There are over 48 pages [E1].", "48"),  # not true of the value
        ("There are under 48 pages [E1].", "48"),
        ("The LCP of 2,100 ms is above the threshold of 2,500 ms [E1].", "2,500"),
        ("The INP of 340 ms is under the threshold of 200 ms [E1].", "200"),
        ("There are 40+ pages [E1].", "40+"),
        ("There are >40 pages [E1].", "40"),
        ("There are up to 60 pages [E1].", "60"),
    ],
)
def test_a_bound_that_is_not_in_evidence_or_not_true_is_refused(
    bounded: Ledger, text: str, number: str
) -> None:
    assert_lie(text, bounded, number)


def test_at_least_and_at_most_hold_of_the_value_itself(bounded: Ledger) -> None:
    assert_honest("There are at least 48 pages [E1].", bounded)
    assert_honest("There are at most 48 pages [E1].", bounded)


# ---- arithmetic


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Clicks rose by 50 % from 200 to 300 [E1].", "50"),
        ("Clicks rose by 100 [E1].", "100"),
        ("Together that is 500 clicks [E1].", "500"),
        ("The average is 250 clicks [E1].", "250"),
        ("The ratio is 1.5 [E1].", "1.5"),
        ("Impressions doubled [E1].", "doubled"),
        ("Impressions are twice as many as before [E1].", "twice"),
        ("Impressions halved [E1].", "halved"),
        ("Impressions grew 2x [E1].", "2x"),
    ],
)
def test_arithmetic_that_no_tool_returned_is_refused_even_where_it_is_right(text: str, number: str) -> None:
    ledger = ledger_of(
        {"clicks": {"before": 200, "after": 300}, "impressions": {"before": 4000, "after": 8000}}
    )
    assert_lie(text, ledger, number, "derived", "not_in_evidence")


def test_a_difference_that_a_tool_returned_passes() -> None:
    ledger = ledger_of({"clicks": {"before": 200, "after": 300, "growth_percent": 50}}, tool="calculate")
    assert_honest("Clicks rose by 50 % from 200 to 300 [E1].", ledger)
    assert_lie("Clicks rose by 60 % from 200 to 300 [E1].", ledger, "60")

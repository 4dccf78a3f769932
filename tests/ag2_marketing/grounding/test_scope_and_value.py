"""Rules 1 and 2: which citation covers a number, and when a value equals it."""

from __future__ import annotations

import pytest

from ag2_marketing.grounding import GroundingReport, Ledger, check


def reasons(report: GroundingReport) -> list[tuple[str, str]]:
    return [(violation.text, violation.reason) for violation in report.violations]


@pytest.mark.parametrize(
    "text",
    [
        "The score is 87 [E1].",
        "The score is 87. [E1]",
        "The score is 87.[E1] All is well.",
        "[E1] The score is 87.",
        "- The score is 87. There are 40 images [E1].",
        "| Score | 87 | [E1] |",
        "The score is 87 and there are 85 internal links [E1][E3].",
        "The score is 87 and there are 85 internal links [E1, E3].",
        "We looked at the LCP of\nthe page, which is 2.1 s [E1].",
        "Approx. 87 points, i.e. the score, was reached [E1].",
    ],
)
def test_a_citation_covers_its_sentence_item_or_row(text: str, ledger: Ledger) -> None:
    assert reasons(check(text, ledger)) == []


@pytest.mark.parametrize(
    "text",
    [
        "The score is 87.",
        "The score is 87. The page is fine [E1].",
        "- The score is 87\n- The page is fine [E1]",
        "| Metric [E1] | Value |\n|---|---|\n| Score | 87 |",
        "The score is 87.\n\nThe page is fine [E1].",
        "Evidence E1 says that the score is 87.",
    ],
)
def test_a_citation_elsewhere_does_not_cover(text: str, ledger: Ledger) -> None:
    assert reasons(check(text, ledger)) == [("87", "uncited")]


def test_evidence_that_does_not_exist_is_named(ledger: Ledger) -> None:
    assert reasons(check("The score is 87 [E9].", ledger)) == [("87", "unknown_evidence")]
    assert reasons(check("The score is 87 [e1].", ledger)) == [("87", "unknown_evidence")]
    assert reasons(check("The page is fine [E9].", ledger)) == [("[E9]", "unknown_evidence")]


@pytest.mark.parametrize(
    "shown", ["2,137 ms", "2.137 s", "2.14 s", "2.1 s", "about 2.1 s", "2137 milliseconds", "2.137 seconds"]
)
def test_a_value_is_right_at_the_precision_shown(shown: str, ledger: Ledger) -> None:
    assert check(f"LCP is {shown} [E1].", ledger).grounded


@pytest.mark.parametrize(
    "shown", ["2 s", "2.2 s", "2.10 s", "2.13 s", "about 2 s", "nearly 2.2 s", "2,136 ms"]
)
def test_a_value_is_wrong_beyond_half_of_the_last_digit(shown: str, ledger: Ledger) -> None:
    assert reasons(check(f"LCP is {shown} [E1].", ledger)) == [
        (shown.split(maxsplit=1)[-1] if shown[0].isalpha() else shown, "not_in_evidence")
    ]


def test_halves_go_away_from_zero() -> None:
    held = Ledger()
    held.record(tool="measure", arguments={}, result={"depth": 2.15, "drift": -2.15, "rest": 0.25})
    assert check("Depth is 2.2 [E1]. Drift is -2.2 [E1]. Rest is 0.3 [E1].", held).grounded
    assert len(check("Depth is 2.1 [E1]. Drift is -2.1 [E1]. Rest is 0.2 [E1].", held).violations) == 3


def test_whole_numbers_are_exact_unless_scaled() -> None:
    held = Ledger()
    held.record(tool="traffic", arguments={}, result={"visits": 1234})
    assert check("We had 1.2k visits [E1]. We had 1k visits [E1]. We had 1,234 visits [E1].", held).grounded
    assert not check("We had 1,200 visits [E1].", held).grounded
    assert not check("We had 1.3k visits [E1].", held).grounded


def test_what_is_not_zero_never_rounds_to_zero(ledger: Ledger) -> None:
    assert reasons(check("The error rate is 0.0 % [E1].", ledger)) == [("0.0 %", "not_in_evidence")]
    assert check("The error rate is 0.04 % [E1].", ledger).grounded


@pytest.mark.parametrize(
    "text",
    [
        "LCP is under the threshold of 2.5 s [E1].",
        "INP stays below the 200 ms threshold [E1].",
        "There are at least 40 images [E1].",
        "INP of 180 ms is below its threshold of 200 ms [E1].",
    ],
)
def test_a_bound_that_stands_in_evidence_and_is_true_passes(text: str, ledger: Ledger) -> None:
    assert reasons(check(text, ledger)) == []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("LCP is under 3.5 s [E1].", "3.5 s"),
        ("LCP is above the threshold of 2.5 s [E1].", "2.5 s"),
        ("There are more than 40 images [E1].", "40"),
        ("There are more than 30 images [E1].", "30"),
        ("INP is over 200 ms [E1].", "200 ms"),
    ],
)
def test_a_bound_that_is_invented_or_untrue_is_refused(text: str, number: str, ledger: Ledger) -> None:
    assert [v.text for v in check(text, ledger).violations] == [number]


def test_the_length_of_a_list_is_a_value_and_a_filtered_count_is_not(ledger: Ledger) -> None:
    assert check("The page has three headings [E1].", ledger).grounded
    assert check("The page has no broken links [E1].", ledger).grounded
    assert check("Two posts are scheduled [E3].", ledger).grounded
    assert not check("Two headings are about money [E1].", ledger).grounded


@pytest.mark.parametrize(
    "text",
    [
        "Traffic has doubled [E1].",
        "In total the page has 92 links [E1].",
        "There are 78 more internal than external links [E1].",
        "A third of the images lack an alt text [E1].",
    ],
)
def test_arithmetic_that_no_tool_did_is_derived_even_where_it_is_right(text: str, ledger: Ledger) -> None:
    assert [v.reason for v in check(text, ledger).violations] == ["derived"]


def test_what_calculate_returned_is_evidence(ledger: Ledger) -> None:
    assert check("Visits grew by 12.5 % [E4].", ledger).grounded


def test_figures_of_the_person_need_their_message_and_their_words(ledger: Ledger) -> None:
    assert check("You have 1,200 visitors a day [U1].", ledger).grounded
    assert check("Your budget is €500 [U1].", ledger).grounded
    assert reasons(check("You have 1,200 visitors a day.", ledger)) == [("1,200", "uncited")]
    assert reasons(check("You have 1,200 sign-ups a month [U1].", ledger)) != []
    assert reasons(check("Your budget is $500 [U1].", ledger)) == [("$500", "wrong_unit")]

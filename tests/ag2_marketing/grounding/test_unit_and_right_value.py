"""Rules 3 and 4: the unit, and that it is the value which the words mean."""

from __future__ import annotations

import pytest

from ag2_marketing.grounding import Ledger, check


def reasons(text: str, ledger: Ledger) -> list[str]:
    return [violation.reason for violation in check(text, ledger).violations]


@pytest.mark.parametrize(
    "text",
    [
        "The HTML is 123,456 bytes [E1].",
        "The HTML is 123.5 kB [E1].",
        "The HTML is 120.6 KiB [E1].",
        "The crawl took 1.5 hours [E1].",
        "The crawl took 90 minutes [E1].",
        "The conversion rate of the control is 3.2 % [E2].",
        "The conversion rate of the control is 0.032 [E2].",
        "The difference is 0.9 percentage points [E2].",
        "The budget is €500 [E3].",
        "The budget is 500 euros [E3].",
        "The budget is EUR 500 [E3].",
        "| Metric | Value (s) | |\n|---|---|---|\n| LCP | 2.137 | [E1] |",
    ],
)
def test_units_match_after_a_lossless_conversion(text: str, ledger: Ledger) -> None:
    assert reasons(text, ledger) == []


@pytest.mark.parametrize(
    "text",
    [
        "LCP is 2.137 ms [E1].",
        "LCP is 2137 [E1].",
        "LCP is 2137 % [E1].",
        "The score is 87 % [E1].",
        "The score is 87 ms [E1].",
        "The budget is $500 [E3].",
        "The budget is £500 [E3].",
        "The difference is 0.9 % [E2].",
        "The conversion rate of the control is 3.2 percentage points [E2].",
        "| Metric | Value (s) | |\n|---|---|---|\n| LCP | 2137 | [E1] |",
    ],
)
def test_a_unit_that_is_not_the_evidences_is_refused(text: str, ledger: Ledger) -> None:
    assert reasons(text, ledger) == ["wrong_unit"]


@pytest.mark.parametrize(
    "text",
    [
        "Our LCP is 2.5 s [E1].",
        "CLS is 87 [E1].",
        "The page has 40 internal links [E1].",
        "The page has 12 images [E1].",
        "The control had 4,987 users [E2].",
        "The control converted at 4.1 % [E2].",
        "The conversion rate is 3.2 % [E2].",
        "The p-value is 0.95 [E2].",
        "The relative lift is 2 % [E2].",
        "Instagram gets 240 characters [E3].",
        "We have 12 employees [E1].",
        "The score of the page is [[E1/images/total]].",
        "Our LCP is [[E1/core_web_vitals/lcp/threshold]].",
    ],
)
def test_a_number_that_stands_there_under_another_name_is_misattributed(text: str, ledger: Ledger) -> None:
    assert reasons(text, ledger) == ["misattributed"]


@pytest.mark.parametrize(
    "text",
    [
        "The largest contentful paint takes 2.1 s [E1].",
        "The threshold for LCP is 2.5 s [E1].",
        "12 of the 40 images have no alt text [E1].",
        "There are 85 internal and 7 external links [E1].",
        "The control had 5,012 users and the green button 4,987 [E2].",
        "The control converted at 3.2 %, the green button at 4.1 % [E2].",
        "Conversion rates are 3.2 % for control and 4.1 % for the green button [E2].",
        "The control (5,012 users) converted at 3.2 % [E2].",
        "The sample of A is 5,012 visits, that of B 4,987 [E2].",
        "The sample ratio mismatch p-value is 0.8 [E2].",
        "The 95 % confidence interval of the lift runs from 2 % to 54 % [E2].",
        "LCP is 2.1 s [E1], and the control had 5,012 users [E2].",
        "| Variant | Users | Conversion rate |\n|---|---|---|\n| control | 5,012 | 3.2 % [E2] |\n"
        "| green button | 4,987 | 4.1 % [E2] |",
        "Der LCP liegt bei 2,1 s und der Score bei 87 [E1].",
        "Le LCP est de 2,1 s et l'INP de 180 ms [E1].",
        "El LCP es de 2,1 s y el INP de 180 ms [E1].",
    ],
)
def test_the_value_that_the_words_mean_passes(text: str, ledger: Ledger) -> None:
    assert reasons(text, ledger) == []


def test_swapped_values_are_both_refused(ledger: Ledger) -> None:
    text = "The control converted at 4.1 % and the green button at 3.2 % [E2]."
    assert reasons(text, ledger) == ["misattributed", "misattributed"]


def test_the_percentage_before_confidence_interval_is_the_level(ledger: Ledger) -> None:
    assert reasons("The 54 % confidence interval starts at 2 % [E2].", ledger)[0] == "misattributed"


def test_in_a_of_b_each_number_is_judged_alone(ledger: Ledger) -> None:
    assert [v.text for v in check("11 of the 40 images lack an alt text [E1].", ledger).violations] == ["11"]
    assert [v.text for v in check("12 of the 41 images lack an alt text [E1].", ledger).violations] == ["41"]


def test_a_violation_says_where_the_number_stands_and_what_would_be_right(ledger: Ledger) -> None:
    text = "Our LCP is 2.5 s [E1]."
    (violation,) = check(text, ledger).violations
    assert text[violation.start : violation.end] == violation.text == "2.5 s"
    assert "lcp/value is 2137 ms" in violation.hint

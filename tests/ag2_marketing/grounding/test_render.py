"""Rendering: references filled in, formatted once; a report never leaves with an unsupported number."""

from __future__ import annotations

from typing import Any

import pytest
from grounded_texts import ledger_of

from ag2_marketing.grounding import GroundingError, Ledger, check, render

RESULT = {
    "lcp": {"value": 2137, "unit": "ms"},
    "bounce_rate": 0.415,
    "visitors": 1_264_000,
    "price": {"amount": 12.5, "currency": "EUR"},
    "cls": 0.004,
    "starts_at": "2026-12-03T12:00:00Z",
    "title": "<b>Lamps</b> & [more](javascript:alert(1)) *now*",
    "issues": ["a", "b", "c"],
    "balance": -5,
}


@pytest.fixture
def ledger() -> Ledger:
    return ledger_of(RESULT, units={"/bounce_rate": "ratio"})


@pytest.mark.parametrize(
    ("text", "language", "rendered"),
    [
        ("The LCP is [[E1/lcp/value]].", "en", "The LCP is 2,137 ms."),
        ("Der LCP ist [[E1/lcp/value]].", "de", "Der LCP ist 2.137 ms."),
        ("The bounce rate is [[E1/bounce_rate]].", "en", "The bounce rate is 41.5 %."),
        ("There are [[E1/visitors]] visitors.", "en", "There are 1,264,000 visitors."),
        ("The price is [[E1/price/amount]].", "en", "The price is €12.50."),
        ("The CLS is [[E1/cls]].", "en", "The CLS is 0.004."),
        ("There are [[E1/issues]] issues.", "en", "There are 3 issues."),
        ("It starts at [[E1/starts_at]].", "en", "It starts at 3 December 2026, 12:00 UTC."),
        ("Nothing to report.", "en", "Nothing to report."),
        ("", "en", ""),
    ],
)
def test_a_reference_is_filled_in_with_its_unit(
    ledger: Ledger, text: str, language: str, rendered: str
) -> None:
    assert render(text, ledger, fmt="text", language=language).replace("\xa0", " ") == rendered


def test_text_is_the_default_format(ledger: Ledger) -> None:
    assert render("The CLS is [[E1/cls]].", ledger) == render("The CLS is [[E1/cls]].", ledger, fmt="text")


def test_the_sign_of_a_negative_value_is_kept(ledger: Ledger) -> None:
    assert render("The balance is [[E1/balance]].", ledger, language="en") in {
        "The balance is -5.",
        "The balance is −5.",
    }


def test_a_report_shows_where_each_number_comes_from(ledger: Ledger) -> None:
    html = render("The CLS is [[E1/cls]].", ledger, fmt="html", language="en")
    assert 'href="#E1"' in html
    assert ">0.004</a>" in html
    markdown = render("The CLS is [[E1/cls]].", ledger, fmt="markdown", language="en")
    assert "[0.004](#E1)" in markdown


def test_what_a_value_holds_cannot_become_markup(ledger: Ledger) -> None:
    html = render("The title is [[E1/title]].", ledger, fmt="html", language="en")
    assert "<b>" not in html
    assert "&lt;b&gt;Lamps&lt;/b&gt; &amp;" in html
    markdown = render("The title is [[E1/title]].", ledger, fmt="markdown", language="en")
    assert markdown.replace("\\]", "").count("](") == 1  # the link to the evidence
    assert "<b>" not in markdown.replace("\\<", "")


def test_what_the_text_holds_cannot_become_html(ledger: Ledger) -> None:
    html = render('An <script>alert("x")</script> & the CLS [[E1/cls]].', ledger, fmt="html", language="en")
    assert "<script" not in html


@pytest.mark.parametrize("fmt", ["text", "markdown", "html"])
@pytest.mark.parametrize(
    ("text", "offender"),
    [
        ("The CLS is 0.1 [E1].", "0.1"),
        ("The CLS is 0.004.", "0.004"),
        ("The CLS is [[E1/nothing]].", "[[E1/nothing]]"),
        ("The CLS is [[E9/cls]].", "[[E9/cls]]"),
        ("The LCP is [[E1/cls]].", "[[E1/cls]]"),
        ("There are 1[[E1/issues]] issues.", "1"),
        ("The LCP is [[E1/lcp/value]] and three pages fail.", "three"),
    ],
)
def test_a_text_with_an_unsupported_number_is_not_rendered(
    ledger: Ledger, fmt: Any, text: str, offender: str
) -> None:
    with pytest.raises(GroundingError) as caught:
        render(text, ledger, fmt=fmt, language="en")
    assert any(offender in v.text or v.text in offender for v in caught.value.violations)  # type: ignore[attr-defined]


@pytest.mark.parametrize("fmt", ["pdf", "", "HTML", None])
def test_another_format_is_refused(ledger: Ledger, fmt: Any) -> None:
    with pytest.raises(GroundingError):
        render("The CLS is [[E1/cls]].", ledger, fmt=fmt)


@pytest.mark.parametrize("text", ["The LCP is [[E1/lcp/value]] ms.", "The LCP is [[E1/lcp/value]]ms."])
def test_a_unit_that_the_text_repeats_is_not_written_twice(ledger: Ledger, text: str) -> None:
    if check(text, ledger, language="en").grounded:
        assert render(text, ledger, language="en").replace("\xa0", " ").count("ms") == 1


def test_another_unit_of_the_same_dimension_after_a_reference_never_mislabels_it(ledger: Ledger) -> None:
    """Refused, or converted: either is honest."""
    text = "The LCP is [[E1/lcp/value]] s."
    if violations := check(text, ledger, language="en").violations:
        assert [v.reason for v in violations] == ["wrong_unit"]
    else:
        assert render(text, ledger, language="en").replace("\xa0", " ") == "The LCP is 2.137 s."


@pytest.mark.parametrize(
    "text",
    [
        "The LCP is [[E1/lcp/value]] %.",
        "The LCP is [[E1/lcp/value]] kB.",
        "The price is $[[E1/price/amount]].",
        "The price is [[E1/price/amount]] USD.",
        "The bounce rate is [[E1/bounce_rate]] percentage points.",
    ],
)
def test_a_unit_that_contradicts_the_reference_is_refused(ledger: Ledger, text: str) -> None:
    with pytest.raises(GroundingError):
        render(text, ledger, language="en")


@pytest.mark.parametrize("path", ["lcp/value", "bounce_rate", "visitors", "price/amount", "cls", "issues"])
def test_a_rendered_value_is_itself_grounded_where_it_is_cited(ledger: Ledger, path: str) -> None:
    words = path.partition("/")[0].replace("_", " ")
    rendered = render(f"The {words}: [[E1/{path}]]", ledger, language="en")
    assert check(f"{rendered} [E1]", ledger, language="en").grounded


@pytest.mark.parametrize("held", [0.00004, -0.00004, 1e-9, 123456789.123456, 1e21, -0.5, 0.1 + 0.2])
def test_a_value_that_is_not_zero_is_never_rendered_as_zero(held: float) -> None:
    ledger = ledger_of({"depth": held})
    digits = render("The depth is [[E1/depth]].", ledger, language="en")
    assert any(c in digits for c in "123456789")

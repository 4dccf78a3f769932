"""Units of a literal must be the evidence's, after a lossless conversion."""

from __future__ import annotations

import pytest
from grounded_texts import assert_honest, assert_lie, ledger_of

from ag2_marketing.grounding import Ledger

RESULT = {
    "bounce_rate": 0.415,
    "click_rate": 41.5,
    "lcp": {"value": 2137, "unit": "ms"},
    "session_length": {"value": 5400, "unit": "s"},
    "transfer": {"value": 1_659_600, "unit": "byte"},
    "cache": {"value": 524_288, "unit": "byte"},
    "price": {"amount": 12.5, "currency": "EUR"},
    "budget_usd": 900,
    "uplift": {"value": 1.5, "unit": "percentage point"},
    "score": 71,
    "font_size_px": 16,
    "duration_min": 90,
}
UNITS = {"/bounce_rate": "ratio", "/click_rate": "percent"}


@pytest.fixture
def ledger() -> Ledger:
    return ledger_of(RESULT, units=UNITS)


@pytest.mark.parametrize(
    "text",
    [
        "The bounce rate is 41.5 % [E1].",
        "The bounce rate is 41.5% [E1].",
        "The bounce rate is 41.5 percent [E1].",
        "The bounce rate is 0.415 [E1].",
        "The click rate is 41.5 % [E1].",
        "The LCP is 2137 ms [E1].",
        "The LCP is 2.137 s [E1].",
        "The LCP is 2.14 seconds [E1].",
        "The LCP is 2.1 s [E1].",
        "The session length is 90 minutes [E1].",
        "The session length is 1.5 hours [E1].",
        "The session length is 5,400 s [E1].",
        "The transfer is 1.66 MB [E1].",
        "The transfer is 1,659.6 kB [E1].",
        "The transfer is 1.58 MiB [E1].",  # 1,659,600 / 1,048,576 = 1.5827
        "The cache is 512 KiB [E1].",
        "The cache is 0.5 MiB [E1].",
        "The price is €12.50 [E1].",
        "The price is 12.50 EUR [E1].",
        "The price is 12.5 euros [E1].",
        "The budget is $900 [E1].",
        "The budget is 900 USD [E1].",
        "The uplift is 1.5 percentage points [E1].",
        "The uplift is 1.5 pp [E1].",
        "The score is 71 [E1].",
        "The score is 71 points [E1].",
        "The font size is 16 px [E1].",
        "The duration is 1.5 hours [E1].",
    ],
)
def test_a_unit_of_the_same_dimension_passes(ledger: Ledger, text: str) -> None:
    assert_honest(text, ledger)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("The LCP is 2137 s [E1].", "2137"),
        ("The LCP is 2.137 ms [E1].", "2.137"),
        ("The LCP is 2137 [E1].", "2137"),
        ("The LCP is 2137 % [E1].", "2137"),
        ("The LCP is 2137 kB [E1].", "2137"),
        ("The LCP is 2137 visits [E1].", "2137"),
        ("The bounce rate is 0.415 % [E1].", "0.415"),
        ("The bounce rate is 42 % [E1].", "42"),  # a whole number is exact
        ("The bounce rate is 41.5 [E1].", "41.5"),
        ("The bounce rate is 41.5 ‰ [E1].", "41.5"),
        ("The bounce rate is 41.5 percentage points [E1].", "41.5"),
        ("The click rate is 41.5 [E1].", "41.5"),
        ("The uplift is 1.5 % [E1].", "1.5"),
        ("The score is 71 % [E1].", "71"),
        ("The score is €71 [E1].", "71"),
        ("The score is 71 ms [E1].", "71"),
        ("The transfer is 1.58 MB [E1].", "1.58"),  # that is MiB
        ("The transfer is 1.66 MiB [E1].", "1.66"),  # that is MB
        ("The transfer is 1.66 GB [E1].", "1.66"),
        ("The cache is 512 kB [E1].", "512"),
        ("The cache is 524.288 KiB [E1].", "524.288"),
        ("The price is $12.50 [E1].", "12.50"),
        ("The price is £12.50 [E1].", "12.50"),
        ("The price is 12.50 USD [E1].", "12.50"),
        ("The price is 12.50 [E1].", "12.50"),
        ("The price is 12.50 % [E1].", "12.50"),
        ("The budget is €900 [E1].", "900"),
        ("The budget is C$900 [E1].", "900"),
        ("The budget is 900 [E1].", "900"),
        ("The session length is 90 hours [E1].", "90"),
        ("The session length is 1.5 minutes [E1].", "1.5"),
        ("The font size is 16 pt [E1].", "16"),
        ("The font size is 16 % [E1].", "16"),
        ("The duration is 90 s [E1].", "90"),
        ("The duration is 90 h [E1].", "90"),
    ],
)
def test_another_unit_is_refused(ledger: Ledger, text: str, number: str) -> None:
    assert_lie(text, ledger, number, "wrong_unit", "not_in_evidence", "misattributed")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("The LCP is 2137 s [E1].", "2137"),
        ("The price is $12.50 [E1].", "12.50"),
        ("The uplift is 1.5 % [E1].", "1.5"),
        ("The score is 71 % [E1].", "71"),
    ],
)
def test_the_reason_says_that_only_the_unit_is_wrong(ledger: Ledger, text: str, number: str) -> None:
    assert_lie(text, ledger, number, "wrong_unit")


@pytest.mark.parametrize(
    ("units", "result"),
    [
        ({"/wait": "ms"}, {"wait": 350}),
        ({"/steps/*/wait": "ms"}, {"steps": [{"wait": 350}]}),
        ({"wait": "ms"}, {"wait": 350}),
        (None, {"wait": {"value": 350, "unit": "ms"}}),
        (None, {"unit": "ms", "wait": {"mobile": {"value": 350}}}),
        (None, {"wait_ms": 350}),
    ],
    ids=["units", "pattern", "no slash", "sibling", "ancestor", "suffix"],
)
def test_a_unit_comes_from_the_schema_a_sibling_an_ancestor_or_the_key(
    units: dict[str, str] | None, result: dict[str, object]
) -> None:
    ledger = ledger_of(result, units=units)
    assert_honest("The wait is 350 ms [E1].", ledger)
    assert_honest("The wait is 0.35 s [E1].", ledger)
    assert_lie("The wait is 350 s [E1].", ledger, "350", "wrong_unit")
    assert_lie("The wait is 350 [E1].", ledger, "350", "wrong_unit")


def test_a_column_header_gives_its_unit_to_the_column(ledger: Ledger) -> None:
    table = "| metric | value ({}) |\n|---|---|\n| LCP | {} [E1] |"
    assert_honest(table.format("ms", "2137"), ledger)
    assert_honest(table.format("s", "2.1"), ledger)
    assert_lie(table.format("s", "2137"), ledger, "2137")
    assert_lie(table.format("%", "2137"), ledger, "2137")


def test_a_unit_given_once_serves_both_ends_of_a_range() -> None:
    ledger = ledger_of({"wait": {"lower": 120, "upper": 350, "unit": "ms"}})
    for text in (
        "The wait is 120–350 ms [E1].",
        "The wait is 120 to 350 ms [E1].",
        "The wait is between 120 and 350 ms [E1].",
    ):
        assert_honest(text, ledger)
    assert_lie("The wait is 120–360 ms [E1].", ledger, "360")
    assert_lie("The wait is 110–350 ms [E1].", ledger, "110")
    assert_lie("The wait is 120–350 s [E1].", ledger, "120")
    assert_lie("The wait is 120–350 s [E1].", ledger, "350")


@pytest.mark.parametrize(
    ("held", "shown", "fits"),
    [
        (2.25, "2.3", True),
        (2.25, "2.2", False),
        (2.2499, "2.2", True),
        (-2.25, "-2.3", True),
        (-2.25, "-2.2", False),
        (2.95, "3.0", True),
        (2.95, "3", False),
        (2.95, "2.9", False),
        (0.005, "0.01", True),
        (0.004, "0.00", False),
        (0.004, "0.0", False),
        (0.04, "0.04", True),
        (0.04, "0.040", True),
        (0.041, "0.040", False),
        (0.0, "0", True),
        (0.0, "0.0", True),
        (48, "48.0", True),
        (48.4, "48", False),
        (48.4, "49", False),
        (1_264_000, "1.26M", True),
        (1_264_000, "1.3 million", True),
        (1_264_000, "1.2M", False),
        (1_264_000, "1,264k", True),
        (1_264_000, "1,260k", False),
        (2_000_000_000, "2bn", True),
        (2_000_000_000, "2e9", True),
        (1e-7, "1e-7", True),
        (0.1 + 0.2, "0.3", True),
    ],
)
def test_rounding_is_within_half_of_the_last_written_digit(held: float, shown: str, fits: bool) -> None:
    ledger = ledger_of({"depth": held})
    text = f"The depth is {shown} [E1]."
    if fits:
        assert_honest(text, ledger)
    else:
        assert_lie(text, ledger, shown)

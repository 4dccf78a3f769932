"""What holds for every text and every value."""

from __future__ import annotations

import re
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from ag2_marketing.grounding import Ledger, check, check_arguments, render

UNITS = ["ms", "s", "percent", "ratio", "byte", "MB", "EUR", "USD", "percentage points", "days", None]
finite = st.one_of(
    st.integers(-(10**9), 10**9),
    st.decimals(-1000, 1000, places=3).map(float),
    st.floats(-1e6, 1e6, allow_nan=False).filter(lambda x: x == 0 or abs(x) > 1e-9),
)
alphabet = st.sampled_from(
    [*"0123456789 .,-–−%$€kM\n|#*`_[]()/&;<>\"'“”E1U", "[[E1/a]]", "[E1]", "[[", "]]", "\u200b", "\u202e", "²", "½",
     "٣", "Ⅳ", "一", "three", "half of ", "no issues", "&#49;", "<b>", "\\u0031", " December ", "12:30", "ß", "é", "́"]
)  # fmt: skip


def one(value: object, unit: str | None) -> Ledger:
    ledger = Ledger()
    units = {"/speed": unit} if unit else None
    ledger.record(tool="measure", arguments={}, result={"speed": value}, units=units)
    return ledger


@settings(max_examples=300, deadline=None)
@given(value=finite, unit=st.sampled_from(UNITS), language=st.sampled_from(["en", "de", "fr", "es"]))
def test_a_number_rendered_from_a_reference_is_accepted_where_it_is_cited(
    value: float, unit: str | None, language: str
) -> None:
    ledger = one(value, unit)
    shown = render("Speed: [[E1/speed]]", ledger, language=language)
    assert check(f"{shown} [E1]", ledger, language).grounded, shown


@settings(max_examples=200, deadline=None)
@given(value=st.integers(10, 10**7), place=st.integers(0, 6), shift=st.integers(1, 9))
def test_changing_any_digit_of_an_honest_number_is_refused(value: int, place: int, shift: int) -> None:
    ledger = one(value, None)
    text = f"The speed is {value:,} [E1]."
    assert check(text, ledger).grounded
    places = [m.start() for m in re.finditer(r"\d", text.split(" [", maxsplit=1)[0])]
    at = places[place % len(places)]
    changed = text[:at] + str((int(text[at]) + shift) % 10) + text[at + 1 :]
    assert not check(changed, ledger).grounded


@settings(max_examples=400, deadline=None)
@given(text=st.one_of(st.text(max_size=120), st.lists(alphabet, max_size=40).map("".join)))
def test_check_never_raises_and_its_offsets_slice_the_text(text: str) -> None:
    report = check(text, one(87, None))
    for violation in report.violations:
        assert 0 <= violation.start <= violation.end <= len(text)
        assert text[violation.start : violation.end] == violation.text
    assert report.grounded == (not report.violations)


@settings(max_examples=150, deadline=None)
@given(text=st.lists(alphabet, max_size=30).map("".join))
def test_arguments_of_any_text_are_checked_without_raising(text: str) -> None:
    report = check_arguments("post", {"text": text, "values": [text, {"deep": text}]}, one(87, None))
    assert all(violation.argument for violation in report.violations)


@settings(max_examples=150, deadline=None)
@given(value=st.decimals(Decimal("0.001"), 1000, places=4), digits=st.integers(0, 3))
def test_a_value_shown_at_any_precision_is_accepted_and_its_neighbour_is_not(
    value: Decimal, digits: int
) -> None:
    from decimal import ROUND_HALF_UP

    quantum = Decimal(1).scaleb(-digits)
    shown = value.quantize(quantum, rounding=ROUND_HALF_UP)
    exact = digits == 0 and shown != value
    ledger = one(float(value), None)
    assert check(f"The speed is {shown} [E1].", ledger).grounded == (not exact and shown != 0)
    assert not check(f"The speed is {shown + 2 * quantum} [E1].", ledger).grounded

"""What holds of any figure, any text and any ledger."""

from __future__ import annotations

import json
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from grounded_texts import ledger_of
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ag2_marketing.grounding import (
    GroundingError,
    Ledger,
    LedgerTampered,
    check,
    check_arguments,
    render,
)

SOME = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])

integers = st.integers(min_value=-(10**15), max_value=10**15)
finite = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12)
figures = integers | finite
json_values = st.recursive(
    st.none() | st.booleans() | integers | finite | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
pieces = st.sampled_from(
    [
        *("[[", "]]", "[E1]", "[U1]", "[E9]", "[[E1/depth]]", "[[E1/", "/", "http://a.example/4"),
        *("48", "1,5", ".", " ", "\n", "%", "€", "k", "-", "−", "²", "é", "“", "”", "2026-12-03", "12:00"),
        *("half of ", "three ", "no ", "million ", "about ", "more than "),
        *("|", "- ", "`", "**", "<b>", "&#52;", "\u200b", "\\u0034", "\ud800", "\x00"),
    ]
)
texts = st.text(max_size=60) | st.lists(pieces | st.text(max_size=4), max_size=25).map("".join)


def small_ledger() -> Ledger:
    return ledger_of(
        {"depth": 48, "wait_ms": 350, "at": "2026-12-03T12:00:00Z", "list": ["a", "b"]},
        user="We have 1,200 subscribers",
    )


@SOME
@given(figures)
def test_a_figure_rendered_from_a_reference_and_then_cited_is_accepted(figure: float) -> None:
    ledger = ledger_of({"depth": figure})
    rendered = render("The depth is [[E1/depth]]", ledger, language="en")
    report = check(f"{rendered} [E1].", ledger, language="en")
    assert report.grounded, (rendered, report.violations)


@SOME
@given(st.integers(min_value=0, max_value=10**12), st.integers(min_value=0, max_value=40), st.integers(1, 9))
def test_changing_any_digit_of_an_honest_whole_number_is_refused(figure: int, place: int, shift: int) -> None:
    ledger = ledger_of({"depth": figure})
    written = f"{figure:,}"
    assert check(f"The depth is {written} [E1].", ledger, language="en").grounded
    digits = [i for i, c in enumerate(written) if c.isdigit()]
    at = digits[place % len(digits)]
    changed = written[:at] + str((int(written[at]) + shift) % 10) + written[at + 1 :]
    assert not check(f"The depth is {changed} [E1].", ledger, language="en").grounded


@SOME
@given(st.decimals(min_value=0, max_value=10**6, places=3), st.integers(min_value=0), st.integers(1, 9))
def test_changing_any_digit_of_an_honest_decimal_is_refused(figure: Decimal, place: int, shift: int) -> None:
    ledger = ledger_of({"depth": float(figure)})
    written = f"{figure:.3f}"
    assert check(f"The depth is {written} [E1].", ledger, language="en").grounded
    digits = [i for i, c in enumerate(written) if c.isdigit()]
    at = digits[place % len(digits)]
    changed = written[:at] + str((int(written[at]) + shift) % 10) + written[at + 1 :]
    assert not check(f"The depth is {changed} [E1].", ledger, language="en").grounded


@SOME
@given(figures, figures)
def test_a_figure_that_is_not_the_evidences_is_refused(held: float, told: float) -> None:
    if Decimal(repr(held)) == Decimal(repr(told)):
        return
    written = format(Decimal(repr(told)), "f")
    shown, real = Decimal(written), Decimal(repr(held))
    if "." in written and abs(shown - real) <= Decimal((0, (5,), -len(written.partition(".")[2]) - 1)):
        return
    text = f"The depth is {written} [E1]."
    assert not check(text, ledger_of({"depth": held}), language="en").grounded


@settings(SOME, max_examples=300)
@given(texts, st.sampled_from(["en", "de", "fr", "es", "it", None]))
def test_check_never_raises_and_its_offsets_slice_the_text(text: str, language: str | None) -> None:
    report = check(text, small_ledger(), language=language)
    assert report.grounded == (not report.violations)
    assert report.numbers >= 0
    for violation in report.violations:
        assert 0 <= violation.start <= violation.end <= len(text)
        assert text[violation.start : violation.end] == violation.text
    assert [v.start for v in report.violations] == sorted(v.start for v in report.violations)


@SOME
@given(texts)
def test_render_fills_in_exactly_the_texts_that_pass(text: str) -> None:
    ledger = small_ledger()
    if check(text, ledger, language="en").grounded:
        render(text, ledger, language="en")
    else:
        with pytest.raises(GroundingError):
            render(text, ledger, language="en")


@SOME
@given(st.dictionaries(st.text(max_size=10), json_values, max_size=4), json_values)
def test_check_arguments_never_raises(args: dict[str, Any], schema: Any) -> None:
    ledger = small_ledger()
    for tool in ("a_tool", {"parameters": {"properties": dict.fromkeys(args, schema)}}, schema):
        report = check_arguments(tool, args, ledger)
        assert report.grounded == (not report.violations)


@SOME
@given(st.integers(min_value=2, max_value=10**9))
@example(2026)  # the year of a date in the evidence
def test_no_figure_of_a_proposed_call_comes_from_nowhere(figure: int) -> None:
    if figure in {48, 350, 1200, 2}:
        return
    ledger = small_ledger()
    for args in ({"depth": figure}, {"a": [{"b": figure}]}, {"note": f"about {figure} of them"}):
        assert not check_arguments("a_tool", args, ledger).grounded


@SOME
@given(json_values, texts)
def test_any_result_can_be_recorded_indexed_and_verified(result: Any, message: str) -> None:
    ledger = ledger_of({"value": result}, user=message)
    ledger.verify()
    ledger.index_all()
    assert ledger["E1"].result == {"value": result}
    check("The value is 48 [E1] [U1].", ledger)


def recorded(results: list[Any]) -> Ledger:
    ledger = Ledger()
    for number, result in enumerate(results):
        if number % 3 == 2:
            ledger.record_user(json.dumps(result))
        else:
            ledger.record(tool=f"tool_{number}", arguments={"n": number}, result={"value": result})
    return ledger


@SOME
@given(st.lists(json_values, max_size=6))
def test_a_ledger_comes_back_from_its_file(results: list[Any]) -> None:
    ledger = recorded(results)
    with tempfile.TemporaryDirectory() as folder:
        ledger.dump(Path(folder) / "ledger")
        loaded = Ledger.load(Path(folder) / "ledger")
    loaded.verify(ledger.head)
    assert loaded.entries == ledger.entries
    assert loaded.head == ledger.head


@SOME
@given(st.lists(json_values, min_size=2, max_size=5), st.data())
def test_any_edit_of_a_stored_ledger_is_found(results: list[Any], data: st.DataObject) -> None:
    ledger = recorded(results)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger"
        ledger.dump(path)
        lines = [json.loads(line) for line in path.read_bytes().splitlines()]
        place = data.draw(st.integers(0, len(lines) - 1))
        kind = data.draw(st.sampled_from(["edit", "result", "cut", "drop", "swap", "repeat", "insert"]))
        if kind == "edit":
            key = data.draw(st.sampled_from(["id", "tool", "at", "digest", "payload_digest"]))
            old = lines[place][key] or ""
            lines[place][key] = data.draw(st.text(max_size=20).filter(lambda new: new != old))
        elif kind == "result":
            old = lines[place]["payload"]["result"]
            lines[place]["payload"]["result"] = data.draw(json_values.filter(lambda new: new != old))
        elif kind == "cut":
            lines = lines[:place]
        elif kind == "drop":
            del lines[place]
        elif kind == "swap":
            other = (place + 1) % len(lines)
            lines[place], lines[other] = lines[other], lines[place]
        elif kind == "repeat":
            lines.append(lines[place])
        else:
            lines.insert(place, {**lines[place], "id": "E99"})
        path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        with pytest.raises(LedgerTampered):
            Ledger.load(path).verify(ledger.head)


@SOME
@given(st.lists(json_values, min_size=1, max_size=6), st.data())
def test_erasing_any_payloads_leaves_the_chain_whole(results: list[Any], data: st.DataObject) -> None:
    ledger = recorded(results)
    head = ledger.head
    ids = [entry.id for entry in ledger.entries]
    for evidence_id in data.draw(st.lists(st.sampled_from(ids), unique=True)):
        erased = ledger.erase(evidence_id)
        assert evidence_id in erased
        assert ledger[evidence_id].result is None
    ledger.verify(head)
    assert ledger.head == head
    assert [entry.id for entry in ledger.entries] == ids

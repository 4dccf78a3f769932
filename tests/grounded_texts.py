"""Evidence and verdicts for the tests of the guard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ag2_marketing.grounding import Ledger, Violation, check


def ledger_of(
    result: Any = None,
    *,
    units: dict[str, str] | None = None,
    arguments: dict[str, Any] | None = None,
    quoted: Sequence[str] = (),
    user: str | None = None,
    tool: str = "run_audit",
) -> Ledger:
    """Return a ledger with one finished call (E1) and, where told, one message of the person (U1)."""
    ledger = Ledger()
    if result is not None:
        ledger.record(tool=tool, arguments=arguments, result=result, units=units, quoted=quoted)
    if user is not None:
        ledger.record_user(user)
    return ledger


def assert_honest(text: str, ledger: Ledger, language: str | None = "en") -> None:
    """Demand that the guard lets a text pass."""
    report = check(text, ledger, language=language)
    assert report.grounded, f"{text!r} was refused: {describe(report.violations)}"
    assert report.violations == []


def assert_lie(
    text: str, ledger: Ledger, number: str, *reasons: str, language: str | None = "en"
) -> Violation:
    """Demand that the guard refuses a number of a text, for one of the reasons where any is given."""
    start = text.index(number)
    end = start + len(number)
    violations = check(text, ledger, language=language).violations
    hits = [v for v in violations if v.start < end and v.end > start]
    assert hits, f"{number!r} passed in {text!r}; refused: {describe(violations)}"
    for hit in hits:
        assert text[hit.start : hit.end] == hit.text
    if reasons:
        assert hits[0].reason in reasons, f"{number!r} in {text!r}: {describe(hits)}, expected {reasons}"
    return hits[0]


def describe(violations: Sequence[Violation]) -> str:
    """Return violations in one line."""
    return "; ".join(f"{v.text!r} {v.reason} ({v.hint})" for v in violations) or "nothing"

"""Checks that need a browser, on what one saw; figures by hand. Real visits: `lab/test_audit_with_lab.py`."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from audited_page import Case, assert_judged

from ag2_marketing_tools.seo.lab.model import Accessibility, LabVisit, Overflow, Violation

SMALL = Violation(
    rule="target-size", impact="serious", help="Too small", help_url="https://care.example/rule",
    elements=["button.call", "button.mail"], element_count=2,
)  # fmt: skip


def broken(impact: Literal["minor", "moderate", "serious", "critical"] | None) -> Violation:
    return Violation(
        rule="image-alt", impact=impact, help="No text", help_url="", elements=["img"], element_count=1
    )


def visited(
    *violations: Violation, small: Violation | None = None, wide: int = 412, reason: str | None = None
) -> Case:
    """A page as a browser with a window of 412 pixels met it; of the visit only what the rules look at."""
    accessibility = Accessibility(
        engine="axe-core 4",
        violations=[*violations, *([small] if small else [])],
        violation_count=None if reason else len(violations) + bool(small),
        small_targets=small,
        reason=reason,
    )
    overflow = Overflow(
        overflows=wide > 412, content_width=wide, window_width=412, elements=["table"] if wide > 412 else []
    )
    known: dict[str, Any] = {"accessibility": accessibility, "overflow": overflow}
    return Case(lab=LabVisit.model_construct(**known))


CASES: list[tuple[str, Case, str, float | None]] = [
    ("mobile.overflow", visited(), "pass", None),
    ("mobile.overflow", visited(wide=640), "fail", 228),
    ("mobile.overflow", Case(), "not_testable", None),
    ("mobile.tap_targets", visited(broken("critical")), "pass", None),
    ("mobile.tap_targets", visited(small=SMALL), "warn", 2),
    ("mobile.tap_targets", visited(reason="axe-core did not run."), "not_testable", None),
    ("mobile.tap_targets", Case(), "not_testable", None),
    ("a11y.axe", visited(), "pass", None),
    ("a11y.axe", visited(small=SMALL), "pass", None),  # tap targets have a check of their own
    ("a11y.axe", visited(broken("moderate"), broken(None)), "warn", 2),
    ("a11y.axe", visited(broken("minor"), broken("serious"), small=SMALL), "fail", 2),
    ("a11y.axe", visited(reason="axe-core did not run."), "not_testable", None),
    ("a11y.axe", Case(), "not_testable", None),
]


@pytest.mark.parametrize(("check", "case", "verdict", "figure"), CASES)
def test_each_rule_judges_as_described(check: str, case: Case, verdict: str, figure: float | None) -> None:
    assert_judged(check, case, verdict, figure)


def test_a_page_that_is_too_wide_is_told_both_widths() -> None:
    outcome = visited(wide=640).judged("mobile.overflow")
    assert outcome.message == "The page is 640 pixels wide in a window of 412."
    assert [one.element for one in outcome.evidence] == ["table"]

"""What only a browser can tell: judged by a lab visit, where one was made."""

from __future__ import annotations

from ag2_marketing_tools.seo.catalogue import Check
from ag2_marketing_tools.seo.lab.model import Accessibility, Violation
from ag2_marketing_tools.seo.model import Evidence
from ag2_marketing_tools.seo.outcome import (
    Outcome,
    count_of,
    failed,
    measured,
    not_testable,
    passed,
    place,
    say,
    warned,
)
from ag2_marketing_tools.seo.rules.registry import rule
from ag2_marketing_tools.seo.subject import Subject

_GRAVE = frozenset({"serious", "critical"})


@rule("mobile.overflow")
def overflow(subject: Subject, check: Check) -> Outcome:
    """Fail where a phone has to scroll sideways."""
    if isinstance(subject.lab, str):
        return not_testable(subject.lab)
    found = subject.lab.overflow
    if not found.overflows:
        return passed()
    return failed(
        say(
            "The page is {content} pixels wide in a window of {window}.",
            content=found.content_width,
            window=found.window_width,
        ),
        measured=measured(check, found.content_width - found.window_width),
        evidence=[place(element) for element in found.elements],
    )


@rule("mobile.tap_targets")
def tap_targets(subject: Subject, check: Check) -> Outcome:
    """Warn of links and buttons that a finger misses."""
    found = _looked_at(subject)
    if isinstance(found, str):
        return not_testable(found)
    small = found.small_targets
    if small is None:
        return passed()
    return warned(
        say("{targets} smaller than a finger needs.", targets=count_of(small.element_count, "tap target")),
        measured=measured(check, small.element_count),
        evidence=[place(element) for element in small.elements],
    )


@rule("a11y.axe")
def axe(subject: Subject, check: Check) -> Outcome:
    """Judge by the gravest of what axe-core found; tap targets have a check of their own."""
    found = _looked_at(subject)
    if isinstance(found, str):
        return not_testable(found)
    broken = [one for one in found.violations if one != found.small_targets]
    if not broken:
        return passed()
    verdict = failed if any(one.impact in _GRAVE for one in broken) else warned
    return verdict(
        say("{rules} of accessibility broken.", rules=count_of(len(broken), "rule")),
        measured=measured(check, len(broken)),
        evidence=[_place_of(one) for one in broken],
    )


def _looked_at(subject: Subject) -> Accessibility | str:
    """Return what axe-core found, or why it did not look."""
    if isinstance(subject.lab, str):
        return subject.lab
    found = subject.lab.accessibility
    return found if found.violation_count is not None else found.reason or say("It was not measured.")


def _place_of(violation: Violation) -> Evidence:
    first = violation.elements[0] if violation.elements else violation.rule
    return place(first, f"{violation.rule}: {violation.help}", violation.help_url)

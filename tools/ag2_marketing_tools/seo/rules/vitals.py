"""Core Web Vitals."""

from __future__ import annotations

from ag2_marketing_tools.seo.catalogue import Check
from ag2_marketing_tools.seo.model import Measured, Vital
from ag2_marketing_tools.seo.outcome import Outcome, failed, not_testable, passed, warned
from ag2_marketing_tools.seo.rules.registry import rule
from ag2_marketing_tools.seo.subject import Subject


@rule("cwv.lcp")
def largest_contentful_paint(subject: Subject, check: Check) -> Outcome:
    """Judge by the rating."""
    return _judged(subject.vitals.lcp, check)


@rule("cwv.inp")
def interaction_to_next_paint(subject: Subject, check: Check) -> Outcome:
    """Judge by the rating."""
    return _judged(subject.vitals.inp, check)


@rule("cwv.cls")
def cumulative_layout_shift(subject: Subject, check: Check) -> Outcome:
    """Judge by the rating."""
    return _judged(subject.vitals.cls, check)


def _judged(vital: Vital, check: Check) -> Outcome:
    if vital.value is None:
        return not_testable(vital.reason or "It was not measured.")
    if vital.rating == "good":
        return passed()
    verdict = failed if vital.rating == "poor" else warned
    limits = {"good": vital.threshold_good, "poor": vital.threshold_poor}
    measured = Measured(value=vital.value, unit=vital.unit, limits=limits)
    kind = "field data" if vital.source == "field" else "lab data"
    figure = f"{vital.value:g} ms" if vital.unit == "ms" else f"{vital.value:g}"
    return verdict(f"{check.title} is {figure} ({kind}).", measured=measured)

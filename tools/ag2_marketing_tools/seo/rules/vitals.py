"""Core Web Vitals."""

from __future__ import annotations

from ag2_marketing_tools.seo.catalogue import Check
from ag2_marketing_tools.seo.model import Measured
from ag2_marketing_tools.seo.outcome import Outcome, failed, not_testable, passed, say, warned
from ag2_marketing_tools.seo.rules.registry import rule
from ag2_marketing_tools.seo.speed_model import Vital
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


@rule("perf.fcp")
def first_contentful_paint(subject: Subject, check: Check) -> Outcome:
    """Judge what visitors met by the rating."""
    vital = subject.vitals.fcp
    return _judged(vital, check) if vital else not_testable(say("It was not measured."))


def _judged(vital: Vital, check: Check) -> Outcome:
    if vital.value is None:
        return not_testable(vital.reason or say("It was not measured."))
    if vital.rating == "good":
        return passed()
    verdict = failed if vital.rating == "poor" else warned
    limits = {"good": vital.threshold_good, "poor": vital.threshold_poor}
    measured = Measured(value=vital.value, unit=vital.unit, limits=limits)
    return verdict(_sentence(vital, say(check.title)), measured=measured)


def _sentence(vital: Vital, metric: str) -> str:
    value: float = vital.value or 0.0
    if vital.source == "field" and vital.unit == "ms":
        return say("{metric} is {value:g} ms (field data).", metric=metric, value=value)
    if vital.source == "field":
        return say("{metric} is {value:g} (field data).", metric=metric, value=value)
    if vital.unit == "ms":
        return say("{metric} is {value:g} ms (lab data).", metric=metric, value=value)
    return say("{metric} is {value:g} (lab data).", metric=metric, value=value)

"""Core Web Vitals by PageSpeed Insights: field first, lab where there is none, else null with a reason."""

from __future__ import annotations

from ag2_marketing_tools.seo.catalogue import VitalFacts, vitals
from ag2_marketing_tools.seo.model import CoreWebVitals, LabScore, Rating, Vital
from ag2_marketing_tools.seo.vendors.failure import VendorFailure
from ag2_marketing_tools.seo.vendors.pagespeed import PageSpeedAnswer

NO_KEY = "No key for pagespeed was given: Core Web Vitals come from PageSpeed Insights."
LOCAL = "PageSpeed Insights cannot reach a local address."
_NO_FIELD_DATA = "The Chrome UX Report has too few visits for a figure"


def core_web_vitals(answer: PageSpeedAnswer | VendorFailure | str) -> CoreWebVitals:
    """Return the vitals of an answer, or of a reason why there is none."""
    reason = _reason(answer)
    found = {name: _vital(facts, answer, reason) for name, facts in vitals().items()}
    return CoreWebVitals(
        lcp=found["lcp"],
        inp=found["inp"],
        cls=found["cls"],
        fid=found["fid"],
        passed=_passed(found["lcp"], found["inp"], found["cls"]),
        reason=reason,
    )


def lab_score(answer: PageSpeedAnswer | VendorFailure | str) -> LabScore:
    """Return Lighthouse's performance score, or the reason why there is none."""
    if not isinstance(answer, PageSpeedAnswer):
        return LabScore(value=None, reason=_reason(answer))
    lab = answer.lab
    category = lab.categories.get("performance") if lab else None
    if lab is None or category is None or category.score is None:
        fault = lab.runtime_error if lab else None
        said = (
            f"Lighthouse could not run: {fault.message or fault.code}"
            if fault
            else "Lighthouse gave no score."
        )
        return LabScore(value=None, reason=said)
    blocking = lab.audits.get("total-blocking-time")
    blocking_ms = blocking.numeric_value if blocking else None
    return LabScore(
        value=category.score,
        total_blocking_time=None if blocking_ms is None else round(blocking_ms, 1),
        lighthouse_version=lab.lighthouse_version,
    )


def rating(value: float, facts: VitalFacts) -> Rating:
    """Rate a figure: good is at most the first threshold, poor above the second (web-vitals 6.0, 2026).

    >>> rating(2500, vitals()["lcp"]), rating(4000, vitals()["lcp"]), rating(4001, vitals()["lcp"])
    ('good', 'needs improvement', 'poor')
    """
    if value <= facts.good:
        return "good"
    return "poor" if value > facts.poor else "needs improvement"


def _reason(answer: PageSpeedAnswer | VendorFailure | str) -> str | None:
    if isinstance(answer, str):
        return answer
    return answer.message if isinstance(answer, VendorFailure) else None


def _vital(facts: VitalFacts, answer: PageSpeedAnswer | VendorFailure | str, reason: str | None) -> Vital:
    if facts.retired:
        successor = (facts.replaced_by or "").upper()
        return _unknown(facts, f"{facts.name} was retired on {facts.retired}; {successor} took its place.")
    if not isinstance(answer, PageSpeedAnswer):
        return _unknown(facts, reason or "It was not measured.")
    metric = answer.field.metrics.get(facts.field or "")
    if metric is not None:
        value = round(metric.percentile / facts.field_divisor, 3)
        covers = "origin" if answer.field.origin_fallback else "page"
        return _unknown(facts, None).model_copy(
            update={"value": value, "rating": rating(value, facts), "source": "field", "covers": covers}
        )
    return _from_lab(facts, answer)


def _from_lab(facts: VitalFacts, answer: PageSpeedAnswer) -> Vital:
    if facts.lab is None:
        return _unknown(facts, f"{_NO_FIELD_DATA}, and {facts.name} cannot be measured without visitors.")
    lab = answer.lab
    audit = lab.audits.get(facts.lab) if lab and lab.runtime_error is None else None
    if audit is None or audit.numeric_value is None:
        return _unknown(facts, f"{_NO_FIELD_DATA}, and Lighthouse could not measure it.")
    value = round(audit.numeric_value, 1 if facts.unit == "ms" else 3)
    reason = f"{_NO_FIELD_DATA}: this is one run of Lighthouse, not what visitors saw."
    return _unknown(facts, reason).model_copy(
        update={"value": value, "rating": rating(value, facts), "source": "lab", "covers": "page"}
    )


def _unknown(facts: VitalFacts, reason: str | None) -> Vital:
    return Vital(
        value=None,
        unit=facts.unit,
        threshold_good=facts.good,
        threshold_poor=facts.poor,
        rating=None,
        source=None,
        reason=reason,
    )


def _passed(lcp: Vital, inp: Vital, cls: Vital) -> bool | None:
    """Tell whether the page passes: all good in the field; a page without INP is judged on the others."""
    if lcp.source != "field" or cls.source != "field":
        return None
    judged = [vital for vital in (lcp, cls, inp) if vital.source == "field"]
    return all(vital.rating == "good" for vital in judged)

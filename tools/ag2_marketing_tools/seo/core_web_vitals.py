"""Core Web Vitals and the lab run: field first, lab where there is none, else null with a reason."""

from __future__ import annotations

from typing import Any

from ag2_marketing_tools.messages import say
from ag2_marketing_tools.seo.catalogue import VitalFacts, vitals
from ag2_marketing_tools.seo.speed import Speed, Speeds
from ag2_marketing_tools.seo.speed_model import (
    CoreWebVitals,
    DeviceVitals,
    LabScore,
    LabScores,
    Rating,
    Vital,
)

_DECIMALS = {"ms": 1, "score": 3}


def core_web_vitals(found: Speeds | str) -> CoreWebVitals:
    """Return the vitals of what vendors know, or of a reason why nobody was asked."""
    speeds = Speeds.unknown(found) if isinstance(found, str) else found
    return CoreWebVitals(
        **_device_fields(speeds.mobile),
        desktop=DeviceVitals(device="desktop", **_device_fields(speeds.desktop)),
    )


def lab_scores(found: Speeds | str) -> LabScores:
    """Return the lab runs of what vendors know, or of a reason why nobody was asked."""
    speeds = Speeds.unknown(found) if isinstance(found, str) else found
    return LabScores(
        **_lab_fields(speeds.mobile), desktop=LabScore(device="desktop", **_lab_fields(speeds.desktop))
    )


def rating(value: float, facts: VitalFacts) -> Rating:
    """Rate a figure: good is at most the first threshold, poor above the second (web-vitals 6.0, 2026).

    >>> rating(2500, vitals()["lcp"]), rating(4000, vitals()["lcp"]), rating(4001, vitals()["lcp"])
    ('good', 'needs improvement', 'poor')
    """
    if value <= facts.good:
        return "good"
    return "poor" if value > facts.poor else "needs improvement"


def _device_fields(speed: Speed) -> dict[str, Any]:
    found = {name: _vital(name, facts, speed) for name, facts in vitals().items()}
    measured = speed.field is not None or any(vital.value is not None for vital in found.values())
    return {
        **found,
        "passed": _passed(found["lcp"], found["inp"], found["cls"]),
        "reason": None if measured else speed.field_reason,
    }


def _vital(name: str, facts: VitalFacts, speed: Speed) -> Vital:
    if facts.retired:
        successor = (facts.replaced_by or "").upper()
        return _unknown(
            facts,
            say(
                "{metric} was retired on {date}; {successor} took its place.",
                metric=facts.name,
                date=facts.retired,
                successor=successor,
            ),
        )
    metric = getattr(speed.field, name, None)
    if speed.field is None or metric is None:
        return _without_visits(name, facts, speed)
    value = round(metric.p75, 3)
    return _unknown(facts, None).model_copy(
        update={
            "value": value,
            "rating": rating(value, facts),
            "source": "field",
            "covers": speed.field.covers,
            "collection_period": speed.period,
        }
    )


def _without_visits(name: str, facts: VitalFacts, speed: Speed) -> Vital:
    why = speed.field_reason or say(
        "The Chrome UX Report has too few visits for a figure of {metric}.", metric=facts.name
    )
    if speed.lab is None:
        return _unknown(facts, why)
    if not facts.lab:
        return _unknown(
            facts, say("{why} {metric} cannot be measured without visitors.", why=why, metric=facts.name)
        )
    value = getattr(speed.lab, name)
    if value is None:
        lab_why = speed.lab_reason or say("Lighthouse did not measure it.")
        return _unknown(facts, " ".join((why, lab_why)))
    value = round(value, _DECIMALS[facts.unit])
    reason = say("{why} This is one run of Lighthouse, not what visitors met.", why=why)
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


def _lab_fields(speed: Speed) -> dict[str, Any]:
    lab = speed.lab
    if lab is None:
        return {"value": None, "reason": speed.lab_reason}
    score = lab.scores.get("performance") if lab.fault is None else None
    no_score = say("Lighthouse gave no performance score.") if score is None else None
    return {
        "value": score,
        "first_contentful_paint": _rounded(lab.fcp),
        "largest_contentful_paint": _rounded(lab.lcp),
        "total_blocking_time": _rounded(lab.tbt),
        "speed_index": _rounded(lab.speed_index),
        "cumulative_layout_shift": _rounded(lab.cls, 3),
        "total_bytes": lab.total_size,
        "lighthouse_version": lab.lighthouse_version,
        "measured_at": lab.fetched_at,
        "warnings": list(lab.warnings),
        "reason": speed.lab_reason or no_score,
    }


def _rounded(value: float | None, decimals: int = 1) -> float | None:
    return None if value is None else round(value, decimals)

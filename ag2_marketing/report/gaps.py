"""What a report could not measure, gathered from its evidence: each gap with its tool's reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ag2_marketing.report.cited import Cited, raw
from ag2_marketing.report.labels import Labels
from ag2_marketing.report.reaching import listed, part

_VITALS = ("lcp", "inp", "cls")
# Where an analysis says why it has nothing: the label of the gap, and the path of the reason.
_OF_AUDIT = (
    ("lab_score", ("performance", "lab_score", "reason")),
    ("lab_score", ("performance", "lab_score", "desktop", "reason")),
    ("words", ("page", "words_reason")),
    ("score", ("score", "reason")),
    ("grade", ("security", "observatory", "reason")),
    ("grade", ("security", "observatory_reason")),
    ("certificate", ("security", "certificate_reason")),
    ("reputation", ("security", "reputation", "reason")),
    ("reputation", ("security", "reputation_reason")),
    ("site", ("site_reason",)),
    ("lab", ("lab_reason",)),
    ("page_weight", ("performance", "page_weight", "reason")),
    ("orphans", ("site", "crawl", "orphans_reason")),
    ("search_console", ("search_console_reason",)),
    ("search_console", ("search_console", "inspection_reason")),
    ("queries", ("search_console", "queries_reason")),
)
_OF_CONTENT = (
    ("words", ("page", "words_reason")),
    ("readability", ("page", "readability", "reason")),
    ("search_volume", ("search_demand", "reason")),
    ("queries", ("own_queries", "reason")),
    ("gaps", ("content_gaps_reason",)),
    ("structure", ("structure", "reason")),
    ("freshness", ("freshness", "reason")),
    ("thinness", ("thin_content", "reason")),
    ("duplication", ("duplicate_content", "reason")),
    ("internal_links", ("internal_links", "site", "reason")),
)
_OF_LAB = tuple(
    (name, (name, "reason"))
    for name in (
        "largest_contentful_paint", "first_contentful_paint", "cumulative_layout_shift", "total_blocking_time",
        "time_to_first_byte", "accessibility",
    )
)  # fmt: skip

Found = Iterator[tuple[Any, Cited]]


@dataclass(frozen=True)
class Gap:
    """Things that are not known for one and the same reason."""

    what: list[Any]
    reason: Any


def unmeasured(audit: Cited | None, content: Cited | None, lab: Cited | None, labels: Labels) -> list[Gap]:
    """Return the gaps of what was looked at; what shares a reason stands together."""
    found: dict[str, Gap] = {}
    for what, reason in (*_of_audit(audit, labels), *_of_content(content, labels), *_of_lab(lab, labels)):
        gap = found.setdefault(str(raw(reason)), Gap([], reason))
        if what not in gap.what:
            gap.what.append(what)
    return list(found.values())


def _of_audit(audit: Cited | None, labels: Labels) -> Found:
    if audit is None or part(audit, "summary") is None:
        return
    vitals = part(audit, "core_web_vitals")
    yield from _of_vitals(vitals, labels)
    yield from _at(audit, _OF_AUDIT, labels)
    known = {raw(reason) for _, reason in _of_vitals(vitals, labels)}  # the same gaps by other names
    for check in audit.checks:
        reason = part(check, "reason")
        if check.verdict == "not_testable" and reason is not None and raw(reason) not in known:
            yield check.check, reason


def _of_vitals(vitals: Cited | None, labels: Labels) -> Found:
    for device, measured in (("mobile", vitals), ("desktop", part(vitals, "desktop"))):
        for name in _VITALS:
            vital = part(measured, name)
            if vital is None or part(vital, "value") is not None:
                continue
            reason = part(vital, "reason") or part(measured, "reason")
            if reason is not None:
                title = getattr(labels.vitals, name)
                yield title if device == "mobile" else f"{title} ({labels.word('device', device)})", reason


def _of_content(content: Cited | None, labels: Labels) -> Found:
    if content is None or part(content, "page") is None:
        return
    yield from _at(content, _OF_CONTENT, labels)
    opportunities = listed(content, "keyword_opportunities")
    if opportunities and part(opportunities[0], "search_volume") is None:
        reason = part(opportunities[0], "reason")
        if reason is not None:
            yield labels.unmeasured.search_volume, reason
    for rival in listed(content, "competitor_analysis"):
        reason = part(rival, "reason")
        if rival.status == "unreadable" and reason is not None:
            yield rival.asked, reason


def _of_lab(lab: Cited | None, labels: Labels) -> Found:
    for name, path in _OF_LAB:
        if (reason := part(lab, *path)) is not None:
            yield labels.word("lab_metric", name), reason


def _at(evidence: Cited, places: tuple[tuple[str, tuple[str, ...]], ...], labels: Labels) -> Found:
    for name, path in places:
        if (reason := part(evidence, *path)) is not None:
            yield getattr(labels.unmeasured, name), reason

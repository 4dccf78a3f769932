"""What a report could not measure, gathered from its evidence: each gap with its tool's reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ag2_marketing.report.cited import Cited, raw
from ag2_marketing.report.labels import Labels

_VITALS = ("lcp", "inp", "cls")


@dataclass(frozen=True)
class Gap:
    """Things that are not known for one and the same reason."""

    what: list[Any]
    reason: Any


def unmeasured(audit: Cited | None, content: Cited | None, labels: Labels) -> list[Gap]:
    """Return the gaps of an audit and a content analysis; what shares a reason stands together."""
    found: dict[str, Gap] = {}
    for what, reason in (*_of_audit(audit, labels), *_of_content(content, labels)):
        found.setdefault(str(raw(reason)), Gap([], reason)).what.append(what)
    return list(found.values())


def _of_audit(audit: Cited | None, labels: Labels) -> Iterator[tuple[Any, Cited]]:
    if audit is None or not _has(audit, "core_web_vitals"):
        return
    if vitals := audit.core_web_vitals:
        for name in _VITALS:
            if raw(vitals[name].value) is None:
                reason = vitals[name].reason
                yield getattr(labels.vitals, name), reason if _known(reason) else vitals.reason
    if audit.performance and _known(audit.performance.lab_score.reason):
        yield labels.unmeasured.lab_score, audit.performance.lab_score.reason
    if _known(audit.page.words_reason):
        yield labels.unmeasured.words, audit.page.words_reason
    if _known(audit.score.reason):
        yield labels.unmeasured.score, audit.score.reason
    for check in audit.checks:
        shared = vitals and raw(check.reason) == raw(vitals.reason)  # the same gap by another name
        if check.verdict == "not_testable" and _known(check.reason) and not shared:
            yield check.check, check.reason


def _of_content(content: Cited | None, labels: Labels) -> Iterator[tuple[Any, Cited]]:
    if content is None or not _has(content, "keyword_opportunities"):
        return
    if _known(content.page.words_reason):
        yield labels.unmeasured.words, content.page.words_reason
    if _known(content.page.readability.reason):
        yield labels.unmeasured.readability, content.page.readability.reason
    if content.keyword_opportunities and raw(content.keyword_opportunities[0].search_volume) is None:
        yield labels.unmeasured.search_volume, content.keyword_opportunities[0].reason
    if _known(content.content_gaps_reason):
        yield labels.unmeasured.gaps, content.content_gaps_reason
    for rival in content.competitor_analysis:
        if rival.status == "unreadable" and _known(rival.reason):
            yield rival.asked, rival.reason


def _has(evidence: Cited, name: str) -> bool:
    """Tell whether a step brought its result; a failed one brought an error in its place."""
    return name in raw(evidence)


def _known(value: Cited) -> bool:
    return raw(value) is not None

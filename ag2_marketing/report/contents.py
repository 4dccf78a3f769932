"""Which sections a report has: those that were asked for or that have something to show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ag2_marketing.report.cited import Cited, raw
from ag2_marketing.report.labels import Labels
from ag2_marketing.report.model import Report
from ag2_marketing.report.reaching import listed, part

Sections = Mapping[str, Cited | None]


def contents_of(report: Report, sections: Sections, labels: Labels) -> list[tuple[str, Any]]:
    """Return the sections in order: the name of each, which is its template's and its anchor, and its title."""
    return [(name, getattr(labels, name).title) for name in _names(report, sections)]


def _names(report: Report, sections: Sections) -> Iterator[str]:
    yield "actions"
    yield from _of_audit(sections["audit"], sections["lab"])
    yield from _of_content(report, sections["content"])
    if sections["proposal"] is not None:
        yield "experiment"
    if "campaign" in report.parts:
        yield "campaign"
    if any(sections[name] is not None for name in ("audit_changes", "content_changes", "history")):
        yield "history"
    yield from ("unmeasured", "conversation", "evidence")


def _of_audit(audit: Cited | None, lab: Cited | None) -> Iterator[str]:
    if audit is None or part(audit, "summary") is None:
        return
    yield "findings"
    if part(audit, "site") is not None:
        yield "site"
    if part(audit, "search_console") is not None:
        yield "search_console"
    if part(audit, "security") is not None:
        yield "security"
    if lab is not None or any(name in raw(audit) for name in ("core_web_vitals", "performance")):
        yield "vitals"


def _of_content(report: Report, content: Cited | None) -> Iterator[str]:
    known = part(content, "page") is not None
    if known:
        yield "competitors"
    if "content" in report.parts:
        yield "keywords"
    if known:
        yield "texts"


def covered_by(sections: Sections, labels: Labels) -> list[Any]:
    """Return in words what was looked at."""
    audit, content = sections["audit"], sections["content"]
    found = {
        "page": part(audit, "summary"),
        "site": part(audit, "site"),
        "content": part(content, "page"),
        "competitors": listed(content, "competitor_analysis"),
        "experiment": part(sections["proposal"], "test_config"),
        "campaign": part(sections["campaign"], "counts"),
    }
    return [labels.word("covered", name) for name, value in found.items() if value]

"""What the templates of a report reach: its evidence, its words, and what is made of them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from ag2_marketing.report.actions import Action, Group, prioritised
from ag2_marketing.report.cited import Cited, raw
from ag2_marketing.report.contents import contents_of, covered_by
from ag2_marketing.report.figures import Figures, Format
from ag2_marketing.report.gaps import unmeasured
from ag2_marketing.report.labels import Labels, labels_in
from ag2_marketing.report.model import Report
from ag2_marketing.report.names import DATA_ID, NAMES
from ag2_marketing.report.pictures import Pictures
from ag2_marketing.report.reaching import listed, part
from ag2_marketing.report.sites import Site, compared_sites

# How much of a long list is shown; all of it lies in the file's data.
_BOUNDS = {
    "most_rows": 12,
    "most_listed": 30,
    "most_found": 60,
    "most_places": 25,
    "most_actions": 10,
    "most_competitors": 5,
    "most_topics": 12,
    "most_runs": 24,
    "most_on_paper": 8,
}


def view_of(report: Report, fmt: Format) -> dict[str, Any]:
    """Return the names that a report's templates know."""
    labels = labels_in(report.language)
    figures = Figures(report.ledger, fmt, language=report.language, labels=labels)
    sections = {name: figures.root(found) for name, found in report.sections.model_dump().items()}
    audit, content = sections["audit"], sections["content"]
    sites = compared_sites(content, figures.words, figures.link, labels.competitors.this_page)
    return {
        **sections,
        **_BOUNDS,
        **_of_audit(audit, sections["lab"], labels),
        "report": report,
        "labels": labels,
        "figures": figures,
        "passage": figures.passage,
        "pictures": Pictures(labels, figures.words),
        "part": part,
        "listed": listed,
        "failed": partial(_failed, report),
        "evidence": report.ledger.entries,
        "report_file": NAMES[fmt],
        "data_id": DATA_ID,
        "actions": prioritised(audit, content),
        "ranked": _ranked,
        "numbered": _numbered,
        "checks_with": _checks_with,
        "sites": sites,
        "site_name": partial(_site_name, sites),
        "column_heads": _column_heads,
        "coverage_of": _coverage_of,
        "topics": listed(content, "topics")[: _BOUNDS["most_topics"]],
        "demanded": _demanded(content),
        "runs": _audits(sections["history"]),
        "unmeasured": unmeasured(audit, content, sections["lab"], labels),
        "contents": contents_of(report, sections, labels),
        "covered": covered_by(sections, labels),
    }


def _of_audit(audit: Cited | None, lab: Cited | None, labels: Labels) -> dict[str, Any]:
    vitals = part(audit, "core_web_vitals")
    site = part(audit, "site")
    crawl = part(site, "crawl")
    return {
        "vitals": vitals,
        "devices_with": partial(_devices_with, vitals),
        "performance": part(audit, "performance"),
        "lab_scores": list(_lab_scores(audit)),
        "visits": [visit for visit in (part(audit, "lab"), lab) if part(visit, "device") is not None],
        "found_in_search": part(audit, "search_console"),
        "crawl": crawl if crawl is not None else site if part(site, "page_count") is not None else None,
        "site_findings": list(enumerate(listed(site, "findings"), start=1)),
    }


def _failed(report: Report, name: str) -> bool:
    """Tell whether a section's step was made and failed."""
    entry = report.ledger.get(getattr(report.sections, name) or "")
    return entry is not None and isinstance(entry.result, dict) and entry.result.get("status") == "error"


def _ranked(actions: list[Action], group: Group) -> list[tuple[int, Action]]:
    return [(rank, action) for rank, action in enumerate(actions, start=1) if action.group == group]


def _numbered(findings: Cited, severity: str) -> list[tuple[int, Cited]]:
    return [(at, finding) for at, finding in enumerate(findings, start=1) if finding.severity == severity]


def _checks_with(checks: Cited, verdict: str) -> list[Cited]:
    return [check for check in checks if check.verdict == verdict]


def _devices_with(vitals: Cited | None, name: str) -> list[tuple[str, Cited]]:
    """Return a Core Web Vital by device; the desktop's only where it was asked for."""
    found = [("mobile", part(vitals, name)), ("desktop", part(vitals, "desktop", name))]
    return [(device, vital) for device, vital in found if vital is not None]


def _lab_scores(audit: Cited | None) -> Iterator[tuple[str, Cited]]:
    mobile = part(audit, "performance", "lab_score")
    for device, score in (("mobile", mobile), ("desktop", part(mobile, "desktop"))):
        if score is not None and part(score, "value") is not None:
            yield device, score


def _site_name(sites: list[Site], url: Cited) -> Any:
    return next((site.shown for site in sites if site.url == raw(url)), url)


def _column_heads(sites: list[Site]) -> list[tuple[Any, str]]:
    return [(site.shown, "number") for site in sites]


def _coverage_of(topic: Cited, url: str) -> Cited | None:
    return next((one for one in listed(topic, "coverage") if raw(one.url) == url), None)


def _demanded(content: Cited | None) -> bool:
    """Tell whether any search volume is known."""
    terms = [*listed(content, "keyword_opportunities"), *listed(content, "content_gaps")]
    return any(part(term, "search_volume") is not None for term in terms)


def _audits(history: Cited | None) -> list[Cited]:
    """Return the last stored audits, the oldest first."""
    audits = [run for run in reversed(listed(history, "entries")) if run.kind == "audit"]
    return audits[-_BOUNDS["most_runs"] :]

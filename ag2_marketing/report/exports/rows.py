"""An audit's findings as rows: one for each finding and place, those of the page first, then the site's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

Facts = Mapping[str, Any]
_WAYS = ("new", "worse", "better", "unchanged")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One finding at one place.

    Attributes:
        check: The check's id.
        severity: `critical`, `warning` or `info`.
        verdict: `fail` or `warn`.
        title: The check's name.
        message: What was found; empty for a finding over the site's pages.
        page: The page's address.
        element: The element, header or file.
        excerpt: What stands there.
        target: The address that the place refers to, as of a broken link.
        value: The figure behind the finding; for a finding over the site's pages, that of this page.
        unit: Of the value.
        pages_affected: Pages of the site; empty for a finding on the audited page.
        change: `new`, `worse`, `better` or `unchanged` since the audit that it was compared with, if it was.
        part: The part of the audit.
        scope: `page`, `site` or `environment`.
        impact: How much mending it brings.
        effort: How much work it is.
        why: Why it matters.
        how_to_fix: What to do.
        audited_url: The page that the audit was asked for, where it was found.
        audited_at: When (ISO 8601, UTC).
    """

    check: str
    severity: str
    verdict: str
    title: str
    message: str | None
    page: str
    element: str | None
    excerpt: str | None
    target: str | None
    value: float | None
    unit: str | None
    pages_affected: int | None
    change: str | None
    part: str
    scope: str
    impact: str
    effort: str
    why: str
    how_to_fix: str
    audited_url: str
    audited_at: str


COLUMNS = tuple(field.name for field in fields(Row))
_OF_FINDING = (
    "check", "severity", "verdict", "title", "part", "scope", "impact", "effort", "why", "how_to_fix",
)  # fmt: skip


def rows(audit: Facts, comparison: Facts | None = None) -> Iterator[Row]:
    """Yield the rows of an audit.

    Args:
        audit: As `public_audit` gives it.
        comparison: What `compare_audits` said of it, as JSON values.
    """
    ways = ways_of(comparison)
    common = {"audited_url": audit["final_url"], "audited_at": audit["timestamp"]}
    for finding in audit["findings"]:
        for place in finding["evidence"] or [{}]:
            yield _row_of_page(finding, place, change=ways.get(finding["check"]), **common)
    for finding in (audit.get("site") or {}).get("findings", ()):
        for place in finding["places"]:
            yield _row_of_site(finding, place, change=ways.get(finding["check"]), **common)


def ways_of(comparison: Facts | None) -> dict[str, str]:
    """Return which way each check that has something to mend went; empty where nothing was compared."""
    if not comparison or not comparison["compared"]:
        return {}
    return {one["check"]: way for way in _WAYS for one in comparison[way]}


def _row_of_page(finding: Facts, place: Facts, **common: Any) -> Row:
    measured = finding["measured"] or {}
    return Row(
        **{name: finding[name] for name in _OF_FINDING},
        message=finding["message"],
        page=common["audited_url"],
        element=place.get("element"),
        excerpt=place.get("excerpt"),
        target=place.get("url"),
        value=measured.get("value"),
        unit=measured.get("unit"),
        pages_affected=None,
        **common,
    )


def _row_of_site(finding: Facts, place: Facts, **common: Any) -> Row:
    return Row(
        **{name: finding[name] for name in _OF_FINDING},
        message=None,
        page=place["url"],
        element=None,
        excerpt=place["excerpt"],
        target=None,
        value=place["value"],
        unit=place["unit"],
        pages_affected=finding["pages_affected"],
        **common,
    )

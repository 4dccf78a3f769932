"""What to do, in order: everything that the analyses advise, by what it brings and what it costs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from ag2_marketing.report.cited import Cited, raw
from ag2_marketing.report.reaching import listed, part

Group = Literal["quick_win", "project", "later"]
LEVELS = ("low", "medium", "high")
_GROUPS: tuple[Group, ...] = ("quick_win", "project", "later")
_SEVERITIES = ("critical", "warning", "info")


@dataclass(frozen=True)
class Action:
    """One thing to do. What an analysis does not tell of it is None.

    Attributes:
        group: Quick win, project, or for later.
        impact: How much it brings: `low`, `medium` or `high`.
        effort: How much it costs, alike.
        title: What it is about.
        how: What to do.
        why: What it is good for.
        measured: The figure behind it, with its limits.
        figures: Further figures behind it.
        where: Where it shows first.
        pages: How many pages of the site it concerns.
        details: The id of the finding that tells more.
    """

    group: Group
    impact: str
    effort: str
    title: Any
    how: Any = None
    why: Any = None
    measured: Any = None
    figures: Any = None
    where: Any = None
    pages: Any = None
    details: str | None = None


def group_of(impact: str, effort: str) -> Group:
    """Return the group of an impact and an effort: what is cheap first, what brings little last."""
    if impact == "low":
        return "later"
    return "quick_win" if effort == "low" else "project"


def prioritised(audit: Cited | None, content: Cited | None) -> list[Action]:
    """Return the actions in the order in which to take them."""
    found = [*_of_findings(audit), *_of_content(content)]
    return [action for action, _ in sorted(found, key=lambda pair: _rank(*pair))]


def _rank(action: Action, severity: str) -> tuple[int, int, int, int]:
    return (
        _GROUPS.index(action.group),
        -LEVELS.index(action.impact),
        LEVELS.index(action.effort),
        _SEVERITIES.index(severity),
    )


def _of_findings(audit: Cited | None) -> Iterator[tuple[Action, str]]:
    """Yield what is wrong on the page, each with the site's pages that share it, then what is wrong elsewhere."""
    across = {str(raw(finding.check)): (at, finding) for at, finding in _numbered(audit, "site", "findings")}
    for at, finding in _numbered(audit, "findings"):
        _, shared = across.pop(str(raw(finding.check)), (0, None))
        yield from _of_finding(finding, f"finding-{at}", shared)
    for at, finding in across.values():
        yield from _of_finding(finding, f"site-{at}", finding)


def _numbered(audit: Cited | None, *path: str) -> Iterator[tuple[int, Cited]]:
    return enumerate(listed(audit, *path), start=1)


def _of_finding(finding: Cited, details: str, across: Cited | None) -> Iterator[tuple[Action, str]]:
    severity = str(raw(finding.severity))
    if severity == "info":
        return
    impact, effort = str(raw(finding.impact)), str(raw(finding.effort))
    action = Action(
        group=group_of(impact, effort),
        impact=impact,
        effort=effort,
        title=finding.title,
        how=finding.how_to_fix,
        why=finding.why,
        measured=part(finding, "measured"),
        where=part(finding, "evidence", 0, "element") or part(finding, "places", 0, "url"),
        pages=part(across, "pages_affected"),
        details=details,
    )
    yield action, severity


def _of_content(content: Cited | None) -> Iterator[tuple[Action, str]]:
    for advice in listed(content, "recommendations"):
        impact, effort = str(raw(advice.impact)), str(raw(advice.effort))
        action = Action(
            group=group_of(impact, effort),
            impact=impact,
            effort=effort,
            title=advice.action,
            why=advice.why,
            figures=part(advice, "evidence"),
        )
        yield action, "warning"

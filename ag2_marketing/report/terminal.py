"""A report in a few lines: what a person reads when the job is done."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ag2_marketing.grounding import resolve
from ag2_marketing.report.escaping import one_line
from ag2_marketing.report.figures import value_of
from ag2_marketing.report.labels import labels_in
from ag2_marketing.report.model import Report
from ag2_marketing_prompts import cite

WIDTH = 96
MOST_FINDINGS = 5
MOST_GAPS = 2
MOST_POSTS = 4
LONGEST_POST = 50


def summary_lines(report: Report) -> Iterator[str]:
    """Yield the report for a terminal, in less than forty lines; figures stand with their evidence's id."""
    yield one_line(report.title)
    yield ""
    for part in report.summary:
        yield from _wrapped(part.text)
    words = labels_in(report.language).terminal
    yield from _section(words.findings, _findings(report))
    yield from _section(words.gaps, _gaps(report))
    yield from _section(words.campaign, _posts(report))
    for note in report.notes:
        yield from _wrapped(note)
    yield ""
    yield f"{words.evidence}: {', '.join(f'{one.id} {one.tool}' for one in report.ledger.entries if not one.is_user)}"


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    body = list(lines)
    if body:
        yield ""
        yield title
        yield from body


def _result(report: Report, name: str) -> tuple[str, Mapping[str, Any]] | None:
    entry = report.ledger.get(getattr(report.sections, name) or "")
    if entry is None or entry.erased or entry.result.get("status") == "error":
        return None
    return entry.id, entry.result


def _shown(report: Report, evidence_id: str, *path: str | int) -> str:
    leaf = resolve(cite({"id": evidence_id}, *path), report.ledger)
    return value_of(leaf, language=report.language, bare=True)


def _findings(report: Report) -> Iterator[str]:
    if (found := _result(report, "audit")) is None:
        return
    evidence_id, audit = found
    for at, finding in enumerate(audit["findings"][:MOST_FINDINGS]):
        severity = labels_in(report.language).word("terminal_severity", finding["severity"])
        title, message = (_shown(report, evidence_id, "findings", at, name) for name in ("title", "message"))
        yield from _item(f"{severity:<8} {title}: {message} [{evidence_id}]")


def _gaps(report: Report) -> Iterator[str]:
    if (found := _result(report, "audit")) is None:
        return
    evidence_id, audit = found
    vitals = audit["core_web_vitals"] or {}
    if vitals.get("reason"):
        yield from _item(f"Core Web Vitals: {_shown(report, evidence_id, 'core_web_vitals', 'reason')}")
    open_checks = [
        check
        for check in audit["checks"]
        if check["verdict"] == "not_testable" and check["reason"] != vitals.get("reason")
    ]
    reasons: dict[str, list[str]] = {}
    for check in open_checks:
        reasons.setdefault(str(check["reason"]), []).append(check["check"])
    for reason, checks in list(reasons.items())[:MOST_GAPS]:
        yield from _item(f"{', '.join(checks)}: {reason}")


def _posts(report: Report) -> Iterator[str]:
    if (found := _result(report, "campaign")) is None:
        return
    evidence_id, campaign = found
    for at, post in enumerate(campaign["scheduled_posts"][:MOST_POSTS]):
        when, text = (
            _shown(report, evidence_id, "scheduled_posts", at, *path)
            for path in (("local_time",), ("preview", "text"))
        )
        yield f"  {when}  {post['platform']:<9} {_shortened(one_line(text), LONGEST_POST)} [{evidence_id}]"
    if len(campaign["scheduled_posts"]) > MOST_POSTS:
        yield f"  … {labels_in(report.language).terminal.more}"


def _item(text: str) -> Iterator[str]:
    return _wrapped(text, first="  - ", rest="    ")


def _wrapped(text: str, *, first: str = "", rest: str = "") -> Iterator[str]:
    """Yield a text in three lines at most, so that the whole stays on one screen."""
    yield from textwrap.wrap(
        one_line(text), WIDTH, initial_indent=first, subsequent_indent=rest, max_lines=3, placeholder=" …"
    )


def _shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 2].rstrip() + " …"

"""Two audits side by side, check by check; a function of the two, without network, store or clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from ag2_marketing_tools.history.changes import change
from ag2_marketing_tools.history.model import Change, NotComparable
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.seo.catalogue import checks
from ag2_marketing_tools.seo.history.direction import gone_worse
from ag2_marketing_tools.seo.history.model import FindingChange
from ag2_marketing_tools.seo.history.snapshot import AuditSnapshot, FindingSeen, VerdictSeen

Way = Literal["new", "fixed", "worse", "better", "unchanged"]
_TO_MEND = frozenset({"warn", "fail"})
_ORDER = {"critical": 0, "warning": 1, "info": 2}


@dataclass
class Compared:
    """The findings by the way they went, and what could not be compared."""

    findings: dict[Way, list[FindingChange]] = field(
        default_factory=lambda: {"new": [], "fixed": [], "worse": [], "better": [], "unchanged": []}
    )
    not_comparable: list[NotComparable] = field(default_factory=list)


def compare_checks(earlier: AuditSnapshot, latest: AuditSnapshot) -> Compared:
    """Return every check that either audit has something to mend in, by the way it went."""
    compared = Compared()
    then = {one.check: one for one in earlier.checks}
    now = {one.check: one for one in latest.checks}
    for check in dict.fromkeys([*now, *then]):
        before, after = then.get(check), now.get(check)
        reason = _why_not(check, before, after, earlier, latest)
        if reason is not None:
            compared.not_comparable.append(
                NotComparable(subject=check, title=_title(check, earlier, latest), reason=reason)
            )
        elif before is not None and after is not None:
            _sort_in(compared, check, before, after, earlier.finding(check), latest.finding(check))
    for found in compared.findings.values():
        found.sort(key=lambda one: (_ORDER[one.severity], one.verdict_latest != "fail"))
    return compared


def _title(check: str, earlier: AuditSnapshot, latest: AuditSnapshot) -> str:
    found = latest.finding(check) or earlier.finding(check)
    if found is not None:
        return found.title
    known = checks().get(check)
    return known.title if known is not None else check


def _why_not(
    check: str,
    before: VerdictSeen | None,
    after: VerdictSeen | None,
    earlier: AuditSnapshot,
    latest: AuditSnapshot,
) -> str | None:
    """Say why the two verdicts cannot be compared, or None where they can or there is nothing to tell."""
    if before is None or after is None:
        return _why_missing(check, earlier=earlier, latest=latest, missing_then=before is None)
    verdicts = {before.verdict, after.verdict}
    if "not_testable" not in verdicts or verdicts <= {"not_testable", "not_applicable"}:
        return None
    if before.verdict == "not_testable":
        return say("It could not be tested then: {reason}", reason=before.reason or "–")
    return say("It could not be tested now: {reason}", reason=after.reason or "–")


def _why_missing(check: str, *, earlier: AuditSnapshot, latest: AuditSnapshot, missing_then: bool) -> str:
    known = checks().get(check)
    lacking = earlier if missing_then else latest
    if known is not None and known.part not in lacking.parts:
        if missing_then:
            return say("Its part ({part}) was not asked for then.", part=known.part)
        return say("Its part ({part}) was not asked for now.", part=known.part)
    if missing_then:
        return say("The catalogue of checks did not have it then.")
    return say("The catalogue of checks does not have it any more.")


def _sort_in(
    compared: Compared,
    check: str,
    before: VerdictSeen,
    after: VerdictSeen,
    then: FindingSeen | None,
    now: FindingSeen | None,
) -> None:
    shown = now or then
    if shown is None:
        return
    measured = _measured(then, now)
    compared.findings[_way(before, after, then, now)].append(
        FindingChange(
            check=check,
            title=shown.title,
            severity=shown.severity,
            verdict_earlier=before.verdict,
            verdict_latest=after.verdict,
            message_earlier=then.message if then else None,
            message_latest=now.message if now else None,
            how_to_fix=now.how_to_fix or None if now else None,
            measured=measured,
        )
    )


def _way(before: VerdictSeen, after: VerdictSeen, then: FindingSeen | None, now: FindingSeen | None) -> Way:
    was, still = before.verdict in _TO_MEND, after.verdict in _TO_MEND
    if was != still:
        return "new" if still else "fixed"
    if before.verdict != after.verdict:
        return "worse" if after.verdict == "fail" else "better"
    if then is None or now is None or then.measured is None or now.measured is None:
        return "unchanged"
    worse = gone_worse(then.measured, now.measured)
    return "unchanged" if worse is None else "worse" if worse else "better"


def _measured(then: FindingSeen | None, now: FindingSeen | None) -> Change | None:
    figures = [one.measured if one else None for one in (then, now)]
    known = next((one for one in reversed(figures) if one is not None), None)
    if known is None:
        return None
    if any(one is not None and one.unit != known.unit for one in figures):
        return None
    earlier, latest = (one.value if one else None for one in figures)
    return change("measured", earlier, latest, known.unit)


def compare_vitals(earlier: AuditSnapshot, latest: AuditSnapshot) -> Iterator[Change | NotComparable]:
    """Yield each Core Web Vital that either audit has: its change, or why the two figures differ in kind."""
    if earlier.core_web_vitals is None or latest.core_web_vitals is None:
        return
    for name in ("lcp", "inp", "cls"):
        then, now = getattr(earlier.core_web_vitals, name), getattr(latest.core_web_vitals, name)
        if then.value is None and now.value is None:
            continue
        if then.value is None or now.value is None:
            reason = say("It was not measured in one of the two.")
        elif (then.source, then.covers, then.unit) != (now.source, now.covers, now.unit):
            reason = say("One of the two is of other visits or another measurement.")
        else:
            yield change(name, then.value, now.value, now.unit)
            continue
        yield NotComparable(subject=name, title=name.upper(), reason=reason)

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
from ag2_marketing_tools.seo.history.snapshot import AuditSnapshot
from ag2_marketing_tools.seo.history.standing import Standing, Standings

Way = Literal["new", "fixed", "worse", "better", "unchanged"]
_ORDER = {"critical": 0, "warning": 1, "info": 2}


@dataclass
class Compared:
    """The findings by the way they went, and what could not be compared."""

    findings: dict[Way, list[FindingChange]] = field(
        default_factory=lambda: {"new": [], "fixed": [], "worse": [], "better": [], "unchanged": []}
    )
    not_comparable: list[NotComparable] = field(default_factory=list)


def compare_checks(earlier: AuditSnapshot, latest: AuditSnapshot, *, with_site: bool) -> Compared:
    """Return every check that either audit has something to mend in, by the way it went.

    Args:
        earlier: The audit of then.
        latest: The audit of now.
        with_site: Whether both looked at the site's pages alike, so that counts of pages can be compared.
    """
    compared = Compared()
    then, now = Standings(earlier, with_site=with_site), Standings(latest, with_site=with_site)
    for check in dict.fromkeys([*now.checks, *then.checks]):
        before, after = then.of(check), now.of(check)
        reason = _why_not(check, before, after, earlier, latest)
        if reason is not None:
            title = _title(check, before, after)
            compared.not_comparable.append(NotComparable(subject=check, title=title, reason=reason))
        elif before.shown is not None or after.shown is not None:
            changed = _changed(check, before, after, with_site=with_site)
            compared.findings[_way(before, after)].append(changed)
    for found in compared.findings.values():
        found.sort(key=lambda one: (_ORDER[one.severity], one.verdict_latest != "fail"))
    return compared


def _title(check: str, before: Standing, after: Standing) -> str:
    shown = after.shown or before.shown
    if shown is not None:
        return shown.title
    known = checks().get(check)
    return say(known.title) if known is not None else check


def _why_not(
    check: str, before: Standing, after: Standing, earlier: AuditSnapshot, latest: AuditSnapshot
) -> str | None:
    """Say why the two cannot be compared, or None where they can or there is nothing to tell."""
    if before.seen is None or after.seen is None:
        if before.on_site is not None and after.on_site is not None:
            return None
        return _why_missing(check, earlier=earlier, latest=latest, missing_then=before.seen is None)
    verdicts = {before.seen.verdict, after.seen.verdict}
    if "not_testable" not in verdicts or verdicts <= {"not_testable", "not_applicable"}:
        return None
    if before.seen.verdict == "not_testable":
        return say("It could not be tested then: {reason}", reason=before.seen.reason or "–")
    return say("It could not be tested now: {reason}", reason=after.seen.reason or "–")


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


def _way(before: Standing, after: Standing) -> Way:
    if before.shown is None or after.shown is None:
        return "fixed" if after.shown is None else "new"
    if before.verdict != after.verdict:
        return "worse" if after.verdict == "fail" else "better"
    pages = [one.on_site.pages_affected if one.on_site else 0 for one in (before, after)]
    if pages[0] != pages[1]:
        return "worse" if pages[1] > pages[0] else "better"
    then, now = before.finding, after.finding
    if then is None or now is None or then.measured is None or now.measured is None:
        return "unchanged"
    worse = gone_worse(then.measured, now.measured)
    return "unchanged" if worse is None else "worse" if worse else "better"


def _changed(check: str, before: Standing, after: Standing, *, with_site: bool) -> FindingChange:
    shown = after.shown or before.shown
    if shown is None:
        raise ValueError(f"{check} has nothing to mend in either audit")
    return FindingChange(
        check=check,
        title=shown.title,
        severity=shown.severity,
        verdict_earlier=before.verdict,
        verdict_latest=after.verdict,
        message_earlier=before.finding.message if before.finding else None,
        message_latest=after.finding.message if after.finding else None,
        what_to_do=after.shown.how_to_fix or None if after.shown else None,
        measured=_measured(before, after),
        pages=_pages(before, after) if with_site else None,
    )


def _measured(before: Standing, after: Standing) -> Change | None:
    then, now = (one.finding.measured if one.finding else None for one in (before, after))
    known = now or then
    if known is None or (then is not None and now is not None and then.unit != now.unit):
        return None
    return change("measured", then.value if then else None, now.value if now else None, known.unit)


def _pages(before: Standing, after: Standing) -> Change | None:
    if before.on_site is None and after.on_site is None:
        return None
    then, now = (one.on_site.pages_affected if one.on_site else 0 for one in (before, after))
    return change("pages_affected", then, now, "page")


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

"""What a comparison reads of a stored audit; defaults stand for what audits of earlier versions lack."""

from __future__ import annotations

from pydantic import Field

from ag2_marketing_tools.history.reading import Snapshot
from ag2_marketing_tools.seo.catalogue import Severity
from ag2_marketing_tools.seo.model import Verdict


class FigureSeen(Snapshot):
    """A figure with the thresholds of its time."""

    value: int | float
    unit: str
    limits: dict[str, int | float] = Field(default={})


class FindingSeen(Snapshot):
    """A finding as it was reported."""

    check: str
    title: str
    severity: Severity
    verdict: Verdict
    message: str
    how_to_fix: str = ""
    measured: FigureSeen | None = None


class VerdictSeen(Snapshot):
    """The verdict of one check."""

    check: str
    verdict: Verdict
    reason: str | None = None


class VitalSeen(Snapshot):
    """A Core Web Vital."""

    value: float | None = None
    unit: str = ""
    source: str | None = None
    covers: str | None = None


class VitalsSeen(Snapshot):
    """The Core Web Vitals that are compared."""

    lcp: VitalSeen = VitalSeen()
    inp: VitalSeen = VitalSeen()
    cls: VitalSeen = VitalSeen()


class ScoreSeen(Snapshot):
    """The audit's score."""

    value: float | None = None


class CountsSeen(Snapshot):
    """The findings by severity."""

    critical: int = 0
    warning: int = 0
    info: int = 0


class SiteFindingSeen(Snapshot):
    """A finding over the site's pages."""

    check: str
    title: str
    severity: Severity
    verdict: Verdict
    how_to_fix: str = ""
    pages_affected: int


class SiteSeen(Snapshot):
    """The site's pages."""

    judged_count: int
    findings: list[SiteFindingSeen]


class AuditSnapshot(Snapshot):
    """A stored audit."""

    final_url: str
    http_status: int | None = None
    score: ScoreSeen
    summary: CountsSeen
    findings: list[FindingSeen]
    checks: list[VerdictSeen]
    parts: list[str]
    core_web_vitals: VitalsSeen | None = None
    site: SiteSeen | None = None

"""What a comparison of two audits of one page returns."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ag2_marketing_tools.history.model import Change, NotComparable, RunReference
from ag2_marketing_tools.marks import unit
from ag2_marketing_tools.seo.catalogue import Severity
from ag2_marketing_tools.seo.model import Text, Verdict
from ag2_marketing_tools.tool import Result

Findings = Annotated[int, unit("finding")]


class FindingChange(Result):
    """One check in two audits."""

    check: str
    title: str
    severity: Severity
    verdict_earlier: Verdict | None
    verdict_latest: Verdict | None
    message_earlier: Text | None = Field(default=None, description="As it was put then.")
    message_latest: Text | None = None
    what_to_do: str | None = Field(default=None, description="Null where there is nothing to mend any more.")
    measured: Change | None = Field(default=None, description="The figure behind the finding, then and now.")
    pages: Change | None = Field(default=None, description="Pages of the site that it affects, then and now.")


class ChangeCounts(Result):
    """How many findings went which way."""

    new: Findings
    fixed: Findings
    worse: Findings
    better: Findings
    unchanged: Findings
    not_comparable: Annotated[int, unit("check")]


class AuditComparison(Result):
    """Two audits of one page: what is new, fixed, worse, better and the same."""

    url: str
    compared: bool
    reason: str | None = Field(default=None, description="Why there is nothing to compare.")
    latest: RunReference | None
    earlier: RunReference | None
    score: Change | None = None
    severities: list[Change] = Field(description="Findings that are critical, warning, info.")
    vitals: list[Change] = Field(description="Core Web Vitals that both measured alike.")
    counts: ChangeCounts
    new: list[FindingChange] = Field(description="To be mended now, and not before; gravest first.")
    fixed: list[FindingChange]
    worse: list[FindingChange]
    better: list[FindingChange]
    unchanged: list[FindingChange]
    not_comparable: list[NotComparable]
    notes: list[str]

"""The KPI classes of the specification: four families of targets, and the analyzer that reports on them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ag2_marketing.adapters.answers import as_dict, as_dicts, failed
from ag2_marketing.classes.base import ToolFace
from ag2_marketing_tools.errors import MarketingError
from ag2_marketing_tools.kpi import collect_metrics, kpi_report, nested_metrics
from ag2_marketing_tools.kpi.report import KpiReport
from ag2_marketing_tools.workspace import Settings, Workspace

_CAREGIVER_SYSTEMS = ("CaregiverQualityMetrics", "CaregiverPeerAnalytics")
_SPECIALTIES = "SpecialtyCareAnalytics"
_SPECIALTY_ALIASES = {
    "chronic_disease_mgmt": "chronic_disease_management",
    "chronic_disease": "chronic_disease_management",
    "chronic": "chronic_disease_management",
    "dementia": "dementia_care",
    "wound": "wound_care",
    "fall": "fall_prevention",
    "falls": "fall_prevention",
}


class KpiMetrics(ToolFace):
    """One family of KPIs; `metrics` holds its targets, nested as the specification has them."""

    system: ClassVar[str]

    def __init__(self, *, workspace: Workspace | None = None, settings: Settings | None = None) -> None:
        """Load the targets; for the arguments see `ToolFace`."""
        super().__init__(workspace=workspace, settings=settings)
        self.metrics = nested_metrics(self.system, self.settings.benchmark_tables)


class SEOMetrics(KpiMetrics):
    """Targets of search: traffic, rankings, engagement and the technical side.

    `core_web_vitals` keeps the retired `fid` (First Input Delay), with `inp` (Interaction to Next Paint) beside it.
    """

    system: ClassVar[str] = "SEOMetrics"


class MarketingMetrics(KpiMetrics):
    """Targets of marketing: conversion, email, revenue and content."""

    system: ClassVar[str] = "MarketingMetrics"


class SystemHealthMetrics(KpiMetrics):
    """Targets of the system: its interfaces, its resources, how it scales."""

    system: ClassVar[str] = "SystemHealthMetrics"


class BusinessMetrics(KpiMetrics):
    """Targets of the business: the market, its customers, its operations."""

    system: ClassVar[str] = "BusinessMetrics"


class MetricAnalyzer(ToolFace):
    """Reports on all KPIs and collects current metrics, from the stored observations.

    A method that fails answers `status` `error` with `error`; such an answer, passed on to a benchmark class as its
    metrics, fails there with the same error.
    """

    def __init__(
        self,
        *,
        company: str | None = None,
        location: str | None = None,
        over: str | None = None,
        workspace: Workspace | None = None,
        settings: Settings | None = None,
    ) -> None:
        """Load the targets of all families.

        Args:
            company: Whose observations are read; the only company's when not given.
            location: Collect the current metrics of this location rather than the company's.
            over: Collect the figures of this period up to now taken together, such as `3_months`, rather than the
                latest of each metric; not meant for figures whose times overlap.
            workspace: As in `ToolFace`.
            settings: As in `ToolFace`.
        """
        super().__init__(workspace=workspace, settings=settings)
        self.company, self.location, self.over = company, location, over
        self.seo = SEOMetrics(workspace=workspace, settings=self.settings)
        self.marketing = MarketingMetrics(workspace=workspace, settings=self.settings)
        self.system = SystemHealthMetrics(workspace=workspace, settings=self.settings)
        self.business = BusinessMetrics(workspace=workspace, settings=self.settings)

    async def generate_performance_report(
        self, period: str = "monthly", *, metrics: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Report every KPI against its target, with trends, predictions, alerts and recommendations.

        Args:
            period: How old a figure may be to count as current: `daily`, `weekly`, `monthly`, `quarterly`,
                `yearly`, or a count such as `2_weeks`.
            metrics: Current figures, nested as the families' `metrics` are or by path; the stored observations
                when not given.

        Returns:
            `timestamp`, `period`, `metrics` (by family), `recommendations`, `trends`, `alerts`, `status`.
        """
        try:
            report = await self._report(period, metrics)
        except MarketingError as error:
            return failed(
                error, timestamp=None, period=period, metrics={}, recommendations=[], trends={}, alerts=[]
            )
        return {
            "timestamp": report.reported_at.isoformat(),
            "period": report.period,
            "metrics": {
                family: as_dict(getattr(report, family))
                for family in ("seo", "marketing", "system", "business")
            },
            "recommendations": as_dicts(report.recommendations),
            "trends": as_dict(report.trends),
            "alerts": as_dicts(report.alerts),
            "company": report.company,
            "since": report.since.isoformat(),
            "unknown_metrics": as_dicts(report.unknown),
            "refused_metrics": as_dicts(report.refused),
            **_status(report),
        }

    async def _analyze_trends(self) -> dict[str, Any]:
        """Say which KPIs are `improving`, `declining` and `stable`, and what comes next (`predictions`)."""
        try:
            return {**as_dict((await self._report("monthly", None)).trends), "status": "completed"}
        except MarketingError as error:
            return failed(error, improving=[], declining=[], stable=[], predictions=[])

    async def collect_current_metrics(self) -> dict[str, Any]:
        """Return the latest figure of every metric of the company (or location) and of the system, by the metric's key.

        Each is a mapping of `value`, `unit`, `n`, `observed_at`, `source`; the benchmark classes take the whole
        dictionary. It is empty where nothing was observed.
        """
        try:
            system = await self._call(collect_metrics, {"subject_kind": "system", "over": self.over})
            kind, subject = (
                ("company", self.company) if self.location is None else ("location", self.location)
            )
            arguments = {"subject_kind": kind, "subject": subject, "over": self.over}
            own = await self._call(collect_metrics, arguments)
        except MarketingError as error:
            return failed(error)
        return {**as_dict(system)["metrics"], **as_dict(own)["metrics"]}

    async def collect_caregiver_metrics(self, caregiver_id: str) -> dict[str, Any]:
        """Return the latest figures of a caregiver's quality and peer metrics, by the metric's key.

        Args:
            caregiver_id: The caregiver; nothing is returned for one of whom nothing was observed.
        """
        return await self._caregiver(caregiver_id, {"systems": list(_CAREGIVER_SYSTEMS)})

    async def collect_specialty_metrics(self, caregiver_id: str, specialty_type: str) -> dict[str, Any]:
        """Return the latest figures of a caregiver in one specialty, by the metric's key.

        Args:
            caregiver_id: The caregiver.
            specialty_type: `dementia_care`, `wound_care`, `fall_prevention`, `chronic_disease_management`, or
                a short form such as `dementia`.
        """
        wanted = specialty_type.strip().casefold().replace(" ", "_").replace("-", "_")
        group = _SPECIALTY_ALIASES.get(wanted, wanted)
        known = {path.partition("/")[0] for path in self._tables().of(_SPECIALTIES)}
        if group not in known:
            named = ", ".join(sorted(known))
            return {
                "status": "error",
                "error": f"There is no specialty {specialty_type!r}.",
                "remedy": f"Give one of {named}.",
            }
        return await self._caregiver(caregiver_id, {"systems": [_SPECIALTIES], "group": group})

    async def _caregiver(self, caregiver_id: str, narrowed: Mapping[str, Any]) -> dict[str, Any]:
        arguments = {"subject_kind": "caregiver", "subject": caregiver_id, "over": self.over, **narrowed}
        try:
            found: dict[str, Any] = as_dict(await self._call(collect_metrics, arguments))["metrics"]
        except MarketingError as error:
            return failed(error)
        return found

    async def _report(self, period: str, metrics: Mapping[str, Any] | None) -> KpiReport:
        return await self._call(kpi_report, {"period": period, "metrics": metrics, "company": self.company})


def _status(report: KpiReport) -> dict[str, Any]:
    """`completed`; `partial` where some figures were refused; `error` where nothing else was left."""
    if not report.refused:
        return {"status": "completed"}
    families = (report.seo, report.marketing, report.system, report.business)
    whole = all(metric.position == "unmeasured" for family in families for metric in family.metrics)
    faults = [f"{one.metric}: {one.reason} {one.remedy or ''}".strip() for one in report.refused]
    return {"status": "error" if whole else "partial", "error": " ".join(faults)}

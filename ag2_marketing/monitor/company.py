"""Looking at a company and its locations: its KPIs, and where it stands against its industry's benchmarks."""

from __future__ import annotations

from ag2_marketing.classes.benchmarks import (
    CareWellnessBenchmarks,
    CompetitiveBenchmarks,
    HomeCareIndustryBenchmarks,
)
from ag2_marketing.classes.kpi import MetricAnalyzer
from ag2_marketing.monitor.findings import Finding, findings, usable
from ag2_marketing.monitor.host import OVER, get_active
from ag2_marketing_tools.errors import NotFound
from ag2_marketing_tools.standing import subjects_of
from ag2_marketing_tools.workspace import Workspace

_IMPORT = "Import figures first: ag2-marketing import FILE --mapping MAPPING."


async def companies(ws: Workspace) -> list[tuple[str, str]]:
    """Return the companies that anything was observed of; without one, the system that was observed.

    Raises:
        NotFound: Nothing was observed of either.
    """
    for kind in ("company", "system"):
        observed = await subjects_of(ws.store, kind)
        if observed:
            return [(kind, id) for id in observed]
    raise NotFound("Nothing was observed of a company.", remedy=_IMPORT)


async def companies_and_locations(ws: Workspace) -> list[tuple[str, str]]:
    """Return the companies and the active locations that anything was observed of.

    Raises:
        NotFound: Nothing was observed of either.
    """
    found = [("company", id) for id in await subjects_of(ws.store, "company")]
    observed = set(await subjects_of(ws.store, "location"))
    found += [("location", id) for id in await get_active(ws, "location") if id in observed]
    if not found:
        raise NotFound("Nothing was observed of a company or of one of its locations.", remedy=_IMPORT)
    return found


async def look_at_performance(ws: Workspace, kind: str, id: str) -> list[Finding]:
    """`monitor_performance`: alerts with hysteresis, and what to do about KPIs that miss their targets."""
    analyzer = MetricAnalyzer(company=id if kind == "company" else None, workspace=ws)
    report = await analyzer.generate_performance_report()
    return findings(report, {"alerts": "alert", "recommendations": "action"})


async def look_at_competition(ws: Workspace, kind: str, id: str) -> list[Finding]:
    """`monitor_competitive_position`."""
    benchmarks = CompetitiveBenchmarks(subject=id, subject_kind=kind, over=_over(kind), workspace=ws)
    report = await benchmarks.generate_competitive_report(await _metrics(ws, kind, id))
    return findings(report, {"risk_areas": "risk", "action_items": "action"})


async def look_at_industry(ws: Workspace, kind: str, id: str) -> list[Finding]:
    """`monitor_industry_position`."""
    industry = CareWellnessBenchmarks(subject=id, subject_kind=kind, over=_over(kind), workspace=ws)
    insights = await industry.generate_sector_insights(await _metrics(ws, kind, id))
    return findings(insights, {"strategic_recommendations": "action"})


async def look_at_home_care(ws: Workspace, kind: str, id: str) -> list[Finding]:
    """`monitor_home_care_performance`."""
    home_care = HomeCareIndustryBenchmarks(subject=id, subject_kind=kind, over=_over(kind), workspace=ws)
    insights = await home_care.generate_performance_insights(await _metrics(ws, kind, id))
    return findings(insights, {"action_plan": "action"})


def _over(kind: str) -> str | None:
    """Of a location the figures of a quarter are judged together; a company's, of large numbers, as they come."""
    return OVER if kind == "location" else None


async def _metrics(ws: Workspace, kind: str, id: str) -> dict[str, object] | None:
    """A company's current metrics with the system's; None, which is its stored ones alone, for a location."""
    if kind != "company":
        return None
    return dict(usable(await MetricAnalyzer(company=id, workspace=ws).collect_current_metrics()))

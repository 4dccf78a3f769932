"""The KPI report: every target and where we stand, trends, predictions, alerts and what to do."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from importlib.resources import files
from typing import Annotated, Any, Literal

from pydantic import Field

from ag2_marketing_tools.kpi.alerts import Alert
from ag2_marketing_tools.kpi.collect import own_history
from ag2_marketing_tools.kpi.outlook import KpiTrends, Seen, alerts_of, outlook_of
from ag2_marketing_tools.kpi.tables import FAMILIES, kpi_tables, retired
from ag2_marketing_tools.marks import unit
from ag2_marketing_tools.metrics.tables import Tables
from ag2_marketing_tools.standing import (
    ActionItem,
    ActionRule,
    MetricStanding,
    RefusedMetric,
    Standing,
    UnknownMetric,
    actions_for,
    latest_figures,
    period_of,
    read_rules,
    refused_view,
    stand,
    standing_view,
    unknown_view,
)
from ag2_marketing_tools.tool import Params, Result, tool
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.observations import Observation

TargetStatus = Literal["on_target", "off_target", "inconclusive", "unmeasured", "retired"]


class KpiReportFor(Params):
    """Which period, and whose figures."""

    period: str = Field(
        default="monthly",
        max_length=40,
        description="How old a figure may be: daily, weekly, monthly, quarterly, yearly, or a count as 2_weeks.",
    )
    metrics: dict[str, Any] | None = Field(
        default=None,
        description="Current figures, nested as the KPIs are or by path; the stored observations when not given.",
    )
    company: str | None = Field(
        default=None, max_length=300, description="The company; the only one when not given."
    )
    steps_ahead: int = Field(default=3, ge=1, le=36, description="Steps of each series to predict.")


class KpiStanding(MetricStanding):
    """One KPI against its target; figures are in `unit`."""

    status: TargetStatus
    previous_value: float | None = Field(description="The last figure before the period.")
    previous_at: datetime | None
    change: float | None = Field(description="The figure minus the previous one.")
    retired_on: date | None
    successor: str | None = Field(description="The key of what took a retired metric's place.")


class KpiFamily(Result):
    """One family of KPIs."""

    system: str
    metrics: list[KpiStanding]
    on_target: Annotated[int, unit("count")]
    off_target: Annotated[int, unit("count")]
    inconclusive: Annotated[int, unit("count")]
    unmeasured: Annotated[int, unit("count")]


class KpiReport(Result):
    """All KPIs of a company at one time."""

    company: str | None
    period: str
    since: datetime = Field(description="Older figures do not count as current.")
    reported_at: datetime
    seo: KpiFamily
    marketing: KpiFamily
    system: KpiFamily
    business: KpiFamily
    recommendations: list[ActionItem]
    trends: KpiTrends
    alerts: list[Alert]
    unknown: list[UnknownMetric]
    refused: list[RefusedMetric]


@tool(family="kpi")
async def kpi_report(params: KpiReportFor, ws: Workspace) -> KpiReport:
    """Report every KPI of search, marketing, system and business against its target, with trends and alerts.

    A figure older than the period is unmeasured; nothing is guessed. Predictions always compete with the naive
    forecast and say which of them won.
    """
    now, tables = ws.clock.now(), kpi_tables(ws.settings.benchmark_tables)
    since = period_of(params.period).before(now)
    company, history = await own_history(ws, params.company)
    given: Mapping[str, Any] = (
        latest_figures(history, since=since) if params.metrics is None else params.metrics
    )
    standings = {family: stand(given, system, tables) for family, system in FAMILIES.items()}
    families = {family: _family(found, history, since) for family, found in standings.items()}
    kpis = [metric for family in families.values() for metric in family.metrics]
    current = [metric for metric in kpis if metric.status != "retired"]
    seen = Seen(tables, history, {metric.key: metric for metric in kpis}, since, now)
    return KpiReport(
        company=company,
        period=params.period,
        since=since,
        reported_at=now,
        **families,
        recommendations=actions_for(current, action_rules(), positions=("lagging",), today=now.date()),
        trends=await asyncio.to_thread(outlook_of, seen, steps=params.steps_ahead),
        alerts=alerts_of(seen, given=params.metrics is not None),
        unknown=_unknown(standings.values(), tables),
        refused=[refused_view(one) for found in standings.values() for one in found.refused],
    )


def _family(standing: Standing, history: Mapping[str, Sequence[Observation]], since: datetime) -> KpiFamily:
    metrics = [_kpi(standing_view(placed), history.get(placed.key, ()), since) for placed in standing.placed]
    counts = Counter(metric.status for metric in metrics)
    return KpiFamily(
        system=standing.system,
        metrics=metrics,
        on_target=counts["on_target"],
        off_target=counts["off_target"],
        inconclusive=counts["inconclusive"],
        unmeasured=counts["unmeasured"],
    )


def _kpi(view: MetricStanding, observed: Sequence[Observation], since: datetime) -> KpiStanding:
    before = [each for each in observed if each.observed_at < since]
    previous = before[-1] if before and (view.unit is None or before[-1].unit == view.unit) else None
    gone = retired(view.key)
    shown = {name: getattr(view, name) for name in MetricStanding.model_fields}
    return KpiStanding(
        **shown,
        status="retired" if gone else _status(view),
        previous_value=previous.value if previous else None,
        previous_at=previous.observed_at if previous else None,
        change=view.value - previous.value if previous and view.value is not None else None,
        retired_on=gone.on if gone else None,
        successor=gone.successor if gone else None,
    )


def _status(view: MetricStanding) -> TargetStatus:
    match view.position:
        case "leading" | "competitive":
            return "on_target"
        case "lagging":
            return "off_target"
        case position:
            return position


def _unknown(standings: Any, tables: Tables) -> list[UnknownMetric]:
    """Names that no family has, once each."""
    found = {one.name: one for standing in standings for one in standing.unknown}
    return [unknown_view(one) for one in found.values() if one.name not in tables.metrics]


@lru_cache(maxsize=1)
def action_rules() -> tuple[ActionRule, ...]:
    """Return the rules of what to do about a KPI that misses its target."""
    text = files("ag2_marketing_tools.kpi").joinpath("data", "actions.toml").read_text("utf-8")
    return read_rules(text, name="kpi/data/actions.toml")

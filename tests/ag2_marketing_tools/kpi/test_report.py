"""The KPI report: targets, statuses, trends and predictions from what is stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from conftest import NOW

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.kpi import collect_metrics, kpi_report, nested_metrics
from ag2_marketing_tools.kpi.outlook import MOST_PREDICTED
from ag2_marketing_tools.kpi.report import KpiReport, KpiStanding
from ag2_marketing_tools.kpi.tables import kpi_tables
from ag2_marketing_tools.marks import marked
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.observations import Observation, record

BOUNCES = "SEOMetrics/user_engagement/bounce_rate"
FID = "SEOMetrics/technical_seo/core_web_vitals/fid"
INP = "SEOMetrics/technical_seo/core_web_vitals/inp"
CPU = "EnhancedMonitoring/resource_metrics/cpu/usage_percent"
DELIVERED = "MarketingMetrics/email_performance/deliverability"


def daily(
    metric: str, values: list[float], unit: str, *, kind: str = "company", subject: str = "acme"
) -> list[Observation]:
    return [
        Observation(
            subject_kind=kind,
            subject_id=subject,
            metric=metric,
            value=value,
            unit=unit,
            observed_at=NOW - timedelta(days=len(values) - 1 - day),
            source="analytics",
        )
        for day, value in enumerate(values)
    ]


def kpi(report: KpiReport, key: str) -> KpiStanding:
    families = (report.seo, report.marketing, report.system, report.business)
    return next(metric for family in families for metric in family.metrics if metric.key == key)


async def test_without_observations_everything_is_unmeasured(ws: Workspace) -> None:
    report = await kpi_report.run({}, ws)
    assert (report.seo.on_target, report.seo.off_target) == (0, 0)
    assert {metric.status for metric in report.business.metrics} == {"unmeasured"}
    assert (report.recommendations, report.alerts, report.trends.predictions) == ([], [], [])


async def test_a_target_is_reached_or_missed_and_the_last_figure_before_the_period_stands_beside_it(
    ws: Workspace,
) -> None:
    rising = [30.0 + day for day in range(30)]
    await record(ws.store, daily(BOUNCES, rising, "percent"), ids=ws.ids)
    await record(ws.store, daily(DELIVERED, [98.5] * 30, "percent"), ids=ws.ids)
    report = await kpi_report.run({"period": "weekly"}, ws)
    bounces, delivered = kpi(report, BOUNCES), kpi(report, DELIVERED)
    assert (bounces.status, bounces.value, delivered.status) == ("off_target", 59, "on_target")
    # the week begins seven days before the last of 30 daily figures; the last one before it is the 22nd
    assert (bounces.previous_value, bounces.change) == (51, 8)
    assert [item.key for item in report.recommendations] == [BOUNCES]
    assert [each.key for each in report.trends.declining] == [BOUNCES]
    assert [each.key for each in report.trends.stable] == [DELIVERED]
    assert [(each.key, each.severity) for each in report.alerts] == [(BOUNCES, "critical")]


async def test_a_prediction_says_whether_it_beat_the_naive_forecast(ws: Workspace) -> None:
    line = [20.0 + 0.5 * day + 0.3 * (day % 3) for day in range(40)]
    await record(ws.store, daily(BOUNCES, line, "percent"), ids=ws.ids)
    report = await kpi_report.run({"steps_ahead": 2}, ws)
    (found,) = report.trends.predictions
    assert found.beats_naive
    assert found.gain_percent is not None
    assert found.gain_percent > 0
    assert [point.at for point in found.points] == [NOW + timedelta(days=day) for day in (1, 2)]
    assert all(point.lower <= point.value <= point.upper for point in found.points)


async def test_few_values_bring_no_trend_and_no_prediction_and_say_so(ws: Workspace) -> None:
    await record(ws.store, daily(BOUNCES, [30.0, 31.0], "percent"), ids=ws.ids)
    report = await kpi_report.run({}, ws)
    (few,) = report.trends.insufficient_data
    assert few.reason == "There are 2 values; a trend needs at least 8."
    (none,) = report.trends.predictions
    assert (none.points, none.reason) == ([], "There are 2 values; a forecast needs at least 12.")


async def test_a_figure_older_than_the_period_is_unmeasured_and_raises_no_alert(ws: Workspace) -> None:
    old = [
        Observation(
            subject_kind="company",
            subject_id="acme",
            metric=BOUNCES,
            value=60.0,
            unit="percent",
            observed_at=NOW - timedelta(days=40),
            source="analytics",
        )
    ]
    await record(ws.store, old, ids=ws.ids)
    report = await kpi_report.run({"period": "monthly"}, ws)
    found = kpi(report, BOUNCES)
    assert (found.status, found.value, found.previous_value) == ("unmeasured", None, 60)
    assert report.alerts == []
    assert kpi(await kpi_report.run({"period": "quarterly"}, ws), BOUNCES).status == "off_target"


async def test_first_input_delay_is_retired_with_its_successor_beside_it(ws: Workspace) -> None:
    report = await kpi_report.run({"metrics": {FID: 300, INP: 150}}, ws)
    gone, successor = kpi(report, FID), kpi(report, INP)
    assert (gone.status, gone.retired_on, gone.successor) == ("retired", date(2024, 3, 12), INP)
    assert (successor.status, successor.value) == ("on_target", 150)
    assert (report.recommendations, report.alerts) == ([], [])


async def test_what_is_monitored_of_the_system_raises_alerts(ws: Workspace) -> None:
    await record(ws.store, daily(CPU, [70.0, 95.0], "percent", kind="system", subject="host"), ids=ws.ids)
    report = await kpi_report.run({}, ws)
    assert [(each.key, each.severity, each.threshold) for each in report.alerts] == [(CPU, "critical", 90)]


async def test_unknown_and_unusable_figures_are_listed_once(ws: Workspace) -> None:
    metrics = {"bounce_rat": 3, "bounce_rate": "35 %", "open_rate": 26, "retention": 90}
    report = await kpi_report.run({"metrics": metrics}, ws)
    assert [one.metric for one in report.unknown] == ["bounce_rat"]
    assert [one.metric for one in report.refused] == ["user_engagement/bounce_rate"]
    assert kpi(report, "MarketingMetrics/email_performance/open_rate").status == "on_target"


async def test_a_period_that_is_none_is_refused(ws: Workspace) -> None:
    with pytest.raises(InvalidInput, match="'hourly' is no period"):
        await kpi_report.run({"period": "hourly"}, ws)


async def test_targets_are_nested_as_the_specification_has_them() -> None:
    seo = nested_metrics("SEOMetrics", None)
    assert seo["organic_traffic"] == {
        "target_increase": 50,
        "measurement_period": "quarterly",
        "segments": ["mobile", "desktop", "local"],
    }
    assert seo["technical_seo"]["core_web_vitals"] == {"lcp": 2.5, "fid": 100, "cls": 0.1, "inp": 200}
    satisfaction = nested_metrics("BusinessMetrics", None)["customer_success"]["satisfaction"]
    assert satisfaction == {"target": 90, "measurement": "NPS"}


async def test_the_metrics_of_a_caregiver_are_collected_by_system_and_group(ws: Workspace) -> None:
    wandering = "SpecialtyCareAnalytics/dementia_care/clinical_outcomes/wandering_prevention"
    healing = "SpecialtyCareAnalytics/wound_care/healing_metrics/healing_rate"
    for key in (wandering, healing):
        await record(
            ws.store, daily(key, [80.0, 85.0], "percent", kind="caregiver", subject="c1"), ids=ws.ids
        )
    asked = {"subject_kind": "caregiver", "subject": "c1", "systems": ["SpecialtyCareAnalytics"]}
    found = await collect_metrics.run({**asked, "group": "dementia_care"}, ws)
    assert {key: figure.value for key, figure in found.metrics.items()} == {wandering: 85}
    assert set((await collect_metrics.run(asked, ws)).metrics) == {wandering, healing}
    assert (await collect_metrics.run({**asked, "subject": "nobody"}, ws)).metrics == {}


@pytest.mark.parametrize("over", [None, "3_months"])
async def test_a_locations_figure_of_few_cases_is_not_told(ws: Workspace, over: str | None) -> None:
    key = "HomeCareIndustryBenchmarks/care_quality/patient_satisfaction/overall_satisfaction"
    weekly = [
        replace(one, sample_size=1)
        for one in daily(key, [100.0, 100.0, 0.0], "percent", kind="location", subject="north")
    ]
    await record(ws.store, weekly, ids=ws.ids)
    found = await collect_metrics.run({"subject_kind": "location", "over": over}, ws)
    assert (found.metrics[key].value, found.metrics[key].n) == (None, None)
    assert found.metrics[key].reason == "It rests on fewer than 5 cases, so it is not told."


@pytest.mark.parametrize("over", [None, "3_months"])
async def test_a_figure_dated_after_now_is_not_collected(ws: Workspace, over: str | None) -> None:
    key = "HomeCareIndustryBenchmarks/care_quality/patient_satisfaction/overall_satisfaction"
    (seen,) = daily(key, [80.0], "percent")
    await record(ws.store, [seen, replace(seen, value=20.0, observed_at=NOW + timedelta(days=1))], ids=ws.ids)
    assert (await collect_metrics.run({"over": over}, ws)).metrics[key].value == 80.0


def test_who_was_asked_about_is_marked_as_a_person() -> None:
    assert "/subject" in marked(collect_metrics.result, "personal")
    assert "/subject" in marked(collect_metrics.params, "personal")


async def test_of_many_kpis_those_off_target_are_predicted_and_the_rest_counted(ws: Workspace) -> None:
    business = "BusinessMetrics/operational_efficiency"
    tables = kpi_tables(None)
    keys = [
        f"{system}/{path}"
        for system in ("SystemHealthMetrics", "BusinessMetrics", "MarketingMetrics")
        for path, metric in tables.of(system).items()
        if metric.unit == "percent" and metric.direction == "higher"
    ]
    off = {key for key in keys if key.startswith(business)}
    for key in keys:
        target = tables.metric(key).levels.get("target", 50.0)
        values = [target * (0.5 if key in off else 1.0) for _ in range(13)]
        await record(ws.store, daily(key, values, "percent"), ids=ws.ids)
    trends = (await kpi_report.run({}, ws)).trends
    assert len(trends.predictions) == MOST_PREDICTED
    assert trends.predictions_left_out == len(keys) - MOST_PREDICTED > 0
    assert off <= {each.key for each in trends.predictions}

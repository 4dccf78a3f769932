"""The specification's monitoring loops, each run once as a reader would run it, over the synthetic company's figures.

The classes are made without arguments and read their settings from the environment; the database is SQLite, then
PostgreSQL. What the document leaves to the host is here what the product offers for it: queries of the store
(`ag2_marketing.monitor.host`). Its "update", "handle" and "implement" functions write down what they are given.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import postgres
import pytest
import synthetic_company
import time_machine

from ag2_marketing import (
    CaregiverPeerAnalytics,
    CaregiverQualityMetrics,
    CareWellnessBenchmarks,
    ClientOutcomeTracker,
    CompetitiveBenchmarks,
    HomeCareIndustryBenchmarks,
    InterventionAnalytics,
    MetricAnalyzer,
    SpecialtyCareAnalytics,
)
from ag2_marketing.monitor import MONITORS, Ran, host, run_round
from ag2_marketing_tools.observations import import_observations
from ag2_marketing_tools.workspace import FixedClock, Settings, Workspace
from ag2_marketing_tools.workspace.store import upgrade
from ag2_marketing_tools.workspace.store.todos import find_todos

SMALL = ("--locations", "3", "--caregivers", "12", "--clients", "24", "--months", "6", "--end", "2026-02-28")
FILES = (*synthetic_company.FILES, "company_months.csv")
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday: the last week and the last month are in


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a small synthetic company."""
    return synthetic_company.generated(tmp_path_factory.mktemp("company"), *SMALL)


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.needs("postgresql"))]
)
def company(
    request: pytest.FixtureRequest, files: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    """The settings of a database with the company in it."""
    home = tmp_path_factory.mktemp("home")
    with asyncio.Runner() as runner, ExitStack() as at_the_end:
        settings = Settings(_env_file=None, home=home)
        if request.param == "postgresql":
            database = postgres.empty_database(request.getfixturevalue("postgres_url"))
            url = runner.run(database.__aenter__())
            at_the_end.callback(lambda: runner.run(database.__aexit__(None, None, None)))
            settings = Settings(_env_file=None, home=home, database_url=url)
        runner.run(_fill(settings, files))
        yield settings


async def _fill(settings: Settings, files: Path) -> None:
    await upgrade(settings)
    async with Workspace.open(settings, clock=FixedClock(NOW)) as ws:
        for name in FILES:
            mapping = files / f"{name.partition('.')[0]}.toml"
            report = await import_observations.run({"file": str(files / name), "mapping": str(mapping)}, ws)
            assert report.broken is None


@pytest.fixture(autouse=True)
def environment(company: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """The company's database in the environment, a week's Monday, and a folder without `.env`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AG2_MARKETING_HOME", str(company.home))
    if company.database_url is not None:
        monkeypatch.setenv("AG2_MARKETING_DATABASE_URL", company.database_url.get_secret_value())
    with time_machine.travel(NOW, tick=True):
        yield


class Host:
    """The application around the loops: it asks the store, and writes down what it is given to deal with."""

    def __init__(self) -> None:
        self.given: dict[str, list[tuple[Any, ...]]] = {}

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        query = getattr(host, name, None)

        async def ask(*arguments: str) -> Any:
            async with Workspace.open() as ws:
                return await query(ws, *arguments)  # type: ignore[misc]

        async def take(*arguments: Any) -> None:
            self.given.setdefault(name, []).append(arguments)

        return ask if name.startswith("get_") else take

    def calls(self, name: str) -> list[tuple[Any, ...]]:
        return self.given.get(name, [])


@pytest.fixture
def app() -> Host:
    return Host()


def titles(entries: list[dict[str, Any]]) -> list[str]:
    return [entry["key"].rpartition("/")[2] for entry in entries]


async def test_monitor_performance(app: Host) -> None:
    analyzer = MetricAnalyzer()

    report = await analyzer.generate_performance_report()
    await app.update_metric_dashboards(report)
    if report["alerts"]:
        await app.handle_metric_alerts(report["alerts"])
    if report["recommendations"]:
        await app.implement_recommendations(report["recommendations"])

    # the bounce rate was made at 49 percent: the target is 35
    assert titles(app.calls("handle_metric_alerts")[0][0]) == ["bounce_rate"]
    assert titles(app.calls("implement_recommendations")[0][0]) == ["bounce_rate"]
    assert report["period"] == "monthly"


async def test_monitor_competitive_position(app: Host) -> None:
    benchmarks = CompetitiveBenchmarks()
    analyzer = MetricAnalyzer()

    metrics = await analyzer.collect_current_metrics()
    report = await benchmarks.generate_competitive_report(metrics)
    await app.update_competitive_dashboards(report)
    if report["risk_areas"]:
        await app.handle_competitive_risks(report["risk_areas"])
    if report["action_items"]:
        await app.implement_competitive_improvements(report["action_items"])

    # 18.5 percent of the mails were opened, the average is 21.5; pages load in 1.7 s, leaders' in 2.0
    assert "open_rate" in titles(app.calls("handle_competitive_risks")[0][0])
    assert titles(app.calls("implement_competitive_improvements")[0][0]) == ["open_rate"]
    assert "page_load" in titles(report["competitive_position"]["leading_metrics"])


async def test_monitor_industry_position(app: Host) -> None:
    industry = CareWellnessBenchmarks()
    analyzer = MetricAnalyzer()

    metrics = await analyzer.collect_current_metrics()
    insights = await industry.generate_sector_insights(metrics)
    await app.update_sector_dashboards(insights)
    if insights["strategic_recommendations"]:
        await app.implement_sector_strategies(insights["strategic_recommendations"])

    # 72 percent are content with telehealth, the average is 80: that comes first
    strategies = app.calls("implement_sector_strategies")[0][0]
    assert titles(strategies)[0] == "satisfaction"
    assert [one["priority"] for one in strategies] == list(range(1, len(strategies) + 1))


async def test_monitor_home_care_performance(app: Host) -> None:
    home_care = HomeCareIndustryBenchmarks()
    analyzer = MetricAnalyzer()

    metrics = await analyzer.collect_current_metrics()
    insights = await home_care.generate_performance_insights(metrics)
    await app.update_performance_dashboards(insights)
    if insights["action_plan"]:
        await app.implement_improvement_strategies(insights["action_plan"])

    # 58 percent of the caregivers stay a year, the average is 65
    assert titles(app.calls("implement_improvement_strategies")[0][0]) == ["annual_retention"]
    assert insights["caregiver_insights"]["counts"]["lagging"] == 1


async def test_monitor_caregiver_quality(app: Host) -> None:
    quality = CaregiverQualityMetrics()
    analyzer = MetricAnalyzer()

    caregivers = await app.get_active_caregivers()
    for caregiver_id in caregivers:
        metrics = await analyzer.collect_caregiver_metrics(caregiver_id)
        analysis = await quality.analyze_caregiver_performance(caregiver_id, metrics)
        plan = await quality.generate_development_plan(caregiver_id, analysis)
        await app.update_caregiver_dashboards(caregiver_id, analysis, plan)
        if analysis["risk_factors"]:
            await app.handle_caregiver_risks(caregiver_id, analysis["risk_factors"])
        await app.implement_development_plan(caregiver_id, plan)

    dashboards = app.calls("update_caregiver_dashboards")
    assert [who for who, _, _ in dashboards] == caregivers
    assert len(caregivers) == 12
    assert {analysis["status"] for _, analysis, _ in dashboards} == {"completed"}
    seen = [titles([*a["strengths"], *a["improvement_areas"], *a["below_target"]]) for _, a, _ in dashboards]
    assert any("on_time_arrival" in each for each in seen)
    assert [plan["caregiver_id"] for _, plan in app.calls("implement_development_plan")] == caregivers


async def test_analyze_peer_comparisons(app: Host) -> None:
    peer_analytics = CaregiverPeerAnalytics()
    analyzer = MetricAnalyzer()

    caregivers = await app.get_active_caregivers()
    for caregiver_id in caregivers:
        details = await app.get_caregiver_details(caregiver_id)
        metrics = await analyzer.collect_caregiver_metrics(caregiver_id)
        analysis = await peer_analytics.analyze_peer_performance(
            caregiver_id, metrics, details["region_type"], details["experience_level"]
        )
        insights = await peer_analytics.generate_peer_insights(caregiver_id, analysis)
        await app.update_peer_dashboards(caregiver_id, analysis, insights)
        if insights["development_areas"]:
            await app.create_development_recommendations(
                caregiver_id, insights["development_areas"], insights["recommendations"]
            )
        if analysis["percentile_rankings"]["overall"] >= 90:
            await app.recognize_top_performer(caregiver_id, analysis, insights)

    dashboards = app.calls("update_peer_dashboards")
    assert [who for who, _, _ in dashboards] == caregivers
    for _, analysis, insights in dashboards:
        # the register knows each one's region and years: both groups were found, and a figure in each
        for name in ("regional_comparison", "experience_comparison"):
            assert analysis[name]["error"] is None
            assert analysis[name]["metrics"]
        assert insights["timestamp"].startswith("2026-03-02")


async def test_monitor_specialty_care(app: Host) -> None:
    specialty = SpecialtyCareAnalytics()
    analyzer = MetricAnalyzer()

    caregivers = await app.get_specialty_caregivers()
    for caregiver_id in caregivers:
        specialties = await app.get_caregiver_specialties(caregiver_id)
        for specialty_type in specialties:
            metrics = await analyzer.collect_specialty_metrics(caregiver_id, specialty_type)
            analysis = await specialty.analyze_specialty_performance(caregiver_id, specialty_type, metrics)
            insights = await specialty.generate_specialty_insights(caregiver_id, analysis)
            await app.update_specialty_dashboards(caregiver_id, specialty_type, analysis, insights)
            if insights["quality_improvements"]:
                await app.implement_quality_improvements(
                    caregiver_id, specialty_type, insights["quality_improvements"]
                )
            if insights["training_recommendations"]:
                await app.update_specialty_training(
                    caregiver_id, specialty_type, insights["training_recommendations"]
                )

    dashboards = app.calls("update_specialty_dashboards")
    assert {who for who, _, _, _ in dashboards} == set(caregivers)
    assert caregivers
    measured = {kind for _, kind, analysis, _ in dashboards if analysis["performance_metrics"]}
    assert measured == {"dementia_care", "wound_care"}  # the others have a register's entry and no figures
    assert {analysis["specialty"] for _, _, analysis, _ in dashboards} == {
        kind for _, kind, _, _ in dashboards
    }


async def test_monitor_interventions(app: Host) -> None:
    intervention = InterventionAnalytics()

    interventions = await app.get_active_interventions()
    for intervention_id in interventions:
        details = await app.get_intervention_details(intervention_id)
        evaluation = await intervention.evaluate_intervention(
            details["caregiver_id"],
            details["specialty_type"],
            details["intervention_type"],
            details["metrics"],
        )
        outcomes = await intervention.track_intervention_outcomes(
            details["caregiver_id"], details["specialty_type"], details
        )
        await app.update_intervention_dashboards(intervention_id, evaluation, outcomes)
        if evaluation["recommendations"]:
            await app.implement_intervention_adjustments(intervention_id, evaluation["recommendations"])
        if outcomes["quality_metrics"]["training_gaps"]:
            await app.schedule_intervention_training(
                details["caregiver_id"], outcomes["quality_metrics"]["training_gaps"]
            )

    dashboards = app.calls("update_intervention_dashboards")
    assert [one for one, _, _ in dashboards] == interventions
    assert {one.split("/", 1)[1] for one in interventions} == {
        "dementia_care/behavioral_interventions",
        "wound_care/treatment_protocols",
    }
    for _, evaluation, outcomes in dashboards:
        ((_, figure),) = evaluation["intervention_metrics"].items()
        assert figure["n"] % 10 == 0 or figure["n"] % 12 == 0  # 10 or 12 cases of each client
        assert len(outcomes["immediate_outcomes"]) == 1


async def test_monitor_client_outcomes(app: Host) -> None:
    tracker = ClientOutcomeTracker()
    first = {
        "physical": {"mobility_level": {"value": 5, "unit": "point"}},
        "goals": ["Walk to the shop again"],
        "preferences": {"time of visits": "in the morning"},
        "assessed_at": "2026-02-01T10:00:00+00:00",
    }
    profile = await tracker.initialize_client_tracking("cl-0001", first)
    assert profile["baseline_assessment"]["care_goals"] == ["Walk to the shop again"]
    await tracker.track_intervention_response(
        "cl-0001",
        "walking-aid",
        {
            "adherence_percent": 40,
            "comfort": {"value": 3, "most": 10},
            "responded_at": "2026-03-01T10:00:00+00:00",
        },
    )

    active_clients = await app.get_active_clients()
    for client_id in active_clients:
        interventions = await app.get_client_interventions(client_id)
        for intervention_id in interventions:
            response_data = await app.get_intervention_response(client_id, intervention_id)
            response_analysis = await tracker.track_intervention_response(
                client_id, intervention_id, response_data
            )
            progress = await tracker.analyze_client_progress(client_id)
            report = await tracker.generate_outcome_report(client_id)
            await app.update_client_dashboards(client_id, response_analysis, progress, report)
            if progress["care_plan_adjustments"]:
                await app.implement_care_plan_updates(client_id, progress["care_plan_adjustments"])
            if report["care_recommendations"]:
                await app.schedule_care_team_review(client_id, report["care_recommendations"])

    assert "cl-0001" in active_clients
    ((who, response, progress, report),) = app.calls("update_client_dashboards")
    assert (who, response["status"], response["intervention_id"]) == ("cl-0001", "completed", "walking-aid")
    assert response["adherence_level"]["percent"] == 40
    ((_, adjustments),) = app.calls("implement_care_plan_updates")
    assert {one["about"] for one in adjustments} >= {"walking-aid"}  # four in ten is far too seldom
    assert report["client_profile"]["location"] == "loc-01"
    assert {"overall_health_trends", "goal_achievement", "quality_of_life"} <= progress.keys()
    # the loop tracks the same response again, and it is kept once
    async with Workspace.open() as ws:
        assert await host.get_client_interventions(ws, "cl-0001") == ["walking-aid"]


@pytest.mark.parametrize("name", MONITORS)
async def test_each_monitor_runs_over_the_company_and_finds_the_same_twice(name: str) -> None:
    async with Workspace.open() as ws:
        first, second = [await run_round(MONITORS[name], ws, every_s=60.0) for _ in range(2)]
        open_todos = await find_todos(ws.store, monitor=name)
    assert isinstance(first, Ran)
    assert isinstance(second, Ran)
    assert (first.finished.state, second.finished.state) == ("completed", "completed")
    assert (second.changes.opened, second.changes.reopened, second.changes.cleared) == ([], [], [])
    assert {one.id for one in open_todos} == set(first.changes.opened)
    assert all(one.text for one in open_todos)

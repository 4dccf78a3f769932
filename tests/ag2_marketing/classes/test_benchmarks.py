"""The three benchmark classes answer with the specification's keys, whatever comes in."""

from __future__ import annotations

import inspect
import json
from typing import Any

import pytest

from ag2_marketing import (
    CareWellnessBenchmarks,
    CompetitiveBenchmarks,
    HomeCareIndustryBenchmarks,
    MetricAnalyzer,
    Settings,
    Workspace,
)

ANALYSES: dict[type[Any], tuple[str, set[str]]] = {
    CompetitiveBenchmarks: (
        "analyze_competitive_position",
        {"leading_metrics", "competitive_metrics", "lagging_metrics", "recommendations"},
    ),
    CareWellnessBenchmarks: (
        "analyze_industry_position",
        {"sector_leadership", "competitive_advantages", "improvement_areas", "market_opportunities"},
    ),
    HomeCareIndustryBenchmarks: (
        "analyze_market_position",
        {"quality_indicators", "caregiver_excellence", "market_presence", "improvement_priorities"},
    ),
}
REPORTS: dict[type[Any], tuple[str, set[str]]] = {
    CompetitiveBenchmarks: (
        "generate_competitive_report",
        {
            "timestamp",
            "competitive_position",
            "market_trends",
            "opportunity_gaps",
            "risk_areas",
            "action_items",
        },
    ),
    CareWellnessBenchmarks: (
        "generate_sector_insights",
        {
            "timestamp",
            "sector_position",
            "industry_trends",
            "growth_opportunities",
            "risk_factors",
            "strategic_recommendations",
        },
    ),
    HomeCareIndustryBenchmarks: (
        "generate_performance_insights",
        {
            "timestamp",
            "market_position",
            "quality_trends",
            "caregiver_insights",
            "local_market_analysis",
            "action_plan",
        },
    ),
}
CLASSES = list(ANALYSES)


def titles(entries: list[dict[str, Any]]) -> list[str]:
    return [entry["title"] for entry in entries]


@pytest.mark.parametrize("kind", CLASSES)
def test_a_class_is_made_without_arguments(
    kind: type[Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setenv("AG2_MARKETING_HOME", str(tmp_path))
    assert getattr(kind(), kind.table)


@pytest.mark.parametrize("kind", CLASSES)
@pytest.mark.parametrize("table", [ANALYSES, REPORTS])
async def test_every_documented_key_is_there_in_success_and_in_failure(
    kind: type[Any], table: dict[type[Any], tuple[str, set[str]]], ws: Workspace
) -> None:
    name, keys = table[kind]
    method = getattr(kind(workspace=ws), name)
    assert inspect.iscoroutinefunction(method)
    good, bad = await method({}), await method("no metrics")
    assert keys <= set(good)
    assert good["status"] == "completed"
    assert keys <= set(bad)
    assert bad["status"] == "error"
    assert "valid dictionary" in bad["error"]
    json.dumps([good, bad], allow_nan=False)


def test_levels_are_nested_as_the_specification_has_them(tmp_path: Any) -> None:
    settings = Settings(_env_file=None, home=tmp_path)
    competitive = CompetitiveBenchmarks(settings=settings).benchmarks
    assert list(competitive) == [
        "seo_benchmarks",
        "marketing_benchmarks",
        "technical_benchmarks",
        "business_benchmarks",
    ]
    assert competitive["seo_benchmarks"]["organic_visibility"]["our_targets"] == {
        "traffic_growth": 50,
        "keyword_rankings": 12,
    }
    wellness = CareWellnessBenchmarks(settings=settings).industry_benchmarks
    trends = wellness["market_specifics"]["wellness_trends"]
    assert trends["our_targets"]["preventive_care"]["risk_reduction"] == 45
    home_care = HomeCareIndustryBenchmarks(settings=settings).industry_benchmarks
    assert home_care["local_market"]["reputation_metrics"]["industry_average"]["online_rating"] == 4.2


async def test_competitive_metrics_are_put_into_the_specifications_lists(ws: Workspace) -> None:
    found = await CompetitiveBenchmarks(workspace=ws).analyze_competitive_position(
        {
            "marketing_benchmarks": {"email_marketing": {"open_rate": 29, "click_rate": 3, "conversion": 1}},
            "seo_benchmarks/organic_visibility/keyword_rankings": 40,
            "engagement_rte": 2,
        }
    )
    assert titles(found["leading_metrics"]) == ["Email open rate"]
    assert titles(found["competitive_metrics"]) == ["Email click rate"]
    assert titles(found["lagging_metrics"]) == ["Average keyword position", "Conversion rate, email"]
    assert len(found["unmeasured_metrics"]) == 18
    assert found["unknown_metrics"][0]["nearest"] == [
        "marketing_benchmarks/social_engagement/engagement_rate"
    ]
    assert {item["metric"] for item in found["recommendations"]} == {
        entry["metric"] for entry in found["lagging_metrics"]
    }


async def test_each_home_care_metric_is_in_its_own_category_once(ws: Workspace) -> None:
    found = await HomeCareIndustryBenchmarks(workspace=ws).analyze_market_position(
        {"care_request": 13, "annual_retention": 81, "online_rating": 4.3}
    )
    placed = {
        name: [(entry["title"], entry["position"]) for entry in found[name]]
        for name in ("quality_indicators", "caregiver_excellence", "market_presence")
    }
    assert placed == {
        "quality_indicators": [("Response time, care request", "lagging")],
        "caregiver_excellence": [("Annual caregiver retention", "leading")],
        "market_presence": [("Average online rating", "competitive")],
    }
    assert titles(found["improvement_priorities"]) == ["Response time, care request"]


async def test_a_figure_that_is_none_is_refused_and_the_others_are_compared(ws: Workspace) -> None:
    benchmarks = CompetitiveBenchmarks(workspace=ws)
    some = await benchmarks.analyze_competitive_position({"open_rate": 29, "click_rate": "3 %"})
    assert (some["status"], titles(some["leading_metrics"])) == ("partial", ["Email open rate"])
    assert "'3 %' is text" in some["error"]
    none = await benchmarks.analyze_competitive_position({"click_rate": float("nan")})
    assert none["status"] == "error"


async def test_a_failed_collection_fails_the_report_with_its_own_error(ws: Workspace) -> None:
    failed = {"status": "error", "error": "There are observations of 2 subjects."}
    report = await CompetitiveBenchmarks(workspace=ws).generate_competitive_report(failed)
    assert (report["status"], report["error"]) == ("error", "There are observations of 2 subjects.")


async def test_the_competitive_loop_runs_on_the_store(ws: Workspace) -> None:
    """`monitor_competitive_position` of the specification, once."""
    benchmarks, analyzer = CompetitiveBenchmarks(workspace=ws), MetricAnalyzer(workspace=ws)
    metrics = await analyzer.collect_current_metrics()
    report = await benchmarks.generate_competitive_report(metrics)
    # open rate 18.5 of 4,000 lags behind 21.5 percent; page load 1.75 s leads (2.0 s)
    assert titles(report["risk_areas"]) == [
        "Email open rate",
        "Page load time",
    ]  # the second leads, but gets slower
    assert titles(report["action_items"]) == ["Email open rate"]
    assert titles(report["competitive_position"]["leading_metrics"]) == ["Page load time"]
    assert titles(report["market_trends"]["improving"]) == ["Email open rate"]
    assert titles(report["market_trends"]["declining"]) == ["Page load time"]
    assert report["timestamp"] == "2026-03-02T09:00:00+00:00"


async def test_the_sector_loop_runs_on_the_store(ws: Workspace) -> None:
    """`monitor_industry_position` of the specification, once."""
    metrics = await MetricAnalyzer(workspace=ws).collect_current_metrics()
    insights = await CareWellnessBenchmarks(workspace=ws).generate_sector_insights(metrics)
    assert titles(insights["strategic_recommendations"]) == ["Client satisfaction with telehealth"]
    assert titles(insights["sector_position"]["sector_leadership"]) == ["Risk assessment in preventive care"]
    assert titles(insights["industry_trends"]["stable"]) == [
        "Client satisfaction with telehealth",
        "Risk assessment in preventive care",
    ]


async def test_the_home_care_loop_runs_on_the_store(ws: Workspace) -> None:
    """`monitor_home_care_performance` of the specification, once."""
    metrics = await MetricAnalyzer(workspace=ws).collect_current_metrics()
    insights = await HomeCareIndustryBenchmarks(workspace=ws).generate_performance_insights(metrics)
    assert titles(insights["action_plan"]) == ["Annual caregiver retention", "Complaint resolution time"]
    assert titles(insights["quality_trends"]["declining"]) == ["Complaint resolution time"]
    caregivers, market = insights["caregiver_insights"], insights["local_market_analysis"]
    assert caregivers["counts"] == {"leading": 0, "competitive": 0, "lagging": 1, "inconclusive": 0}
    assert titles(caregivers["gaps"]) == ["Annual caregiver retention"]
    assert titles(market["strengths"]) == ["Average online rating"]
    assert len(market["unmeasured"]) == 11


async def test_without_figures_the_stored_ones_of_a_location_are_compared(ws: Workspace) -> None:
    benchmarks = CompetitiveBenchmarks(workspace=ws, subject="nowhere", subject_kind="location")
    answer = await benchmarks.analyze_competitive_position()
    assert (answer["status"], answer["error"]) == ("error", "Nothing was observed of a location 'nowhere'.")
    found = await CompetitiveBenchmarks(workspace=ws).analyze_competitive_position()
    assert titles(found["lagging_metrics"]) == ["Email open rate"]

from __future__ import annotations

from ag2_marketing_tools.benchmarks import list_benchmarks, show_benchmark
from ag2_marketing_tools.workspace import Workspace

KEY = "CompetitiveBenchmarks/seo_benchmarks/content_performance/content_freshness"


async def test_a_metric_is_shown_by_its_key_and_by_words_of_it(workspace: Workspace) -> None:
    for meant in (KEY, "content freshness", "content_freshness"):
        found = await show_benchmark.run({"metric": meant}, workspace)
        assert found.benchmark is not None
        assert found.benchmark.key == KEY
        assert (found.benchmark.direction, found.benchmark.unit) == ("lower", "day")
        assert found.benchmark.levels == {"industry_average": 45, "market_leaders": 30, "our_targets": 25}


async def test_words_that_fit_several_metrics_are_not_guessed_at(workspace: Workspace) -> None:
    found = await show_benchmark.run({"metric": "documentation time"}, workspace)
    assert found.benchmark is None
    assert len(found.candidates) == 2
    assert found.reason == "Several metrics fit; name one of them."


async def test_a_misspelt_metric_names_the_nearest(workspace: Workspace) -> None:
    found = await show_benchmark.run({"metric": "content_frshness"}, workspace)
    assert found.benchmark is None
    assert KEY in found.candidates


async def test_metrics_are_listed_by_system_kind_and_words(workspace: Workspace) -> None:
    every = await list_benchmarks.run({"limit": 1000}, workspace)
    assert every.total == len(every.benchmarks) == 487
    some = await list_benchmarks.run({"system": "CompetitiveBenchmarks", "limit": 3}, workspace)
    assert (some.total, len(some.benchmarks)) == (22, 3)
    alerts = await list_benchmarks.run({"kind": "alert_threshold"}, workspace)
    assert {benchmark.system for benchmark in alerts.benchmarks} == {"EnhancedMonitoring"}
    found = await list_benchmarks.run(
        {"search": "satisfaction", "system": "CaregiverQualityMetrics"}, workspace
    )
    assert found.total
    assert all("satisfaction" in benchmark.key for benchmark in found.benchmarks)

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ag2_marketing_tools.benchmarks import list_benchmarks, show_benchmark
from ag2_marketing_tools.workspace import Workspace

KEY = "CompetitiveBenchmarks/seo_benchmarks/content_performance/content_freshness"
OWN = """
system = "Ours"

[[metric]]
path = "visits/kept"
title = "Visits kept {in time}"
unit = "percent"
direction = "higher"
levels = {industry_average = 90, our_targets = 98}
"""


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


async def test_a_metric_is_shown_by_its_title_in_english_and_in_the_readers_language(ws: Workspace) -> None:
    german = replace(ws, settings=ws.settings.model_copy(update={"language": "de"}))
    for meant in (
        "Time between content updates",
        "Zeit zwischen Aktualisierungen der Inhalte",
        "inhalte aktualisierungen",
    ):
        found = await show_benchmark.run({"metric": meant}, german)
        assert found.benchmark is not None
        assert found.benchmark.key == KEY
        assert found.benchmark.title == "Zeit zwischen Aktualisierungen der Inhalte"
    titled = await list_benchmarks.run({"search": "aktualisierungen inhalte"}, german)
    assert [benchmark.key for benchmark in titled.benchmarks] == [KEY]


async def test_a_title_that_others_begin_with_is_shown_all_the_same(ws: Workspace) -> None:
    found = await show_benchmark.run({"metric": "revenue per campaign"}, ws)
    assert found.benchmark is not None
    assert found.benchmark.key == "MarketingMetrics/revenue_metrics/revenue_per_campaign"


async def test_a_companys_own_title_is_shown_as_it_stands(ws: Workspace, tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(OWN, "utf-8")
    settings = ws.settings.model_copy(update={"language": "de", "benchmark_tables": tmp_path})
    found = await show_benchmark.run({"metric": "visits kept"}, replace(ws, settings=settings))
    assert found.benchmark is not None
    assert found.benchmark.title == "Visits kept {in time}"


async def test_a_metric_that_is_bound_to_a_way_of_measuring_is_shown_with_it(ws: Workspace) -> None:
    found = await show_benchmark.run({"metric": "BusinessMetrics/customer_success/satisfaction"}, ws)
    assert found.benchmark is not None
    assert (found.benchmark.unit, found.benchmark.unit_text) == (None, "NPS")

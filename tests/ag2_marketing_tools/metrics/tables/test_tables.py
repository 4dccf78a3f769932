from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.messages import languages, speaking
from ag2_marketing_tools.metrics.tables import built_in_tables, load_tables
from ag2_marketing_tools.metrics.units import require_unit

OWN = """
system = "CareWellnessBenchmarks"

[[metric]]
path = "care_quality/personalization/adaptation_rate"
title = "Adaptation rate"
unit = "percent"
direction = "higher"
levels = {industry_average = 50, our_targets = 70}
source = "own survey, 2026"
"""


@pytest.fixture
def index(shared_data: Path) -> list[dict[str, Any]]:
    """The published list of the specification's figures."""
    return json.loads((shared_data / "benchmarks_index.json").read_text("utf-8"))


@pytest.mark.parametrize("kind", ["benchmark", "kpi", "threshold", "alert_threshold", "template"])
def test_every_figure_of_the_specification_is_there_under_its_path(
    index: list[dict[str, Any]], kind: str
) -> None:
    tables, wanted = built_in_tables(), [entry for entry in index if entry["kind"] == kind]
    assert wanted
    for entry in wanted:
        metric = tables.metric("/".join([entry["system"], *entry["path"]]))
        levels = {**metric.levels, **dict.fromkeys(metric.unset)}
        assert (levels if kind != "template" else {"initial": metric.initial}) == entry["levels"]
        assert metric.direction == entry["direction"]
        for level, place in entry["source_paths"].items():
            assert list(metric.place_of(level)) == place


def test_nothing_else_is_there_and_units_mean_what_the_specification_says(
    index: list[dict[str, Any]],
) -> None:
    tables = built_in_tables()
    assert len(tables) == len(index) == 487
    for entry in index:
        metric = tables.metric("/".join([entry["system"], *entry["path"]]))
        if metric.unit_text is None and metric.unit is not None:
            assert require_unit(entry["unit"]).name == metric.unit
        else:
            assert metric.unit_text == entry["unit"]


def test_one_leaf_may_mean_different_things_so_metrics_are_keyed_by_their_path() -> None:
    tables = built_in_tables()
    near = tables.nearest("documentation time")
    assert {tables.metric(key).unit for key in near} == {"h", "percent"}


def test_no_two_metrics_of_a_system_share_a_title_in_any_language() -> None:
    tables = built_in_tables()
    for code in languages():
        with speaking(code):
            for system in tables.systems:
                titles = Counter(metric.spoken_title for metric in tables.of(system).values())
                assert [title for title, number in titles.items() if number > 1] == [], (code, system)


def test_a_title_is_short_and_told_without_the_jargon_of_its_path() -> None:
    for key, metric in built_in_tables().metrics.items():
        assert len(metric.title) <= 45, key
        assert not set(metric.title) & set("_{}"), key  # braces would be read as values of a sentence
        assert metric.title[0].isupper(), key


def test_a_table_is_given_nested_as_the_specification_writes_it() -> None:
    nested = built_in_tables().nested("CompetitiveBenchmarks", "benchmarks")
    assert nested["seo_benchmarks"]["content_performance"]["market_leaders"]["content_freshness"] == 30


def test_a_misspelt_metric_or_system_is_told_its_nearest() -> None:
    tables = built_in_tables()
    with pytest.raises(InvalidInput, match="timeliness/documentation_time"):
        tables.metric("CaregiverQualityMetrics/visit_compliance/documentaton_time")
    with pytest.raises(InvalidInput, match="BusinessMetrics"):
        tables.of("BusinesMetrics")


def test_a_companys_own_table_overrides_one_metric_and_leaves_the_rest(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(OWN, "utf-8")
    tables = load_tables(tmp_path)
    assert len(tables) == len(built_in_tables())
    own = tables.metric("CareWellnessBenchmarks/care_quality/personalization/adaptation_rate")
    assert own.levels["our_targets"] == 70
    assert own.source == "own survey, 2026"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("our_targets = 70", "our_targets = 40", "own.toml, line 4, care_quality/.*worse than"),
        ('unit = "percent"', 'unit = "furlongs"', "unit: 'furlongs' is no unit"),
        ('direction = "higher"', 'direction = "up"', "line 4, .*direction"),
        ("our_targets = 70", 'our_targets = "70"', "levels.our_targets"),
        ("our_targets = 70", "our_targets = nan", "levels.our_targets"),
        ("[[metric]]", "[[metrics]]", "expected `system` and"),
        ('system = "CareWellnessBenchmarks"', "", "`system` is missing"),
        ("levels = {industry_average = 50, our_targets = 70}", "", "no levels"),
        ("title", "titel", "title: Field required"),
        ('path = "care_quality', 'path = "../care_quality', "path"),
        ("levels = {", "levels = {{", "this is no TOML.*line"),
    ],
)
def test_a_table_that_cannot_be_used_is_told_with_file_line_and_key(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    assert old in OWN
    (tmp_path / "own.toml").write_text(OWN.replace(old, new, 1), "utf-8")
    with pytest.raises(InvalidInput, match=told) as refused:
        load_tables(tmp_path)
    assert "own.toml" in str(refused.value)


def test_a_path_that_is_given_twice_is_refused(tmp_path: Path) -> None:
    entry = OWN.partition("[[metric]]")[2]
    (tmp_path / "own.toml").write_text(f"{OWN}\n[[metric]]{entry}", "utf-8")
    with pytest.raises(InvalidInput, match=r"line 12: the path .* is given twice"):
        load_tables(tmp_path)


def test_a_missing_folder_and_a_file_that_is_no_text_are_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="no folder"):
        load_tables(tmp_path / "nowhere")
    (tmp_path / "own.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InvalidInput, match=r"own\.toml: it cannot be read"):
        load_tables(tmp_path)

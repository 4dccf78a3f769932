from __future__ import annotations

from pathlib import Path

import pytest
from command_line import Invoke

OWN = """
system = "Ours"

[[metric]]
path = "visits/kept"
title = "Visits kept"
unit = "percent"
direction = "higher"
levels = {industry_average = 90, our_targets = 98}
"""


def test_a_metric_is_looked_up_by_words_of_it(invoke: Invoke) -> None:
    done = invoke("benchmarks", "show", "content freshness")
    assert done.exit_code == 0
    assert "Time between content updates" in done.stdout
    assert "Industry average 45, Leaders 30, Our target 25" in done.stdout
    assert "lower is better" in done.stdout


def test_a_metric_is_looked_up_by_its_title_in_the_readers_language(
    invoke: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AG2_MARKETING_LANGUAGE", "de")
    for title in ("zeit zwischen aktualisierungen", "time between content updates", "content freshness"):
        done = invoke("benchmarks", "show", title)
        assert "Zeit zwischen Aktualisierungen der Inhalte" in done.stdout
        assert "Tage zwischen Aktualisierungen; niedriger ist besser" in done.stdout


def test_words_that_fit_several_name_them_all(invoke: Invoke) -> None:
    done = invoke("benchmarks", "show", "documentation time")
    assert done.exit_code == 2
    assert done.stderr.count("documentation_time") == 2


def test_the_list_says_how_many_it_leaves_out(invoke: Invoke) -> None:
    done = invoke("benchmarks", "list", "--system", "CompetitiveBenchmarks", "--limit", "2")
    assert done.exit_code == 0
    assert "And 20 further metrics" in done.stdout


def test_ones_own_tables_are_checked_before_they_are_used(invoke: Invoke, tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(OWN, "utf-8")
    done = invoke("benchmarks", "validate", str(tmp_path))
    assert done.exit_code == 0
    assert "1 metric can be used; 0 of them replace" in done.stdout
    (tmp_path / "own.toml").write_text(OWN.replace("98", "80"), "utf-8")
    done = invoke("benchmarks", "validate", str(tmp_path))
    assert done.exit_code == 2
    assert "own.toml, line 4, visits/kept" in done.stderr


def test_ones_own_tables_are_what_a_look_up_finds(
    invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "own.toml").write_text(OWN, "utf-8")
    monkeypatch.setenv("AG2_MARKETING_BENCHMARK_TABLES", str(tmp_path))
    done = invoke("benchmarks", "show", "visits kept")
    assert "Ours/visits/kept" in done.stdout

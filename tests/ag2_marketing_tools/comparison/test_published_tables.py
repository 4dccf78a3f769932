"""Every table of the specification can be compared with: its levels are in order, and its ends where they belong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ag2_marketing_tools.comparison import Measured, compare, scale_of


def _tables(shared_data: Path) -> list[dict[str, Any]]:
    entries = json.loads((shared_data / "benchmarks_index.json").read_text(encoding="utf-8"))
    numeric = [
        e
        for e in entries
        if any(isinstance(v, int | float) and not isinstance(v, bool) for v in e["levels"].values())
    ]
    return [e for e in numeric if e["direction"] in ("higher", "lower")]


def test_the_levels_of_every_table_are_in_order_and_a_figure_beyond_each_end_leads_or_lags(
    shared_data: Path,
) -> None:
    tables = _tables(shared_data)
    assert len(tables) > 250
    for table in tables:
        levels = {k: v for k, v in table["levels"].items() if isinstance(v, int | float)}
        scale = scale_of(levels, table["direction"])
        assert scale.floor is not None, table["path"]
        better = 1.0 if table["direction"] == "higher" else -1.0
        figures = sorted(levels.values())
        span = figures[-1] - figures[0] + 1.0
        best, worst = (figures[-1] + span, figures[0] - span)[:: int(better)]
        assert compare(Measured(best), levels, table["direction"], None).position == "leading", table["path"]
        assert compare(Measured(worst), levels, table["direction"], None).position == "lagging", table["path"]


def test_averages_are_read_as_the_50th_and_leaders_as_the_90th_percentile_and_nothing_else_is_assumed(
    shared_data: Path,
) -> None:
    for table in _tables(shared_data):
        found = {
            level.name: level.percentile for level in scale_of(table["levels"], table["direction"]).levels
        }
        for name in ("our_targets", "target", "5plus_years", "current", "success_threshold"):
            assert found.get(name) is None
        if {"industry_average", "market_leaders"} <= set(found):
            assert (found["industry_average"], found["market_leaders"]) == (50, 90)

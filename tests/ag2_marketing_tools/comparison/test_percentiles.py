"""Percentiles among peers, between the published levels."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from ag2_marketing_tools.comparison import Direction, Levels, Measured, compare

PEERS = {"top_10_percent": 95.0, "top_25_percent": 90.0, "median": 85.0}
INDUSTRY = {"industry_average": 18.0, "market_leaders": 12.0}


def percentile(value: float, levels: Levels, direction: Direction = "higher") -> float:
    found = compare(Measured(value), levels, direction, None).percentile
    assert found is not None
    return found


@pytest.mark.parametrize(("value", "expected"), [(85.0, 50.0), (90.0, 75.0), (95.0, 90.0)])
def test_at_a_level_it_is_the_levels_own(value: float, expected: float) -> None:
    assert percentile(value, PEERS) == pytest.approx(expected)


def test_two_levels_describe_a_normal_distribution() -> None:
    peers = stats.norm(18.0, 6.0 / stats.norm.ppf(0.9))
    for value in (8.0, 12.0, 15.0, 18.0, 22.0):
        assert percentile(value, INDUSTRY, "lower") == pytest.approx(100 * peers.sf(value))


def test_it_stays_between_nothing_and_a_hundred() -> None:
    assert percentile(-1e9, PEERS) == 0.1
    assert percentile(1e9, PEERS) == 99.9


@given(st.lists(st.floats(0.0, 200.0), min_size=2, max_size=2))
@settings(deadline=None, max_examples=100)
def test_it_never_falls_where_the_figure_gets_better(pair: list[float]) -> None:
    worse, better = sorted(pair)
    assert percentile(worse, PEERS) <= percentile(better, PEERS)
    assert percentile(better, INDUSTRY, "lower") <= percentile(worse, INDUSTRY, "lower")


@pytest.mark.parametrize(
    "levels",
    [
        {"our_targets": 90.0},
        {"industry_average": 80.0},
        {"industry_average": 80.0, "market_leaders": 80.0},
        {"5plus_years": 90.0, "3to5_years": 85.0},
    ],
)
def test_without_two_different_levels_of_known_percentile_there_is_none(levels: Levels) -> None:
    found = compare(Measured(85.0), levels, "higher", None)
    assert (found.percentile, found.percentile_note) == (None, None)


def test_the_note_says_what_is_assumed() -> None:
    note = compare(Measured(15.0), INDUSTRY, "lower", None).percentile_note or ""
    assert "industry_average as the 50th (assumed)" in note
    assert "market_leaders as the 90th (assumed)" in note
    assert "assumed" not in (compare(Measured(85.0), PEERS, "higher", None).percentile_note or "")


def test_the_interval_has_its_percentiles_too() -> None:
    found = compare(Measured(15.0, n=30, sd=6.0), INDUSTRY, "lower", None)
    assert found.percentile_interval is not None
    assert found.interval is not None
    low, high = found.percentile_interval
    assert low < (found.percentile or 0.0) < high
    assert low == pytest.approx(percentile(found.interval.upper or 0.0, INDUSTRY, "lower"))

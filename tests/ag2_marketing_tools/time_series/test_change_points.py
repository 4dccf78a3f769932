"""Lasting changes of level."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from made_series import NILE, daily, monthly, remembering, yearly
from scipy import stats

from ag2_marketing_tools.time_series import change_points
from ag2_marketing_tools.time_series.change_points import memory, pettitt


def test_the_nile_fell_after_1898() -> None:
    """Cobb (1978), Biometrika 65; Pettitt's test gives 1898 as the last year before, with p = 3.6e-7."""
    values = np.array(NILE, dtype=float)
    place, p = pettitt(values)
    assert (1871 + place, p) == (1899, pytest.approx(3.591e-7, rel=1e-3))
    found = change_points(yearly(values.tolist(), 1871)).found
    assert found is not None
    assert [one.time for one in found] == [date(1899, 1, 1)]
    assert found[0].before == float(np.median(NILE[:28]))
    assert found[0].change == float(np.median(NILE[28:]) - np.median(NILE[:28]))
    assert found[0].p_value < 1e-3


def test_pettitts_statistic_is_the_largest_mann_whitney_over_all_places() -> None:
    values = np.random.default_rng(6).standard_normal(30)
    n = len(values)
    largest = max(
        abs(2 * stats.mannwhitneyu(values[:t], values[t:]).statistic - t * (n - t)) for t in range(1, n)
    )
    _, p = pettitt(values)
    assert p == pytest.approx(min(1.0, 2 * np.exp(-6 * largest**2 / (n**3 + n**2))))


def test_two_planted_changes_are_found_where_they_were_planted() -> None:
    rng = np.random.default_rng(3)
    values = rng.normal(0, 1, 90)
    values[30:] += 5
    values[60:] -= 8
    found = change_points(daily(values.tolist())).found
    assert found is not None
    assert [(one.time - date(2026, 1, 1)).days for one in found] == [
        pytest.approx(30, abs=1),
        pytest.approx(60, abs=1),
    ]
    assert [round(one.change) for one in found] == [pytest.approx(5, abs=1), pytest.approx(-8, abs=1)]


@pytest.mark.parametrize("level", [0.0, 6.0])
def test_the_memory_of_noise_is_seen_through_changes_of_its_level(level: float) -> None:
    for r in (0.0, 0.5, 0.8):
        found = []
        for seed in range(20):
            values = remembering(np.random.default_rng(seed), 500, r)
            values[200:300] += level
            found.append(memory(values))
        assert float(np.mean(found)) == pytest.approx(r, abs=0.08)
    assert memory(np.ones(20)) == 0.0


def test_a_change_is_seen_through_a_season() -> None:
    rng = np.random.default_rng(3)
    values = 6 * np.sin(np.arange(60) * np.pi / 6) + rng.normal(0, 1, 60)
    values[36:] += 4
    found = change_points(monthly(values.tolist()))
    assert found.seasonal is True
    assert found.found is not None
    assert [one.time for one in found.found] == [date(2023, 1, 1)]


def test_a_steady_trend_is_no_change() -> None:
    rng = np.random.default_rng(3)
    assert change_points(daily((0.2 * np.arange(60) + rng.normal(0, 1, 60)).tolist())).found == ()


def test_values_that_never_change_have_none_and_few_values_are_insufficient() -> None:
    assert change_points(daily([5.0] * 30)).found == ()
    few = change_points(daily([1.0, 2.0, 9.0]))
    assert few.found is None
    assert "at least 10" in (few.reason or "")


@pytest.mark.parametrize(("memory", "most"), [(0.0, 0.05), (0.5, 0.07)])
def test_noise_that_remembers_passes_for_changes_hardly_more_often_than_stated(
    memory: float, most: float
) -> None:
    rng, runs = np.random.default_rng(21), 200
    false = (
        sum(bool(change_points(daily(remembering(rng, 50, memory).tolist())).found) for _ in range(runs))
        / runs
    )
    assert false <= most + 3 * np.sqrt(most * (1 - most) / runs)

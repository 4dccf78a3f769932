"""Seasons: found where they are, not where they are not, and not judged on less than two of them."""

from __future__ import annotations

import numpy as np
import pytest
from made_series import PASSENGERS, daily, monthly, remembering
from scipy import stats
from statsmodels.tsa.seasonal import STL

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.time_series import Series, grid_of, seasonality
from ag2_marketing_tools.time_series.seasonality import local_line, phases_differ, taken_apart

WEEK = [0.0, 1.0, 2.0, 3.0, 1.0, -3.0, -4.0]


def test_passengers_travel_by_the_season_and_its_figures_are_those_of_stl() -> None:
    values = [float(x) for x in PASSENGERS]
    found = seasonality(monthly(values, 1949))
    assert (found.seasonal, found.period, found.step) == (True, 12, "month")
    theirs = STL(values, period=12, robust=True).fit()
    effects = [float(np.mean(theirs.seasonal[i::12])) for i in range(12)]
    assert found.effects == pytest.approx(effects, abs=6.0)  # of a range of 70
    assert int(np.argmax(found.effects)) in (6, 7)
    assert found.strength == pytest.approx(
        1 - theirs.resid.var() / (theirs.seasonal + theirs.resid).var(), abs=0.1
    )


def test_a_planted_week_is_found_with_its_figures_through_noise_trend_and_holes() -> None:
    rng = np.random.default_rng(4)
    values: list[float | None] = [
        20 + 0.1 * i + WEEK[i % 7] + float(noise) for i, noise in enumerate(rng.normal(0, 0.5, 84))
    ]
    for hole in (5, 6, 30, 31, 32, 60):
        values[hole] = None
    found = seasonality(daily(values))
    assert found.seasonal is True
    assert found.effects == pytest.approx(WEEK, abs=0.5)
    assert sum(found.effects) == pytest.approx(0.0, abs=1e-9)


def test_the_parts_add_up_to_the_values() -> None:
    series = monthly([float(x) for x in PASSENGERS])
    grid = grid_of(series)
    assert grid is not None
    for season in (12, None):
        parts = taken_apart(series, grid, season)
        assert (parts.course + parts.season + parts.rest).tolist() == pytest.approx(list(series.values))


def test_a_straight_line_is_its_own_course() -> None:
    times = np.array([0.0, 1.0, 2.0, 4.0, 5.0, 9.0, 10.0, 11.0, 12.0])
    course, kept = local_line(times, 3.0 + 2.0 * times, 7)
    assert course.tolist() == pytest.approx((3.0 + 2.0 * times).tolist())
    assert 0.3 < kept < 1.0


def test_the_test_of_phases_is_scipys_kruskal() -> None:
    rng = np.random.default_rng(9)
    values = rng.integers(0, 9, 60).astype(float)
    phases = np.arange(60) % 6
    expected = stats.kruskal(*(values[phases == i] for i in range(6))).pvalue
    assert phases_differ(values, phases) == pytest.approx(expected)
    assert phases_differ(np.ones(60), phases) is None


@pytest.mark.parametrize(
    ("series", "why"),
    [
        (monthly([1.0] * 23), "needs 2 full ones"),
        (monthly([*(float(i) for i in range(13)), None, *([1.0] * 10)]), "at least 2"),
        (Series.of([], []), "equally spaced"),
        (
            Series.of([d for i, d in enumerate(daily([1.0] * 40).times) if i in (0, 2, 5, 9)], [1.0] * 4),
            "equally spaced",
        ),
    ],
)
def test_too_little_is_insufficient_and_says_of_what(series: Series, why: str) -> None:
    found = seasonality(series)
    assert found.seasonal is None
    assert why in (found.reason or "")
    assert "nsufficient" in (found.reason or "")


def test_an_impossible_period_is_refused() -> None:
    with pytest.raises(InvalidInput, match="season of 1"):
        seasonality(daily([1.0, 2.0]), period=1)


@pytest.mark.parametrize("memory", [0.0, 0.3])
def test_noise_passes_for_a_season_hardly_more_often_than_stated(memory: float) -> None:
    rng, runs = np.random.default_rng(12), 150
    found = sum(
        bool(seasonality(monthly(remembering(rng, 60, memory).tolist())).seasonal) for _ in range(runs)
    )
    assert found / runs <= 0.01 + 3 * np.sqrt(0.01 * 0.99 / runs)

"""Values that stand out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_series import daily, monthly

from ag2_marketing_tools.time_series import anomalies
from ag2_marketing_tools.time_series.anomalies import modified_z


def test_modified_z_scores_are_those_of_the_definition() -> None:
    """By hand: median 3, absolute deviations 2 1 0 1 97 with median 1, so 0.6745 times the distance."""
    assert modified_z(np.array([1.0, 2.0, 3.0, 4.0, 100.0])).tolist() == pytest.approx(
        [-1.349, -0.6745, 0.0, 0.6745, 65.4265]
    )


def test_where_most_values_are_alike_the_mean_deviation_is_taken() -> None:
    """By hand: MAD 0; mean absolute deviation 10 / 5 = 2; 10 / (1.253314 * 2)."""
    assert modified_z(np.array([5.0, 5.0, 5.0, 5.0, 15.0]))[4] == pytest.approx(10 / (1.253314 * 2))
    assert modified_z(np.array([5.0] * 5)).tolist() == [0.0] * 5


def test_planted_outliers_are_found_and_nothing_else() -> None:
    rng = np.random.default_rng(14)
    values = 50 + rng.normal(0, 1, 120)
    values[[20, 77]] += [12.0, -9.0]
    found = anomalies(daily(values.tolist()), period=None).found
    assert found is not None
    assert [(one.time.day, one.time.month, one.score > 0) for one in found] == [(21, 1, True), (19, 3, False)]
    assert found[0].expected == pytest.approx(50.0, abs=1.5)


def test_a_high_value_in_its_high_season_is_none_and_one_in_the_low_season_is() -> None:
    rng = np.random.default_rng(15)
    season = 10 * np.sin(np.arange(60) * np.pi / 6)
    values = 50 + season + rng.normal(0, 0.7, 60)
    values[45] += 10  # a summer's figure in October
    found = anomalies(monthly(values.tolist()))
    assert found.seasonal is True
    assert found.found is not None
    assert [one.time.isoformat() for one in found.found] == ["2023-10-01"]
    assert "season" in found.method


def test_a_trend_and_a_lasting_change_are_no_anomalies() -> None:
    rng = np.random.default_rng(16)
    rising = np.arange(80.0) + rng.normal(0, 1, 80)
    assert anomalies(daily(rising.tolist())).found == ()


def test_values_that_never_change_have_none_and_few_values_are_insufficient() -> None:
    assert anomalies(daily([5.0] * 30)).found == ()
    few = anomalies(daily([1.0, 2.0, 900.0]))
    assert few.found is None
    assert "at least 10" in (few.reason or "")


def test_of_even_noise_few_values_stand_out() -> None:
    rng = np.random.default_rng(17)
    counts = [len(anomalies(daily(rng.standard_normal(60).tolist())).found or ()) for _ in range(60)]
    assert sum(counts) / (60 * 60) < 0.005


@given(st.integers(0, 1000), st.sampled_from([0.01, 100.0, -1.0]))
@settings(deadline=None, max_examples=25)
def test_scaling_units_changes_nothing(seed: int, factor: float) -> None:
    values = np.random.default_rng(seed).standard_cauchy(40)
    series = daily(values.tolist())
    one, other = anomalies(series).found, anomalies(series.scaled(factor)).found
    assert one is not None
    assert other is not None
    assert [a.time for a in one] == [a.time for a in other]
    assert [abs(a.score) for a in one] == pytest.approx([abs(a.score) for a in other])

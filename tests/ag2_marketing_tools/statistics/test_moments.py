"""Moments from sums: merging is pooling, shifting costs nothing, lost digits are refused."""

from __future__ import annotations

import math
import statistics

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.statistics.moments import JointMoments, Moments

VALUES = st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=30)
quick = settings(deadline=None, max_examples=60)


def _sums(values: list[float], shift: float = 0.0) -> Moments:
    gaps = [value - shift for value in values]
    return Moments.from_sums(len(values), math.fsum(gaps), math.fsum(gap * gap for gap in gaps), shift=shift)


@given(VALUES, VALUES)
@quick
def test_merging_two_groups_equals_pooling_their_values(a: list[float], b: list[float]) -> None:
    merged, pooled = Moments.of(a).merge(Moments.of(b)), Moments.of(a + b)
    assert merged.count == pooled.count
    assert merged.mean == pytest.approx(pooled.mean, rel=1e-12, abs=1e-9)
    assert merged.squares == pytest.approx(pooled.squares, rel=1e-9, abs=1e-6)


@given(VALUES, VALUES)
@quick
def test_merging_joint_groups_equals_pooling_their_values(a: list[float], b: list[float]) -> None:
    size = min(len(a), len(b)) // 2 * 2
    x, y = a[:size], b[:size]
    half = size // 2
    merged = JointMoments.of(x[:half], y[:half]).merge(JointMoments.of(x[half:], y[half:]))
    pooled = JointMoments.of(x, y)
    assert merged.products[0][1] == pytest.approx(pooled.products[0][1], rel=1e-9, abs=1e-3)
    assert merged.products[0][1] == merged.products[1][0]


def test_variance_and_covariance_are_those_of_the_standard_library() -> None:
    x, y = [1.0, 2.5, 4.0, 7.0], [3.0, 1.0, 8.0, 2.0]
    joint = JointMoments.of(x, y)
    assert joint.variable(0).variance == pytest.approx(statistics.variance(x))
    assert joint.covariance((1.0, 0.0), (0.0, 1.0)) == pytest.approx(statistics.covariance(x, y))
    combined = joint.linear((2.0, -1.0))
    assert combined.variance == pytest.approx(
        statistics.variance(2 * a - b for a, b in zip(x, y, strict=True))
    )


def test_a_shift_near_the_mean_keeps_the_variance_of_large_values() -> None:
    values = [1.7e9 + offset for offset in (0.0, 1.0, 2.0, 3.0)]
    assert _sums(values, shift=1.7e9).variance == pytest.approx(5.0 / 3.0, rel=1e-12)


def test_sums_that_lost_the_spread_are_refused_rather_than_guessed() -> None:
    with pytest.raises(InvalidInput, match="shift near the mean"):
        _sums([1.7e9 + 0.3 + 1000.0 * step for step in range(4)])


def test_whole_numbers_are_reckoned_exactly_without_a_shift() -> None:
    values = [1_700_000_000_000 + offset for offset in (0, 1, 2, 3)]
    moments = Moments.from_sums(4, sum(values), sum(value * value for value in values))
    assert moments.variance == pytest.approx(5.0 / 3.0, rel=1e-15)


def test_equal_values_have_no_spread() -> None:
    assert _sums([0.25] * 8).variance == 0.0
    assert _sums([0.1] * 1000, shift=0.1000000000000001).variance == 0.0


@pytest.mark.parametrize("units", [0, 1])
def test_below_two_units_there_is_no_variance(units: int) -> None:
    assert Moments.of([3.0] * units).variance is None
    assert JointMoments.of([3.0] * units, [1.0] * units).covariance((1.0, 0.0), (0.0, 1.0)) is None


@pytest.mark.parametrize(
    ("count", "total", "squares"),
    [(-1, 0.0, 0.0), (0, 1.0, 1.0), (2, 10.0, 1.0), (2, 1.0, -1.0), (2, math.nan, 1.0), (2, 1.0, math.inf)],
)
def test_sums_that_no_values_have_are_refused(count: int, total: float, squares: float) -> None:
    with pytest.raises(InvalidInput):
        Moments.from_sums(count, total, squares)


def test_a_product_beyond_what_the_squares_allow_is_refused() -> None:
    with pytest.raises(InvalidInput, match="sums of squares allow"):
        JointMoments.from_sums(3, (0.0, 0.0), ((1.0,), (5.0, 1.0)))


def test_variables_of_different_length_are_refused() -> None:
    with pytest.raises(InvalidInput, match="same number"):
        JointMoments.of([1.0, 2.0], [1.0])

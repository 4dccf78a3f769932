"""Whole tables: the same answers as one by one, corrected as the lists of p-values are."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ag2_marketing_tools.comparison import Measured, Metric, adjusted, compare, compare_many
from ag2_marketing_tools.comparison.many import adjusted_rows
from ag2_marketing_tools.errors import InvalidInput, NotFound
from ag2_marketing_tools.statistics.multiplicity import benjamini_hochberg, holm

METRICS = [
    Metric(
        "satisfaction",
        {"industry_average": 82.0, "market_leaders": 88.0, "our_targets": 92.0},
        "higher",
        "percent",
    ),
    Metric("readmission", {"industry_average": 18.0, "market_leaders": 12.0}, "lower", "percent", "ratio"),
    Metric("response", {"industry_average": 4.0, "market_leaders": 2.0}, "lower", "hours", "minutes"),
    Metric("hours", {"target": 40.0}, "target", tolerance=2.0),
    Metric("events", {"current": 10.0}, "none"),
    Metric("rating", {"median": 3.0, "top_25_percent": 4.0, "top_10_percent": 4.5}, "higher"),
    Metric("empty", {"target": None}, "higher"),
]


def some_table() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(11)
    n = rng.integers(1, 300, size=(60, len(METRICS))).astype(float)
    values = np.column_stack(
        [
            np.round(rng.beta(17, 3, 60) * n[:, 0]) / n[:, 0] * 100,
            np.round(rng.beta(3, 17, 60) * n[:, 1]) / n[:, 1],
            rng.gamma(4.0, 45.0, 60),
            rng.normal(40, 4, 60),
            rng.poisson(12, 60),
            rng.uniform(2, 5, 60),
            rng.uniform(0, 1, 60),
        ]
    )
    sd = np.full(values.shape, np.nan)
    sd[:, 2:] = rng.uniform(0.0, 30.0, size=(60, len(METRICS) - 2))
    sd[::7, :] = np.nan
    sd[::5, 3] = 0.0
    values[rng.random(values.shape) < 0.1] = np.nan
    n[rng.random(n.shape) < 0.2] = np.nan
    return values, n, sd


def test_each_place_is_what_comparing_it_alone_gives() -> None:
    values, n, sd = some_table()
    table = compare_many(values, [_certain(m) for m in METRICS], n=n, sd=sd, correction=None)
    seen = set()
    for row, column in np.ndindex(values.shape):
        metric = METRICS[column]
        alone = compare(
            Measured(
                None if np.isnan(values[row, column]) else values[row, column],
                None if np.isnan(n[row, column]) else int(n[row, column]),
                None if np.isnan(sd[row, column]) else sd[row, column],
                metric.value_unit,
            ),
            metric.levels,
            metric.direction,
            metric.unit,
            tolerance=metric.tolerance,
            unit_certain=True,
        )
        seen.add((alone.position, alone.method))
        assert table.position(row, metric.name) == alone.position
        assert _number(table.p_values[row, column]) == pytest.approx(alone.p_value)
        assert _number(table.percentiles[row, column]) == pytest.approx(alone.percentile)
        if alone.interval is not None and metric.name not in ("events", "empty"):
            assert table.lower[row, column] == pytest.approx(alone.interval.lower)
            assert table.upper[row, column] == pytest.approx(alone.interval.upper)
        gap = alone.gap_to("industry_average")
        if gap is not None:
            assert table.gaps("industry_average")[row, column] == pytest.approx(gap.gap)
    assert {position for position, _ in seen} == {
        "leading",
        "competitive",
        "lagging",
        "inconclusive",
        "unmeasured",
    }
    assert len({method for _, method in seen}) >= 3


def _certain(metric: Metric) -> Metric:
    return Metric(
        metric.name,
        metric.levels,
        metric.direction,
        metric.unit,
        metric.value_unit,
        metric.share,
        metric.tolerance,
        True,
    )


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


@given(arrays(float, (4, 6), elements=st.one_of(st.just(math.nan), st.floats(0.0, 1.0))))
@settings(deadline=None, max_examples=100)
def test_rows_are_corrected_as_lists_are(p: np.ndarray) -> None:
    for name, one in (("benjamini-hochberg", benjamini_hochberg), ("holm", holm)):
        expected = [one([_number(x) for x in row]) for row in p]
        found = [[_number(x) for x in row] for row in adjusted_rows(p, name)]
        assert found == [[None if x is None else pytest.approx(x) for x in row] for row in expected]
        whole = one([_number(x) for x in p.ravel()])
        assert [_number(x) for x in adjusted_rows(p, name, together=True).ravel()] == [
            None if x is None else pytest.approx(x) for x in whole
        ]


def test_a_subjects_metrics_are_corrected_together() -> None:
    levels = {"industry_average": 82.0, "market_leaders": 88.0}
    metrics = [Metric(str(i), levels, "higher", "percent") for i in range(4)]
    values, n = np.array([[92.0, 88.1, 88.1, 88.1]]), np.array([[370, 50, 50, 50]])
    table = compare_many(values, metrics, n=n)
    alone = adjusted(
        [
            compare(Measured(v, n=int(k)), levels, "higher", "percent")
            for v, k in zip(values[0], n[0], strict=True)
        ]
    )
    assert [table.position(0, m.name) for m in metrics] == [one.position for one in alone]
    assert compare_many(values, metrics, n=n, correction=None).position(0, "0") == "leading"


def test_what_is_not_measured_is_listed_and_stays_empty() -> None:
    values = np.array([[90.0, math.nan], [math.nan, math.nan]])
    table = compare_many(values, METRICS[:2])
    assert table.unmeasured(0) == ("readmission",)
    assert table.unmeasured(1) == ("satisfaction", "readmission")
    assert table.named(0, "leading") == ("satisfaction",)
    assert table.counts("unmeasured") == {"satisfaction": 1, "readmission": 2}
    for figures in (table.values, table.percentiles, table.lower, table.gaps("industry_average")):
        assert np.isnan(figures[1]).all()


def test_a_metric_that_is_not_there_is_said() -> None:
    with pytest.raises(NotFound, match="nothing"):
        compare_many(np.array([[90.0]]), METRICS[:1]).position(0, "nothing")


@pytest.mark.parametrize(
    ("values", "n", "sd", "message"),
    [
        ([[90.0, 1.0]], None, None, "shape"),
        ([[math.inf]], None, None, "infinite"),
        ([[90.0]], [[-3.0]], None, "negative"),
        ([[90.0]], [[0.0]], None, "0 units"),
        ([[90.0]], [[2.5]], None, "number of units"),
        ([[90.0]], [[5.0]], [[-1.0]], "negative"),
        ([[0.87]], [[5.0]], None, "87 %"),
    ],
)
def test_impossible_tables_are_refused(
    values: list[list[float]], n: list[list[float]] | None, sd: list[list[float]] | None, message: str
) -> None:
    with pytest.raises(InvalidInput, match=message):
        compare_many(np.array(values), METRICS[:1], n=n, sd=sd)
    with pytest.raises(InvalidInput, match="Correction"):
        compare_many(np.array([[90.0]]), METRICS[:1], correction="hope")

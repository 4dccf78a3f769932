"""Sums as they come from broken or odd data: an answer with reasons, or an error that names the fault; never NaN."""

from __future__ import annotations

import json
from typing import Any

import pytest
from experiment_sums import (
    AFTER,
    DURING,
    START,
    custom,
    experiment,
    exposures,
    mean,
    metric,
    share,
    sums,
    values,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.experiments.analysis.analyze import analyze
from ag2_marketing_tools.experiments.analysis.partial import partial_results
from ag2_marketing_tools.experiments.analysis.status import status_of
from ag2_marketing_tools.experiments.analysis.words import texts
from ag2_marketing_tools.experiments.suffstats.model import Cell, QuantileSums
from ag2_marketing_tools.statistics.moments import JointMoments

MOMENTS = [
    ("fixed", AFTER),
    ("always_valid", DURING),
    ("group_sequential", DURING),
    ("group_sequential", AFTER),
]
HOSTILE_SHARES = [
    ((0, 10), (0, 10)),
    ((10, 10), (10, 10)),
    ((0, 1), (1, 1)),
    ((0, 500), (500, 500)),
    ((1, 1), (0, 10**9)),
]
HOSTILE_MEANS = [
    ((1, 3.0, 0.0), (1, 4.0, 0.0)),
    ((100, 3.0, 0.0), (100, 3.0, 0.0)),
    ((100, 3.0, 0.0), (100, 4.0, 0.0)),
    ((100, 1e15, 1.0), (100, 1e15, 1.0)),
    ((100, 1e150, 1e140), (100, 1.1e150, 1e140)),
    ((100, 0.0, 1e-300), (100, 1e-300, 1e-300)),
    ((2, -1e9, 1.0), (10**9, 1e9, 1e3)),
]


def finite(model: Any) -> None:
    json.dumps(model.model_dump(mode="json"), allow_nan=False)


@pytest.mark.parametrize(("monitoring", "now"), MOMENTS)
@pytest.mark.parametrize("pairs", HOSTILE_SHARES)
def test_shares_at_the_ends_of_the_scale(pairs: Any, monitoring: Any, now: Any) -> None:
    users = [pair[1] for pair in pairs]
    test = experiment(weights=[number / sum(users) for number in users], monitoring=monitoring)

    found = analyze(
        test, sums([share(name, *pair) for name, pair in zip(("control", "b"), pairs, strict=True)]), now=now
    )

    finite(found)
    answer = found.metrics["conversion_rate"].comparisons[0]
    assert answer.p_value is not None or answer.reason is not None
    assert answer.relative.lift is not None or answer.relative.reason is not None


@pytest.mark.parametrize(("monitoring", "now"), MOMENTS)
@pytest.mark.parametrize("arms", HOSTILE_MEANS)
def test_means_that_do_not_vary_or_are_huge(arms: Any, monitoring: Any, now: Any) -> None:
    test = experiment(custom("spent", "continuous"), monitoring=monitoring)

    found = analyze(
        test,
        sums([mean(name, *arm, name="spent") for name, arm in zip(("control", "b"), arms, strict=True)]),
        now=now,
    )

    finite(found)
    answer = found.metrics["spent"].comparisons[0]
    assert answer.p_value is not None or answer.reason is not None
    if answer.p_value is None:
        assert not answer.significant
        assert answer.verdict == "unclear"


def test_a_difference_without_spread_wins_nothing() -> None:
    test = experiment(custom("spent", "continuous"))

    found = analyze(
        test,
        sums([mean("control", 100, 3.0, 0.0, name="spent"), mean("b", 100, 4.0, 0.0, name="spent")]),
        now=AFTER,
    )

    assert found.winning_variant is None
    assert found.metrics["spent"].comparisons[0].p_value is None
    assert "do not vary" in (found.metrics["spent"].comparisons[0].reason or "")


def test_a_ratio_without_a_denominator_has_no_value() -> None:
    test = experiment(custom("per_visit", "ratio"))
    nothing = [0.0] * 5

    found = analyze(
        test,
        sums(
            [
                values("control", nothing, nothing, name="per_visit"),
                values("b", [1.0] * 5, [1.0] * 5, name="per_visit"),
            ]
        ),
        now=AFTER,
    )

    assert found.metrics["per_visit"].variants[0].value is None
    assert found.metrics["per_visit"].variants[0].reason is not None
    finite(found)


def test_a_metric_without_cells_is_shown_with_its_reason() -> None:
    test = experiment(metric("conversion_rate"), metric("revenue_per_user"))

    found = analyze(test, sums([share("control", 10, 100), share("b", 12, 100)]), now=AFTER)

    assert found.metrics["revenue_per_user"].variants[0].value is None
    assert found.metrics["revenue_per_user"].comparisons[0].reason is not None


def quantile_cell(
    variant: str, users: int, value: float | None, *, low: float | None, high: float | None
) -> Cell:
    below = JointMoments.of([1.0, 0.0] * (users // 2), [1.0] * (users // 2 * 2))
    return Cell(
        variant_id=variant,
        metric="load_time",
        users=users,
        active=users,
        joint=None,
        quantile=QuantileSums(
            value=value,
            values=users if value is not None else 0,
            below=below,
            density_low=low,
            density_high=high,
            rank_low=0.45,
            rank_high=0.55,
        ),
    )


def test_a_quantile_has_the_error_of_the_share_below_it_over_the_density_there() -> None:
    """Half of 400 users lie below: the share's error is sqrt(0.25 / 399); 20 units per 0.1 of the ranks."""
    test = experiment(custom("load_time", "quantile", direction="lower"))
    cells = [
        quantile_cell("control", 400, 500.0, low=490.0, high=510.0),
        quantile_cell("b", 400, 480.0, low=470.0, high=490.0),
    ]

    answer = analyze(test, sums(cells), now=AFTER).metrics["load_time"].comparisons[0]

    error = (0.25 / 399) ** 0.5 * 200.0 * 2**0.5
    assert answer.absolute.standard_error == pytest.approx(error)
    assert answer.absolute.difference == -20.0
    assert answer.improvement == pytest.approx(0.04)


@pytest.mark.parametrize(
    ("value", "low", "high"), [(None, None, None), (500.0, None, None), (500.0, 500.0, 500.0)]
)
def test_a_quantile_of_nothing_or_of_equal_values_has_a_reason(value: Any, low: Any, high: Any) -> None:
    test = experiment(custom("load_time", "quantile"))
    cells = [quantile_cell(name, 10, value, low=low, high=high) for name in ("control", "b")]

    found = analyze(test, sums(cells), now=AFTER)

    answer = found.metrics["load_time"].comparisons[0]
    assert answer.p_value is None
    assert answer.reason is not None
    finite(found)


@pytest.mark.parametrize(
    ("cells", "shown", "said"),
    [
        ([share("zz", 1, 2)], exposures({"zz": 2}), "variant 'zz'"),
        ([share("control", 1, 2)], exposures({"control": 2}, phase=7), "phase 7"),
        ([share("control", 1, 2), share("control", 1, 2)], exposures({"control": 2}), "twice"),
    ],
)
def test_sums_that_contradict_the_test_are_refused_by_name(cells: Any, shown: Any, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        analyze(experiment(), sums(cells, shown=shown), now=AFTER)


def test_sums_over_another_number_of_users_are_refused() -> None:
    broken = Cell(
        variant_id="b", metric="conversion_rate", users=5, active=1, joint=JointMoments.of([1.0, 0.0])
    )

    with pytest.raises(InvalidInput, match="another number of users"):
        analyze(experiment(), sums([share("control", 1, 2), broken]), now=AFTER)


def test_metrics_over_fewer_users_than_were_assigned_are_warned_of() -> None:
    data = sums([share("control", 10, 100), share("b", 12, 90)], shown=exposures({"control": 100, "b": 100}))

    found = analyze(experiment(), data, now=AFTER)

    assert "users_disagree" in {concern.code for concern in found.concerns}


def test_a_partial_result_and_a_status_of_nobody_say_so() -> None:
    nobody = sums([], shown=[])

    partial = partial_results(experiment(), nobody, now=START)
    status = status_of(experiment(), nobody, now=START)

    assert partial.metrics["conversion_rate"].variants[0].value is None
    assert partial.sample_ratio_mismatch is None
    assert status.daily_traffic is None
    assert status.daily_traffic_reason == "Nobody has been assigned a variant yet."
    assert status.progress_percent == 0.0
    assert status.days_left is None


REASONS_SEEN = settings(deadline=None, max_examples=40)


@given(
    pairs=st.tuples(
        *[st.integers(0, 12).flatmap(lambda users: st.tuples(st.integers(0, users), st.just(users)))] * 2
    ),
    arms=st.tuples(
        *[st.tuples(st.integers(1, 4), st.sampled_from([0.0, 1.0]), st.sampled_from([0.0, 2.0]))] * 2
    ),
)
@REASONS_SEEN
def test_every_reason_that_the_statistics_give_is_said_in_the_readers_language(pairs: Any, arms: Any) -> None:
    test = experiment(metric("conversion_rate"), custom("spent", "continuous"))
    cells = [share(name, *pair) for name, pair in zip(("control", "b"), pairs, strict=True)]
    cells += [mean(name, *arm, name="spent") for name, arm in zip(("control", "b"), arms, strict=True)]

    partial = partial_results(test, sums(cells), now=DURING)

    for result in partial.metrics.values():
        reasons = [answer.absolute.reason for answer in result.comparisons]
        reasons += [answer.relative.reason for answer in result.comparisons]
        reasons += [value.reason for value in result.variants]
        for reason in filter(None, reasons):
            assert all(part + "." in texts() for part in reason.rstrip(".").split(". ")), reason

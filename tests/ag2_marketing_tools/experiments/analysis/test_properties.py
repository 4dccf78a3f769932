"""What must hold for any data: symmetry, scale, order, and that both scales tell one story."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from experiment_sums import AFTER, DURING, custom, experiment, mean, share, sums
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ag2_marketing_tools.experiments.analysis.analyze import analyze
from ag2_marketing_tools.experiments.analysis.model import Analysis, Comparison
from ag2_marketing_tools.experiments.model import Experiment

quick = settings(deadline=None, max_examples=15)
READINGS = [
    ("fixed", AFTER),
    ("always_valid", DURING),
    ("group_sequential", DURING),
    ("group_sequential", AFTER),
]
counts = st.integers(2, 3_000).flatmap(lambda users: st.tuples(st.integers(0, users), st.just(users)))
means = st.tuples(st.integers(2, 5_000), st.floats(-50, 50), st.floats(0.1, 30))


def shares(pairs: Any, names: list[str]) -> Any:
    return sums([share(name, *pair) for name, pair in zip(names, pairs, strict=True)])


def one(found: Analysis, variant: str = "b") -> Comparison:
    metric = next(iter(found.metrics.values()))
    return next(answer for answer in metric.comparisons if answer.variant_id == variant)


def weighted(pairs: Any, **values: Any) -> Experiment:
    """A test whose weights are the users' own shares, so that the sample ratio never speaks."""
    total = sum(pair[1] for pair in pairs)
    return experiment(weights=[pair[1] / total for pair in pairs], **values)


def close(first: float | None, second: float | None, *, rel: float = 1e-6, abs_: float = 1e-12) -> bool:
    if first is None or second is None:
        return first is second
    return first == pytest.approx(second, rel=rel, abs=abs_)


def excludes_zero(low: float | None, high: float | None) -> bool | None:
    if low is None and high is None:
        return None
    return (low is not None and low > 0.0) or (high is not None and high < 0.0)


@pytest.mark.parametrize(("monitoring", "now"), READINGS)
@given(pairs=st.tuples(counts, counts, counts))
@quick
def test_intervals_on_both_scales_agree_with_the_decision_on_shares(
    pairs: Any, monitoring: Any, now: Any
) -> None:
    found = analyze(weighted(pairs, monitoring=monitoring), shares(pairs, ["control", "b", "c"]), now=now)

    for answer in next(iter(found.metrics.values())).comparisons:
        for low, high in (
            (answer.absolute.low, answer.absolute.high),
            (answer.relative.low, answer.relative.high),
        ):
            assert excludes_zero(low, high) in {None, answer.significant}


@pytest.mark.parametrize(("monitoring", "now"), READINGS)
@given(arms=st.tuples(means, means))
@quick
def test_intervals_on_both_scales_agree_with_the_decision_on_means(
    arms: Any, monitoring: Any, now: Any
) -> None:
    test = experiment(custom("spent", "continuous"), monitoring=monitoring)
    cells = [mean(name, *arm, name="spent") for name, arm in zip(("control", "b"), arms, strict=True)]

    answer = one(analyze(test, sums(cells), now=now))

    assert excludes_zero(answer.absolute.low, answer.absolute.high) in {None, answer.significant}
    assert excludes_zero(answer.relative.low, answer.relative.high) in {None, answer.significant}


@pytest.mark.parametrize(("monitoring", "now"), READINGS)
@given(pairs=st.tuples(counts, counts))
@quick
def test_arms_that_change_places_mirror_the_difference_and_keep_the_winner(
    pairs: Any, monitoring: Any, now: Any
) -> None:
    first = analyze(weighted(pairs, monitoring=monitoring), shares(pairs, ["control", "b"]), now=now)
    turned = pairs[::-1]
    second = analyze(weighted(turned, monitoring=monitoring), shares(turned, ["control", "b"]), now=now)

    here, there = one(first), one(second)
    assert close(here.p_value, there.p_value)
    assert here.absolute.difference == pytest.approx(-(there.absolute.difference or 0.0))
    if here.absolute.low is not None:
        assert here.absolute.low == pytest.approx(-(there.absolute.high or 0.0), abs=1e-7)
    winners = [
        found.winning_variant.variant_id if found.winning_variant else None for found in (first, second)
    ]
    assert winners in ([None, None], ["b", "control"], ["control", "b"])


@given(arms=st.tuples(means, means), factor=st.sampled_from([1e-6, 0.01, 100.0, 1e9]))
@quick
def test_another_unit_changes_no_verdict(arms: Any, factor: float) -> None:
    test = experiment(custom("spent", "continuous"))

    def found(scale: float) -> Analysis:
        cells = [
            mean(name, users, scale * value, scale * deviation, name="spent")
            for name, (users, value, deviation) in zip(("control", "b"), arms, strict=True)
        ]
        return analyze(test, sums(cells), now=AFTER)

    here, there = found(1.0), found(factor)
    assert close(one(here).p_value, one(there).p_value, abs_=1e-300)
    assert here.recommendation == there.recommendation
    assert close(one(here).relative.low, one(there).relative.low, abs_=1e-9)


@given(pairs=st.tuples(counts, counts, counts))
@quick
def test_the_order_of_the_variants_does_not_matter(pairs: Any) -> None:
    test = weighted(pairs)
    reordered = replace(test, variants=test.variants[::-1])
    data = shares(pairs, ["control", "b", "c"])

    here, there = analyze(test, data, now=AFTER), analyze(reordered, data, now=AFTER)

    winners = [found.winning_variant.variant_id if found.winning_variant else None for found in (here, there)]
    assert winners[0] == winners[1]
    assert here.recommendation == there.recommendation
    for variant in ("b", "c"):
        assert one(here, variant).absolute == one(there, variant).absolute
        assert one(here, variant).relative == one(there, variant).relative


@pytest.mark.parametrize(("monitoring", "now"), READINGS)
@given(pairs=st.tuples(counts, counts))
@quick
def test_a_mirrored_direction_mirrors_the_verdict(pairs: Any, monitoring: Any, now: Any) -> None:
    """Counting failures where lower is better says the same as counting successes where higher is."""
    failures = tuple((users - successes, users) for successes, users in pairs)
    up, down = custom("done", "binary"), custom("left", "binary", direction="lower")
    total = sum(users for _, users in pairs)
    weights = [users / total for _, users in pairs]
    names = ["control", "b"]

    here = analyze(
        experiment(up, weights=weights, monitoring=monitoring),
        sums([share(name, *pair, name="done") for name, pair in zip(names, pairs, strict=True)]),
        now=now,
    )
    there = analyze(
        experiment(down, weights=weights, monitoring=monitoring),
        sums([share(name, *pair, name="left") for name, pair in zip(names, failures, strict=True)]),
        now=now,
    )

    assert one(here).verdict == one(there).verdict
    assert here.recommendation == there.recommendation
    assert here.statistical_significance == there.statistical_significance


@given(pairs=st.tuples(counts, counts))
@quick
def test_the_always_valid_interval_is_the_wider_one(pairs: Any) -> None:
    test = weighted(pairs)
    fixed = one(analyze(test, shares(pairs, ["control", "b"]), now=AFTER)).absolute
    always = one(
        analyze(replace(test, monitoring="always_valid"), shares(pairs, ["control", "b"]), now=DURING)
    ).absolute
    assume(fixed.low is not None and always.low is not None)
    assert fixed.low is not None
    assert fixed.high is not None
    assert always.low is not None
    assert always.high is not None
    assert always.high - always.low > 0.999 * (fixed.high - fixed.low)

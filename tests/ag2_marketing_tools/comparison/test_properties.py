"""What must not matter does not: the sign of the scale, the unit, the order of the levels."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ag2_marketing_tools.comparison import Comparison, Measured, compare

quick = settings(deadline=None, max_examples=150)
FIGURES = st.floats(-50.0, 150.0).map(lambda x: round(x, 3))
GAPS = st.floats(0.0, 40.0).map(lambda x: round(x, 3))
SIZES = st.one_of(st.none(), st.integers(2, 500))
SPREADS = st.floats(0.1, 50.0).map(lambda x: round(x, 3))


@given(FIGURES, FIGURES, GAPS, SIZES, SPREADS)
@quick
def test_flipping_direction_and_sign_mirrors_the_verdict(
    value: float, average: float, ahead: float, n: int | None, sd: float
) -> None:
    levels = {"industry_average": average, "market_leaders": average + ahead}
    flipped = {name: -level for name, level in levels.items()}
    one = compare(Measured(value, n, None if n is None else sd), levels, "higher", None)
    other = compare(Measured(-value, n, None if n is None else sd), flipped, "lower", None)
    _same_verdict(one, other)
    assert [gap.gap for gap in one.gaps] == [gap.gap for gap in other.gaps]
    assert (one.interval is None) == (other.interval is None)
    if one.interval is not None and other.interval is not None:
        mirrored = other.interval.mirrored()
        assert (one.interval.lower, one.interval.upper) == (
            pytest.approx(mirrored.lower),
            pytest.approx(mirrored.upper),
        )


@given(FIGURES, FIGURES, GAPS)
@quick
def test_flipping_direction_alone_turns_leading_into_lagging(
    value: float, average: float, ahead: float
) -> None:
    """With one level, which is in order either way."""
    assume(value != average)
    up = compare(Measured(value), {"target": average}, "higher", None)
    down = compare(Measured(value), {"target": average}, "lower", None)
    assert {up.position, down.position} == {"leading", "lagging"}
    assert up.gaps[0].gap == -down.gaps[0].gap


@given(st.integers(0, 400), st.integers(1, 400), st.floats(0.3, 0.9), st.floats(0.0, 0.09))
@quick
def test_scaling_units_changes_nothing(successes: int, n: int, average: float, ahead: float) -> None:
    share = min(successes, n) / n
    levels = {"industry_average": average, "market_leaders": average + ahead}
    percents = {name: 100.0 * level for name, level in levels.items()}
    ratio = compare(Measured(share, n, unit="ratio"), levels, "higher", "ratio", unit_certain=True)
    percent = compare(Measured(share, n, unit="ratio"), percents, "higher", "percent", unit_certain=True)
    _same_verdict(ratio, percent)
    assert [100 * gap.gap for gap in ratio.gaps] == [pytest.approx(gap.gap, abs=1e-9) for gap in percent.gaps]


@given(FIGURES, FIGURES, GAPS, SIZES, SPREADS, st.sampled_from([60.0, 3600.0]))
@quick
def test_minutes_or_hours_or_seconds_are_the_same(
    value: float, average: float, ahead: float, n: int | None, sd: float, factor: float
) -> None:
    levels = {"industry_average": average, "market_leaders": average + ahead}
    unit = "minutes" if factor == 60.0 else "seconds"
    hours = compare(Measured(value, n, sd, unit="hours"), levels, "higher", "hours")
    other = compare(Measured(value * factor, n, sd * factor, unit=unit), levels, "higher", "hours")
    assume(not any(abs(gap.gap) < 1e-9 for gap in hours.gaps))
    _same_verdict(hours, other)


@given(FIGURES, st.permutations(["median", "top_25_percent", "top_10_percent"]), SIZES)
@quick
def test_the_order_of_the_levels_changes_nothing(value: float, order: list[str], n: int | None) -> None:
    peers = {"median": 50.0, "top_25_percent": 60.0, "top_10_percent": 75.0}
    one = compare(Measured(value, n, 20.0), peers, "higher", None)
    other = compare(Measured(value, n, 20.0), {name: peers[name] for name in order}, "higher", None)
    by_name = sorted(other.gaps, key=lambda gap: gap.level)
    note = one.percentile_note
    assert replace(other, gaps=(), percentile_note=note) == replace(one, gaps=())
    assert by_name == sorted(one.gaps, key=lambda gap: gap.level)


@given(FIGURES, FIGURES, GAPS, st.integers(2, 500), SPREADS)
@quick
def test_the_position_never_contradicts_the_interval(
    value: float, average: float, ahead: float, n: int, sd: float
) -> None:
    levels = {"industry_average": average, "market_leaders": average + ahead}
    found = compare(Measured(value, n, sd), levels, "higher", None)
    if found.position != "inconclusive":
        assert found.position in found.possible


def _same_verdict(one: Comparison, other: Comparison) -> None:
    assert (one.position, one.claim, one.possible) == (other.position, other.claim, other.possible)
    assert one.p_value == (
        None if other.p_value is None else pytest.approx(other.p_value, rel=1e-6, abs=1e-12)
    )
    assert one.percentile == (None if other.percentile is None else pytest.approx(other.percentile, rel=1e-6))

"""The series that pictures are drawn from."""

from __future__ import annotations

from datetime import timedelta

import pytest
from experiment_sums import AFTER, START, experiment, exposures, metric, share, sums

from ag2_marketing_tools.experiments.analysis.analyze import analyze
from ag2_marketing_tools.experiments.analysis.arms import Splits
from ag2_marketing_tools.experiments.analysis.model import Series
from ag2_marketing_tools.experiments.suffstats.model import Sums

GOAL = metric("conversion_rate", baseline=0.1, minimum_detectable_effect=0.1)


def by_day(days: int, *, gap: int | None = None) -> Sums:
    cells, shown = [], []
    for place in range(days):
        if place == gap:
            continue
        day = (START + timedelta(days=place)).date()
        cells += [
            share("control", 100, 1_000, split=day.isoformat()),
            share("b", 115, 1_000, split=day.isoformat()),
        ]
        shown += exposures({"control": 1_000, "b": 1_000}, day=day, b={"bot": 3})
    return sums(cells, shown=shown)


def drawn(days: Sums) -> Series:
    number = len(days.cells) // 2
    whole = sums(
        [share("control", 100 * number, 1_000 * number), share("b", 115 * number, 1_000 * number)],
        shown=days.exposures,
    )
    return analyze(experiment(GOAL), whole, now=AFTER, splits=Splits(day=days)).series


def test_the_effect_grows_day_by_day_within_a_narrowing_sequence() -> None:
    effect = drawn(by_day(14)).cumulative[0]

    assert len(effect.days) == len(effect.low) == len(effect.lift) == 14
    assert effect.users == [2_000 * day for day in range(1, 15)]
    assert effect.difference == pytest.approx([0.015] * 14)
    widths = [
        high - low
        for low, high in zip(effect.low, effect.high, strict=True)
        if low is not None and high is not None
    ]
    assert widths == sorted(widths, reverse=True)
    assert effect.lift == pytest.approx([0.15] * 14)


def test_days_without_anybody_are_zero_in_the_traffic() -> None:
    traffic = drawn(by_day(5, gap=2)).traffic

    assert traffic is not None
    assert traffic.users["b"] == [1_000, 1_000, 0, 1_000, 1_000]
    assert traffic.excluded_users["b"] == [3, 3, 0, 3, 3]


def test_the_sample_ratio_is_followed_by_day() -> None:
    ratio = drawn(by_day(3)).sample_ratio

    assert ratio is not None
    assert ratio.p_value == pytest.approx([1.0] * 3)
    assert len(ratio.sequential_p_value) == 3


def test_the_power_curve_is_of_the_planned_effect() -> None:
    """R: power.prop.test(p1 = 0.1, p2 = 0.11, power = 0.8) wants 14,750.8 users per group."""
    curve = drawn(by_day(14)).power[0]

    assert curve.effect == 0.1
    assert curve.current_users == 14_000
    assert curve.power == sorted(curve.power)
    below = max(users for users, power in zip(curve.users, curve.power, strict=True) if power < 0.8)
    above = min(users for users, power in zip(curve.users, curve.power, strict=True) if power >= 0.8)
    assert below < 14_750.8 <= above


def test_the_smallest_effect_found_is_read_the_other_way_round() -> None:
    """R: power.prop.test(n = 14751, p1 = 0.1, power = 0.8) finds p2 = 0.11, a tenth more."""
    curve = drawn(by_day(14)).power[0]

    known = [effect for effect in curve.smallest_effect if effect is not None]
    assert known == sorted(known, reverse=True)
    assert curve.current_smallest_effect == pytest.approx(0.1 * (14_750.8 / 14_000) ** 0.5, rel=0.005)
    found = [
        users
        for users, effect in zip(curve.users, curve.smallest_effect, strict=True)
        if effect is not None and effect <= 0.1
    ]
    assert min(found) == min(u for u, power in zip(curve.users, curve.power, strict=True) if power >= 0.8)


def test_without_a_planned_effect_there_is_only_the_smallest_one_found() -> None:
    days = by_day(3)
    whole = sums([share("control", 300, 3_000), share("b", 345, 3_000)], shown=days.exposures)
    curve = analyze(experiment(), whole, now=AFTER, splits=Splits(day=days)).series.power[0]

    assert (curve.effect, curve.power) == (None, [])
    assert curve.current_smallest_effect is not None


def test_without_days_there_is_no_curve_over_time() -> None:
    found = analyze(
        experiment(), sums([share("control", 100, 1_000), share("b", 115, 1_000)]), now=AFTER
    ).series

    assert found.cumulative == []
    assert found.traffic is not None

"""How far a test has come."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from experiment_sums import DURING, END, START, custom, experiment, exposures, mean, metric, share, sums

from ag2_marketing_tools.experiments.analysis.status import status_of
from ag2_marketing_tools.experiments.suffstats.model import Exposures, Sums


def days(users: list[int], *, skipped: int | None = None) -> list[Exposures]:
    shown: list[Exposures] = []
    for place, number in enumerate(users):
        if place != skipped:
            shown += exposures({"control": number, "b": number}, day=(START + timedelta(days=place)).date())
    return shown


def data(shown: list[Exposures]) -> Sums:
    users = sum(one.users for one in shown if one.variant_id == "b")
    return sums([share("control", users // 10, users), share("b", users // 10, users)], shown=shown)


def test_without_a_plan_the_minimum_sample_is_what_is_required() -> None:
    found = status_of(replace(experiment(), min_sample_size=1_000), data(days([50] * 8)), now=DURING)

    assert (found.current_sample_size, found.required_sample_size) == (800, 2_000)
    assert found.required_by == "min_sample_size"
    assert found.progress_percent == 40.0
    assert found.needs[0].reason == "No smallest effect worth finding was given."


def test_the_daily_traffic_is_of_first_exposures_over_the_last_whole_days() -> None:
    """Eight days have gone by; the day that has just begun does not count, nor does the first of the eight."""
    found = status_of(experiment(), data(days([1_000, 10, 20, 30, 40, 50, 60, 70, 5])), now=DURING)

    assert found.daily_traffic == 2 * (10 + 20 + 30 + 40 + 50 + 60 + 70) / 7
    assert found.daily_traffic_days == 7


def test_a_day_without_anybody_counts_as_a_day() -> None:
    found = status_of(experiment(), data(days([70] * 8, skipped=3)), now=DURING)

    assert found.daily_traffic == 2 * 70 * 6 / 7


def test_on_the_first_day_what_has_come_counts() -> None:
    found = status_of(experiment(), data(days([40])), now=START + timedelta(hours=5))

    assert (found.daily_traffic, found.daily_traffic_days) == (80.0, 1)


def test_days_left_are_whole_weeks() -> None:
    """800 of 2,000 users after 8 days at 100 a day: 12 more days, so 20, in whole weeks 21, of which 8 are gone."""
    found = status_of(replace(experiment(), min_sample_size=1_000), data(days([50] * 8)), now=DURING)

    assert found.daily_traffic == 100.0
    assert found.days_left == 13
    assert found.days_until_end == 6


def test_a_test_that_has_ended_has_no_days_left() -> None:
    found = status_of(experiment(), data(days([50] * 8)), now=END + timedelta(days=1))

    assert found.days_left == 0
    assert found.days_left_reason == "The test has ended."


def test_an_unequal_split_needs_users_by_its_weights() -> None:
    test = experiment(
        metric("conversion_rate", baseline=0.1, minimum_detectable_effect=0.2), weights=(0.8, 0.2)
    )
    found = status_of(test, sums([share("control", 80, 800), share("b", 20, 200)]), now=DURING)

    control, treatment = (variant.required_users for variant in found.variants)
    assert control == pytest.approx(4 * treatment, abs=4)
    assert found.required_sample_size == control + treatment


def test_a_mean_takes_its_spread_from_the_data() -> None:
    """R: power.t.test(delta = 0.5, sd = 5) wants 1,570.7 per group."""
    test = experiment(custom("spent", "continuous", baseline=10.0, minimum_detectable_effect=0.05))

    found = status_of(
        test,
        sums([mean("control", 500, 10.0, 5.0, name="spent"), mean("b", 500, 10.0, 5.0, name="spent")]),
        now=DURING,
    )

    assert found.needs[0].users_per_variant == 1_571


def test_a_mismatch_shows_in_the_status() -> None:
    shown = exposures({"control": 5_000, "b": 5_500})

    found = status_of(
        experiment(), sums([share("control", 5, 5_000), share("b", 5, 5_500)], shown=shown), now=DURING
    )

    assert found.sample_ratio_mismatch is True
    assert found.concerns[0].code == "sample_ratio_mismatch"

"""The pitfalls of experiment platforms, each through the public analysis, with the numbers of its source."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from experiment_sums import (
    AFTER,
    DURING,
    START,
    always_valid,
    custom,
    experiment,
    exposures,
    mean,
    metric,
    share,
    sums,
    values,
)

from ag2_marketing_tools.errors import Conflict
from ag2_marketing_tools.experiments.analysis.analyze import analyze
from ag2_marketing_tools.experiments.analysis.arms import Splits
from ag2_marketing_tools.experiments.analysis.model import Analysis, Comparison
from ag2_marketing_tools.experiments.analysis.parameters import CalculateSampleSize, PlanExperiment
from ag2_marketing_tools.experiments.analysis.partial import partial_results
from ag2_marketing_tools.experiments.analysis.planning import plan
from ag2_marketing_tools.experiments.analysis.sizing import sample_size
from ag2_marketing_tools.experiments.analysis.status import status_of
from ag2_marketing_tools.experiments.model import Experiment, Phase
from ag2_marketing_tools.experiments.suffstats.model import Cell
from ag2_marketing_tools.statistics.moments import JointMoments


def comparison(analysis: Analysis, name: str = "conversion_rate", variant: str = "b") -> Comparison:
    return next(one for one in analysis.metrics[name].comparisons if one.variant_id == variant)


def test_01_unequal_allocation_expects_weights_times_total_and_weighs_the_null_variance() -> None:
    test = experiment(weights=(0.9, 0.1))

    found = analyze(test, sums([share("control", 900, 9_010), share("b", 120, 990)]), now=AFTER)

    assert found.sample_ratio.mismatch is False
    assert [arm.expected_users for arm in found.sample_ratio.phases[0].arms] == [9_000.0, 1_000.0]
    # Stata: 154 and 308 users tell 10 % from 20 % with a power of 0.79957 (two-sided).
    planned = plan(
        PlanExperiment(
            kind="binary",
            baseline=0.1,
            minimum_detectable_effect=0.1,
            effect="absolute",
            weights=[1 / 3, 2 / 3],
            total_users=462,
        )
    )
    assert planned.at_given_users is not None
    assert planned.at_given_users.power == pytest.approx(0.79957, abs=1e-5)


def test_02_a_rate_of_events_is_judged_by_users_not_by_events() -> None:
    """Users who click always or never: as single events, 1,000 of 2,000 against 1,100 of 2,000 has p = 0.0016."""
    views = [10.0] * 200
    few, many = [10.0, 0.0] * 100, [10.0] * 110 + [0.0] * 90
    test = experiment(custom("clicks_per_view", "ratio"))

    found = analyze(
        test,
        sums(
            [
                values("control", few, views, name="clicks_per_view"),
                values("b", many, views, name="clicks_per_view"),
            ]
        ),
        now=AFTER,
    )

    answer = comparison(found, "clicks_per_view")
    assert answer.absolute.difference == pytest.approx(0.05)
    assert answer.p_value is not None
    assert answer.p_value == pytest.approx(0.318, abs=2e-3)  # as 100 against 110 of 200 users, Welch
    assert not answer.significant
    assert "delta method" in answer.method
    assert any(concern.code == "unit_of_analysis" for concern in found.concerns)


def test_03_users_without_events_are_zeros_of_their_variant() -> None:
    test = experiment(metric("revenue_per_user"))
    active = JointMoments(1_000, (0.5,), ((900.0 - 250.0,),))
    cells = [
        Cell(variant_id=name, metric="revenue_per_user", users=1_000, active=400, joint=active)
        for name in ("control", "b")
    ]

    value = analyze(test, sums(cells), now=AFTER).metrics["revenue_per_user"].variants[0]

    assert (value.users, value.active_users, value.value) == (1_000, 400, 0.5)


def test_04_partial_results_hold_no_p_value_and_no_fixed_horizon_interval() -> None:
    """A difference of 2.19 standard errors: a fixed sample says p = 0.028, a look must not."""
    test = always_valid(experiment())
    data = sums([share("control", 500, 5_000), share("b", 568, 5_000)])

    partial = partial_results(test, data, now=DURING)
    looked_at = analyze(test, data, now=DURING)

    assert not [
        key for key in keys_of(partial.model_dump()) if "p_value" in key or key in {"p", "significance"}
    ]
    assert partial.mode == "always_valid"
    found = partial.metrics["conversion_rate"].comparisons[0]
    assert found.verdict == "unclear"
    assert found.absolute.low is not None
    assert found.absolute.low < 0.0 < (found.absolute.high or 0.0)
    assert analyze(test, data, now=AFTER).statistical_significance
    assert not looked_at.statistical_significance
    assert looked_at.monitor.mode == "always_valid"
    assert looked_at.monitor.fixed_horizon_valid_from == test.end_at
    assert "2026-10-15" in looked_at.monitor.explanation


@pytest.mark.parametrize("monitoring", ["fixed", "always_valid", "group_sequential"])
def test_04_no_configuration_gives_a_partial_result_a_p_value(monitoring: Any) -> None:
    test = replace(experiment(), monitoring=monitoring)
    for now in (START, DURING, AFTER):
        partial = partial_results(test, sums([share("control", 50, 500), share("b", 90, 500)]), now=now)
        assert not [key for key in keys_of(partial.model_dump()) if "p_value" in key]


def test_05_the_best_of_several_variants_is_no_winner_before_holm_says_so() -> None:
    """One of three treatments at p = 0.0297 alone: times three it is 0.089."""
    test = experiment(weights=(0.25, 0.25, 0.25, 0.25))
    data = sums(
        [share("control", 500, 5_000), share("b", 567, 5_000), share("c", 495, 5_000), share("d", 505, 5_000)]
    )

    found = analyze(test, data, now=AFTER)

    answer = comparison(found)
    assert answer.p_value is not None
    assert answer.p_value == pytest.approx(0.0297, abs=2e-3)
    assert answer.adjusted_p_value == pytest.approx(3 * answer.p_value)
    assert (answer.adjustment, answer.comparisons) == ("holm", 3)
    assert found.winning_variant is None
    assert found.reason is not None
    assert found.reason.startswith("No statistically significant winner found")
    assert answer.absolute.low is not None
    assert answer.absolute.low < 0.0  # the interval shown is at the decision's level
    assert answer.unadjusted is not None
    assert answer.unadjusted.low is not None
    assert answer.unadjusted.low > 0.0


def test_06_no_conversion_in_an_arm_is_answered_exactly() -> None:
    """0 of 1,000 against 9 of 1,000: Fisher's p is 0.0038, Newcombe's interval 0.0033 to 0.0170."""
    found = analyze(experiment(), sums([share("control", 0, 1_000), share("b", 9, 1_000)]), now=AFTER)

    answer = comparison(found)
    assert answer.p_value == pytest.approx(0.0038, abs=5e-5)
    assert answer.absolute.low == pytest.approx(0.0033, abs=5e-5)
    assert answer.absolute.high == pytest.approx(0.0170, abs=5e-5)
    assert answer.method.startswith("Fisher's exact test")
    assert answer.relative.lift is None
    assert answer.relative.reason is not None
    assert found.winning_variant is not None
    assert found.winning_variant.improvement is None
    assert found.winning_variant.difference == pytest.approx(0.009)


def test_06_an_empty_variant_is_the_documented_error() -> None:
    with pytest.raises(Conflict, match="Insufficient data for variant_id: b"):
        analyze(experiment(), sums([share("control", 10, 100), share("b", 0, 0)]), now=AFTER)


def test_07_one_sided_fisher_is_not_half_of_the_two_sided() -> None:
    """None of 10 against 3 of 5: only one table is as unlikely, so both are 10 / 455; p / 2 would be wrong."""
    test = experiment(custom("cancelled", "binary", direction="lower"), weights=(1 / 3, 2 / 3))
    data = sums([share("control", 3, 5, name="cancelled"), share("b", 0, 10, name="cancelled")])

    two = analyze(test, data, now=AFTER)
    one = analyze(test, data, now=AFTER, alternative="better")

    assert comparison(two, "cancelled").p_value == pytest.approx(10 / 455)
    assert comparison(one, "cancelled").p_value == pytest.approx(10 / 455)
    assert comparison(one, "cancelled").absolute.low is None
    assert one.alternative == "better"


def test_08_the_relative_interval_agrees_with_the_absolute_decision() -> None:
    """GrowthBook's own test data: absolute p = 0.0202, and the delta method's relative p = 0.0619."""
    answer = comparison(
        analyze(experiment(metric("revenue_per_user")), growthbook_sums(3_407), now=AFTER), "revenue_per_user"
    )

    assert answer.p_value == pytest.approx(0.02016, abs=6e-6)
    assert answer.relative.lift == pytest.approx(0.70732, abs=6e-6)
    assert answer.relative.low == pytest.approx(0.094, abs=6e-4)
    assert answer.relative.high == pytest.approx(1.708, abs=1e-3)
    assert answer.significant


def test_08_a_negative_baseline_flips_nothing() -> None:
    test = experiment(metric("revenue_per_user"))

    found = analyze(test, sums([mean("control", 1_000, -10.0, 5.0), mean("b", 1_000, -8.0, 5.0)]), now=AFTER)

    assert found.winning_variant is not None
    assert found.winning_variant.variant_id == "b"
    assert found.winning_variant.improvement == pytest.approx(0.2)


def test_08_a_control_at_zero_has_no_lift_and_says_why() -> None:
    test = experiment(metric("revenue_per_user"))

    answer = comparison(
        analyze(test, sums([mean("control", 1_000, 0.01, 5.0), mean("b", 1_000, 2.0, 5.0)]), now=AFTER),
        "revenue_per_user",
    )

    assert answer.significant
    assert answer.relative.low is None
    assert answer.relative.reason is not None


def test_09_a_far_tail_is_not_zero() -> None:
    answer = comparison(
        analyze(experiment(), sums([share("control", 500, 5_000), share("b", 1_200, 5_000)]), now=AFTER)
    )

    assert answer.p_value is not None
    assert 0.0 < answer.p_value < 1e-50


def test_18_an_arm_without_traffic_leaves_the_degrees_of_freedom() -> None:
    """5,000, 5,200 and none: correct is p = 0.0477 (counting the empty arm would give 0.141)."""
    test = experiment(weights=(0.5, 0.5, 0.0))

    found = analyze(
        test, sums([share("control", 500, 5_000), share("b", 520, 5_200), share("c", 0, 0)]), now=AFTER
    )

    assert found.sample_ratio.p_value == pytest.approx(0.0477, abs=5e-5)


def test_18_a_mismatch_blocks_the_winner_and_says_so() -> None:
    data = sums([share("control", 500, 5_000), share("b", 900, 5_500)])

    found = analyze(experiment(), data, now=AFTER)

    assert found.sample_ratio.mismatch
    assert found.winning_variant is None
    assert not found.statistical_significance
    assert found.recommendation == "fix_data"
    assert found.reason is not None
    assert "allocation promised" in found.reason
    assert found.concerns[0].code == "sample_ratio_mismatch"
    assert found.concerns[0].severity == "blocks"


def test_18_each_phase_is_held_against_its_own_weights() -> None:
    """Two weeks of 90/10, then 50/50: pooled against 50/50 the same users would be a mismatch."""
    test = two_phases()
    shown = [
        *exposures({"control": 9_000, "b": 1_000}, phase=1),
        *exposures({"control": 5_000, "b": 5_000}, phase=2, day=(START + timedelta(days=7)).date()),
    ]

    found = analyze(
        test, sums([share("control", 1_400, 14_000), share("b", 600, 6_000)], shown=shown), now=AFTER
    )

    assert found.sample_ratio.mismatch is False
    assert found.sample_ratio.p_value == pytest.approx(1.0)


def test_18_few_users_are_tested_exactly() -> None:
    found = analyze(experiment(), sums([share("control", 1, 8), share("b", 0, 1)]), now=AFTER)

    assert found.sample_ratio.method == "exact multinomial"
    assert found.sample_ratio.p_value == pytest.approx(20 / 512)  # 2 * (1 + 9) / 2**9


def test_18_exclusion_that_disturbs_the_ratio_is_named() -> None:
    shown = exposures({"control": 5_000, "b": 4_400}, b={"bot": 600}, control={"bot": 0})

    found = analyze(
        experiment(), sums([share("control", 500, 5_000), share("b", 440, 4_400)], shown=shown), now=AFTER
    )

    assert found.sample_ratio.mismatch
    assert found.sample_ratio.mismatch_before_exclusion is False
    codes = {concern.code for concern in found.concerns}
    assert {"sample_ratio_mismatch", "mismatch_by_exclusion", "uneven_exclusion"} <= codes
    assert found.exclusions[1].by_reason == {"bot": 600}
    assert found.exclusions[1].excluded_share == pytest.approx(0.12)


def cuped_sums(*, shift: float = 0.0) -> Any:
    draws = np.random.default_rng(7)
    cells = []
    for name, effect in (("control", 0.0), ("b", 0.15)):
        past = draws.normal(10.0, 2.0, 2_000) + (shift if name == "b" else 0.0)
        after = past + effect + draws.normal(0.0, 1.0, 2_000)
        cells.append(values(name, after.tolist(), past.tolist(), name="revenue_per_user"))
    return sums(cells)


def test_19_the_past_takes_out_variance_and_both_effects_stand_side_by_side() -> None:
    """The past explains 4 / 5 of the variance: 2^2 of 2^2 + 1^2."""
    test = replace(experiment(metric("revenue_per_user")), pre_period=timedelta(days=14))

    answer = comparison(analyze(test, cuped_sums(), now=AFTER), "revenue_per_user")

    assert answer.cuped is not None
    assert answer.cuped.used
    assert answer.cuped.variance_reduction == pytest.approx(0.8, abs=0.02)
    assert answer.cuped.adjusted is not None
    assert answer.cuped.raw is not None
    assert answer.cuped.adjusted.difference == answer.absolute.difference
    assert answer.cuped.past_is_balanced is True
    assert answer.significant
    assert answer.method == answer.estimated_by == "CUPED, Welch's t"


def test_19_a_past_that_differs_between_the_arms_is_not_used_and_warned_of() -> None:
    test = replace(experiment(metric("revenue_per_user")), pre_period=timedelta(days=14))

    found = analyze(test, cuped_sums(shift=1.0), now=AFTER)

    answer = comparison(found, "revenue_per_user")
    assert answer.cuped is not None
    assert not answer.cuped.used
    assert answer.cuped.past_is_balanced is False
    assert answer.method == "Welch's t"
    assert "past_imbalance" in {concern.code for concern in found.concerns}


def test_19_a_past_in_which_nothing_happened_is_not_used_and_said_so() -> None:
    test = replace(experiment(custom("per_visit", "ratio")), pre_period=timedelta(days=14))
    draws = np.random.default_rng(3)
    cells = [
        values(
            name, draws.normal(5.0, 1.0, 50).tolist(), [1.0] * 50, [0.0] * 50, [0.0] * 50, name="per_visit"
        )
        for name in ("control", "b")
    ]

    answer = comparison(analyze(test, sums(cells), now=AFTER), "per_visit")

    assert answer.cuped is not None
    assert not answer.cuped.used
    assert answer.cuped.reason == "The users' past does not vary, so it tells nothing."


def test_20_the_cap_is_named() -> None:
    test = experiment(metric("revenue_per_user"))

    found = analyze(test, sums([mean("control", 1_000, 10.0, 5.0), mean("b", 1_000, 10.1, 5.0)]), now=AFTER)

    assert found.metrics["revenue_per_user"].capped_at == 0.999


def test_21_the_size_says_per_variant_which_formula_and_what_others_ask_for() -> None:
    """5 % to 6 %: 8,158 (R), 7,663 (Miller), 8,143 (arcsine)."""
    found = sample_size(CalculateSampleSize(baseline_conversion=0.05, minimum_detectable_effect=0.01))

    assert (found.users_per_variant, found.total) == (8_158, 16_316)
    assert [other.users_per_variant for other in found.alternatives] == [7_663, 8_143]
    assert found.relative_effect == pytest.approx(0.2)
    assert found.absolute_effect_points == pytest.approx(1.0)
    assert found.formula.startswith("Per variant.")


def test_22_the_status_names_the_metric_with_the_largest_need_and_passes_a_hundred_percent() -> None:
    rare = metric("conversion_rate", baseline=0.05, minimum_detectable_effect=0.2)
    often = metric("click_through_rate", baseline=0.5, minimum_detectable_effect=0.2)
    test = experiment(rare, often)
    data = sums(
        [
            share("control", 1_000, 20_000),
            share("b", 1_000, 20_000),
            share("control", 9_000, 20_000, name="click_through_rate"),
            share("b", 9_000, 20_000, name="click_through_rate"),
        ]
    )

    found = status_of(test, data, now=DURING)

    assert found.required_by == "conversion_rate"
    assert found.progress_percent > 100.0
    assert found.current_sample_size == 40_000
    assert found.needs[1].users_per_variant is not None
    assert found.needs[0].users_per_variant is not None
    assert found.needs[0].users_per_variant > found.needs[1].users_per_variant


def test_22_less_than_a_full_week_is_no_time_to_ship() -> None:
    test = always_valid(experiment())

    found = analyze(
        test, sums([share("control", 500, 5_000), share("b", 900, 5_000)]), now=START + timedelta(days=3)
    )

    assert found.statistical_significance
    assert found.recommendation == "continue"
    assert "less_than_a_week" in {concern.code for concern in found.concerns}


def test_23_the_prior_is_reported_with_the_remark_that_it_is_no_licence_to_look() -> None:
    found = analyze(experiment(), sums([share("control", 500, 5_000), share("b", 560, 5_000)]), now=AFTER)

    result = found.metrics["conversion_rate"]
    assert result.prior is not None
    assert "no licence to look early" in result.prior
    assert sum(arm.chance_to_be_best or 0.0 for arm in result.bayesian) == pytest.approx(1.0)
    assert result.bayesian[1].expected_loss is not None
    assert result.bayesian[0].expected_loss is not None
    assert result.bayesian[1].expected_loss < result.bayesian[0].expected_loss


def two_phases() -> Experiment:
    change = START + timedelta(days=7)
    return replace(
        experiment(),
        phases=(
            Phase(number=1, weights={"control": 0.9, "b": 0.1}, started_at=START, ended_at=change),
            Phase(number=2, weights={"control": 0.5, "b": 0.5}, started_at=change),
        ),
    )


def test_24_a_changed_allocation_is_compared_within_its_phases() -> None:
    """Users of the second week convert half as often. Pooled, b loses; in each week b is better."""
    test = two_phases()
    first, second = {"control": 9_000, "b": 1_000}, {"control": 5_000, "b": 5_000}
    shown = [
        *exposures(first, phase=1),
        *exposures(second, phase=2, day=(START + timedelta(days=7)).date()),
    ]
    by_phase = sums(
        [
            share("control", 1_800, 9_000, split="1"),
            share("b", 260, 1_000, split="1"),
            share("control", 250, 5_000, split="2"),
            share("b", 400, 5_000, split="2"),
        ],
        shown=shown,
    )
    pooled = sums([share("control", 2_050, 14_000), share("b", 660, 6_000)], shown=shown)

    within = analyze(test, pooled, now=AFTER, splits=Splits(phase=by_phase))
    without = analyze(test, pooled, now=AFTER)

    answer = comparison(within)
    # Weighted by the phases' users: (10,000 * 0.06 + 10,000 * 0.03) / 20,000
    assert answer.absolute.difference == pytest.approx(0.045)
    assert within.metrics["conversion_rate"].stratified
    assert within.winning_variant is not None
    assert within.winning_variant.variant_id == "b"
    assert "simpson_phases" in {concern.code for concern in within.concerns}
    assert comparison(without).absolute.difference == pytest.approx(0.11 - 2_050 / 14_000)
    assert "phases_pooled" in {concern.code for concern in without.concerns}


def growthbook_sums(control_users: int) -> Any:
    cells = [
        Cell(
            variant_id=name,
            metric="revenue_per_user",
            users=users,
            active=users,
            joint=JointMoments.from_sums(users, (total,), ((squares,),)),
        )
        for name, users, total, squares in (
            ("control", control_users, 1396.87, 52377.9767),
            ("b", 3_461, 2422.7, 134698.29),
        )
    ]
    return sums(cells)


def keys_of(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [*map(str, value), *(key for child in value.values() for key in keys_of(child))]
    if isinstance(value, list):
        return [key for child in value for key in keys_of(child)]
    return []


def test_the_answer_is_json_without_nan() -> None:
    found = analyze(experiment(), sums([share("control", 0, 10), share("b", 10, 10)]), now=AFTER)

    assert json.loads(json.dumps(found.model_dump(mode="json"), allow_nan=False))["status"] == "completed"

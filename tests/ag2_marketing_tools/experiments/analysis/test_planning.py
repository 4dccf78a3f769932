"""Sample sizes and plans, against published numbers."""

from __future__ import annotations

import math
from typing import Any

import pytest

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.experiments.analysis.parameters import CalculateSampleSize, PlanExperiment
from ag2_marketing_tools.experiments.analysis.planning import plan
from ag2_marketing_tools.experiments.analysis.sizing import sample_size
from ag2_marketing_tools.experiments.analysis.tools import calculate_sample_size, plan_experiment
from ag2_marketing_tools.workspace import Workspace


def planned(**given: Any) -> Any:
    return plan(
        PlanExperiment.model_validate(
            {"kind": "binary", "baseline": 0.05, "minimum_detectable_effect": 0.2} | given
        )
    )


@pytest.mark.parametrize(
    ("baseline", "effect", "power", "confidence", "users"),
    [
        (0.05, 0.01, 0.8, 0.95, 8_158),  # R: power.prop.test gives 8,157.7
        (0.05, 0.03, 0.8, 0.95, 1_059),  # R: 1,058.9
        (0.5, 0.25, 0.9, 0.95, 77),  # R: 76.7
        (0.5, 0.001, 0.9, 0.999, 10_451_937),  # R
        (0.9, 0.1, 0.8, 0.95, 74),  # R: 73.4, up to a rate of 1
    ],
)
def test_sizes_are_those_of_r(
    baseline: float, effect: float, power: float, confidence: float, users: int
) -> None:
    found = sample_size(
        CalculateSampleSize(
            baseline_conversion=baseline,
            minimum_detectable_effect=effect,
            power=power,
            confidence_level=confidence,
        )
    )

    assert found.users_per_variant == pytest.approx(users, abs=1)
    assert found.total == 2 * found.users_per_variant


def test_a_relative_effect_and_a_fall_are_said_so() -> None:
    relative = sample_size(
        CalculateSampleSize(baseline_conversion=0.05, minimum_detectable_effect=0.2, effect="relative")
    )
    fall = sample_size(CalculateSampleSize(baseline_conversion=0.06, minimum_detectable_effect=-0.01))

    assert relative.users_per_variant == fall.users_per_variant == 8_158


def test_several_variants_share_the_error() -> None:
    one, three = (
        sample_size(
            CalculateSampleSize(baseline_conversion=0.05, minimum_detectable_effect=0.01, variants=variants)
        )
        for variants in (2, 4)
    )

    assert three.users_per_variant > one.users_per_variant
    assert three.total == 4 * three.users_per_variant


@pytest.mark.parametrize("effect", [0.0, 0.96, -0.06])
def test_an_effect_that_cannot_be_is_refused(effect: float) -> None:
    with pytest.raises(InvalidInput, match="minimum_detectable_effect"):
        sample_size(CalculateSampleSize(baseline_conversion=0.05, minimum_detectable_effect=effect))


def test_a_mean_is_planned_as_gpower_does() -> None:
    """G*Power: 39,906 users in all tell 0.3 apart at a variance of 100, with a power of 0.85."""
    found = planned(
        kind="mean",
        baseline=10.0,
        standard_deviation=10.0,
        minimum_detectable_effect=0.3,
        effect="absolute",
        power=0.85,
    )

    assert found.total == pytest.approx(39_906, abs=1)


def test_planned_looks_by_obrien_and_flemings_spending_cost_little_and_always_valid_ones_more() -> None:
    fixed, planned_looks, always = (
        planned(monitoring=mode) for mode in ("fixed", "group_sequential", "always_valid")
    )

    assert fixed.sequential_inflation == 1.0
    assert 1.0 < planned_looks.sequential_inflation < 1.04  # rpact: 1.026 for five looks
    assert always.sequential_inflation > 1.3
    assert always.total == pytest.approx(always.total_without_looks * always.sequential_inflation, rel=1e-3)


def test_the_duration_is_whole_weeks_at_the_given_traffic() -> None:
    found = planned(daily_users=1_000.0)

    assert found.total == 2 * 8_158
    assert found.days == 21  # 17 days, in whole weeks
    assert planned().days is None
    assert planned().days_reason is not None


def test_power_rises_along_the_curve_and_passes_the_wanted_one_at_the_planned_size() -> None:
    found = planned(weights=[0.5, 0.3, 0.2])

    powers = [point.power for point in found.curve]
    assert powers == sorted(powers)
    at_plan = next(point for point in found.curve if point.total_users == found.total)
    assert at_plan.power == pytest.approx(0.8, abs=1e-3)
    assert at_plan.minimum_detectable_effect == pytest.approx(found.absolute_effect, rel=1e-3)
    effects = [point.minimum_detectable_effect for point in found.curve]
    assert effects == sorted(effects, reverse=True)


def test_users_follow_the_weights_and_every_comparison_has_its_size() -> None:
    found = planned(weights=[0.5, 0.3, 0.2])

    assert [arm.users / found.total for arm in found.arms] == pytest.approx([0.5, 0.3, 0.2], abs=1e-3)
    assert found.comparisons == 2
    assert found.alpha_per_comparison == pytest.approx(0.025)
    assert math.isclose(found.expected, 0.06)


@pytest.mark.parametrize(
    "wrong",
    [
        {"weights": [0.5, 0.4]},
        {"kind": "mean"},
        {"baseline": 1.5},
        {"minimum_detectable_effect": float("nan")},
        {"weights": [1.0]},
        {"looks": 0},
    ],
)
async def test_a_plan_that_cannot_be_is_refused(wrong: dict[str, Any], workspace: Workspace) -> None:
    given = {"kind": "binary", "baseline": 0.05, "minimum_detectable_effect": 0.2}
    with pytest.raises(InvalidInput):
        await plan_experiment.run(given | wrong, workspace)


async def test_the_specifications_call_is_enough(workspace: Workspace) -> None:
    found = await calculate_sample_size.run(
        {
            "baseline_conversion": 0.05,
            "minimum_detectable_effect": 0.01,
            "confidence_level": 0.95,
            "power": 0.8,
        },
        workspace,
    )

    assert found.users_per_variant == 8_158
    assert calculate_sample_size.units["/users_per_variant"] == "user"

"""The size of a planned test by formula, and what other formulas in use ask for."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.experiments.analysis.model import SampleSize, SampleSizeAlternative
from ag2_marketing_tools.experiments.analysis.parameters import CalculateSampleSize
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.statistics.power import (
    arcsine_effect,
    power_of_arcsine_effect,
    size_by_baseline_variance,
    size_for_proportions,
)
from ag2_marketing_tools.statistics.roots import root


def sample_size(params: CalculateSampleSize) -> SampleSize:
    """Return the users per variant for a share.

    Raises:
        InvalidInput: The effect is none, or leads out of 0 to 1.
    """
    baseline, alpha = params.baseline_conversion, 1.0 - params.confidence_level
    change = params.minimum_detectable_effect * (baseline if params.effect == "relative" else 1.0)
    rate = baseline + change
    if not change or not 0.0 <= rate <= 1.0:
        raise InvalidInput(
            f"minimum_detectable_effect: {params.minimum_detectable_effect:g} leads from {baseline:g} to {rate:g}.",
            remedy="Give a change that is not 0 and keeps the rate between 0 and 1.",
        )
    sides = 1 if params.alternative == "better" else 2
    alpha_each = alpha / (params.variants - 1)
    exact = size_for_proportions(baseline, rate, power=params.power, alpha=alpha_each, sides=sides)
    users = max(2, math.ceil(exact - 1e-9))
    return SampleSize(
        users_per_variant=users,
        total=users * params.variants,
        variants=params.variants,
        baseline_rate=baseline,
        expected_rate=rate,
        absolute_effect=change,
        absolute_effect_points=100.0 * change,
        relative_effect=change / baseline,
        confidence_level=params.confidence_level,
        power=params.power,
        sides=sides,
        method=say("z test of two proportions with pooled variance, equal arms"),
        formula=say(
            "Per variant. Pooled variance under no effect, own variances under the effect (Fleiss, Levin and Paik "
            "2003, chapter 4); as R's power.prop.test. Alpha is shared by all comparisons with the control."
        ),
        alternatives=list(_alternatives(baseline, change, params, alpha_each, sides)),
    )


def _alternatives(
    baseline: float, change: float, params: CalculateSampleSize, alpha: float, sides: int
) -> Iterator[SampleSizeAlternative]:
    rate = baseline + change
    if sides == 2:
        miller = size_by_baseline_variance(baseline, change, power=params.power, alpha=alpha)
        yield SampleSizeAlternative(
            formula=say("baseline variance (a much-used online calculator)"),
            users_per_variant=round(miller),
            remark=say(
                "It takes the baseline's variance under no effect, so it asks for fewer where rates rise."
            ),
        )
    yield SampleSizeAlternative(
        formula=say("arcsine (Cohen's h)"),
        users_per_variant=math.ceil(
            _arcsine_size(arcsine_effect(baseline, rate), params.power, alpha, sides) - 1e-9
        ),
        remark=say("The variance is stabilised by a transform; as G*Power and R's pwr do for Cohen's h."),
    )


def _arcsine_size(effect: float, power: float, alpha: float, sides: int) -> float:
    def missing(log_units: float) -> float:
        return power_of_arcsine_effect(effect, math.exp(log_units), alpha=alpha, sides=sides) - power

    low, high = -20.0, 40.0
    return math.exp(root(missing, low, high, tolerance=1e-12)) if missing(low) < 0.0 else math.exp(low)

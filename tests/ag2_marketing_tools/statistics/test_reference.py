"""Every published reference case, answered by our functions within the case's own tolerance.

The cases lie in the shared folder (`stats_reference.json`); each names its source. `ANSWERS` says which of our
functions answers a method; a method that none answers fails the first test.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ag2_marketing_tools.statistics import (
    bayesian,
    buckets,
    contingency,
    counts,
    cuped,
    group_sequential,
    multiplicity,
    power,
    proportions,
    quantiles,
    ratios,
    relative,
    sample_ratio,
    score,
    sequential,
    small_samples,
)
from ag2_marketing_tools.statistics.effects import Effect, difference_of_means, fixed_horizon
from ag2_marketing_tools.statistics.inference import Inference, Interval
from ag2_marketing_tools.statistics.means import welch
from ag2_marketing_tools.statistics.moments import JointMoments, Moments
from ag2_marketing_tools.statistics.proportions import Proportion, difference_of_proportions

Inputs = Mapping[str, Any]


@cache
def _cases(folder: Path) -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = json.loads((folder / "stats_reference.json").read_text("utf-8"))
    return cases


def _bounds(interval: Interval | None) -> list[float | None]:
    assert interval is not None
    return [interval.lower, interval.upper]


def _pair(i: Inputs) -> tuple[Proportion, Proportion]:
    return Proportion(i["x1"], i["n1"]), Proportion(i["x2"], i["n2"])


def _means(i: Inputs) -> tuple[Moments, Moments]:
    return tuple(  # type: ignore[return-value]
        Moments.from_sums(arm["n"], arm["sum"], arm["sum_squares"]) for arm in (i["treatment"], i["control"])
    )


def _ab(i: Inputs) -> tuple[Proportion, Proportion]:
    return tuple(Proportion(arm["x"], arm["n"]) for arm in (i["treatment"], i["control"]))  # type: ignore[return-value]


def _estimate_interval_p(answer: Inference) -> dict[str, Any]:
    return {"estimate": answer.estimate, "ci": _bounds(answer.interval), "p": answer.p_value}


def _relative_delta(effect: Effect) -> dict[str, Any]:
    return _estimate_interval_p(relative.delta_method(effect))


def _chi(answer: contingency.ChiSquare) -> dict[str, Any]:
    return {"statistic": answer.statistic, "df": answer.degrees_of_freedom, "p": answer.p_value}


def _pairwise_holm(i: Inputs) -> list[float | None]:
    arms = [Proportion(x, n) for x, n in zip(i["x"], i["n"], strict=True)]
    pairs = [(a, b) for a in range(len(arms)) for b in range(a + 1, len(arms))]
    adjusted = multiplicity.holm([score.pooled_z(arms[a], arms[b], yates=True).p_value for a, b in pairs])
    return [adjusted[pairs.index((a - 1, b - 1))] for a, b in i["pairs"]]


def _one_proportion(i: Inputs) -> dict[str, Any]:
    answer = contingency.one_proportion(Proportion(i["x"], i["n"]), i["p0"])
    return {"p": answer.p_value, "ci": _bounds(answer.interval)}


def _pooled_z(i: Inputs) -> dict[str, Any]:
    (x, y), (n, m) = i["x"], i["n"]
    answer = score.pooled_z(Proportion(x, n), Proportion(y, m), alternative=i["alternative"])
    return {"z": answer.statistic, "p": answer.p_value}


def _fisher(i: Inputs) -> dict[str, Any]:
    (a, b), (c, d) = i["table"]
    arms = Proportion(a, a + b), Proportion(c, c + d)
    return {
        "p_two_sided": small_samples.fisher_exact(*arms),
        "p_less": small_samples.fisher_exact(*arms, alternative="less"),
    }


def _welch(i: Inputs) -> dict[str, Any]:
    answer = welch(Moments.of(i["x"]), Moments.of(i["y"]), confidence=i["confidence"])
    return {
        "t": answer.statistic,
        "df": answer.degrees_of_freedom,
        "p": answer.p_value,
        "ci": _bounds(answer.interval),
    }


def _welch_greater(i: Inputs) -> dict[str, Any]:
    answer = welch(*_means(i), alternative="greater")
    assert answer.interval is not None
    assert answer.interval.upper is None
    return {"estimate": answer.estimate, "ci_lower": answer.interval.lower, "p": answer.p_value}


def _sequence(i: Inputs) -> dict[str, Any]:
    effect = difference_of_proportions(*_ab(i))
    lift = relative.delta_method(effect)
    assert lift.estimate is not None
    assert lift.standard_error is not None
    return _estimate_interval_p(
        sequential.sequence_inference(
            lift.estimate, lift.standard_error, effect.count, tightest_at=i["tuning"]
        )
    )


def _ratio_arm(arm: Inputs) -> JointMoments:
    (num, num_squares), (den, den_squares) = arm["num"], arm["den"]
    return JointMoments.from_sums(arm["n"], (num, den), ((num_squares,), (arm["cross"], den_squares)))


def _ratio_with_past(arm: Inputs, n: int) -> JointMoments:
    names = ("m_post", "d_post", "m_pre", "d_pre")
    products = [
        [arm["m_post"][1]],
        [arm["m_post_d_post"], arm["d_post"][1]],
        [arm["m_post_m_pre"], arm["m_pre_d_post"], arm["m_pre"][1]],
        [arm["m_post_d_pre"], arm["d_post_d_pre"], arm["m_pre_d_pre"], arm["d_pre"][1]],
    ]
    return JointMoments.from_sums(n, [arm[name][0] for name in names], products)


def _ratio_cuped(i: Inputs) -> dict[str, Any]:
    arms = [_ratio_with_past(i[arm], i["n"]) for arm in ("treatment", "control")]
    return _relative_delta(cuped.cuped_ratio_difference(arms[0], arms[1]))


def _with_past(arm: Inputs) -> JointMoments:
    (post, post_squares), (pre, pre_squares) = arm["post"], arm["pre"]
    return JointMoments.from_sums(
        arm["n"], (post, pre), ((post_squares,), (arm["cross"], pre_squares)), shifts=(0.0, 0.0)
    )


def _cuped(i: Inputs) -> dict[str, Any]:
    """PostHog's published interval.

    It takes the adjusted treatment mean over the raw control mean for a ratio of independent means, and so
    leaves out the covariance of the control's adjusted and raw mean. Ours has it (test_cuped.py holds ours to
    a numerical delta method); the published formula is rebuilt here from the same parts.
    """
    treatment, control = _with_past(i["treatment"]), _with_past(i["control"])
    slope = cuped.theta((treatment, control))
    assert slope is not None
    a, b = cuped.adjust(treatment, slope), cuped.adjust(control, slope)
    variance = b.adjusted.variance_of_mean
    plain = difference_of_means(a.adjusted, b.adjusted)
    published = Effect(
        "ratio of independent means",
        plain.count,
        a.adjusted.mean - b.raw.mean,
        plain.difference_variance,
        b.raw.mean,
        variance,
        None if variance is None else -variance,
        plain.degrees_of_freedom,
    )
    half = relative.delta_method(published).interval
    effect = cuped.cuped_difference(treatment, control)
    estimate = relative.delta_method(effect).estimate
    assert half is not None
    assert half.lower is not None
    assert half.upper is not None
    assert estimate is not None
    width = 0.5 * (half.upper - half.lower)
    return {
        "theta": slope,
        "control_adjusted_mean": b.adjusted.mean,
        "treatment_adjusted_mean": a.adjusted.mean,
        "relative_estimate": estimate,
        "relative_ci": [estimate - width, estimate + width],
    }


def _bayesian(i: Inputs) -> dict[str, Any]:
    prior = None if i["prior"] == "flat" else bayesian.NormalPrior(**i["prior"])
    lift = relative.delta_method(difference_of_means(*_means(i)))
    answer = bayesian.effect_posterior(lift, prior=prior)
    return {
        "estimate": answer.estimate,
        "ci": _bounds(answer.interval),
        "chance_to_win": answer.chance_to_win,
        "risk": [answer.loss_of_control, answer.loss_of_treatment],
    }


def _quantile(i: Inputs) -> dict[str, Any]:
    arms = [
        quantiles.QuantileEstimate(arm["n"], arm["quantile"], arm["lower"], arm["upper"], i["confidence"])
        for arm in (i["treatment"], i["control"])
    ]
    answer = fixed_horizon(quantiles.difference_of_quantiles(arms[0], arms[1]))
    return {"estimate": answer.estimate, "ci": _bounds(answer.interval)}


def _rejections(i: Inputs) -> dict[str, int]:
    return {
        "rejected_bh": sum(p is not None and p <= i["q"] for p in multiplicity.benjamini_hochberg(i["p"])),
        "rejected_bonferroni": sum(p is not None and p <= i["q"] for p in multiplicity.bonferroni(i["p"])),
    }


def _two_stage(i: Inputs) -> dict[str, int]:
    return {
        "two_stage": sum(map(bool, multiplicity.two_stage_false_discovery(i["p"], rate=i["q"]))),
        "iterated": sum(
            map(bool, multiplicity.two_stage_false_discovery(i["p"], rate=i["q"], iterated=True))
        ),
    }


def _holm(i: Inputs) -> list[float]:
    return sorted(p for p in multiplicity.holm(i["p"]) if p is not None)


def _power_t(i: Inputs) -> list[float]:
    design = {"difference": i["delta"], "standard_deviation": i["sd"], "alpha": i["alpha"]}
    return [
        power.power_of_means(control_units=20, **design),
        power.size_for_means(power=0.9, **design),
        power.size_for_means(power=0.9, sides=1, **design),
    ]


def _power_t_unequal(i: Inputs) -> list[float]:
    ratio = i["n2"] / i["n1"]
    return [
        power.power_of_means(i["d"], 1.0, i["n1"], ratio=ratio, alpha=i["alpha"], both_tails=True),
        power.power_of_means(i["d"], 1.0, i["n1"], ratio=ratio, alpha=i["alpha"], sides=1),
    ]


def _srm(i: Inputs) -> dict[str, float | None] | float | None:
    answer = sample_ratio.chi_square([sample_ratio.Phase(tuple(i["observed"]), tuple(i["weights"]))])
    if len(i["observed"]) == 3:
        return answer.p_value
    return {"statistic": answer.statistic, "p": answer.p_value}


def _mixture(i: Inputs) -> dict[str, float]:
    tuning = sequential.normal_mixture_tuning(i["v_opt"], i["alpha_opt"])
    total, variance = i["log_mixture_at"]
    return {
        "best_rho": tuning,
        "bound": sequential.normal_mixture_bound(i["v"], i["alpha"], tuning),
        "log_mixture": sequential.log_normal_mixture(total, variance, tuning),
    }


def _poisson(i: Inputs) -> dict[str, Any]:
    rates = [counts.EventRate(x, t) for x, t in zip(i["count"], i["exposure"], strict=True)]
    answer = counts.compare_event_rates(rates[0], rates[1])
    return {"ratio": answer.estimate, "ci": _bounds(answer.interval), "p": answer.p_value}


def _theta(i: Inputs) -> float | None:
    arm = _with_past(i["both_arms"])
    return cuped.theta((arm, arm))


ANSWERS: dict[str, Callable[[Inputs], Any]] = {
    "wilson_ci": lambda i: _bounds(
        proportions.wilson(Proportion(i["x"], i["n"]), confidence=i["confidence"])
    ),
    "newcombe_diff_ci": lambda i: _bounds(proportions.newcombe(*_pair(i), confidence=i["confidence"])),
    "miettinen_nurminen_diff_ci": lambda i: _bounds(score.score_difference(*_pair(i)).interval),
    "mee_farrington_manning_diff_ci": lambda i: _bounds(
        score.score_difference(*_pair(i), bias_corrected=False).interval
    ),
    "wald_diff_ci_unpooled": lambda i: _bounds(proportions.wald(*_pair(i))),
    "agresti_caffo_diff_ci": lambda i: _bounds(proportions.agresti_caffo(*_pair(i))),
    "koopman_risk_ratio_ci": lambda i: _bounds(score.score_ratio(*_pair(i), bias_corrected=False).interval),
    "katz_log_risk_ratio_ci": lambda i: _bounds(proportions.katz_log_ratio(*_pair(i))),
    "k_sample_chi2_equal_proportions": lambda i: _chi(
        contingency.equal_proportions([Proportion(x, n) for x, n in zip(i["x"], i["n"], strict=True)])
    ),
    "pairwise_two_proportion_chi2_yates_holm": _pairwise_holm,
    "one_sample_proportion_chi2": _one_proportion,
    "two_proportion_z_pooled": _pooled_z,
    "chi2_contingency": lambda i: _chi(contingency.independence(i["table"])),
    "fisher_exact": _fisher,
    "welch_t": _welch,
    "welch_absolute_from_sufficient_stats": lambda i: _estimate_interval_p(welch(*_means(i))),
    "relative_lift_delta_method": lambda i: _relative_delta(difference_of_means(*_means(i))),
    "welch_one_sided_greater": _welch_greater,
    "asymptotic_confidence_sequence": _sequence,
    "ratio_metric_cuped_relative_delta": _ratio_cuped,
    "relative_lift_delta_method_proportion": lambda i: _relative_delta(difference_of_proportions(*_ab(i))),
    "ratio_metric_relative_delta": lambda i: _relative_delta(
        ratios.difference_of_ratios(_ratio_arm(i["treatment"]), _ratio_arm(i["control"]))
    ),
    "cuped_from_sufficient_stats": _cuped,
    "cuped_theta": _theta,
    "bayesian_gaussian_effect_relative": _bayesian,
    "quantile_metric_absolute": _quantile,
    "benjamini_hochberg": _rejections,
    "bky_two_stage_fdr": _two_stage,
    "holm": _holm,
    "minimum_detectable_p2": lambda i: power.smallest_detectable_rate(
        i["p1"], i["n_per_group"], power=i["power"], alpha=i["alpha"]
    ),
    "sample_size_two_proportions": lambda i: power.size_for_proportions(
        i["p1"], i["p2"], power=i["power"], alpha=i["alpha"]
    ),
    "power_t_two_sample": _power_t,
    "power_two_proportions": lambda i: power.power_of_proportions(
        i["p1"], i["p2"], i["n_per_group"], alpha=i["alpha"], sides=i["sided"], both_tails=True
    ),
    "power_two_proportions_unequal": lambda i: power.power_of_proportions(
        i["p1"], i["p2"], i["n1"], ratio=i["n2"] / i["n1"], alpha=i["alpha"], both_tails=True
    ),
    "power_cohen_h": lambda i: [
        power.power_of_arcsine_effect(h, i["n_per_group"], alpha=i["alpha"]) for h in i["h"]
    ],
    "power_t_unequal_n": _power_t_unequal,
    "sample_size_two_proportions_total": lambda i: (
        i["arms"]
        * math.ceil(
            power.size_for_proportions(i["p1"], i["p1"] + i["mde_abs"], power=i["power"], alpha=i["alpha"])
        )
    ),
    "sample_size_mean_total": lambda i: (
        i["arms"]
        * math.ceil(
            power.size_for_means(i["mde_abs"], math.sqrt(i["variance"]), power=i["power"], alpha=i["alpha"])
        )
    ),
    "sample_size_evan_miller": lambda i: [
        power.size_by_baseline_variance(i["baseline"], gap, power=i["power"], alpha=i["alpha"])
        for gap in i["mde_abs"]
    ],
    "srm_chi2": _srm,
    "pocock_constant": lambda i: group_sequential.pocock_constant(
        i["looks"], alpha=i["alpha"], sides=i["sided"]
    ),
    "obrien_fleming_bounds": lambda i: list(
        group_sequential.obrien_fleming_bounds(i["looks"], alpha=i["alpha"], sides=i["sided"])
    ),
    "lan_demets_obf_bounds": lambda i: list(
        group_sequential.spending_bounds(i["information"], alpha=i["alpha"], sides=i["sided"])
    ),
    "lan_demets_pocock_bounds": lambda i: list(
        group_sequential.spending_bounds(
            i["information"],
            alpha=i["alpha"],
            sides=i["sided"],
            spending=group_sequential.pocock_spending,
        )
    ),
    "type1_error_of_naive_peeking": lambda i: group_sequential.peeking_error(
        i["looks"], alpha=i["nominal_alpha"]
    ),
    "normal_mixture_boundary": _mixture,
    "poisson_rate_ratio_exact": _poisson,
    "growthbook_fnv1a_bucket": lambda i: [buckets.growthbook_bucket(*case) for case in i["cases"]],
    "bucket_ranges": lambda i: [
        buckets.bucket_ranges(case["n"], coverage=case["coverage"], weights=case["weights"])
        for case in i["cases"]
    ],
}


def _compare(found: Any, expected: Any, tolerance: Any, where: str) -> None:
    """Hold every number to its tolerance; a tolerance is a number or has the shape of what is expected."""
    if isinstance(expected, dict):
        assert set(found) == set(expected), where
        for key, value in expected.items():
            inner = tolerance[key] if isinstance(tolerance, dict) else tolerance
            _compare(found[key], value, inner, f"{where}.{key}")
    elif isinstance(expected, list):
        assert len(found) == len(expected), where
        for index, value in enumerate(expected):
            inner = tolerance[index] if isinstance(tolerance, list) else tolerance
            _compare(found[index], value, inner, f"{where}[{index}]")
    else:
        assert found is not None, where
        assert abs(found - expected) <= tolerance, f"{where}: {found!r}, published {expected!r}"


def test_every_published_method_is_answered_and_no_answer_is_idle(shared_data: Path) -> None:
    assert {case["method"] for case in _cases(shared_data)} == set(ANSWERS)


@pytest.mark.parametrize("method", ANSWERS)
def test_a_method_agrees_with_its_published_cases(method: str, shared_data: Path) -> None:
    cases = [case for case in _cases(shared_data) if case["method"] == method]
    assert cases
    for case in cases:
        _compare(ANSWERS[method](case["inputs"]), case["expected"], case["tolerance"], case["id"])

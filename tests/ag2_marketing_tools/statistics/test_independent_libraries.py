"""Ours against statsmodels, tea-tasting and scipy on random inputs (seeded); where one is wrong, the test says so.

These libraries serve the tests alone: at run time the statistics need `scipy.special`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import statsmodels.stats.power as sm_power
import statsmodels.stats.proportion as sm_proportion
import statsmodels.stats.rates as sm_rates
import tea_tasting
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.oneway import anova_oneway
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW
from tea_tasting.aggr import Aggregates

from ag2_marketing_tools.statistics import (
    contingency,
    counts,
    multiplicity,
    odds_ratio,
    one_proportion,
    power,
    proportions,
    quantiles,
    score,
    small_samples,
)
from ag2_marketing_tools.statistics.cuped import cuped_by_several, cuped_difference, thetas
from ag2_marketing_tools.statistics.effects import fixed_horizon
from ag2_marketing_tools.statistics.inference import Alternative, Interval
from ag2_marketing_tools.statistics.means import student, welch
from ag2_marketing_tools.statistics.moments import JointMoments, Moments
from ag2_marketing_tools.statistics.power_by_variance import size_for_arcsine_effect
from ag2_marketing_tools.statistics.proportions import Proportion
from ag2_marketing_tools.statistics.ratios import difference_of_ratios
from ag2_marketing_tools.statistics.sample_ratio import Phase, sample_ratio

STATSMODELS: dict[Alternative, str] = {"two-sided": "two-sided", "greater": "larger", "less": "smaller"}
ALTERNATIVES: list[Alternative] = ["two-sided", "greater", "less"]


def _pairs(seed: int, number: int, most: int = 300) -> Iterator[tuple[Proportion, Proportion]]:
    rng = np.random.default_rng(seed)
    for _ in range(number):
        n, m = (int(trials) for trials in rng.integers(3, most, 2))
        yield Proportion(int(rng.integers(0, n + 1)), n), Proportion(int(rng.integers(0, m + 1)), m)


def _ends(interval: Interval | None) -> tuple[float | None, float | None]:
    assert interval is not None
    return interval.lower, interval.upper


def _arm(rng: Any, users: int, lift: float) -> np.ndarray:
    """Rows of a metric, its own past, and a denominator, correlated as users' figures are."""
    size = rng.gamma(1.5, 2.0, users)
    past = rng.poisson(size)
    denominator = 1 + rng.poisson(size)
    value = rng.poisson(size * (1.0 + lift)) + 0.1 * past
    return np.array([value, past, denominator], dtype=float)


def _tea(arm: np.ndarray) -> Aggregates:
    names = ("value", "past", "denominator")
    cov = np.cov(arm)
    return Aggregates(
        count_=arm.shape[1],
        mean_={name: float(row.mean()) for name, row in zip(names, arm, strict=True)},
        var_={name: float(cov[i, i]) for i, name in enumerate(names)},
        cov_={
            (min(a, b), max(a, b)): float(cov[i, j])
            for i, a in enumerate(names)
            for j, b in enumerate(names)
            if i < j
        },
    )


def _joint(arm: np.ndarray, *rows: int) -> JointMoments:
    return JointMoments.of(*(arm[row].tolist() for row in rows))


def test_single_proportions_agree_with_statsmodels() -> None:
    for arm, _ in _pairs(1, 150):
        x, n = arm.successes, arm.trials
        for ours, name in (
            (proportions.wilson(arm), "wilson"),
            (proportions.clopper_pearson(arm), "beta"),
            (one_proportion.credible_interval(arm), "jeffreys"),
            (one_proportion.agresti_coull(arm), "agresti_coull"),
        ):
            theirs = sm_proportion.proportion_confint(x, n, method=name)
            assert _ends(ours) == pytest.approx(theirs, abs=1e-9), (name, x, n)


def test_exact_tests_of_one_proportion_agree_with_scipy() -> None:
    rng = np.random.default_rng(2)
    for arm, _ in _pairs(2, 150):
        rate = float(rng.random())
        for alternative in ALTERNATIVES:
            theirs = stats.binomtest(arm.successes, arm.trials, rate, alternative=alternative)
            ours = one_proportion.exact_proportion(arm, rate, alternative=alternative)
            assert ours.p_value == pytest.approx(theirs.pvalue, rel=1e-7, abs=1e-14)


def test_newcombe_wald_and_agresti_caffo_agree_with_statsmodels() -> None:
    names = {
        "newcomb": proportions.newcombe,
        "wald": proportions.wald,
        "agresti-caffo": proportions.agresti_caffo,
    }
    for a, b in _pairs(3, 150):
        for name, ours in names.items():
            theirs = sm_proportion.confint_proportions_2indep(
                a.successes, a.trials, b.successes, b.trials, method=name, compare="diff"
            )
            clipped = [max(-1.0, theirs[0]), min(1.0, theirs[1])] if name == "agresti-caffo" else theirs
            assert _ends(ours(a, b)) == pytest.approx(clipped, abs=1e-9), name


def test_the_score_interval_of_the_ratio_agrees_with_statsmodels() -> None:
    for a, b in _pairs(4, 60):
        if not 0 < a.successes < a.trials or not 0 < b.successes < b.trials:
            continue
        theirs = sm_proportion.confint_proportions_2indep(
            a.successes, a.trials, b.successes, b.trials, method="score", compare="ratio", correction=False
        )
        ours = score.score_ratio(a, b, bias_corrected=False)
        assert _ends(ours.interval) == pytest.approx(theirs, rel=2e-5)


@pytest.mark.parametrize(
    ("arms", "published"),
    [(((56, 70), (48, 80)), (0.0528, 0.3382)), (((84, 101), (89, 105)), (-0.1191, 0.0860))],
)
def test_statsmodels_score_interval_of_the_difference_is_wrong_and_ours_is_the_published_one(
    arms: tuple[tuple[int, int], tuple[int, int]], published: tuple[float, float]
) -> None:
    """statsmodels#10269: another restricted estimate. When this fails, they have mended it: compare with it then."""
    a, b = (Proportion(*arm) for arm in arms)
    theirs = sm_proportion.confint_proportions_2indep(*arms[0], *arms[1], method="score", compare="diff")
    assert _ends(score.score_difference(a, b).interval) == pytest.approx(published, abs=6e-5)
    assert abs(theirs[1] - published[1]) > 6e-4


def test_pooled_z_and_omnibus_tests_agree_with_statsmodels_and_scipy() -> None:
    for a, b in _pairs(5, 150):
        if not 0 < a.successes + b.successes < a.trials + b.trials:
            continue
        table = [[arm.successes, arm.trials - arm.successes] for arm in (a, b)]
        for alternative in ALTERNATIVES:
            z, p = sm_proportion.proportions_ztest(
                [a.successes, b.successes], [a.trials, b.trials], alternative=STATSMODELS[alternative]
            )
            ours = score.pooled_z(a, b, alternative=alternative)
            assert (ours.statistic, ours.p_value) == pytest.approx((z, p), rel=1e-9)
        chi = stats.chi2_contingency(table, correction=False)
        assert contingency.independence(table).p_value == pytest.approx(chi.pvalue, rel=1e-9)
        yates = stats.chi2_contingency(table, correction=True)
        assert score.pooled_z(a, b, yates=True).p_value == pytest.approx(yates.pvalue, rel=1e-9, abs=1e-15)


def test_fishers_test_and_the_conditional_odds_ratio_agree_with_scipy() -> None:
    for a, b in _pairs(6, 60, most=60):
        table = [[arm.successes, arm.trials - arm.successes] for arm in (a, b)]
        for alternative in ALTERNATIVES:
            theirs = stats.fisher_exact(table, alternative=alternative).pvalue
            ours = small_samples.fisher_exact(a, b, alternative=alternative)
            assert ours == pytest.approx(theirs, rel=1e-8, abs=1e-14)
        if all(cell > 0 for row in table for cell in row):
            theirs = stats.contingency.odds_ratio(table)
            ours = odds_ratio.odds_ratio(a, b)
            low, high = theirs.confidence_interval(0.95)
            assert ours.estimate == pytest.approx(theirs.statistic, rel=1e-6)
            assert _ends(ours.interval) == pytest.approx((low, high), rel=1e-6)


def test_poisson_rates_agree_with_statsmodels() -> None:
    rng = np.random.default_rng(7)
    for _ in range(25):
        x, y = (int(events) for events in rng.integers(1, 40, 2))
        s, t = (float(exposure) for exposure in rng.uniform(1.0, 50.0, 2))
        a, b = counts.EventRate(x, s), counts.EventRate(y, t)
        for alternative in ALTERNATIVES:
            theirs = {
                name: sm_rates.test_poisson_2indep(
                    x, s, y, t, method=name, alternative=STATSMODELS[alternative]
                ).pvalue
                for name in ("exact-cond", "score", "etest")
            }
            ours = counts.compare_event_rates(a, b, alternative=alternative).p_value
            assert ours == pytest.approx(theirs["exact-cond"], rel=1e-7)
            ours = counts.score_event_rates(a, b, alternative=alternative).p_value
            assert ours == pytest.approx(theirs["score"], rel=1e-9)
            ours = counts.unconditional_event_rates_p(a, b, alternative=alternative)
            assert ours == pytest.approx(theirs["etest"], rel=1e-5, abs=1e-9)


@pytest.mark.parametrize("alternative", ALTERNATIVES)
def test_t_tests_agree_with_statsmodels(alternative: Alternative) -> None:
    rng = np.random.default_rng(8)
    for _ in range(40):
        x = rng.normal(1.0, rng.uniform(0.1, 5.0), rng.integers(2, 200)) * 10.0 ** rng.integers(-6, 7)
        y = rng.normal(1.1, rng.uniform(0.1, 5.0), rng.integers(2, 200)) * float(np.std(x))
        compared = CompareMeans(DescrStatsW(x), DescrStatsW(y))
        for ours, pooling in ((welch, "unequal"), (student, "pooled")):
            t, p, df = compared.ttest_ind(STATSMODELS[alternative], pooling)
            low, high = compared.tconfint_diff(0.05, STATSMODELS[alternative], pooling)
            answer = ours(Moments.of(x.tolist()), Moments.of(y.tolist()), alternative=alternative)
            found = (answer.statistic, answer.p_value, answer.degrees_of_freedom)
            assert found == pytest.approx((t, p, df), rel=1e-8, abs=1e-14)
            bounds = [None if math.isinf(bound) else bound for bound in (low, high)]
            assert list(_ends(answer.interval)) == [
                bound if bound is None else pytest.approx(bound, rel=1e-8, abs=1e-12 * float(np.std(x)))
                for bound in bounds
            ]


def test_welchs_test_is_the_one_way_analysis_of_two_arms() -> None:
    rng = np.random.default_rng(9)
    x, y = rng.normal(0.0, 1.0, 40), rng.normal(0.4, 3.0, 25)
    theirs = anova_oneway([x, y], use_var="unequal")
    assert welch(Moments.of(x.tolist()), Moments.of(y.tolist())).p_value == pytest.approx(theirs.pvalue)


@pytest.mark.parametrize("sides", [1, 2])
def test_power_and_sizes_of_means_agree_with_statsmodels(sides: int) -> None:
    """statsmodels adds the far tail by scipy's series, which may be NaN there; then ours is held to the near tail."""
    rng = np.random.default_rng(10)
    theirs = sm_power.TTestIndPower()
    name = "two-sided" if sides == 2 else "larger"
    for _ in range(25):
        effect, units = float(rng.uniform(0.05, 1.0)), float(rng.integers(5, 400))
        ratio, alpha = float(rng.uniform(0.3, 3.0)), float(rng.uniform(0.001, 0.2))
        ours = power.power_of_means(
            effect, 1.0, units, ratio=ratio, alpha=alpha, sides=sides, both_tails=True
        )
        expected = theirs.power(effect, units, alpha, ratio, alternative=name)
        if math.isnan(expected):
            expected = theirs.power(effect, units, alpha / 2.0, ratio, alternative="larger")
        assert ours == pytest.approx(expected, rel=1e-7)
        size = power.size_for_means(effect, 1.0, power=0.9, ratio=ratio, alpha=alpha, sides=sides)
        assert theirs.power(effect, size, alpha / sides, ratio, alternative="larger") == pytest.approx(0.9)


def test_power_and_sizes_of_proportions_agree_with_statsmodels() -> None:
    rng = np.random.default_rng(11)
    for _ in range(40):
        p, q = (float(rate) for rate in rng.uniform(0.01, 0.99, 2))
        ratio, units = float(rng.uniform(0.3, 3.0)), float(rng.integers(20, 5000))
        theirs = sm_proportion.power_proportions_2indep(p - q, q, units, ratio=ratio, return_results=False)
        assert power.power_of_proportions(p, q, units, ratio=ratio, both_tails=True) == pytest.approx(
            theirs, rel=1e-7, abs=1e-12
        )
        size = sm_proportion.samplesize_proportions_2indep_onetail(p - q, q, 0.8, ratio=ratio)
        assert power.size_for_proportions(p, q, ratio=ratio) == pytest.approx(size, rel=1e-6)


def test_sizes_for_cohens_h_agree_with_statsmodels() -> None:
    theirs = sm_power.NormalIndPower()
    for p, q, ratio in ((0.05, 0.06, 1.0), (0.3, 0.5, 2.0), (0.9, 0.85, 0.5)):
        effect = power.arcsine_effect(p, q)
        assert effect == pytest.approx(sm_proportion.proportion_effectsize(q, p))
        size = theirs.solve_power(abs(effect), None, 0.05, 0.8, ratio)
        assert size_for_arcsine_effect(effect, ratio=ratio) == pytest.approx(size, rel=1e-6)


ADJUSTMENTS = {
    "bonferroni": multiplicity.bonferroni,
    "sidak": multiplicity.sidak,
    "holm": multiplicity.holm,
    "holm-sidak": multiplicity.holm_sidak,
    "simes-hochberg": multiplicity.hochberg,
    "hommel": multiplicity.hommel,
    "fdr_bh": multiplicity.benjamini_hochberg,
    "fdr_by": multiplicity.benjamini_yekutieli,
    "fdr_tsbky": multiplicity.two_stage_adjusted,
}


@pytest.mark.parametrize("name", ADJUSTMENTS)
def test_adjusted_p_values_agree_with_statsmodels(name: str) -> None:
    rng = np.random.default_rng(12)
    for _ in range(12):  # statsmodels collects garbage at each call of Holm's
        p = rng.random(rng.integers(1, 12)) ** 3
        p[rng.integers(p.size)] = p[0]  # ties
        theirs = multipletests(p, method=name)[1]
        assert ADJUSTMENTS[name](p.tolist()) == pytest.approx(theirs.tolist(), rel=1e-10, abs=1e-14)


def test_means_ratios_cuped_and_the_sample_ratio_agree_with_tea_tasting() -> None:
    rng = np.random.default_rng(13)
    experiment = tea_tasting.Experiment(
        plain=tea_tasting.Mean("value"),
        adjusted=tea_tasting.Mean("value", covariate="past"),
        ratio=tea_tasting.RatioOfMeans("value", "denominator"),
        users=tea_tasting.SampleRatio(method="norm", correction=False),
    )
    for _ in range(15):
        c, t = (_arm(rng, int(rng.integers(50, 3000)), lift) for lift in (0.0, float(rng.normal(0.0, 0.1))))
        theirs = experiment.analyze({0: _tea(c), 1: _tea(t)}, control=0)
        for name, effect in (
            ("plain", None),
            ("adjusted", cuped_difference(_joint(t, 0, 1), _joint(c, 0, 1))),
            ("ratio", difference_of_ratios(_joint(t, 0, 2), _joint(c, 0, 2))),
        ):
            ours = (
                fixed_horizon(effect)
                if effect is not None
                else welch(_joint(t, 0).variable(0), _joint(c, 0).variable(0))
            )
            their = theirs[name]
            assert (ours.estimate, ours.p_value, *_ends(ours.interval)) == pytest.approx(
                (their.effect_size, their.pvalue, their.effect_size_ci_lower, their.effect_size_ci_upper),
                rel=1e-8,
                abs=1e-13,
            ), name
        users = sample_ratio([Phase((c.shape[1], t.shape[1]), (0.5, 0.5))])
        assert users.p_value == pytest.approx(theirs["users"].pvalue, rel=1e-8, abs=1e-15)


def test_holm_and_benjamini_hochberg_agree_with_tea_tasting_over_metrics() -> None:
    rng = np.random.default_rng(14)
    c, t = _arm(rng, 2000, 0.0), _arm(rng, 2000, 0.06)
    metrics = {name: tea_tasting.Mean(name) for name in ("value", "past", "denominator")}
    results = {"test": tea_tasting.Experiment(metrics).analyze({0: _tea(c), 1: _tea(t)}, control=0)}
    raw = [results["test"][name].pvalue for name in metrics]
    holm = tea_tasting.adjust_fwer(results, arbitrary_dependence=True, method="bonferroni").to_dicts()
    fdr = tea_tasting.adjust_fdr(results).to_dicts()
    assert [row["pvalue_adj"] for row in holm] == pytest.approx(multiplicity.holm(raw))
    assert [row["pvalue_adj"] for row in fdr] == pytest.approx(multiplicity.benjamini_hochberg(raw))


def test_several_covariates_are_the_least_squares_slopes() -> None:
    rng = np.random.default_rng(15)
    past = rng.normal(50.0, 3.0, (3, 500))
    past[2] = past[0] - 2.0 * past[1]  # tells nothing of its own
    value = 0.7 * past[0] - 0.2 * past[1] + rng.normal(0.0, 1.0, 500)
    arm = JointMoments.of(value.tolist(), *(row.tolist() for row in past))
    design = np.column_stack([np.ones(500), past[0], past[1]])
    slopes = np.linalg.lstsq(design, value, rcond=None)[0][1:]
    assert thetas([arm]) == pytest.approx((*slopes, 0.0), rel=1e-7)


def test_one_covariate_among_several_is_plain_cuped() -> None:
    rng = np.random.default_rng(16)
    c, t = _arm(rng, 500, 0.0), _arm(rng, 700, 0.05)
    single = cuped_difference(_joint(t, 0, 1), _joint(c, 0, 1))
    assert cuped_by_several(_joint(t, 0, 1), _joint(c, 0, 1)).difference == pytest.approx(single.difference)
    both = cuped_by_several(_joint(t, 0, 1, 2), _joint(c, 0, 1, 2))
    assert both.difference_variance is not None
    assert single.difference_variance is not None
    assert both.difference_variance < single.difference_variance


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_the_interval_of_a_quantile_agrees_with_scipys_quantile_test(share: float) -> None:
    rng = np.random.default_rng(17)
    for _ in range(20):
        values = sorted(rng.lognormal(0.0, 1.0, rng.integers(40, 900)).tolist())
        theirs = stats.quantile_test(values, p=share).confidence_interval(0.95)
        ours = quantiles.estimate_quantile(values, share)
        bounds = [
            None if math.isnan(bound) or math.isinf(bound) else bound for bound in (theirs.low, theirs.high)
        ]
        assert [ours.lower, ours.upper] == bounds

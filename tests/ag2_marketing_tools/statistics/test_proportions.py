"""Two proportions: score and exact procedures whose p-value, difference and ratio agree; never a NaN."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.statistics.contingency import equal_proportions, independence, one_proportion
from ag2_marketing_tools.statistics.counts import EventRate, compare_event_rates
from ag2_marketing_tools.statistics.effects import fixed_horizon
from ag2_marketing_tools.statistics.inference import Alternative, Inference
from ag2_marketing_tools.statistics.proportions import (
    Proportion,
    agresti_caffo,
    clopper_pearson,
    difference_of_proportions,
    katz_log_ratio,
    newcombe,
    wald,
    wilson,
)
from ag2_marketing_tools.statistics.score import pooled_z, restricted_rates, score_difference, score_ratio
from ag2_marketing_tools.statistics.small_samples import fisher_exact, small_sample
from ag2_marketing_tools.statistics.two_proportions import compare_proportions

quick = settings(deadline=None, max_examples=100)
TAILS: tuple[Alternative, ...] = ("two-sided", "greater", "less")
LEVELS = st.sampled_from([0.8, 0.9, 0.95, 0.99])


@st.composite
def arms(draw: st.DrawFn, most: int = 5_000) -> Proportion:
    trials = draw(st.integers(1, most))
    return Proportion(draw(st.integers(0, trials)), trials)


def _finite(answer: Inference) -> None:
    bounds = () if answer.interval is None else (answer.interval.lower, answer.interval.upper)
    for value in (answer.estimate, answer.p_value, answer.statistic, *bounds):
        assert value is None or math.isfinite(value)


@given(arms(), arms(), LEVELS, st.sampled_from(TAILS))
@quick
def test_p_value_difference_and_lift_come_to_one_decision(
    a: Proportion, b: Proportion, level: float, alternative: Alternative
) -> None:
    answer = compare_proportions(a, b, confidence=level, alternative=alternative)
    _finite(answer.absolute)
    _finite(answer.relative)
    assert answer.absolute.interval is not None
    assert answer.relative.interval is not None
    assert answer.absolute.p_value is not None
    assert answer.absolute.interval.contains(answer.absolute.estimate or 0.0)
    assume(abs(answer.absolute.p_value - (1.0 - level)) > 1e-7)
    rejected = answer.absolute.p_value < 1.0 - level
    assert answer.absolute.interval.contains(0.0) != rejected
    assert answer.relative.interval.contains(0.0) != rejected


@given(arms(60), arms(60), LEVELS)
@quick
def test_swapping_the_arms_mirrors_the_difference(a: Proportion, b: Proportion, level: float) -> None:
    answer = compare_proportions(a, b, confidence=level).absolute
    swapped = compare_proportions(b, a, confidence=level).absolute
    assert answer.interval is not None
    assert swapped.interval is not None
    mirrored = answer.interval.mirrored()
    assert swapped.p_value == pytest.approx(answer.p_value, rel=1e-9)
    assert (swapped.interval.lower, swapped.interval.upper) == pytest.approx(
        (mirrored.lower, mirrored.upper), abs=1e-9
    )


@given(arms(400), arms(400), st.integers(-950, 950).map(lambda thousandths: thousandths / 1000.0))
@quick
def test_the_restricted_rates_are_the_likeliest_that_differ_by_so_much(
    a: Proportion, b: Proportion, difference: float
) -> None:
    """Against the likelihood itself, not a formula: statsmodels 0.15's restricted rates fail here (#10269)."""

    def log_likelihood(rate: float) -> float:
        total = 0.0
        for arm, share in ((a, rate + difference), (b, rate)):
            for count, chance in ((arm.successes, share), (arm.trials - arm.successes, 1.0 - share)):
                if count:
                    total += count * math.log(chance) if chance > 0.0 else -math.inf
        return total

    p, q = restricted_rates(a, b, difference)
    assert p - q == pytest.approx(difference, abs=1e-12)
    low, high = max(0.0, -difference), min(1.0, 1.0 - difference)
    best = max(log_likelihood(low + (high - low) * step / 400) for step in range(401))
    assert log_likelihood(min(max(q, low), high)) >= best - 1e-6 * max(1.0, abs(best))


def test_nine_conversions_against_none_are_evidence_not_p_equals_one() -> None:
    """GrowthBook answers p = 1 and effect 0 for 0/1000 against 9/1000."""
    answer = compare_proportions(Proportion(9, 1000), Proportion(0, 1000))
    assert answer.procedure == "exact"
    assert answer.absolute.p_value == pytest.approx(0.0038, abs=5e-5)
    assert answer.absolute.interval is not None
    assert (answer.absolute.interval.lower, answer.absolute.interval.upper) == pytest.approx(
        (0.0033, 0.0170), abs=5e-5
    )
    assert answer.relative.estimate is None
    assert answer.relative.interval is not None
    assert answer.relative.interval.lower is not None
    assert answer.relative.interval.lower > 0.0
    assert answer.relative.interval.upper is None
    assert "no success" in (answer.relative.reason or "")


@pytest.mark.parametrize(
    ("a", "b"),
    [((0, 10), (0, 10)), ((10, 10), (10, 10)), ((1, 1), (0, 1)), ((0, 1), (5, 9)), ((3, 3), (0, 100_000))],
)
def test_edges_have_an_interval_with_width_and_an_exact_p_value(
    a: tuple[int, int], b: tuple[int, int]
) -> None:
    answer = compare_proportions(Proportion(*a), Proportion(*b)).absolute
    _finite(answer)
    assert answer.interval is not None
    assert answer.interval.lower is not None
    assert answer.interval.upper is not None
    assert answer.interval.lower < answer.interval.upper
    (x, n), (y, m) = a, b
    assert answer.p_value == pytest.approx(stats.fisher_exact([[x, n - x], [y, m - y]]).pvalue, rel=1e-9)


def test_an_arm_without_units_has_reasons_only() -> None:
    answer = compare_proportions(Proportion(0, 0), Proportion(3, 10))
    for scale in (answer.absolute, answer.relative):
        assert (scale.estimate, scale.interval, scale.p_value) == (None, None, None)
        assert scale.reason
    nobody = Proportion(0, 0)
    assert (
        wilson(nobody) is clopper_pearson(nobody) is newcombe(nobody, nobody) is wald(nobody, nobody) is None
    )
    assert fisher_exact(nobody, nobody) is None
    assert nobody.rate is None
    for unanswered in (
        score_difference(nobody, nobody),
        score_ratio(nobody, nobody),
        pooled_z(nobody, nobody),
        one_proportion(nobody, 0.5),
        small_sample(nobody, nobody).ratio,
        fixed_horizon(difference_of_proportions(nobody, nobody)),
    ):
        assert unanswered.p_value is None
        assert unanswered.reason


def test_where_neither_arm_varies_the_score_test_has_a_reason_instead_of_a_p_value() -> None:
    for x in (0, 10):
        answer = score_difference(Proportion(x, 10), Proportion(x, 10))
        assert answer.p_value is None
        assert "Neither arm varies" in (answer.reason or "")
        assert answer.interval is not None
    assert pooled_z(Proportion(0, 5), Proportion(0, 5)).reason
    assert difference_of_proportions(Proportion(0, 5), Proportion(5, 5)).reason


def test_where_the_exact_test_does_not_reject_the_intervals_reach_no_effect() -> None:
    """5/300 against 0/300: Newcombe's interval alone begins at 0.0008, Fisher's p is 0.061 (2 * C(300,5)/C(600,5))."""
    treatment, control = Proportion(5, 300), Proportion(0, 300)
    alone, answer = newcombe(treatment, control), small_sample(treatment, control)
    exact = 2.0 * math.comb(300, 5) / math.comb(600, 5)
    assert answer.difference.p_value == pytest.approx(exact, rel=1e-9)
    assert alone is not None
    assert alone.lower == pytest.approx(0.00084, abs=5e-6)
    assert answer.difference.interval is not None
    assert answer.ratio.interval is not None
    assert (answer.difference.interval.lower, answer.difference.interval.upper) == (0.0, alone.upper)
    assert answer.ratio.interval.contains(1.0)


def test_the_one_sided_exact_p_value_is_not_half_of_the_two_sided_one() -> None:
    arms_of_fisher = Proportion(2, 17), Proportion(10, 13)
    two, less = fisher_exact(*arms_of_fisher), fisher_exact(*arms_of_fisher, alternative="less")
    assert two is not None
    assert less is not None
    assert less > 0.8 * two
    assert less == pytest.approx(stats.fisher_exact([[2, 15], [10, 3]], alternative="less").pvalue)


def test_large_samples_use_the_score_test_which_is_the_pooled_z_corrected() -> None:
    a, b = Proportion(5_200, 100_000), Proportion(5_000, 100_000)
    answer, z = compare_proportions(a, b), pooled_z(a, b).statistic
    assert answer.procedure == "score"
    assert z is not None
    assert answer.absolute.statistic == pytest.approx(z * math.sqrt(1.0 - 1.0 / 200_000), rel=1e-9)


@pytest.mark.parametrize(
    ("inputs", "published", "wrong"),
    [
        (((56, 70), (48, 80)), (0.0528, 0.3382), (0.0526, 0.3440)),
        (((84, 101), (89, 105)), (-0.1191, 0.0860), (-0.1205, 0.0867)),
    ],
)
def test_miettinen_and_nurminen_as_published_not_as_statsmodels_has_it(
    inputs: tuple[tuple[int, int], tuple[int, int]],
    published: tuple[float, float],
    wrong: tuple[float, float],
) -> None:
    """Published: SAS output in Garner (2016). `wrong` is what statsmodels 0.15 gives (statsmodels#10269)."""
    interval = score_difference(Proportion(*inputs[0]), Proportion(*inputs[1])).interval
    assert interval is not None
    assert (interval.lower, interval.upper) == pytest.approx(published, abs=6e-5)
    assert interval.upper != pytest.approx(wrong[1], abs=6e-4)


def test_fagerlands_and_propcis_limits_differ_by_the_bias_correction_alone() -> None:
    a, b = Proportion(7, 34), Proportion(1, 34)
    with_factor, without = score_difference(a, b), score_difference(a, b, bias_corrected=False)
    assert with_factor.interval is not None
    assert without.interval is not None
    assert (with_factor.interval.lower, with_factor.interval.upper) == pytest.approx(
        (0.0270, 0.3453), abs=6e-5
    )
    assert (without.interval.lower, without.interval.upper) == pytest.approx((0.028, 0.34), abs=5e-3)


def test_a_margin_is_tested_by_the_score_test() -> None:
    """Farrington and Manning: 84/101 against 89/105 with a margin of 20 points is shown not to be inferior."""
    answer = score_difference(Proportion(84, 101), Proportion(89, 105), alternative="greater", null=-0.2)
    assert answer.p_value is not None
    assert answer.p_value < 0.001
    with pytest.raises(InvalidInput, match="between -1 and 1"):
        score_difference(Proportion(1, 2), Proportion(1, 2), null=-1.0)


@pytest.mark.parametrize(("x", "n"), [(-1, 5), (6, 5), (0, -1)])
def test_impossible_counts_are_refused(x: int, n: int) -> None:
    with pytest.raises(InvalidInput, match="impossible"):
        Proportion(x, n)


def test_single_proportions_and_closed_forms_stay_within_their_scale() -> None:
    assert wilson(Proportion(0, 20)) == wilson(Proportion(0, 20), confidence=0.95)
    full = wilson(Proportion(20, 20))
    assert full is not None
    assert full.upper == 1.0
    exact = clopper_pearson(Proportion(3, 20))
    theirs = stats.binomtest(3, 20).proportion_ci(method="exact")
    assert exact is not None
    assert (exact.lower, exact.upper) == pytest.approx((theirs.low, theirs.high))
    wide = agresti_caffo(Proportion(3, 3), Proportion(0, 3))
    assert wide is not None
    assert wide.upper == 1.0
    assert katz_log_ratio(Proportion(0, 5), Proportion(1, 5)) is None


def test_tables_and_omnibus_tests_agree_with_scipy_and_leave_empty_arms_out() -> None:
    table = [[12, 30, 8], [20, 25, 9]]
    theirs = stats.chi2_contingency(table, correction=False)
    answer = independence(table)
    assert (answer.statistic, answer.p_value) == pytest.approx((theirs.statistic, theirs.pvalue))
    assert independence([[*row, 0] for row in table]).degrees_of_freedom == 2
    assert independence([[0, 0], [3, 4]]).reason
    a, b = Proportion(12, 50), Proportion(20, 54)
    assert equal_proportions([a, b]).statistic == pytest.approx((pooled_z(a, b).statistic or 0.0) ** 2)
    with pytest.raises(InvalidInput):
        independence([[1, 2], [3]])


def test_event_rates_have_reasons_where_there_are_no_events() -> None:
    assert compare_event_rates(EventRate(0, 5.0), EventRate(0, 5.0)).p_value is None
    one_sided = compare_event_rates(EventRate(5, 5.0), EventRate(0, 5.0))
    assert one_sided.estimate is None
    assert one_sided.p_value == pytest.approx(2 * 0.5**5)
    assert one_sided.interval is not None
    assert one_sided.interval.upper is None
    with pytest.raises(InvalidInput):
        EventRate(1, 0.0)


def test_fishers_test_keeps_its_ties_among_very_many_users() -> None:
    """All three failures among two billion users in one arm of equal size: 1/8 in each tail."""
    a, b = Proportion(10**9, 10**9), Proportion(10**9 - 3, 10**9)
    assert fisher_exact(a, b) == pytest.approx(0.25, rel=1e-8)

"""Exact and other intervals of proportions, tables and rates against the numbers that their papers and R print."""

from __future__ import annotations

import itertools
import math

import pytest

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.statistics import difference_intervals, unconditional
from ag2_marketing_tools.statistics.contingency import one_proportion
from ag2_marketing_tools.statistics.counts import (
    EventRate,
    compare_event_rates,
    equal_event_rates,
    one_event_rate,
    score_event_rates,
    unconditional_event_rates_p,
)
from ag2_marketing_tools.statistics.exact_tables import freeman_halton
from ag2_marketing_tools.statistics.inference import Interval
from ag2_marketing_tools.statistics.odds_ratio import fisher_mid_p, odds_ratio
from ag2_marketing_tools.statistics.one_proportion import (
    credible_interval,
    exact_proportion,
    likelihood_interval,
    mid_p_interval,
    wald_interval,
    wilson_corrected,
)
from ag2_marketing_tools.statistics.proportions import Proportion
from ag2_marketing_tools.statistics.small_samples import fisher_exact


def _rounded(interval: Interval | None, digits: int = 4) -> tuple[float, float]:
    assert interval is not None
    assert interval.lower is not None
    assert interval.upper is not None
    return round(interval.lower, digits), round(interval.upper, digits)


NEWCOMBE_SINGLE = {
    (81, 263): ((0.2535, 0.3682), (0.2544, 0.3658)),
    (15, 148): ((0.0598, 0.1644), (0.0601, 0.1581)),
    (0, 20): ((0.0, 0.2005), (0.0, 0.1391)),
    (1, 29): ((0.0018, 0.1963), (0.0017, 0.1585)),
}


@pytest.mark.parametrize("counts", NEWCOMBE_SINGLE)
def test_single_proportions_as_newcombe_tabulated_them(counts: tuple[int, int]) -> None:
    """Newcombe (1998), Stat. Med. 17:857, table I, methods 4 and 6."""
    corrected, mid_p = NEWCOMBE_SINGLE[counts]
    assert _rounded(wilson_corrected(Proportion(*counts))) == corrected
    assert _rounded(mid_p_interval(Proportion(*counts))) == mid_p


def test_the_mid_p_interval_as_berry_armitage_and_agresti_gottard_print_it() -> None:
    assert _rounded(mid_p_interval(Proportion(5, 20)), 3) == (0.098, 0.470)
    assert _rounded(mid_p_interval(Proportion(4, 10)), 3) == (0.142, 0.709)


def test_the_likelihood_interval_ends_where_the_likelihood_has_fallen_by_z_squared_over_two() -> None:
    low, high = (bound for bound in _rounded(likelihood_interval(Proportion(3, 40)), 12))
    for rate in (low, high):
        drop = 3 * math.log(3 / 40 / rate) + 37 * math.log(37 / 40 / (1 - rate))
        assert 2.0 * drop == pytest.approx(1.959964**2, rel=1e-6)


def test_the_textbook_interval_of_no_success_has_no_width_and_the_others_have() -> None:
    arm = Proportion(0, 20)
    assert _rounded(wald_interval(arm)) == (0.0, 0.0)
    assert _rounded(wald_interval(arm, corrected=True)) == (0.0, 0.025)
    assert _rounded(credible_interval(arm))[1] > 0.1


def test_rs_examples_of_one_proportion() -> None:
    """R 4.2.2, examples of `prop.test` (with Yates' correction) and `binom.test` (Conover 1971, p. 97)."""
    answer = one_proportion(Proportion(52, 100), 0.5, yates=True)
    assert answer.p_value == pytest.approx(0.7642, abs=5e-5)
    exact = exact_proportion(Proportion(682, 925), 0.75)
    assert exact.p_value == pytest.approx(0.3825, abs=5e-5)
    assert _rounded(exact.interval, 7) == (0.7076683, 0.7654066)


# Garner (2016), WUSS paper 127, page 9 (SAS); "exact" there is Newcombe's method 8.
SAS = {
    "wald_corrected": ((0.0441, 0.3559), (0.1605, 1.0), (0.925, 1.0)),
    "haldane": ((0.0535, 0.3351), (0.1777, 0.8289), (0.7482, 1.0)),
    "jeffreys_perks": ((0.0531, 0.3355), (0.1760, 0.8306), (0.7431, 1.0)),
    "hauck_anderson": ((0.0494, 0.3506), (0.1922, 1.0), (0.95, 1.0)),
    "newcombe_corrected": ((0.0428, 0.3422), (0.1013, 0.8387), (0.6014, 1.0)),
    "profile_exact": ((0.0529, 0.3403), (0.1393, 0.8836), (0.6915, 1.0)),
}
SCENARIOS = (((56, 70), (48, 80)), ((9, 10), (3, 10)), ((10, 10), (0, 20)))
HIV = {
    "wald_corrected": (-0.1259, 0.0940),
    "haldane": (-0.1152, 0.0834),
    "jeffreys_perks": (-0.1160, 0.0843),
    "hauck_anderson": (-0.1216, 0.0898),
    "newcombe_corrected": (-0.1245, 0.0918),
}


@pytest.mark.parametrize("method", SAS)
def test_intervals_of_the_difference_as_sas_prints_them(method: str) -> None:
    function = getattr(difference_intervals, method, None) or getattr(unconditional, method)
    for arms, published in zip(SCENARIOS, SAS[method], strict=True):
        assert _rounded(function(*(Proportion(*arm) for arm in arms))) == published
    if method in HIV:
        assert _rounded(function(Proportion(84, 101), Proportion(89, 105))) == HIV[method]


def test_the_profile_likelihood_interval_ends_where_the_best_likelihood_has_fallen() -> None:
    a, b = Proportion(9, 10), Proportion(3, 10)
    low, high = _rounded(difference_intervals.profile_likelihood(a, b), 12)

    def best(difference: float) -> float:
        rates = (k / 20_000 for k in range(1, 20_000))
        pairs = ((q + difference, q) for q in rates if 0.0 < q + difference < 1.0)
        return max(
            9 * math.log(p) + math.log(1 - p) + 3 * math.log(q) + 7 * math.log(1 - q) for p, q in pairs
        )

    for end in (low, high):
        assert 2.0 * (best(0.6) - best(end)) == pytest.approx(1.959964**2, abs=1e-4)


@pytest.mark.parametrize(
    ("arms", "published"), [(((7, 34), (1, 34)), (0.019, 0.36)), (((10, 10), (0, 20)), (0.69, 1.0))]
)
def test_chan_and_zhangs_interval_as_fagerland_prints_it(
    arms: tuple[tuple[int, int], tuple[int, int]], published: tuple[float, float]
) -> None:
    """Fagerland, Lydersen and Laake (2015), Stat. Methods Med. Res. 24; of the second the end is 0.025 ** (1 / 10)."""
    found = _rounded(unconditional.chan_zhang(*(Proportion(*arm) for arm in arms)), 6)
    assert found == pytest.approx(published, abs=5e-3)


@pytest.mark.parametrize("by_score", [True, False])
def test_exact_intervals_cover_at_least_what_they_promise(by_score: bool) -> None:
    n, m = 4, 3
    intervals = {
        (x, y): unconditional.chan_zhang(Proportion(x, n), Proportion(y, m), by_score=by_score)
        for x, y in itertools.product(range(n + 1), range(m + 1))
    }
    for p, q in itertools.product((0.02, 0.3, 0.5, 0.77), (0.1, 0.5, 0.95)):
        covered = math.fsum(
            math.comb(n, x) * p**x * (1 - p) ** (n - x) * math.comb(m, y) * q**y * (1 - q) ** (m - y)
            for (x, y), interval in intervals.items()
            if interval is not None and interval.contains(p - q)
        )
        assert covered >= 0.95 - 1e-6


def test_the_unconditional_test_is_the_highest_chance_over_all_common_rates() -> None:
    """Outcomes with equal z, such as 9 and 3 or 7 and 1 of ten, count together (scipy's barnard_exact loses them)."""
    a, b = Proportion(9, 10), Proportion(3, 10)

    def z(x: int, y: int) -> float:
        pooled = (x + y) / 20
        return (x - y) / 10 / math.sqrt(pooled * (1 - pooled) / 5) if 0.0 < pooled < 1.0 else 0.0

    extreme = [(x, y) for x, y in itertools.product(range(11), repeat=2) if z(x, y) >= z(9, 3) - 1e-9]
    highest = max(
        math.fsum(
            math.comb(10, x) * math.comb(10, y) * rate ** (x + y) * (1 - rate) ** (20 - x - y)
            for x, y in extreme
        )
        for rate in (k / 2000 for k in range(1, 2000))
    )
    assert unconditional.suissa_shuster(a, b, alternative="greater") == pytest.approx(highest, rel=1e-5)
    assert unconditional.suissa_shuster(b, a, alternative="less") == pytest.approx(highest, rel=1e-5)
    exact = fisher_exact(a, b)
    both = unconditional.suissa_shuster(a, b)
    assert both is not None
    assert exact is not None
    assert both < exact


def test_exact_methods_say_nothing_of_an_empty_arm_or_of_very_many_outcomes() -> None:
    few, empty, many = Proportion(1, 5), Proportion(0, 0), Proportion(100, 1000)
    for function in (unconditional.suissa_shuster, unconditional.chan_zhang, unconditional.profile_exact):
        assert function(few, empty) is None
        assert function(many, many) is None
    for name in SAS:
        function = getattr(difference_intervals, name, None) or getattr(unconditional, name)
        assert function(empty, few) is None


def test_rs_examples_of_fishers_test_with_the_odds_ratio() -> None:
    """R 4.2.2, examples of `fisher.test`; its root finding is good for four digits."""
    tea = odds_ratio(Proportion(3, 4), Proportion(1, 4), alternative="greater")
    assert tea.p_value == pytest.approx(0.2429, abs=5e-5)
    assert tea.estimate == pytest.approx(6.408309, rel=1e-4)
    assert tea.interval is not None
    assert tea.interval.lower == pytest.approx(0.3135693, rel=1e-4)
    assert tea.interval.upper is None
    twins = odds_ratio(Proportion(2, 17), Proportion(10, 13), alternative="less")
    assert twins.estimate == pytest.approx(0.04693661, rel=1e-4)
    assert twins.interval is not None
    assert twins.interval.upper == pytest.approx(0.2849601, rel=1e-4)


def test_an_empty_cell_leaves_the_odds_ratio_open_on_one_side() -> None:
    answer = odds_ratio(Proportion(5, 5), Proportion(2, 6))
    assert answer.estimate is None
    assert answer.reason
    assert answer.interval is not None
    assert answer.interval.upper is None
    assert answer.interval.lower is not None
    none = odds_ratio(Proportion(0, 5), Proportion(2, 6))
    assert none.estimate == 0.0
    assert odds_ratio(Proportion(0, 5), Proportion(0, 6)).reason
    assert odds_ratio(Proportion(0, 0), Proportion(0, 6)).reason


def test_the_mid_p_value_counts_what_is_just_as_likely_half() -> None:
    """Hwang and Yang (2001), p. 810: 0.257 beside Fisher's 0.486."""
    assert fisher_mid_p(Proportion(3, 4), Proportion(1, 4)) == pytest.approx(0.257, abs=5e-4)
    assert fisher_mid_p(Proportion(3, 4), Proportion(1, 4), alternative="greater") == pytest.approx(9 / 70)
    assert fisher_mid_p(Proportion(0, 0), Proportion(1, 4)) is None


JOB = [[1, 3, 10, 6], [2, 3, 10, 7], [1, 6, 14, 12], [0, 1, 9, 11]]
MP6 = [
    [1, 2, 2, 1, 1, 0, 1],
    [2, 0, 0, 2, 3, 0, 0],
    [0, 1, 1, 1, 2, 7, 3],
    [1, 1, 2, 0, 0, 0, 1],
    [0, 1, 1, 1, 1, 0, 0],
]


@pytest.mark.parametrize(("table", "p"), [(JOB, 0.7827), (MP6, 0.03929), ([[3, 1], [1, 3]], 0.4857)])
def test_larger_tables_as_r_prints_them(table: list[list[int]], p: float) -> None:
    """R 4.2.2, `fisher.test`: Agresti (2002, p. 57); the sixth example of Mehta and Patel (1983)."""
    assert freeman_halton(table) == pytest.approx(p, abs=5e-5)


def test_a_table_of_three_arms_is_the_sum_over_all_tables_that_are_no_likelier() -> None:
    table = [[4, 1, 0], [2, 3, 4]]
    columns, row = [sum(column) for column in zip(*table, strict=True)], sum(table[0])

    def chance(cells: tuple[int, ...]) -> float:
        ways = math.prod(math.comb(total, cell) for total, cell in zip(columns, cells, strict=True))
        return ways / math.comb(sum(columns), row)

    tables = [
        cells for cells in itertools.product(*(range(total + 1) for total in columns)) if sum(cells) == row
    ]
    expected = math.fsum(p for p in map(chance, tables) if p <= chance((4, 1, 0)) * (1 + 1e-7))
    for same in (table, [*table, [0, 0, 0]], [list(column) for column in zip(*table, strict=True)]):
        assert freeman_halton(same) == pytest.approx(expected, rel=1e-9)


def test_tables_that_are_none_or_far_too_large() -> None:
    assert freeman_halton([[1, 2], [0, 0]]) is None
    assert freeman_halton([[5000, 4000, 3000, 2000]] * 4) is None
    with pytest.raises(InvalidInput):
        freeman_halton([[1, 2], [3]])


def test_rs_example_of_one_poisson_rate() -> None:
    """R 4.2.2, example of `poisson.test` (Fallout 1959, McMahon): 137 events in 24.19893 thousand person-years."""
    answer = one_event_rate(EventRate(137, 24.19893))
    assert answer.estimate == pytest.approx(5.661407, abs=5e-7)
    assert _rounded(answer.interval, 6) == (4.753125, 6.692709)
    assert answer.p_value is not None
    assert 0.0 < answer.p_value < 2.2e-16


@pytest.mark.parametrize("events", [0, 1, 3, 7, 20])
def test_a_poisson_rates_two_sided_p_adds_all_counts_that_are_no_likelier(events: int) -> None:
    def chance(k: int) -> float:
        return math.exp(k * math.log(6.5) - 6.5 - math.lgamma(k + 1))

    expected = math.fsum(p for p in map(chance, range(200)) if p <= chance(events) * (1 + 1e-7))
    assert one_event_rate(EventRate(events, 1.0), 6.5).p_value == pytest.approx(expected, rel=1e-9)


def test_rates_without_events_have_reasons_and_no_p_value() -> None:
    none, some = EventRate(0, 10.0), EventRate(3, 10.0)
    assert compare_event_rates(none, none).reason
    assert score_event_rates(none, none).reason
    assert unconditional_event_rates_p(none, none) is None
    assert equal_event_rates([none, none]) is None
    assert score_event_rates(some, none).estimate is None
    assert compare_event_rates(some, none).p_value == pytest.approx(0.25)
    with pytest.raises(InvalidInput):
        compare_event_rates(some, none, null=0.0)


def test_equal_rates_of_several_arms_are_a_chi_square_in_proportion_to_exposure() -> None:
    answer = equal_event_rates([EventRate(20, 1.0), EventRate(15, 1.0), EventRate(25, 1.0)])
    assert answer is not None
    assert answer[:2] == (2.5, 2)
    assert answer[2] == pytest.approx(0.2865, abs=5e-5)  # R 4.2.2, `chisq.test(c(20, 15, 25))`

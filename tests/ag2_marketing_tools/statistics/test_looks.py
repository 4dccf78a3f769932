"""Plans with several looks against rpact's and Jennison and Turnbull's numbers: bounds, power, repeated p-values."""

from __future__ import annotations

import math

import pytest

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.statistics.effects import difference_of_means
from ag2_marketing_tools.statistics.group_sequential import (
    at_look,
    obrien_fleming_bounds,
    pocock_constant,
    pocock_spending,
    repeated_p_value,
    spending_bounds,
    three_error_bounds,
    wang_tsiatis_bounds,
)
from ag2_marketing_tools.statistics.group_sequential_design import (
    confidence_sequence_bounds,
    confidence_sequence_inflation,
    drift_for_power,
    operation,
    size_inflation,
)
from ag2_marketing_tools.statistics.moments import Moments
from ag2_marketing_tools.statistics.spending import hwang_shih_decani_spending, kim_demets_spending

# Bounds that the test suite of R's rpact prints (one-sided, 7 digits).
RPACT = [
    ([0.2, 0.4, 1.0], 0.03, hwang_shih_decani_spending(0.0), [2.5121443, 2.4228747, 2.0280392]),
    ([0.4, 0.7], 0.025, pocock_spending, [2.223875, 2.3050796]),
    ([0.35, 0.7, 1.0], 0.13, pocock_spending, [1.5446617, 1.4828682, 1.4620058]),
]


def _equal(looks: int) -> list[float]:
    return [look / looks for look in range(1, looks + 1)]


@pytest.mark.parametrize(("information", "alpha", "spending", "published"), RPACT)
def test_bounds_at_unequal_information_are_rpacts(
    information: list[float], alpha: float, spending: object, published: list[float]
) -> None:
    bounds = spending_bounds(information, alpha=alpha, sides=1, spending=spending)  # type: ignore[arg-type]
    assert bounds == pytest.approx(published, abs=1e-7)


def test_obrien_fleming_like_bounds_at_unequal_information_are_rpacts() -> None:
    bounds = spending_bounds([0.4, 0.75, 0.85, 1.0], alpha=0.13, sides=1)
    assert bounds == pytest.approx([2.1280732, 1.4368565, 1.422873, 1.2970881], abs=1e-7)


def test_what_the_families_spend_is_rpacts() -> None:
    hwang, kim = hwang_shih_decani_spending(-1.0), kim_demets_spending(2.2)
    assert [hwang(0.07, share) for share in (0.2, 0.4, 1.0)] == pytest.approx(
        [0.0090195874, 0.020036136, 0.07]
    )
    assert [kim(0.03, share) for share in (0.3, 0.7, 1.0)] == pytest.approx([0.0021222083, 0.013687904, 0.03])
    assert hwang(0.07, 0.0) == kim(0.03, 0.0) == 0.0
    assert hwang_shih_decani_spending(-1.0) is hwang


@pytest.mark.parametrize(
    "call", [lambda: hwang_shih_decani_spending(math.nan), lambda: kim_demets_spending(0.0)]
)
def test_parameters_that_spend_nothing_sensible_are_refused(call: object) -> None:
    with pytest.raises(InvalidInput):
        call()  # type: ignore[operator]


def test_power_stops_and_expected_size_are_rpacts() -> None:
    """rpact, getDesignCharacteristics: one-sided alpha 0.03, power 0.86, even spending at 0.2, 0.4 and 1."""
    information = [0.2, 0.4, 1.0]
    bounds = spending_bounds(information, alpha=0.03, sides=1, spending=hwang_shih_decani_spending(0.0))
    inflation = size_inflation(bounds, information, alpha=0.03, power=0.86, sides=1)
    assert inflation == pytest.approx(1.0788327, abs=1e-7)
    drift = drift_for_power(bounds, information, power=0.86, sides=1)
    assert drift**2 == pytest.approx(9.4594101, abs=1e-6)
    effect, none = (operation(bounds, information, d, sides=1) for d in (drift, 0.0))
    assert effect.stops == pytest.approx((0.12783451, 0.21271713, 0.51944835), abs=1e-7)
    assert effect.power == pytest.approx(0.86)
    assert effect.expected_information * inflation == pytest.approx(0.83081135, abs=1e-7)
    assert none.expected_information * inflation == pytest.approx(1.0697705, abs=1e-7)
    assert none.power == pytest.approx(0.03)


@pytest.mark.parametrize(
    ("looks", "power", "pocock", "obrien_fleming"),
    [(2, 0.8, 1.110, 1.008), (5, 0.8, 1.229, 1.028), (5, 0.9, 1.207, 1.026), (10, 0.8, 1.301, 1.040)],
)
def test_what_looking_costs_is_jennison_and_turnbulls(
    looks: int, power: float, pocock: float, obrien_fleming: float
) -> None:
    """Jennison and Turnbull (2000), tables 2.2 and 2.4: alpha 0.05, two-sided."""
    information = _equal(looks)
    flat = [pocock_constant(looks)] * looks
    assert size_inflation(flat, information, power=power) == pytest.approx(pocock, abs=6e-4)
    falling = obrien_fleming_bounds(looks)
    assert size_inflation(falling, information, power=power) == pytest.approx(obrien_fleming, abs=6e-4)


def test_one_look_costs_nothing() -> None:
    assert size_inflation([1.959964], [1.0]) == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize("shape", [0.0, 0.25, 0.5])
def test_bounds_of_a_shape_spend_all_of_alpha_at_unequal_looks_too(shape: float) -> None:
    information = [0.3, 0.45, 1.0]
    bounds = wang_tsiatis_bounds(information, shape=shape)
    assert operation(bounds, information, 0.0).power == pytest.approx(0.05, abs=1e-8)
    assert bounds[0] / bounds[2] == pytest.approx(0.3 ** (shape - 0.5))


def test_the_early_looks_of_haybittle_and_peto_need_three_errors_and_the_last_takes_the_rest() -> None:
    bounds = three_error_bounds(_equal(5))
    assert bounds[:4] == (3.0,) * 4
    assert 1.96 < bounds[4] < 2.0
    assert operation(bounds, _equal(5), 0.0).power == pytest.approx(0.05, abs=1e-8)
    with pytest.raises(InvalidInput, match="more than alpha"):
        three_error_bounds(_equal(5), alpha=0.001, early=2.5)


def test_more_users_than_planned_spend_no_more_than_alpha() -> None:
    bounds = spending_bounds([0.5, 1.3], spent_at=[0.5, 1.0])
    assert operation(bounds, [0.5, 1.3], 0.0).power == pytest.approx(0.05, abs=1e-8)
    early = spending_bounds([0.5, 0.8], spent_at=[0.5, 1.0])
    assert operation(early, [0.5, 0.8], 0.0).power == pytest.approx(0.05, abs=1e-8)
    with pytest.raises(InvalidInput):
        spending_bounds([0.5, 1.3])
    with pytest.raises(InvalidInput):
        spending_bounds([0.5, 1.0], spent_at=[1.0, 0.5])


@pytest.mark.parametrize("alternative", ["two-sided", "greater", "less"])
@pytest.mark.parametrize("z", [1.5, 2.4, 2.6, 3.4])
def test_the_repeated_p_value_is_below_alpha_exactly_where_the_bound_is_crossed(
    z: float, alternative: str
) -> None:
    information, sides = [0.4, 0.8], 2 if alternative == "two-sided" else 1
    bound = spending_bounds(information, sides=sides, spending=pocock_spending)[1]  # type: ignore[arg-type]
    assert bound is not None
    p = repeated_p_value(
        -z if alternative == "less" else z,
        information,
        alternative=alternative,  # type: ignore[arg-type]
        spending=pocock_spending,
    )
    assert (p < 0.05) == (z > bound)


def test_the_repeated_p_value_of_one_look_is_the_ordinary_one() -> None:
    assert repeated_p_value(1.959964, [1.0]) == pytest.approx(0.05, abs=1e-6)
    assert repeated_p_value(1.959964, [1.0], alternative="greater") == pytest.approx(0.025, abs=1e-6)
    assert repeated_p_value(-1.959964, [1.0], alternative="greater") == pytest.approx(0.975, abs=1e-6)


@pytest.mark.parametrize("z", [0.0, -8.0, 40.0])
def test_a_repeated_p_value_lies_between_0_and_1(z: float) -> None:
    assert 0.0 < repeated_p_value(z, [0.2, 0.7]) <= 1.0
    assert 0.0 < repeated_p_value(z, [0.2, 0.7], alternative="less") <= 1.0


def test_a_look_may_ask_whether_the_treatment_is_lower() -> None:
    effect = difference_of_means(Moments(401, 9.7, 400.0), Moments(401, 10.0, 400.0))
    answer = at_look(effect, 2.5, alternative="less")
    assert answer.interval is not None
    assert answer.interval.lower is None
    assert answer.interval.upper is not None
    assert answer.interval.upper < 0.0


def test_a_confidence_sequence_read_at_looks_errs_less_than_it_may_and_costs_more_than_a_plan() -> None:
    counts = [1000.0 * look for look in range(1, 21)]
    bounds = confidence_sequence_bounds(counts, tightest_at=5000)
    assert 0.005 < operation(bounds, _equal(20), 0.0).power < 0.05
    planned = size_inflation(spending_bounds(_equal(20)), _equal(20))
    always = confidence_sequence_inflation(20_000)
    assert 1.0 < planned < always < 3.0
    many = [share * always * 20_000 for share in _equal(20)]
    reached = operation(
        confidence_sequence_bounds(many), _equal(20), (1.959964 + 0.841621) * math.sqrt(always)
    )
    assert reached.power == pytest.approx(0.8, abs=1e-4)


@pytest.mark.parametrize(
    "call",
    [
        lambda: operation([2.0], [0.5, 1.0], 0.0),
        lambda: drift_for_power([2.0], [1.0], power=0.02),
        lambda: confidence_sequence_inflation(0.0),
        lambda: confidence_sequence_inflation(100.0, looks=0),
    ],
)
def test_plans_that_are_none_are_refused(call: object) -> None:
    with pytest.raises(InvalidInput):
        call()  # type: ignore[operator]

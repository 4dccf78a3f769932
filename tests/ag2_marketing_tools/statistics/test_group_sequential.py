"""Planned looks: bounds that spend exactly alpha, repeated intervals, and no fixed-horizon p-value."""

from __future__ import annotations

import pytest

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.statistics.distributions import normal_tail
from ag2_marketing_tools.statistics.effects import difference_of_means
from ag2_marketing_tools.statistics.group_sequential import (
    at_look,
    obrien_fleming_bounds,
    obrien_fleming_spending,
    peeking_error,
    pocock_constant,
    pocock_spending,
    spending_bounds,
)
from ag2_marketing_tools.statistics.moments import Moments
from ag2_marketing_tools.statistics.relative import relative_lift


@pytest.mark.parametrize(("looks", "constant"), [(1, 1.960), (3, 2.289), (4, 2.361)])
def test_pococks_constants_as_published(looks: int, constant: float) -> None:
    assert pocock_constant(looks) == pytest.approx(constant, abs=6e-4)


@pytest.mark.parametrize(("looks", "last"), [(2, 1.977), (3, 2.004), (4, 2.024)])
def test_obrien_and_flemings_last_bound_as_tabulated(looks: int, last: float) -> None:
    """Jennison and Turnbull (2000), table 2.3."""
    assert obrien_fleming_bounds(looks)[-1] == pytest.approx(last, abs=6e-4)


@pytest.mark.parametrize(("looks", "error"), [(2, 0.083), (5, 0.142), (10, 0.193), (20, 0.248)])
def test_naive_peeking_errs_as_often_as_armitage_et_al_found(looks: int, error: float) -> None:
    """The 0.246 that some texts print for 20 looks is a misprint of 0.248."""
    assert peeking_error(looks) == pytest.approx(error, abs=8e-4)


def test_the_first_bound_spends_what_the_function_says() -> None:
    (bound,) = spending_bounds([0.5])
    assert bound is not None
    assert 2.0 * normal_tail(bound) == pytest.approx(2.0 * obrien_fleming_spending(0.025, 0.5), rel=1e-8)


@pytest.mark.parametrize("spending", [obrien_fleming_spending, pocock_spending])
def test_all_of_alpha_is_spent_at_full_information(spending: object) -> None:
    assert spending(0.05, 1.0) == pytest.approx(0.05)  # type: ignore[operator]
    assert spending(0.05, 0.0) == 0.0  # type: ignore[operator]


def test_one_planned_look_is_the_ordinary_test() -> None:
    assert spending_bounds([1.0])[0] == pytest.approx(1.959964, abs=1e-6)
    assert spending_bounds([1.0], sides=1)[0] == pytest.approx(1.644854, abs=1e-6)


def test_bounds_of_looks_already_made_do_not_depend_on_looks_to_come() -> None:
    assert spending_bounds([0.25, 0.6, 1.0])[:2] == spending_bounds([0.25, 0.6])


def test_a_look_at_which_nothing_is_spent_decides_nothing() -> None:
    bounds = spending_bounds([0.01, 0.5, 1.0])
    assert bounds[0] is None
    answer = at_look(difference_of_means(Moments(9, 5.0, 8.0), Moments(9, 1.0, 8.0)), bounds[0])
    assert (answer.interval, answer.p_value) == (None, None)
    assert "nothing is decided" in (answer.reason or "")


@pytest.mark.parametrize("z", [2.0, 2.5, 3.0, -3.0])
def test_the_repeated_interval_excludes_zero_exactly_where_the_bound_is_crossed(z: float) -> None:
    effect = difference_of_means(Moments(201, 10.0 + z * 0.1, 201.0), Moments(201, 10.0, 201.0))
    bound = spending_bounds([0.5, 0.75], spending=pocock_spending)[1]
    answer = at_look(effect, bound)
    assert bound is not None
    assert answer.statistic is not None
    assert answer.interval is not None
    assert answer.interval.contains(0.0) == (abs(answer.statistic) < bound)
    assert answer.p_value is None
    assert "no fixed-horizon p-value" in (answer.reason or "")
    lift = relative_lift(effect, answer)
    assert lift.interval is not None
    assert lift.interval.contains(0.0) == answer.interval.contains(0.0)


def test_an_arm_without_spread_has_its_reason() -> None:
    assert at_look(difference_of_means(Moments(1, 0.0, 0.0), Moments(9, 1.0, 8.0)), 2.0).reason


@pytest.mark.parametrize("information", [[], [0.0, 1.0], [0.5, 0.5], [0.6, 0.4], [0.5, 1.2]])
def test_information_that_does_not_ascend_to_one_is_refused(information: list[float]) -> None:
    with pytest.raises(InvalidInput):
        spending_bounds(information)


@pytest.mark.parametrize("looks", [0, 51])
def test_a_number_of_looks_out_of_range_is_refused(looks: int) -> None:
    with pytest.raises(InvalidInput, match="between 1 and 50"):
        pocock_constant(looks)

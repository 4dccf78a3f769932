"""Arithmetic with units: exact, checked, and null where there is no figure."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.figures import Calculation, calculate
from ag2_marketing_tools.workspace import Workspace


def arguments(operation: str, operands: Sequence[Any]) -> dict[str, Any]:
    given_operands = [
        {"value": operand[0], "unit": operand[1]} if isinstance(operand, tuple) else {"value": operand}
        for operand in operands
    ]
    return {"operation": operation, "operands": given_operands}


async def run(workspace: Workspace, operation: str, *operands: Any) -> Calculation:
    return await calculate.run(arguments(operation, operands), workspace)


async def reckoned(operation: str, *operands: Any) -> Calculation:
    """The arithmetic alone, which needs no workspace."""
    params = calculate.validate(arguments(operation, operands))
    return await calculate.function(params, None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("operation", "operands", "value", "unit"),
    [
        ("sum", [0.1, 0.2], 0.3, None),  # exact, unlike binary floating point
        ("sum", [(1, "s"), (250, "ms")], 1.25, "s"),
        ("sum", [(1.5, "kB"), (500, "byte")], 2, "kB"),
        ("sum", [10**20, 1], 10**20 + 1, None),
        ("difference", [(5, "EUR"), (7.5, "EUR")], -2.5, "EUR"),
        ("difference", [(3.5, "percent"), (3.2, "percent")], 0.3, "percentage point"),
        ("difference", [(0.35, "ratio"), (32, "percent")], 3, "percentage point"),
        ("difference", [(0.35, "ratio"), (0.3, "ratio")], 0.05, "ratio"),
        ("product", [(20, "percent"), (500, "visit")], 100, "visit"),
        ("product", [3, 1.1], 3.3, None),
        ("product", [(50, "percent"), (50, "%")], 0.25, "ratio"),
        ("product", [(200, "click"), (0.35, "EUR")], 70, "EUR"),
        ("ratio", [(1, "s"), (250, "ms")], 4, "ratio"),
        ("ratio", [30, 40], 0.75, "ratio"),
        ("ratio", [(30, "click"), (1200, "impression")], 0.025, "ratio"),
        ("ratio", [(90, "s"), 4], 22.5, "s"),
        ("share_percent", [(30, "click"), (1200, "impression")], 2.5, "percent"),
        ("share_percent", [(250, "ms"), (1, "s")], 25, "percent"),
        ("percent_change", [(200, "visit"), (250, "visit")], 25, "percent"),
        ("percent_change", [(2, "s"), (1500, "ms")], -25, "percent"),
        ("mean", [1, 2, 4.5], 2.5, None),
        ("minimum", [(1, "s"), (900, "ms")], 0.9, "s"),
        ("maximum", [(1, "s"), (900, "ms")], 1, "s"),
        ("count", [(3, "EUR"), (4, "visit"), 5], 3, "count"),
    ],
)
async def test_operations_give_the_figure_and_unit_worked_by_hand(
    workspace: Workspace, operation: str, operands: list[Any], value: float, unit: str | None
) -> None:
    result = await run(workspace, operation, *operands)
    assert (result.value, result.unit, result.reason) == (value, unit, None)


async def test_a_cost_for_each_of_something_says_what_it_is_for(workspace: Workspace) -> None:
    result = await run(workspace, "ratio", (70, "EUR"), (200, "click"))
    assert (result.value, result.unit, result.per) == (0.35, "EUR", "click")


@pytest.mark.parametrize(
    ("operation", "operands"),
    [
        ("sum", [(1, "ms"), (1, "EUR")]),
        ("sum", [(1, "EUR"), (1, "USD")]),
        ("sum", [(1, "ms"), 1]),
        ("sum", [(1, "visit"), (1, "click")]),
        ("difference", [(5, "percent"), (1, "percentage point")]),
        ("mean", [(1, "ms"), (1, "kB")]),
        ("percent_change", [(1, "visit"), (2, "click")]),
        ("share_percent", [(1, "ms"), (2, "visit")]),
        ("product", [(1, "ms"), (1, "EUR")]),
        ("product", [(1, "visit"), (1, "click")]),
        ("ratio", [(1, "ms"), (1, "EUR")]),
    ],
)
async def test_figures_that_do_not_measure_the_same_are_refused(
    workspace: Workspace, operation: str, operands: list[Any]
) -> None:
    with pytest.raises(InvalidInput, match=r"units differ|has no unit here"):
        await run(workspace, operation, *operands)


@pytest.mark.parametrize(
    ("operation", "operands", "reason"),
    [
        ("ratio", [1, 0], "division by zero"),
        ("share_percent", [(1, "visit"), (0, "visit")], "division by zero"),
        ("percent_change", [0, 5], "division by zero"),
        ("percent_change", [-4, 5], "means nothing when the first figure is negative"),
        ("ratio", [(1, "EUR"), (0, "click")], "division by zero"),
        ("product", [5e-324, 5e-324], "too small"),
    ],
)
async def test_where_there_is_no_figure_the_value_is_null_with_a_reason(
    workspace: Workspace, operation: str, operands: list[Any], reason: str
) -> None:
    result = await run(workspace, operation, *operands)
    assert (result.value, result.unit, result.per) == (None, None, None)
    assert reason in (result.reason or "")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"operation": "sum", "operands": ["[[E1/visits]]"]}, "was not resolved to a figure"),
        ({"operation": "sum", "operands": ["12"]}, "operands"),
        ({"operation": "sum", "operands": [{"value": "12"}]}, "operands"),
        ({"operation": "sum", "operands": [{"value": True}]}, "operands"),
        ({"operation": "sum", "operands": [{"value": None}]}, "operands"),
        ({"operation": "sum", "operands": [{"value": float("nan")}]}, "operands"),
        ({"operation": "sum", "operands": [{"value": float("inf")}]}, "operands"),
        ({"operation": "sum", "operands": []}, "operands"),
        ({"operation": "sum", "operands": [{"value": 1}] * 1001}, "operands"),
        ({"operation": "power", "operands": [{"value": 1}]}, "operation"),
        ({"operation": "difference", "operands": [{"value": 1}]}, "takes two operands, not 1"),
        ({"operation": "ratio", "operands": [{"value": 1}] * 3}, "takes two operands, not 3"),
        ({"operation": "sum", "operands": [{"value": 1, "unit": "furlong"}]}, "'furlong' is unknown"),
    ],
)
async def test_what_cannot_be_calculated_is_refused(
    workspace: Workspace, arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidInput, match=message):
        await calculate.run(arguments, workspace)


async def test_the_result_keeps_its_operands_with_their_sources(workspace: Workspace) -> None:
    operands = [
        {"value": 4, "unit": "visit", "source": "E1/visits"},
        {"value": 6, "unit": "visit", "source": None},
    ]
    result = await calculate.run({"operation": "sum", "operands": operands}, workspace)
    assert [operand.model_dump() for operand in result.operands] == operands


FIGURES = st.lists(st.integers(-(10**12), 10**12).map(lambda n: n / 1000), min_size=1, max_size=20)


@given(FIGURES)
async def test_a_sum_is_exact_in_decimals_and_does_not_depend_on_the_order(figures: list[float]) -> None:
    exact = sum(Decimal(str(figure)) for figure in figures)
    for order in (figures, figures[::-1]):
        result = await reckoned("sum", *order)
        assert result.value == float(exact)


@given(FIGURES)
async def test_a_mean_lies_between_the_minimum_and_the_maximum(figures: list[float]) -> None:
    least, mean, most = [
        (await reckoned(operation, *figures)).value for operation in ("minimum", "mean", "maximum")
    ]
    assert least is not None
    assert mean is not None
    assert most is not None
    assert least <= mean <= most


def test_the_schema_offers_references_and_figures() -> None:
    schema = calculate.parameters_schema
    jsonschema.validate(
        {"operation": "sum", "operands": ["[[E1/visits]]", {"value": 2, "unit": "visit"}]}, schema
    )
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"operation": "sum", "operands": ["12"]}, schema)

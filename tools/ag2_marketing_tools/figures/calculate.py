"""Arithmetic as a tool: exact, with units, so that a derived figure is evidence like any other."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Context, Decimal
from functools import reduce
from typing import Annotated, Literal

from pydantic import Field, StrictFloat, StrictInt

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.figures.quantities import (
    PERCENT,
    PERCENTAGE_POINT,
    RATIO,
    Quantity,
    comparable,
    in_one_unit,
    product_unit,
    quantity_of,
)
from ag2_marketing_tools.tool import Params, Result, tool
from ag2_marketing_tools.workspace import Workspace

Operation = Literal[
    "sum",
    "difference",
    "product",
    "ratio",
    "share_percent",
    "percent_change",
    "mean",
    "minimum",
    "maximum",
    "count",
]
MOST_OPERANDS = 1000
# Sums and products of figures are exact at this precision; a quotient is rounded to it.
EXACT = Context(prec=400)
QUOTIENT = Context(prec=34)
HUNDRED = Decimal(100)


class Operand(Params):
    """One figure with its unit and where it comes from."""

    value: StrictInt | StrictFloat = Field(description="The figure.")
    unit: str | None = Field(default=None, description="Its unit, such as ms, percent, EUR or visit.")
    source: str | None = Field(default=None, description="Where it comes from, such as E1/path.")


Reference = Annotated[
    str,
    Field(
        pattern=r"^\[\[[EU]\d+/[^\[\]]+\]\]$",
        description="A reference to a figure in evidence, such as [[E1/path]].",
    ),
]


class Calculate(Params):
    """What to calculate from which figures."""

    operation: Operation = Field(
        description="difference: the first minus the second. ratio: the first divided by the second. "
        "share_percent: the first in percent of the second. percent_change: from the first (before) to the "
        "second (after)."
    )
    operands: list[Operand | Reference] = Field(
        min_length=1,
        max_length=MOST_OPERANDS,
        description="The figures, each as a reference such as [[E1/path]].",
    )


class Calculation(Result):
    """The result of a calculation; `value` is null with a reason where there is none."""

    operation: Operation
    value: int | float | None
    unit: str | None
    per: str | None = Field(
        default=None, description="What the figure is for one of: `click` of EUR per click."
    )
    operands: list[Operand]
    reason: str | None = None


class _NoValueError(Exception):
    """There is no such figure; the text says why."""


Outcome = tuple[Decimal, str | None, str | None]


@tool(family="figures")
async def calculate(params: Calculate, ws: Workspace) -> Calculation:
    """Calculate a sum, difference, product, ratio, share, change, mean, minimum, maximum or count of figures.

    Units are checked and converted; the result is exact and can be cited like any other evidence.
    """
    operands = [_resolved(operand) for operand in params.operands]
    _check_number(params.operation, len(operands))
    quantities = [quantity_of(operand.value, operand.unit) for operand in operands]
    reason = None
    try:
        figure, unit, per = _OPERATIONS[params.operation](quantities)
        value = _number(figure)
    except _NoValueError as error:
        value, unit, per, reason = None, None, None, str(error)
    return Calculation(
        operation=params.operation, value=value, unit=unit, per=per, operands=operands, reason=reason
    )


def _resolved(operand: Operand | str) -> Operand:
    if isinstance(operand, Operand):
        return operand
    raise InvalidInput(
        f"The reference {operand} was not resolved to a figure.",
        remedy="References are resolved within a conversation; elsewhere give {'value': 12.5, 'unit': 'ms'}.",
    )


def _check_number(operation: Operation, given: int) -> None:
    if operation in {"difference", "ratio", "share_percent", "percent_change"} and given != 2:
        raise InvalidInput(f"{operation} takes two operands, not {given}.")


def _number(figure: Decimal) -> int | float:
    if figure == figure.to_integral_value() and figure.adjusted() < 300:
        return int(figure)
    value = float(figure)
    if not math.isfinite(value):
        raise _NoValueError("the result is too large for a floating-point number")
    if value == 0.0:
        raise _NoValueError("the result is too small for a floating-point number")
    return value


def _sum(quantities: list[Quantity]) -> Outcome:
    figures, unit = in_one_unit(quantities)
    return reduce(EXACT.add, figures), unit, None


def _difference(quantities: list[Quantity]) -> Outcome:
    if any(quantity.is_percentage for quantity in quantities):
        figures, _ = in_one_unit(quantities, target=PERCENT)
        return EXACT.subtract(*figures), PERCENTAGE_POINT, None
    figures, unit = in_one_unit(quantities)
    return EXACT.subtract(*figures), unit, None


def _product(quantities: list[Quantity]) -> Outcome:
    figures = [quantity.as_factor for quantity in quantities]
    return reduce(EXACT.multiply, figures), product_unit(quantities), None


def _ratio(quantities: list[Quantity]) -> Outcome:
    first, second = quantities
    if comparable(first, second):
        return _quotient(*_pair(first, second)), RATIO, None
    if second.unit is None or second.is_share:
        return _quotient(first.value, second.as_factor), first.unit_name, None
    if second.unit.is_count:  # a cost, a time or a size for each of something counted
        return _quotient(first.value, second.value), first.unit_name, second.unit.name
    raise InvalidInput(
        f"The ratio of {first.told} and {second.told} has no unit here.",
        remedy="Give figures of like units, or divide by a count.",
    )


def _share_percent(quantities: list[Quantity]) -> Outcome:
    first, second = _pair(*quantities)
    return _quotient(EXACT.multiply(first, HUNDRED), second), PERCENT, None


def _percent_change(quantities: list[Quantity]) -> Outcome:
    (before, after), _ = in_one_unit(quantities)
    if before < 0:
        raise _NoValueError("a change in percent means nothing when the first figure is negative")
    return _quotient(EXACT.multiply(EXACT.subtract(after, before), HUNDRED), before), PERCENT, None


def _mean(quantities: list[Quantity]) -> Outcome:
    figures, unit = in_one_unit(quantities)
    return _quotient(reduce(EXACT.add, figures), Decimal(len(figures))), unit, None


def _minimum(quantities: list[Quantity]) -> Outcome:
    figures, unit = in_one_unit(quantities)
    return min(figures), unit, None


def _maximum(quantities: list[Quantity]) -> Outcome:
    figures, unit = in_one_unit(quantities)
    return max(figures), unit, None


def _count(quantities: list[Quantity]) -> Outcome:
    return Decimal(len(quantities)), "count", None


def _pair(first: Quantity, second: Quantity) -> tuple[Decimal, Decimal]:
    """Return two figures that can be compared; counts of different things can (clicks of impressions)."""
    if first.is_count and second.is_count:
        return first.value, second.value
    (one, other), _ = in_one_unit([first, second])
    return one, other


def _quotient(dividend: Decimal, divisor: Decimal) -> Decimal:
    if divisor == 0:
        raise _NoValueError("division by zero")
    return QUOTIENT.divide(dividend, divisor)


_OPERATIONS: dict[Operation, Callable[[list[Quantity]], Outcome]] = {
    "sum": _sum,
    "difference": _difference,
    "product": _product,
    "ratio": _ratio,
    "share_percent": _share_percent,
    "percent_change": _percent_change,
    "mean": _mean,
    "minimum": _minimum,
    "maximum": _maximum,
    "count": _count,
}

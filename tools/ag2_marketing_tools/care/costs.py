"""What an intervention cost for what it reached; nothing is said where no costs were given."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from pydantic import Field

from ag2_marketing_tools.care.interventions import Criterion
from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.tool import Result

_NAMES = ("costs", "cost", "total_cost")


class CostOfGain(Result):
    """What one point of a criterion cost beyond its baseline; in `currency` per unit of the criterion."""

    metric: str
    gain: float | None
    cost_per_point: float | None
    reason: str | None


class CostEffectiveness(Result):
    """Costs beside what was reached, in `currency`."""

    total_cost: float | None
    currency: str | None
    cost_per_criterion_met: float | None
    gains: list[CostOfGain] = Field(description="Where a baseline was given.")
    reason: str | None = Field(description="Why something is missing.")


def cost_effectiveness(
    data: Mapping[str, Any], criteria: Iterable[Criterion], baseline: Mapping[str, float]
) -> CostEffectiveness:
    """Set the given costs against the criteria that were met, and the points gained over the baseline.

    Raises:
        InvalidInput: Costs that are no amount, negative, or not finite.
    """
    given = next((data[name] for name in _NAMES if data.get(name) is not None), None)
    if given is None:
        return _unknown(say("No costs were given."))
    total = math.fsum(_amounts(given))
    currency = data.get("currency") or (given.get("currency") if isinstance(given, Mapping) else None)
    found = list(criteria)
    met = sum(one.met is True for one in found)
    return CostEffectiveness(
        total_cost=total,
        currency=str(currency) if currency else None,
        cost_per_criterion_met=total / met if met else None,
        gains=[_gain(one, baseline[one.key], total) for one in found if one.key in baseline],
        reason=None if met else say("No criterion is met, so there is nothing to divide the costs by."),
    )


def _gain(one: Criterion, before: float, total: float) -> CostOfGain:
    sign = -1.0 if one.direction == "lower" else 1.0
    if one.value is None:
        return CostOfGain(
            metric=one.metric, gain=None, cost_per_point=None, reason=say("The criterion was not measured.")
        )
    gain = sign * (one.value - before)
    return CostOfGain(
        metric=one.metric,
        gain=gain,
        cost_per_point=total / gain if gain > 0 else None,
        reason=None if gain > 0 else say("Nothing was gained over the baseline."),
    )


def _amounts(given: Any) -> list[float]:
    if isinstance(given, Mapping):
        parts = [value for name, value in given.items() if name != "currency"]
        return [amount for part in parts for amount in _amounts(part)]
    if isinstance(given, list | tuple):
        return [amount for part in given for amount in _amounts(part)]
    number = isinstance(given, int | float | Decimal) and not isinstance(given, bool)
    if not number or not math.isfinite(given) or given < 0:
        raise InvalidInput(
            f"The costs {given!r} are no amount.", remedy="Give a number from 0 on, or a list."
        )
    return [float(given)]


def _unknown(reason: str) -> CostEffectiveness:
    return CostEffectiveness(
        total_cost=None, currency=None, cost_per_criterion_met=None, gains=[], reason=reason
    )

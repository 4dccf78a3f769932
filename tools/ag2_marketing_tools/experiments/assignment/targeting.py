"""Whom a test is for: conditions on the attributes of a user's context, as data.

All conditions must hold. An attribute that is missing (or null) meets none but `exists: false`. Text is compared
as it is written, numbers as numbers; true and false are neither 1 nor 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic import ConfigDict, Field, StrictBool, StrictFloat, StrictInt, StrictStr, model_validator

from ag2_marketing_tools.tool import Params

MOST_VALUES = 1000
Number = StrictInt | StrictFloat
Scalar = StrictBool | StrictInt | StrictFloat | Annotated[StrictStr, Field(max_length=500)]
Scalars = Annotated[list[Scalar], Field(min_length=1, max_length=MOST_VALUES)]
Attribute = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_.-]{0,63}$")]
Conditions = Mapping[str, Mapping[str, Any]]


class Condition(Params):
    """What an attribute must be; several of these must all hold."""

    model_config = ConfigDict(populate_by_name=True)

    equals: Scalar | None = Field(default=None, description="It is this.")
    among: Scalars | None = Field(default=None, alias="in", description="It is one of these.")
    not_in: Scalars | None = Field(default=None, description="It is there and none of these.")
    at_least: Number | None = Field(default=None, description="It is a number not below this.")
    below: Number | None = Field(default=None, description="It is a number below this.")
    exists: bool | None = Field(default=None, description="Whether it is there at all.")

    @model_validator(mode="after")
    def _can_hold(self) -> Condition:
        if not self.model_dump(exclude_none=True):
            raise ValueError("a condition needs one of equals, in, not_in, at_least, below, exists")
        if self.at_least is not None and self.below is not None and self.at_least >= self.below:
            raise ValueError("no number is at least `at_least` and below `below`")
        if self.exists is False and len(self.model_dump(exclude_none=True)) > 1:
            raise ValueError("an attribute that must be missing can have no other condition")
        return self


Targeting = Annotated[dict[Attribute, Condition | Scalar], Field(max_length=50)]


def normalised(targeting: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return conditions as they are stored and exported; a bare value means `equals`."""
    return {
        name: condition.model_dump(mode="json", by_alias=True, exclude_none=True)
        if isinstance(condition, Condition)
        else {"equals": condition}
        for name, condition in targeting.items()
    }


def matcher(conditions: Conditions) -> Callable[[Mapping[str, Any]], bool]:
    """Return what tells whether a context meets these (normalised) conditions."""
    tests = [
        (name, _TESTS[operator], expected)
        for name, condition in conditions.items()
        for operator, expected in condition.items()
    ]

    def matches(context: Mapping[str, Any]) -> bool:
        return all(test(context.get(name), expected) for name, test, expected in tests)

    return matches


def _same(value: Any, expected: Any) -> bool:
    return isinstance(value, bool) is isinstance(expected, bool) and bool(value == expected)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_TESTS: Mapping[str, Callable[[Any, Any], bool]] = {
    "equals": _same,
    "in": lambda value, expected: any(_same(value, one) for one in expected),
    "not_in": lambda value, expected: value is not None and not any(_same(value, one) for one in expected),
    "at_least": lambda value, expected: _number(value) and value >= expected,
    "below": lambda value, expected: _number(value) and value < expected,
    "exists": lambda value, expected: (value is not None) is expected,
}

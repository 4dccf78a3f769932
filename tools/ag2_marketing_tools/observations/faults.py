"""Why a row or a figure is refused: counted by code, put into words only for those that are shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from ag2_marketing_tools.messages import say

FaultCode = Literal[
    "broken_row",
    "wrong_length",
    "no_subject",
    "bad_subject",
    "unknown_kind",
    "no_time",
    "bad_time",
    "ambiguous_date",
    "no_such_local_time",
    "local_time_twice",
    "future",
    "long_ago",
    "unknown_metric",
    "not_a_number",
    "decimal_sign",
    "negative",
    "bad_sample_size",
    "unknown_unit",
    "wrong_unit",
    "unit_not_given",
    "share_or_percent",
    "out_of_range",
    "other_value",
    "entry_twice",
    "not_yes_or_no",
]


class Fault(Exception):
    """What is wrong with a row or a figure.

    Attributes:
        code: Which kind of fault.
        column: The column that holds it.
        text: What stands there; it may tell of a person.
        near: What may have been meant.
        expected: What would be right.
    """

    def __init__(
        self,
        code: FaultCode,
        *,
        column: str | None = None,
        text: Any = None,
        near: Sequence[str] = (),
        expected: str = "",
    ) -> None:
        super().__init__(code)
        self.code: FaultCode = code
        self.column = column
        self.text = None if text is None else str(text)[:80]
        self.near = tuple(near)
        self.expected = expected


def told(fault: Fault) -> str:
    """Return what is wrong, and what would be right, without the text itself."""
    if fault.code in _WITH_EXPECTED:
        return _with_expected(fault)
    if fault.code == "unknown_metric":
        if fault.near:
            return say("There is no such metric; did you mean {names}?", names=", ".join(fault.near))
        return say("There is no such metric; `ag2-marketing benchmarks list` lists them.")
    return {
        "broken_row": say("The row cannot be read."),
        "no_subject": say("The subject's id is missing."),
        "bad_subject": say(
            "The subject's id is too long, or begins like a formula, or holds control characters."
        ),
        "no_time": say("The time is missing."),
        "no_such_local_time": say("This local time was skipped when the clocks were put forward."),
        "local_time_twice": say(
            "This local time came twice when the clocks were put back; give it with its offset."
        ),
        "future": say("The time lies in the future."),
        "long_ago": say("The time lies before 1900."),
        "not_a_number": say("This is no number."),
        "negative": say("A count or a duration cannot be negative."),
        "bad_sample_size": say("The sample size is no whole number from 0 on."),
        "unknown_unit": say("There is no such unit."),
        "other_value": say(
            "The same measurement of this source is there already with another value, which was kept."
        ),
        "entry_twice": say(
            "An earlier row of the file has the same subject with other content, which counts."
        ),
    }[fault.code]


_WITH_EXPECTED = {
    "not_yes_or_no",
    "out_of_range",
    "wrong_length",
    "unknown_kind",
    "bad_time",
    "ambiguous_date",
    "decimal_sign",
    "wrong_unit",
    "unit_not_given",
    "share_or_percent",
}


def _with_expected(fault: Fault) -> str:
    expected = fault.expected
    return {
        "out_of_range": say(
            "The figure lies outside of what the mapping allows, {expected}.", expected=expected
        ),
        "not_yes_or_no": say(
            "This does not say whether the subject is active; expected {expected}, or the words that the mapping "
            "gives in register.active.",
            expected=expected,
        ),
        "wrong_length": say("The row has not as many fields as the header, {expected}.", expected=expected),
        "unknown_kind": say("There is no such kind of subject; expected {expected}.", expected=expected),
        "bad_time": say("This is no time of the form {expected}.", expected=expected),
        "ambiguous_date": say(
            "The date can be read in several ways; say which in the mapping, as in time.format = {expected}.",
            expected=expected,
        ),
        "decimal_sign": say(
            "The figure's comma or point is not what the mapping says; the decimal sign there is {expected}.",
            expected=expected,
        ),
        "wrong_unit": say("This unit cannot be expressed in the metric's, {expected}.", expected=expected),
        "unit_not_given": say(
            "The metric is measured in {expected}; say in the mapping in which unit the file gives it.",
            expected=expected,
        ),
        "share_or_percent": say(
            "The figures may be shares or percentages ({expected}). Say in the mapping which they are, with "
            "unit = ratio or unit = percent.",
            expected=expected,
        ),
    }[fault.code]

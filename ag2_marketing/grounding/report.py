"""What a check says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Reason = Literal[
    "uncited",
    "not_in_evidence",
    "wrong_unit",
    "misattributed",
    "unknown_evidence",
    "unknown_path",
    "derived",
]


@dataclass(frozen=True, slots=True)
class Violation:
    """A number that no evidence supports.

    Attributes:
        text: The number as written.
        start: Where it begins in the text that was checked (in an argument: in that string).
        end: Where it ends.
        reason: Why it is refused.
        hint: What would have been right, where that is known.
        argument: For a tool call, the argument's path (`posts/0/text`); empty for a text.
    """

    text: str
    start: int
    end: int
    reason: Reason
    hint: str = ""
    argument: str = ""

    def __str__(self) -> str:
        place = f" (argument {self.argument})" if self.argument else ""
        return f"{self.text!r}{place}: {self.reason}{'. ' + self.hint if self.hint else ''}"


@dataclass(frozen=True, slots=True)
class GroundingReport:
    """The result of a check.

    Attributes:
        grounded: Whether every number is supported.
        violations: The numbers that are not, in the order of the text.
        numbers: How many numbers were looked at, references included.
    """

    grounded: bool
    violations: list[Violation] = field(default_factory=list)
    numbers: int = 0

    def __bool__(self) -> bool:
        return self.grounded


def report_of(violations: list[Violation], numbers: int) -> GroundingReport:
    """Return the report of a list of violations."""
    ordered = sorted(violations, key=lambda v: (v.argument, v.start, v.end))
    return GroundingReport(not ordered, ordered, numbers)
